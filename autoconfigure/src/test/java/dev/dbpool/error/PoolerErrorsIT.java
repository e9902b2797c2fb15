package dev.dbpool.error;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import dev.dbpool.Borrowed;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.test.Address;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.LocalPooler;
import dev.dbpool.test.LocalPostgres;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What servers and poolers really say: first as the driver throws it, then explained.
 */
class PoolerErrorsIT {

	private final TestDatabase database = TestDatabase.create();

	@Test
	void noMoreConnectionsAllowed() throws SQLException {
		try (Pooler pooler = start(PoolerOptions.transactionMode(2).with("max_client_conn", "1"));
				Connection only = connect(pooler.address(), "")) {
			assertThat(only.isValid(1)).isTrue();
			assertTold(() -> connect(pooler.address(), ""), "08P01",
					"FATAL: no more connections allowed (max_client_conn)", KnownError.POOLER_FULL);
		}
	}

	@Test
	void queryWaitTimeout() throws SQLException {
		try (Pooler pooler = start(PoolerOptions.transactionMode(1).with("query_wait_timeout", "1"));
				Connection one = connect(pooler.address(), "");
				Connection other = connect(pooler.address(), "")) {
			begin(one);
			assertTold(() -> begin(other), "08P01", "FATAL: query_wait_timeout", KnownError.QUEUED_TOO_LONG);
			assertTold(() -> connect(pooler.address(), ""), "08P01", "FATAL: query_wait_timeout",
					KnownError.QUEUED_TOO_LONG);
		}
	}

	/**
	 * The pooler lets a client in that it has no server for; it is the first statement
	 * that fails. The client that finds it out times out.
	 */
	@Test
	void serverLoginHasBeenFailing() throws SQLException {
		LocalPostgres server = LocalPostgres.start(Map.of());
		try (Pooler pooler = LocalPooler.start(server.address(),
				PoolerOptions.transactionMode(1).with("query_wait_timeout", "1"))) {
			query(pooler.address());
			server.close();
			Awaitility.await()
				.until(() -> catchThrowableOfType(SQLException.class, () -> query(pooler.address())).getMessage(),
						(message) -> message.contains("server login"));
			assertTold(() -> query(pooler.address()), "08P01",
					"FATAL: server login has been failing, try again later (server_login_retry)",
					KnownError.LOGIN_FAILING);
		}
	}

	private static void query(Address address) throws SQLException {
		try (Connection connection = connect(address, "postgres", Credentials.APPLICATION)) {
			begin(connection);
		}
	}

	@Test
	void unsupportedStartupParameter() {
		try (Pooler pooler = start(PoolerOptions.transactionMode(1))) {
			assertTold(() -> connect(pooler.address(), "?currentSchema=chat"), "08P01",
					"FATAL: unsupported startup parameter: search_path", KnownError.STARTUP_PARAMETER);
			// A newer one says: unsupported startup parameter in options: work_mem
			SQLException error = catchThrowableOfType(SQLException.class,
					() -> connect(pooler.address(), "?options=-c%20work_mem=64MB"));
			assertThat(KnownError.of(error)).isEqualTo(KnownError.STARTUP_PARAMETER);
		}
	}

	@Test
	void wrongLogin() {
		Credentials wrong = new Credentials(Credentials.APPLICATION.username(), "wrong");
		try (Pooler pooler = start(PoolerOptions.transactionMode(1))) {
			assertTold(() -> connect(pooler.address(), this.database.name(), wrong), "08P01",
					"FATAL: SASL authentication failed", KnownError.AUTHENTICATION);
			assertTold(() -> connect(pooler.address(), this.database.name(), new Credentials("nobody", "wrong")),
					"08P01", "FATAL: no such user", KnownError.UNKNOWN_USER);
		}
		assertTold(() -> connect(PgFixture.get().postgres(), this.database.name(), wrong), "28P01",
				"FATAL: password authentication failed for user \"app\"", KnownError.AUTHENTICATION);
	}

