package dev.dbpool.lease;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGStatement;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.jdbc.PgDatabaseMetaData;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the application holds in its hands: who is whose, and what is closed with what.
 */
@ParameterizedClass
@EnumSource
class LeaseHandlesIT {

	private static LeasingApplication application;

	@Parameter
	SetUp setUp;

	@BeforeParameterizedClassInvocation
	static void start(SetUp setUp) throws SQLException {
		application = setUp.start();
		application.elsewhere("create table item (id int primary key)");
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		application.close();
	}

	@AfterEach
	void nothingIsHeld() {
		application.awaitNothingLeased();
	}

	@Test
	void eachKnowsWhoseItIs() throws SQLException {
		try (Connection connection = application.connect();
				Statement plain = connection.createStatement();
				ResultSet rows = plain.executeQuery("select 1");
				PreparedStatement prepared = connection.prepareStatement("select 2");
				ResultSet others = prepared.executeQuery()) {
			assertThat(plain.getConnection()).isSameAs(connection);
			assertThat(prepared.getConnection()).isSameAs(connection);
			assertThat(rows.getStatement()).isSameAs(plain);
			assertThat(others.getStatement()).isSameAs(prepared);
			DatabaseMetaData metaData = connection.getMetaData();
			assertThat(metaData.getConnection()).isSameAs(connection);
			try (ResultSet tables = metaData.getTables(null, null, "item", null)) {
				assertThat(tables.getStatement().getConnection()).isSameAs(connection);
			}
			assertThat(plain.unwrap(Statement.class)).isSameAs(plain);
			assertThat(plain.isWrapperFor(PGStatement.class)).isTrue();
			assertThat(plain.unwrap(PGStatement.class)).isNotSameAs(plain);
			assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
			assertThat(metaData.unwrap(DatabaseMetaData.class)).isSameAs(metaData);
		}
	}

	@Test
	void eachIsEqualToItselfOnlyAndSaysWhatItIs() throws SQLException {
		try (Connection connection = application.connect();
				Connection other = application.connect();
				Statement statement = connection.createStatement();
				Statement another = connection.createStatement()) {
			assertThat(connection).isEqualTo(connection).isNotEqualTo(other);
			assertThat(Set.of(connection, other)).contains(connection);
			assertThat(statement).isEqualTo(statement).isNotEqualTo(another);
			assertThat(connection).asString().contains("leasing");
			assertThat(other).asString().doesNotContain("leasing");
			DatabaseMetaData metaData = connection.getMetaData();
			assertThat(Set.of(metaData, other.getMetaData())).contains(metaData);
			assertThat(metaData).asString().contains(connection.toString());
			assertThat(application.ledger().leases()).hasSize(1);
		}
	}

	@Test
	void aResultThatCompletesItsStatementEndsTheLease() throws SQLException {
		try (Connection connection = application.connect()) {
			Statement statement = connection.createStatement();
			statement.closeOnCompletion();
			assertThat(statement.isCloseOnCompletion()).isTrue();
			ResultSet rows = statement.executeQuery("select 1");
			assertThat(application.ledger().leases()).hasSize(1);
			rows.close();
			assertThat(statement.isClosed()).isTrue();
			assertReleased();
		}
	}

	@Test
	void resultsOfMetadataHoldTheLeaseUntilTheyAreClosed() throws SQLException {
		try (Connection connection = application.connect()) {
			DatabaseMetaData metaData = connection.getMetaData();
			assertThat(application.ledger().leases()).isEmpty();
			assertThat(metaData.getDatabaseProductName()).isEqualTo("PostgreSQL");
			assertThat(application.ledger().leases()).isEmpty();
			assertThat(metaData.getDatabaseMajorVersion()).isPositive();
			assertReleased();
			try (ResultSet tables = metaData.getTables(null, "public", "%", null)) {
				assertThat(tables.next()).isTrue();
				assertThat(Jdbc.text(connection, "select 7")).isEqualTo("7");
				assertThat(tables.getString("TABLE_NAME")).startsWith("item");
				assertThat(application.ledger().leases()).hasSize(1);
			}
			assertReleased();
			ResultSet keys = metaData.getPrimaryKeys(null, null, "item");
			Statement own = keys.getStatement();
			assertThat(keys.next()).isTrue();
			own.close();
			assertReleased();
			assertThat(connection.isClosed()).isFalse();
		}
	}

	@Test
	void unwrappedMetadataIsOfALeaseThatLasts() throws SQLException {
		try (Connection connection = application.connect()) {
			assertThat(connection.getMetaData().isWrapperFor(PgDatabaseMetaData.class)).isTrue();
			assertReleased();
			PgDatabaseMetaData driver = connection.getMetaData().unwrap(PgDatabaseMetaData.class);
			assertThat(application.ledger().leases()).hasSize(1);
			assertThat(driver.getDatabaseProductVersion()).isNotEmpty();
		}
	}

	@Test
	void closingTwiceOrInAnyOrderDoesNoHarm() throws SQLException {
		Connection connection = application.connect();
		Statement statement = connection.createStatement();
		ResultSet rows = statement.executeQuery("select 1");
		connection.close();
		assertThat(connection.isClosed()).isTrue();
		application.awaitNothingLeased();
		assertThat(statement.isClosed()).isTrue();
		assertThat(rows.isClosed()).isTrue();
		try (Connection other = application.connect(); Statement running = other.createStatement()) {
			rows.close();
			statement.close();
			statement.close();
			connection.close();
			connection.abort(Runnable::run);
			assertThat(application.ledger().leases()).hasSize(1);
			assertThat(running.execute("select 1")).isTrue();
		}
	}

