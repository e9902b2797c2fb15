package dev.dbpool.lease;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;

import javax.sql.rowset.serial.SerialBlob;
import javax.sql.rowset.serial.SerialClob;

import dev.dbpool.Load;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;
import org.postgresql.PGResultSetMetaData;
import org.postgresql.jdbc.PgStatement;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Isolation and read-only are those of the transactions that ask for them, of all of
 * these, and of no others.
 */
@ParameterizedClass
@EnumSource
class LeaseIsolationIT {

	private static final String ISOLATION = "select current_setting('transaction_isolation')";

	private static final String ISOLATION_VALUE = "current_setting('transaction_isolation')";

	private static final String NAMES = "select string_agg(name, ' ' order by name) from item";

	private static LeasingApplication application;

	@Parameter
	SetUp setUp;

	@BeforeParameterizedClassInvocation
	static void start(SetUp setUp) throws SQLException {
		application = setUp.start();
		application.elsewhere("create table item (name text unique deferrable initially deferred)");
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
	void isolationIsThatOfTheTransactionThatAsksForIt() throws SQLException {
		JdbcTemplate jdbc = application.jdbc();
		TransactionTemplate ordinary = application.transaction();
		TransactionTemplate serializable = application.transaction();
		serializable.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
		for (int i = 0; i < 3; i++) {
			serializable.executeWithoutResult(
					(status) -> assertThat(jdbc.queryForObject(ISOLATION, String.class)).isEqualTo("serializable"));
			assertThat(application.seenByTheNext(ISOLATION)).hasSize(SetUp.SIZE).containsOnly("read committed");
			ordinary.executeWithoutResult(
					(status) -> assertThat(jdbc.queryForObject(ISOLATION, String.class)).isEqualTo("read committed"));
			assertThat(jdbc.queryForObject(ISOLATION, String.class)).isEqualTo("read committed");
		}
	}

	@Test
	void isolationOfAConnectionHoldsForAllOfItsTransactionsAndNobodyElses() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
			connection.setAutoCommit(false);
			for (int i = 0; i < 3; i++) {
				assertThat(Jdbc.text(connection, ISOLATION)).isEqualTo("repeatable read");
				connection.commit();
			}
			assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_REPEATABLE_READ);
			connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			assertThat(Jdbc.text(connection, ISOLATION)).isEqualTo("read committed");
			connection.rollback();
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			assertThat(Jdbc.text(connection, ISOLATION)).isEqualTo("serializable");
		}
		assertThat(application.seenByTheNext(ISOLATION)).containsOnly("read committed");
	}

	/**
	 * Whatever the transaction begins with, and however the one before has ended.
	 */
	@Test
	void isolationHoldsHoweverTheTransactionBegins() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			connection.setAutoCommit(false);
			assertThat(connection.getSchema()).isEqualTo("public");
			assertThat(Jdbc.text(connection, ISOLATION)).isEqualTo("serializable");
			connection.commit();
			assertThat(connection.isValid(5)).isTrue();
			assertThat(Jdbc.text(connection, ISOLATION)).isEqualTo("serializable");
			Jdbc.execute(connection, "commit");
			assertThat(Jdbc.text(connection, ISOLATION)).isEqualTo("serializable");
			connection.commit();
			connection.setSavepoint();
			assertThat(Jdbc.text(connection, ISOLATION)).isEqualTo("serializable");
			connection.rollback();
			connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy item from stdin", new StringReader("a\n"));
			assertThat(Jdbc.text(connection, ISOLATION)).isEqualTo("serializable");
		}
		catch (java.io.IOException ex) {
			throw new SQLException(ex);
		}
		assertThat(application.seenByTheNext(ISOLATION)).containsOnly("read committed");
	}

	@Test
	void isolationHoldsWhereTheDriverExecutesByItself() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			connection.setAutoCommit(false);
			try (PreparedStatement statement = connection.prepareStatement("select name from item")) {
				assertThat(statement.getMetaData().isAutoIncrement(1)).isFalse();
				assertThat(statement.getParameterMetaData().getParameterCount()).isZero();
				assertThat(statement.execute()).isTrue();
			}
			assertThat(Jdbc.text(connection, ISOLATION)).isEqualTo("serializable");
			connection.rollback();
			try (Statement statement = connection.createStatement();
					ResultSet rows = statement.unwrap(PgStatement.class).executeQuery(ISOLATION)) {
				assertThat(rows.next()).isTrue();
				assertThat(rows.getString(1)).isEqualTo("serializable");
			}
			connection.rollback();
		}
	}

	/**
	 * The driver begins a transaction for a large object, and looks up types, before the
	 * first statement is executed.
	 */
	@Test
	void isolationHoldsWhereAParameterMakesTheDriverExecute() throws SQLException {
		List<Setter> setters = List.of((statement) -> statement.setBlob(1, bytes()),
				(statement) -> statement.setBlob(1, bytes(), 3),
				(statement) -> statement.setBlob(1, new SerialBlob(new byte[] { 1 })),
				(statement) -> statement.setClob(1, new SerialClob(new char[] { 'a' })),
				(statement) -> statement.setObject(1, bytes(), Types.BLOB),
				(statement) -> statement.setObject(1, new SerialBlob(new byte[] { 1 })),
				(statement) -> statement.setObject(1, new SerialBlob(new byte[] { 1 }), Types.BLOB, 0),
				(statement) -> statement.setObject(1, new SerialClob(new char[] { 'a' }), Types.CLOB));
		try (Connection connection = application.connect()) {
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			connection.setAutoCommit(false);
			for (Setter setter : setters) {
				try (PreparedStatement statement = connection.prepareStatement("select ?::oid, " + ISOLATION_VALUE)) {
					setter.set(statement);
					try (ResultSet rows = statement.executeQuery()) {
						assertThat(rows.next()).isTrue();
						assertThat(rows.getString(2)).isEqualTo("serializable");
					}
				}
				connection.rollback();
			}
		}
	}

	private static InputStream bytes() {
		return new ByteArrayInputStream(new byte[] { 1, 2, 3 });
	}

	/**
	 * The driver looks for the key of the table as soon as a row is to be changed.
	 */
	@Test
	void isolationHoldsWhereRowsOfAnEarlierTransactionAreChanged() throws SQLException {
		application.elsewhere("insert into item values ('a')");
		application.elsewhere("create table if not exists keyed (id int primary key)");
		application.elsewhere("truncate keyed");
		application.elsewhere("insert into keyed values (1)");
		try (Connection connection = application.connect()) {
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE,
					ResultSet.CONCUR_UPDATABLE); ResultSet rows = statement.executeQuery("select id from keyed")) {
				assertThat(rows.next()).isTrue();
				connection.commit();
				rows.updateInt(1, 2);
				assertThat(Jdbc.text(connection, ISOLATION)).isEqualTo("serializable");
				rows.updateRow();
				connection.commit();
			}
		}
		assertThat(application.seenElsewhere("select id from keyed")).isEqualTo("2");
	}

	/**
	 * The driver asks for each table once on each connection.
	 */
	@Test
	void metadataOfAResultNeverAsksOnAConnectionOfAnotherBorrower() throws SQLException {
		for (int i = 0; i < 4; i++) {
			application.elsewhere("create table described_%d_%s as select 1 as id".formatted(i, this.setUp));
		}
		try (Connection connection = application.connect(); Connection stranger = application.connect()) {
			for (int i = 0; i < 4; i++) {
				ResultSetMetaData metaData;
				try (Statement statement = connection.createStatement();
						ResultSet rows = statement
							.executeQuery("select id from described_%d_%s".formatted(i, this.setUp))) {
					metaData = rows.getMetaData();
				}
				stranger.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
				stranger.setAutoCommit(false);
				try (Statement statement = stranger.createStatement()) {
					// It has its physical connection, and nothing was sent.
					Assertions.catchThrowable(() -> metaData.isAutoIncrement(1));
					Assertions.catchThrowable(() -> metaData.getTableName(1));
					assertThat(metaData.getColumnLabel(1)).isEqualTo("id");
					assertThat(statement.execute(ISOLATION)).isTrue();
				}
				assertThat(stranger.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
				stranger.commit();
			}
		}
	}

	@Test
	void metadataOfAResultIsAnsweredWhileItIsOpen() throws SQLException {
		try (Connection connection = application.connect();
				PreparedStatement statement = connection.prepareStatement("select name from item")) {
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			connection.setAutoCommit(false);
			for (int i = 0; i < 2; i++) {
				try (ResultSet rows = statement.executeQuery()) {
					connection.commit();
					assertThat(rows.getMetaData().getTableName(1)).isEqualTo("item");
					assertThat(rows.getMetaData().getColumnTypeName(1)).isEqualTo("text");
					assertThat(rows.getMetaData().unwrap(PGResultSetMetaData.class).getBaseColumnName(1))
						.isEqualTo("name");
					assertThat(Jdbc.text(connection, ISOLATION)).isEqualTo("serializable");
				}
				connection.rollback();
			}
		}
	}

	/**
	 * Whatever SQL has set, the server knows it.
	 */
	@Test
	void aTransactionTellsTheLevelThatItHasAndNoOtherConnectionLearnsIt() throws SQLException {
		try (Connection connection = application.connect(); Connection other = application.connect()) {
			connection.setAutoCommit(false);
			Jdbc.execute(connection, "set transaction isolation level serializable");
			assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
			assertThat(other.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
			connection.rollback();
			assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
			Jdbc.execute(connection, "set local search_path = pg_catalog");
			assertThat(connection.getSchema()).isEqualTo("pg_catalog");
			connection.rollback();
			assertThat(connection.getSchema()).isEqualTo("public");
			connection.rollback();
		}
	}

	/**
	 * As documented: there is no transaction to tell, and the session is not ours.
	 */
	@Test
	void aStatementInAutoCommitModeHasTheSessionsIsolation() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
			assertThat(Jdbc.text(connection, ISOLATION))
				.isEqualTo(this.setUp.releasesAfterTransaction() ? "read committed" : "serializable");
		}
		assertThat(application.seenByTheNext(ISOLATION)).containsOnly("read committed");
	}

	@Test
	void isolationCanBeChangedUntilTheTransactionHasBegun() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			assertThat(connection.unwrap(PGConnection.class).getPreferQueryMode()).isNotNull();
			connection.createArrayOf("text", new String[] { "a" });
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			connection.setReadOnly(true);
			assertThat(Jdbc.text(connection, ISOLATION)).isEqualTo("serializable");
			Jdbc.assertFails("25001", () -> connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED));
			Jdbc.assertFails("25001", () -> connection.setReadOnly(false));
			Jdbc.assertFails("25006", () -> Jdbc.execute(connection, "insert into item values ('a')"));
			connection.rollback();
			connection.setReadOnly(false);
			connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			assertThat(Jdbc.text(connection, ISOLATION)).isEqualTo("read committed");
		}
	}

	@Test
	void readOnlyTransactionsRefuseToWriteAndTheNextOneDoesNot() throws SQLException {
		TransactionTemplate readOnly = application.transaction();
		readOnly.setReadOnly(true);
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> readOnly
				.executeWithoutResult((status) -> application.jdbc().update("insert into item values ('a')")))
			.satisfies((ex) -> assertThat(Load.sqlState(ex)).isEqualTo("25006"));
		application.transaction()
			.executeWithoutResult((status) -> application.jdbc().update("insert into item values ('b')"));
		try (Connection connection = application.connect()) {
			connection.setReadOnly(true);
			connection.setAutoCommit(false);
			for (int i = 0; i < 2; i++) {
				Jdbc.assertFails("25006", () -> Jdbc.execute(connection, "insert into item values ('c')"));
				connection.rollback();
				assertThat(connection.isReadOnly()).isTrue();
			}
			connection.setReadOnly(false);
			Jdbc.execute(connection, "insert into item values ('d')");
			connection.commit();
			connection.setReadOnly(true);
		}
		assertThat(application.seenElsewhere(NAMES)).isEqualTo("b d");
		assertThat(application.seenByTheNext("show transaction_read_only")).containsOnly("off");
	}

	@FunctionalInterface
	private interface Setter {

		void set(PreparedStatement statement) throws SQLException;

	}

}