	@Test
	void transactionsInStatementMode() throws SQLException {
		PoolerOptions options = new PoolerOptions(Map.of("pool_mode", "statement", "default_pool_size", "1"), Map.of());
		try (Pooler pooler = start(options); Connection connection = connect(pooler.address(), "")) {
			assertTold(() -> begin(connection), "08P01",
					"FATAL: transaction blocks not allowed in statement pooling mode", KnownError.STATEMENT_MODE);
		}
	}

	@Test
	void preparedStatements() throws SQLException {
		try (Pooler pooler = PgFixture.get().startPoolerWithoutTracking(PoolerOptions.transactionMode(1));
				Connection one = connect(pooler.address(), "?prepareThreshold=1");
				Connection other = connect(pooler.address(), "?prepareThreshold=1")) {
			prepare(one, "select 1");
			assertTold(() -> prepare(other, "select 2"), "42P05", "ERROR: prepared statement \"S_1\" already exists",
					KnownError.PREPARED_STATEMENT);
		}
	}

	@Test
	void cachedPlan() throws SQLException {
		try (Connection connection = connect(PgFixture.get().postgres(), "?prepareThreshold=1");
				Connection migration = connect(PgFixture.get().postgres(), "");
				Statement statement = migration.createStatement()) {
			statement.execute("create table note (id int)");
			connection.setAutoCommit(false);
			prepare(connection, "select * from note");
			connection.commit();
			statement.execute("alter table note add text text");
			assertTold(() -> prepare(connection, "select * from note"), "0A000",
					"ERROR: cached plan must not change result type", KnownError.CACHED_PLAN);
		}
	}

	@Test
	void idleForTooLong() throws SQLException {
		PoolerOptions options = PoolerOptions.transactionMode(1)
			.with("client_idle_timeout", "1")
			.with("idle_transaction_timeout", "1");
		try (Pooler pooler = start(options)) {
			Connection idle = connect(pooler.address(), "");
			Connection inTransaction = connect(pooler.address(), "");
			begin(inTransaction);
			Awaitility.await().until(() -> pooler.show("CLIENTS").stream().noneMatch(this::isOurs));
			assertTold(() -> idle.createStatement().execute("select 1"), "08P01", "FATAL: client_idle_timeout",
					KnownError.CLIENT_IDLE);
			assertTold(() -> inTransaction.createStatement().execute("select 1"), "08P01",
					"FATAL: idle transaction timeout", KnownError.IDLE_IN_TRANSACTION);
		}
	}

	private boolean isOurs(Map<String, String> client) {
		return this.database.name().equals(client.get("database"));
	}

	/**
	 * A pooler relays what the server says, with another SQLSTATE.
	 */
	@Test
	void theServerIsFull() throws SQLException {
		List<Connection> held = new ArrayList<>();
		try (LocalPostgres server = LocalPostgres.start(Map.of("max_connections", "6", "max_wal_senders", "0"));
				Pooler pooler = LocalPooler.start(server.address(), PoolerOptions.transactionMode(1))) {
			String reserved = "FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute";
			assertTold(() -> connectForEver(held, server, Credentials.APPLICATION), "53300", reserved,
					KnownError.SLOTS_RESERVED);
			assertTold(() -> connect(pooler.address(), "postgres", Credentials.APPLICATION), "08P01", reserved,
					KnownError.SLOTS_RESERVED);
			assertTold(() -> connectForEver(held, server, Credentials.SUPERUSER), "53300",
					"FATAL: sorry, too many clients already", KnownError.SERVER_FULL);
			for (Connection connection : held) {
				connection.close();
			}
		}
	}

	private static void connectForEver(List<Connection> held, LocalPostgres server, Credentials credentials)
			throws SQLException {
		while (true) {
			held.add(connect(server.address(), "postgres", credentials));
		}
	}

