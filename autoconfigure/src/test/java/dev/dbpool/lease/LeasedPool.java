package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.Waiting;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application whose leases end with the transaction unless told otherwise, on a
 * database of its own.
 */
final class LeasedPool implements AutoCloseable {

	/**
	 * For how long after its return Hikari takes a connection to be alive.
	 */
	static final String ALIVE_BYPASS = "com.zaxxer.hikari.aliveBypassWindowMs";

	private final TestDatabase database = TestDatabase.create();

	private final @Nullable Pooler pooler;

	private final ConfigurableApplicationContext context;

	private LeasedPool(Route route, String... properties) {
		this.pooler = (route != Route.DIRECT) ? this.database.fixture().startPooler(PoolerOptions.transactionMode(20))
				: null;
		List<String> all = new ArrayList<>(
				List.of((this.pooler != null) ? this.database.properties(this.pooler) : this.database.properties()));
		all.addAll(List.of(TestApplication.WITHOUT_JPA, "db-pool.max-overflow=0"));
		all.addAll(List.of(properties));
		if (all.stream().noneMatch((property) -> property.startsWith("db-pool.lease.release="))) {
			all.add("db-pool.lease.release=after-transaction");
		}
		this.context = TestApplication.start(TestApplication.class, all.toArray(String[]::new));
	}

	/**
	 * Starts one that believes its connections to be alive, as Hikari does for half a
	 * second: so what was killed is found by who uses it.
	 */
	static LeasedPool trusting(Route route, int size, String... properties) {
		return start("3600000", route, size, properties);
	}

	/**
	 * Starts one that validates a connection whenever it is borrowed.
	 */
	static LeasedPool validating(Route route, int size, String... properties) {
		return start("0", route, size, properties);
	}

	/**
	 * Starts one as users have it.
	 */
	static LeasedPool start(Route route, int size, String... properties) {
		return new LeasedPool(route, TestDatabase.with(properties, "db-pool.size=" + size));
	}

	private static LeasedPool start(String aliveBypass, Route route, int size, String... properties) {
		System.setProperty(ALIVE_BYPASS, aliveBypass);
		try {
			LeasedPool pool = start(route, size, properties);
			// Hikari reads it when it starts.
			pool.jdbc().execute("select 1");
			return pool;
		}
		finally {
			System.clearProperty(ALIVE_BYPASS);
		}
	}

	DataSource dataSource() {
		return this.context.getBean(DataSource.class);
	}

	Connection connection() throws SQLException {
		return dataSource().getConnection();
	}

	JdbcTemplate jdbc() {
		return new JdbcTemplate(dataSource());
	}

	LeaseLedger ledger() {
		return leasing().ledger();
	}

	HikariDataSource hikari() {
		try {
			return dataSource().unwrap(HikariDataSource.class);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private LeasingDataSource leasing() {
		try {
			return dataSource().unwrap(LeasingDataSource.class);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	TestDatabase database() {
		return this.database;
	}

	@Nullable Pooler pooler() {
		return this.pooler;
	}

	/**
	 * Counts rows past the pool.
	 */
	int rows(String table) {
		try (Connection connection = this.database.connect();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select count(*) from " + table)) {
			rows.next();
			return rows.getInt(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Kills a session of the server, and waits until nobody has it any more.
	 */
	void kill(int pid) {
		this.database.fixture().execute("select pg_terminate_backend(" + pid + ")");
		Waiting.await().until(() -> this.database.sessions().stream().noneMatch((session) -> session.pid() == pid));
		if (this.pooler != null) {
			Waiting.await()
				.until(() -> this.pooler.show("SERVERS")
					.stream()
					.noneMatch((server) -> server.get("remote_pid").equals(String.valueOf(pid))));
		}
	}

	/**
	 * Checks that nobody holds a connection, and that all of them work.
	 */
	void assertIsWhole() throws SQLException {
		assertThat(ledger().leases()).isEmpty();
		assertThat(ledger().waiting()).isZero();
		assertThat(hikari().getHikariPoolMXBean().getActiveConnections()).isZero();
		List<Connection> connections = new ArrayList<>();
		try {
			for (int i = 0; i < hikari().getMaximumPoolSize(); i++) {
				Connection connection = connection();
				connections.add(connection);
				connection.setAutoCommit(false);
				use(connection);
			}
			assertThat(ledger().leases()).hasSize(hikari().getMaximumPoolSize());
		}
		finally {
			for (Connection connection : connections) {
				connection.close();
			}
		}
		assertThat(ledger().leases()).isEmpty();
	}

	/**
	 * The first uses may find connections that were killed while they were idle.
	 */
	private void use(Connection connection) throws SQLException {
		for (int i = hikari().getMaximumPoolSize(); i >= 0; i--) {
			try {
				execute(connection, "select 1");
				return;
			}
			catch (SQLException ex) {
				if (i == 0) {
					throw ex;
				}
				connection.rollback();
			}
		}
	}

	static int pid(Connection connection) throws SQLException {
		return Integer.parseInt(text(connection, "select pg_backend_pid()"));
	}

	static String text(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
			rows.next();
			return rows.getString(1);
		}
	}

	static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	@Override
	public void close() {
		this.context.close();
		if (this.pooler != null) {
			this.pooler.close();
		}
	}

}
