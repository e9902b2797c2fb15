package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;

import dev.dbpool.test.Credentials;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What only a session knows keeps the lease on a direct URL, where each logical
 * connection could have had a session of its own.
 */
class LeasePinningIT {

	private static LeasingApplication application;

	@BeforeAll
	static void start() throws SQLException {
		application = SetUp.DIRECT.start();
		application.elsewhere("create schema tenant");
		application.elsewhere("create table item (id int generated always as identity, name text)");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@AfterEach
	void nothingIsHeld() {
		application.awaitNothingLeased();
	}

	static Stream<Arguments> sessionState() {
		return Stream.of(Arguments.of("set work_mem = '7MB'", "SET work_mem", "show work_mem", "7MB"),
				Arguments.of("select set_config('work_mem', '8MB', false)", "SET work_mem", "show work_mem", "8MB"),
				Arguments.of("set role " + Credentials.APPLICATION.username(), "SET role",
						"select current_setting('role')", Credentials.APPLICATION.username()),
				Arguments.of("create temporary table mine as select 7 as id", "a temporary object",
						"select id from mine", "7"),
				Arguments.of("create table pg_temp.mine as select 7 as id", "a temporary object", "select id from mine",
						"7"),
				Arguments.of("select 7 as id into pg_temp.mine", "a temporary object", "select id from mine", "7"),
				Arguments.of("create function pg_temp.mine() returns int language sql as 'select 7'",
						"a temporary object", "select pg_temp.mine()", "7"),
				Arguments.of("listen news", "LISTEN", "select pg_listening_channels()", "news"),
				Arguments.of("select pg_advisory_lock(42)", "an advisory lock", "select pg_advisory_unlock(42)", "t"),
				Arguments.of("prepare plan as select 9", "a prepared statement", "execute plan", "9"));
	}

	@ParameterizedTest
	@MethodSource("sessionState")
	void stateOfTheSessionKeepsTheLease(String sql, String reason, String query, String answer) throws SQLException {
		int backend;
		try (Connection connection = application.connect()) {
			Jdbc.execute(connection, sql);
			assertThat(application.lease().state()).isEqualTo(LeaseState.PINNED);
			assertThat(application.lease().pin()).isEqualTo(reason);
			backend = Jdbc.pid(connection);
			useAllOthers();
			assertThat(Jdbc.pid(connection)).isEqualTo(backend);
			assertThat(Jdbc.text(connection, query)).isEqualTo(answer);
			connection.setAutoCommit(false);
			assertThat(Jdbc.pid(connection)).isEqualTo(backend);
			connection.commit();
			assertThat(application.lease().state()).isEqualTo(LeaseState.PINNED);
		}
		assertThat(application.ledger().leases()).isEmpty();
		application.pool().getHikariPoolMXBean().softEvictConnections();
	}

	@Test
	void preparedAndBatchedSqlKeepsTheLeaseOnceItIsExecuted() throws SQLException {
		try (Connection connection = application.connect()) {
			try (PreparedStatement statement = connection.prepareStatement("set work_mem = '7MB'")) {
				assertThat(application.lease().state()).isEqualTo(LeaseState.PINNED);
				assertThat(application.lease().pin()).isEqualTo("open statement");
				statement.clearParameters();
			}
			assertThat(application.ledger().leases()).isEmpty();
			try (Statement statement = connection.createStatement()) {
				statement.addBatch("set work_mem = '7MB'");
				statement.clearBatch();
				statement.addBatch("delete from item");
				statement.executeBatch();
			}
			assertThat(application.ledger().leases()).isEmpty();
			try (Statement statement = connection.createStatement()) {
				statement.addBatch("set work_mem = '7MB'");
				statement.addBatch("delete from item");
				statement.executeBatch();
			}
			assertThat(application.lease().pin()).isEqualTo("SET work_mem");
			try (Statement statement = connection.createStatement()) {
				statement.execute("reset work_mem");
			}
		}
	}

	@Test
	void notificationsArrive() throws SQLException {
		try (Connection connection = application.connect()) {
			Jdbc.execute(connection, "listen news");
			useAllOthers();
			application.jdbc().execute("notify news, 'hello'");
			PGNotification[] notifications = connection.unwrap(PGConnection.class).getNotifications(60_000);
			assertThat(notifications).singleElement()
				.satisfies((notification) -> assertThat(notification.getParameter()).isEqualTo("hello"));
			Jdbc.execute(connection, "unlisten news");
		}
	}

	@Test
	void anAdvisoryLockIsHeldAndReturned() throws SQLException {
		try (Connection connection = application.connect()) {
			assertThat(Jdbc.text(connection, "select pg_try_advisory_lock(42)")).isEqualTo("t");
			useAllOthers();
			assertThat(application.jdbc().queryForObject("select pg_try_advisory_xact_lock(42)", Boolean.class))
				.isFalse();
			assertThat(Jdbc.text(connection, "select pg_advisory_unlock(42)")).isEqualTo("t");
		}
		assertThat(application.seenElsewhere("select count(*) from pg_locks where locktype = 'advisory' "
				+ "and database = (select oid from pg_database where datname = current_database())"))
			.isEqualTo("0");
	}

	@Test
	void aSchemaIsThatOfTheConnection() throws SQLException {
		try (Connection connection = application.connect(); Connection other = application.connect()) {
			connection.setSchema("tenant");
			assertThat(application.lease().pin()).isEqualTo("schema");
			int backend = Jdbc.pid(connection);
			assertThat(other.getSchema()).isEqualTo("public");
			assertThat(connection.getSchema()).isEqualTo("tenant");
			assertThat(Jdbc.text(connection, "select current_schema()")).isEqualTo("tenant");
			assertThat(Jdbc.pid(connection)).isEqualTo(backend);
			connection.setSchema("public");
		}
	}

	@Test
	void whatTheDriverIsToldOfTheClientKeepsTheLease() throws SQLException {
		try (Connection connection = application.connect(); Connection other = application.connect()) {
			connection.setClientInfo("ApplicationName", "mine");
			assertThat(application.lease().pin()).isEqualTo("client info");
			assertThat(Jdbc.text(other, "show application_name")).isNotEqualTo("mine");
			assertThat(Jdbc.text(connection, "show application_name")).isEqualTo("mine");
			assertThat(connection.getClientInfo("ApplicationName")).isEqualTo("mine");
			connection.setClientInfo("ApplicationName", "direct");
		}
	}

	@Test
	void anObjectOfTheDriverKeepsTheLease() throws SQLException {
		try (Connection connection = application.connect(); Connection other = application.connect()) {
			assertThat(connection.isWrapperFor(PGConnection.class)).isTrue();
			assertThat(application.ledger().leases()).isEmpty();
			PGConnection driver = connection.unwrap(PGConnection.class);
			assertThat(application.lease().pin()).isEqualTo("unwrapped PGConnection");
			assertThat(Jdbc.pid(other)).isNotEqualTo(driver.getBackendPID());
			assertThat(Jdbc.pid(connection)).isEqualTo(driver.getBackendPID());
			connection.setAutoCommit(false);
			assertThat(Jdbc.pid(connection)).isEqualTo(driver.getBackendPID());
			connection.commit();
			assertThat(application.lease().state()).isEqualTo(LeaseState.PINNED);
		}
	}

	@Test
	void anObjectOfTheDriverKeepsTheLeaseBeyondTheTransactionThatItWasUnwrappedIn() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			PGConnection driver = connection.unwrap(PGConnection.class);
			connection.commit();
			assertThat(application.lease().state()).isEqualTo(LeaseState.PINNED);
			useAllOthers();
			assertThat(Jdbc.pid(connection)).isEqualTo(driver.getBackendPID());
		}
	}

	@Test
	void whatIsMadeByTheDriverKeepsTheLeaseAsLongAsItCanBeUsed() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			connection.createArrayOf("text", new String[] { "a" });
			assertThat(application.lease().state()).isEqualTo(LeaseState.IN_TRANSACTION);
			connection.commit();
			assertThat(application.ledger().leases()).isEmpty();
			connection.setAutoCommit(true);
			try (Statement statement = connection.createStatement()) {
				connection.createArrayOf("text", new String[] { "a" });
				assertThat(statement.isClosed()).isFalse();
			}
			assertThat(application.ledger().leases()).isEmpty();
			connection.createArrayOf("text", new String[] { "a" });
			assertThat(application.lease().pin()).isEqualTo("array");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "set local work_mem = '7MB'", "select set_config('work_mem', '8MB', true)",
			"create temporary table mine (id int) on commit drop", "select pg_advisory_xact_lock(42)",
			"set transaction isolation level serializable", "set constraints all deferred",
			"declare rows cursor for select 1", "select 'set role x; listen y'" })
	void whatEndsWithTheTransactionDoesNotKeepTheLease(String sql) throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			Jdbc.execute(connection, sql);
			assertThat(application.lease().state()).isEqualTo(LeaseState.IN_TRANSACTION);
			assertThat(application.lease().pin()).isNull();
			connection.commit();
			assertThat(application.ledger().leases()).isEmpty();
		}
	}

	/**
	 * As documented: it answers for whoever used the physical connection last. That is
	 * why leases do not end with the transaction by default on a direct URL.
	 */
	@Test
	void lastvalInAutoCommitModeMayAnswerForSomebodyElseButNotInATransaction() throws SQLException {
		try (LeasingApplication one = SetUp.DIRECT.start(application.database(), 1);
				Connection connection = one.connect();
				Connection other = one.connect()) {
			String insert = "insert into item (name) values ('a') returning id";
			String mine = Jdbc.text(connection, insert);
			String others = Jdbc.text(other, insert);
			assertThat(Jdbc.text(connection, "select lastval()")).isEqualTo(others).isNotEqualTo(mine);
			connection.setAutoCommit(false);
			mine = Jdbc.text(connection, insert);
			assertThat(Jdbc.text(connection, "select lastval()")).isEqualTo(mine);
			connection.commit();
		}
	}

	/**
	 * It would not help: the session behind the pooler changes all the same.
	 */
	@Test
	void behindAPoolerNothingIsPinnedByItsSqlOrItsSchema() throws SQLException {
		try (LeasingApplication pooled = SetUp.POOLED.start(application.database(), 1);
				Connection connection = pooled.connect()) {
			connection.setSchema("tenant");
			assertThat(connection.getSchema()).isEqualTo("tenant");
			assertThat(pooled.ledger().leases()).isEmpty();
			connection.setSchema(null);
			Jdbc.execute(connection, "set work_mem = '7MB'");
			assertThat(pooled.ledger().leases()).isEmpty();
			Jdbc.assertFails("25P01", connection::commit);
		}
	}

	/**
	 * Leases every connection that is free, and does something on it.
	 */
	private static void useAllOthers() throws SQLException {
		Connection[] others = new Connection[SetUp.SIZE - 1];
		for (int i = 0; i < others.length; i++) {
			others[i] = application.connect();
			others[i].setAutoCommit(false);
			Jdbc.execute(others[i], "select 1");
		}
		for (Connection other : others) {
			other.close();
		}
	}

}