	@Test
	void connectionLimits() {
		PgFixture fixture = PgFixture.get();
		Credentials limited = new Credentials("limited_" + this.database.name(), "hidden");
		fixture.execute("create role " + limited.username() + " login password 'hidden' connection limit 0");
		assertTold(() -> connect(fixture.postgres(), this.database.name(), limited), "53300",
				"FATAL: too many connections for role \"" + limited.username() + "\"", KnownError.ROLE_FULL);
		fixture.execute("alter database " + this.database.name() + " connection limit 0");
		assertTold(() -> connect(fixture.postgres(), ""), "53300",
				"FATAL: too many connections for database \"" + this.database.name() + "\"", KnownError.DATABASE_FULL);
	}

	/**
	 * The pool asks for connections behind a borrower's back; what it was told comes with
	 * the time-out.
	 */
	@Test
	void aBorrowerThatTimesOutReadsWhy() throws SQLException {
		try (Pooler pooler = start(PoolerOptions.transactionMode(2).with("max_client_conn", "1"))) {
			assertThat(traceOfTimeout(this.database.properties(pooler))).contains("Connection is not available",
					"FATAL: no more connections allowed (max_client_conn)", "Suppressed: dev.dbpool.error.PoolerHint: "
							+ KnownError.POOLER_FULL.happened() + " " + KnownError.POOLER_FULL.action());
		}
	}

	@Test
	void withoutTheStarterABorrowerDoesNot() throws SQLException {
		try (Pooler pooler = start(PoolerOptions.transactionMode(2).with("max_client_conn", "1"))) {
			assertThat(traceOfTimeout("db-pool.enabled=false",
					"spring.datasource.url=" + pooler.address().jdbcUrl(this.database.name()),
					"spring.datasource.username=" + Credentials.APPLICATION.username(),
					"spring.datasource.password=" + Credentials.APPLICATION.password(),
					"spring.datasource.hikari.maximum-pool-size=2", "spring.datasource.hikari.connectiontimeout=1000"))
				.contains("Connection is not available", "FATAL: no more connections allowed (max_client_conn)")
				.doesNotContain("Suppressed");
		}
	}

	private static String traceOfTimeout(String... properties) throws SQLException {
		String[] small = { "db-pool.size=1", "db-pool.max-overflow=1", "db-pool.timeout=1" };
		try (ConfigurableApplicationContext context = TestApplication.start(TestApplication.class,
				TestDatabase.with(TestDatabase.with(properties, small), TestApplication.WITHOUT_JPA))) {
			DataSource dataSource = context.getBean(DataSource.class);
			try (Borrowed only = Borrowed.from(dataSource)) {
				assertThat(only.statement().isClosed()).isFalse();
				StringWriter trace = new StringWriter();
				catchThrowableOfType(SQLTransientConnectionException.class, () -> Borrowed.from(dataSource))
					.printStackTrace(new PrintWriter(trace, true));
				return trace.toString();
			}
		}
	}

	private static void assertTold(ThrowingCallable call, String sqlState, String message, KnownError known) {
		SQLException error = catchThrowableOfType(SQLException.class, call);
		assertThat(error.getMessage()).isEqualTo(message);
		assertThat(error.getSQLState()).isEqualTo(sqlState);
		assertThat(error.getSuppressed()).isEmpty();
		assertThat(KnownError.of(error)).isEqualTo(known);
		assertThat(PoolerErrors.explained(error).getSuppressed()).singleElement()
			.hasToString("dev.dbpool.error.PoolerHint: " + known.happened() + " " + known.action());
	}

	private static Pooler start(PoolerOptions options) {
		return PgFixture.get().startPooler(options);
	}

	private static void begin(Connection connection) throws SQLException {
		connection.setAutoCommit(false);
		try (Statement statement = connection.createStatement()) {
			statement.execute("select 1");
		}
	}

	private static void prepare(Connection connection, String sql) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			statement.execute();
		}
	}

	private Connection connect(Address address, String parameters) throws SQLException {
		return connect(address, this.database.name() + parameters, Credentials.APPLICATION);
	}

	private static Connection connect(Address address, String database, Credentials credentials) throws SQLException {
		return DriverManager.getConnection(address.jdbcUrl(database), credentials.username(), credentials.password());
	}

}
