package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import dev.dbpool.TestDatabase;
import dev.dbpool.test.Credentials;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One physical connection for all, so that each lease gets the one that the lease before
 * has left; transactions are repeatable read unless they ask for another level; and
 * Hikari's {@code auto-commit} is off.
 */
@ParameterizedClass
@EnumSource
class LeasePoolOfOneIT {

	private static final String ISOLATION = "select current_setting('transaction_isolation')";

	private static final String COUNT = "select count(*) from item";

	private static final String INSERT = "insert into item values (1)";

	private static LeasingApplication application;

	@Parameter
	SetUp setUp;

	@BeforeParameterizedClassInvocation
	static void start(SetUp setUp) throws SQLException {
		TestDatabase database = TestDatabase.create();
		database.fixture()
			.execute("alter role " + Credentials.APPLICATION.username() + " in database " + database.name()
					+ " set default_transaction_isolation = 'repeatable read'");
		application = setUp.start(database, 1, "spring.datasource.hikari.auto-commit=false");
		application.elsewhere("create table item (id int)");
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		application.close();
	}

	@BeforeEach
	void clear() throws SQLException {
		application.elsewhere("truncate item");
	}

	@AfterEach
	void nothingIsHeld() {
		application.awaitNothingLeased();
	}

	@Test
	void connectionsBeginAsThePoolIsSet() throws SQLException {
		try (Connection connection = application.connect()) {
			assertThat(connection.getAutoCommit()).isFalse();
			assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_REPEATABLE_READ);
			Jdbc.execute(connection, INSERT);
			assertThat(application.lease().state()).isEqualTo(LeaseState.IN_TRANSACTION);
			assertThat(application.seenElsewhere(COUNT)).isEqualTo("0");
			connection.commit();
			assertThat(application.seenElsewhere(COUNT)).isEqualTo("1");
			Jdbc.execute(connection, INSERT);
		}
		assertThat(application.seenElsewhere(COUNT)).isEqualTo("1");
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(true);
			Jdbc.execute(connection, INSERT);
		}
		assertThat(application.seenElsewhere(COUNT)).isEqualTo("2");
	}

	@Test
	void theRolesIsolationIsTheDefaultAndAnyOtherIsApplied() throws SQLException {
		try (Connection connection = application.connect()) {
			assertThat(Jdbc.text(connection, ISOLATION)).isEqualTo("repeatable read");
			connection.rollback();
			connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			for (int i = 0; i < 2; i++) {
				assertThat(Jdbc.text(connection, ISOLATION)).isEqualTo("read committed");
				connection.rollback();
			}
			connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
			assertThat(Jdbc.text(connection, ISOLATION)).isEqualTo("repeatable read");
			connection.rollback();
			connection.setTransactionIsolation(Connection.TRANSACTION_READ_UNCOMMITTED);
			assertThat(Jdbc.text(connection, ISOLATION)).isEqualTo("read uncommitted");
		}
		assertThat(application.seenByTheNext(ISOLATION)).containsExactly("repeatable read");
		TransactionTemplate readCommitted = application.transaction();
		readCommitted.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
		readCommitted
			.executeWithoutResult((status) -> assertThat(application.jdbc().queryForObject(ISOLATION, String.class))
				.isEqualTo("read committed"));
		assertThat(application.seenByTheNext(ISOLATION)).containsExactly("repeatable read");
	}

	@Test
	void twoConnectionsTakeTurnsTransactionByTransaction() throws SQLException {
		if (!this.setUp.releasesAfterTransaction()) {
			return;
		}
		try (Connection one = application.connect(); Connection other = application.connect()) {
			one.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			other.setReadOnly(true);
			for (int i = 0; i < 5; i++) {
				Jdbc.execute(one, INSERT);
				assertThat(Jdbc.text(one, ISOLATION)).isEqualTo("serializable");
				one.commit();
				assertThat(Jdbc.text(other, COUNT)).isEqualTo(String.valueOf(i + 1));
				assertThat(Jdbc.text(other, ISOLATION)).isEqualTo("repeatable read");
				Jdbc.assertFails("25006", () -> Jdbc.execute(other, INSERT));
				other.rollback();
			}
		}
		assertThat(application.seenElsewhere(COUNT)).isEqualTo("5");
	}

	/**
	 * Spring does this after each transaction, while the physical connection may be in
	 * somebody else's already.
	 */
	@Test
	void whatSomebodyElseDoesOnThePhysicalConnectionIsOfNoConcern() throws SQLException {
		if (!this.setUp.releasesAfterTransaction()) {
			return;
		}
		try (Connection one = application.connect(); Connection other = application.connect()) {
			Statement statement = one.createStatement();
			ResultSet rows = statement.executeQuery(COUNT);
			statement.close();
			one.commit();
			Jdbc.execute(other, INSERT);
			one.setAutoCommit(true);
			one.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			one.setReadOnly(true);
			assertThat(one).asString().doesNotContain("leasing");
			// A mistake, but nothing is lost by it.
			Jdbc.assertFails("55000", rows::next);
			other.commit();
			one.setAutoCommit(false);
			assertThat(Jdbc.text(one, ISOLATION)).isEqualTo("serializable");
			one.rollback();
			one.setAutoCommit(true);
			assertThat(Jdbc.text(one, COUNT)).isEqualTo("1");
		}
	}

}