	@Test
	void refusesAtOnceWhatNoDriverCanDo() throws SQLException {
		try (Connection connection = application.connect()) {
			Jdbc.assertFails("22023", () -> connection.setNetworkTimeout(Runnable::run, -1));
			Jdbc.assertFails("22023", () -> connection.abort(null));
			assertThat(connection.isClosed()).isFalse();
			assertThat(Jdbc.text(connection, "select 1")).isEqualTo("1");
		}
	}

	/**
	 * A log shows them.
	 */
	@Test
	void statementsShowTheirSqlWithoutItsLiteralsAndWithoutBoundValues() throws SQLException {
		try (Connection connection = application.connect();
				Statement statement = connection.createStatement();
				PreparedStatement prepared = connection.prepareStatement("select ? where 'hidden' <> ?");
				CallableStatement call = connection.prepareCall("{call now()}")) {
			prepared.setString(1, "secret");
			assertThat(prepared.toString()).startsWith("LogicalPreparedStatement@").endsWith(": select ? where ? <> ?");
			assertThat(call.toString()).startsWith("LogicalCallableStatement@").endsWith(": {call now()}");
			assertThat(statement.toString()).startsWith("LogicalStatement@").doesNotContain(":");
			statement.execute("select 'hidden', 7 as n");
			assertThat(statement.toString()).endsWith(": select ?, ? as n");
		}
	}

	@Test
	void whatIsClosedRefusesToWork() throws SQLException {
		try (Connection connection = application.connect()) {
			Statement statement = connection.createStatement();
			PreparedStatement prepared = connection.prepareStatement("select 1");
			ResultSet rows = prepared.executeQuery();
			statement.close();
			prepared.close();
			Jdbc.assertFails("55000", () -> statement.execute("select 1"));
			Jdbc.assertFails("55000", statement::getConnection);
			Jdbc.assertFails("55000", prepared::executeQuery);
			Jdbc.assertFails("55000", rows::next);
			assertThat(Jdbc.text(connection, "select 1")).isEqualTo("1");
			ResultSet closed;
			try (Statement open = connection.createStatement()) {
				closed = open.executeQuery("select 1");
				closed.close();
				assertThat(closed.isClosed()).isTrue();
				assertThat(open.getResultSet().isClosed()).isTrue();
			}
		}
		Connection connection = application.connect();
		DatabaseMetaData metaData = connection.getMetaData();
		connection.close();
		assertThat(connection.isValid(5)).isFalse();
		Jdbc.assertFails("08003", connection::createStatement);
		Jdbc.assertFails("08003", () -> connection.prepareStatement("select 1"));
		Jdbc.assertFails("08003", connection::getMetaData);
		Jdbc.assertFails("08003", metaData::getURL);
		Jdbc.assertFails("08003", connection::commit);
		Jdbc.assertFails("08003", connection::rollback);
		Jdbc.assertFails("08003", connection::getAutoCommit);
		Jdbc.assertFails("08003", () -> connection.setAutoCommit(false));
		Jdbc.assertFails("08003", () -> connection.setReadOnly(true));
		Jdbc.assertFails("08003", () -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE));
		Jdbc.assertFails("08003", connection::getWarnings);
		Jdbc.assertFails("08003", connection::getSchema);
		Jdbc.assertFails("08003", () -> connection.unwrap(PgConnection.class));
		Jdbc.assertFails("08003", () -> connection.createArrayOf("text", new Object[0]));
		assertThatExceptionOfType(SQLClientInfoException.class)
			.isThrownBy(() -> connection.setClientInfo("ApplicationName", "x"));
	}

	@Test
	void theNetworkTimeoutIsThatOfTheConnection() throws SQLException {
		int before;
		try (Connection plain = application.pool().getConnection()) {
			before = plain.getNetworkTimeout();
		}
		try (Connection connection = application.connect()) {
			assertThat(connection.getNetworkTimeout()).isEqualTo(before);
			connection.setNetworkTimeout(Runnable::run, 54_321);
			assertThat(connection.getNetworkTimeout()).isEqualTo(54_321);
			for (int i = 0; i < 2; i++) {
				try (Statement statement = connection.createStatement()) {
					assertThat(statement.execute("select 1")).isTrue();
					assertThat(statement.unwrap(PGStatement.class)).isNotNull();
				}
			}
			assertThat(connection.unwrap(PgConnection.class).getNetworkTimeout()).isEqualTo(54_321);
			connection.setNetworkTimeout(Runnable::run, 65_432);
			assertThat(connection.unwrap(PgConnection.class).getNetworkTimeout()).isEqualTo(65_432);
		}
		try (Connection plain = application.pool().getConnection()) {
			assertThat(plain.getNetworkTimeout()).isEqualTo(before);
		}
	}

	private void assertReleased() {
		assertThat(application.ledger().leases().isEmpty()).isEqualTo(this.setUp.releasesAfterTransaction());
	}

}
