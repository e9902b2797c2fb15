package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.Waiting;
import dev.dbpool.test.Pooler;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application whose pool leases its connections. {@link SetUp} starts it.
 */
final class LeasingApplication implements AutoCloseable {

	private final TestDatabase database;

	private final @Nullable Pooler pooler;

	private final ConfigurableApplicationContext context;

	LeasingApplication(TestDatabase database, @Nullable Pooler pooler, Class<?> configuration, String... properties) {
		this.database = database;
		this.pooler = pooler;
		this.context = TestApplication.start(configuration,
				TestDatabase.with((pooler != null) ? database.properties(pooler) : database.properties(), properties));
	}

	/**
	 * Opens a logical connection.
	 */
	Connection connect() throws SQLException {
		return dataSource().getConnection();
	}

	DataSource dataSource() {
		return this.context.getBean(DataSource.class);
	}

	JdbcTemplate jdbc() {
		return new JdbcTemplate(dataSource());
	}

	TransactionTemplate transaction() {
		return new TransactionTemplate(new JdbcTransactionManager(dataSource()));
	}

	HikariDataSource pool() {
		return unwrap(HikariDataSource.class);
	}

	LeaseLedger ledger() {
		return unwrap(LeasingDataSource.class).ledger();
	}

	<T> T unwrap(Class<T> type) {
		try {
			return dataSource().unwrap(type);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Returns the one lease that there is.
	 */
	LeaseSnapshot lease() {
		assertThat(ledger().leases()).hasSize(1);
		return ledger().leases().get(0);
	}

	/**
	 * Returns how many leases there have been so far.
	 */
	long leasesSoFar() {
		return ledger().totals().leases() + ledger().leases().size();
	}

	void awaitNothingLeased() {
		Waiting.await().untilAsserted(() -> {
			assertThat(unwrap(LeasingDataSource.class).pool().figures().active()).describedAs("%s", ledger().leases())
				.isZero();
			assertThat(ledger().leases()).isEmpty();
		});
	}

	/**
	 * Checks that nothing is leased, and that all connections of the pool work.
	 */
	void assertIsWhole() throws SQLException {
		assertThat(ledger().leases()).isEmpty();
		assertThat(ledger().waiting()).isZero();
		assertThat(pool().getHikariPoolMXBean().getActiveConnections()).isZero();
		int size = pool().getMaximumPoolSize();
		List<Connection> connections = new ArrayList<>();
		try {
			for (int i = 0; i < size; i++) {
				Connection connection = connect();
				connections.add(connection);
				connection.setAutoCommit(false);
				use(connection, size);
			}
			assertThat(ledger().leases()).hasSize(size);
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
	private static void use(Connection connection, int repetitions) throws SQLException {
		try {
			Jdbc.execute(connection, "select 1");
		}
		catch (SQLException ex) {
			if (repetitions == 0) {
				throw ex;
			}
			connection.rollback();
			use(connection, repetitions - 1);
		}
	}

	/**
	 * Kills the session that a connection has.
	 */
	void kill(Connection connection) throws SQLException {
		kill(Jdbc.pid(connection));
	}

	/**
	 * Kills a session of the server, and waits until neither the server nor the pooler
	 * has it any more.
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
	 * Executes SQL on a direct connection, past the pool.
	 */
	void elsewhere(String sql) throws SQLException {
		try (Connection connection = this.database.connect()) {
			Jdbc.execute(connection, sql);
		}
	}

	/**
	 * Returns what a direct connection sees, past the pool.
	 */
	@Nullable String seenElsewhere(String sql) throws SQLException {
		try (Connection connection = this.database.connect()) {
			return Jdbc.text(connection, sql);
		}
	}

	/**
	 * Counts the rows of a table past the pool.
	 */
	int rows(String table) throws SQLException {
		return Integer.parseInt(seenElsewhere("select count(*) from " + table));
	}

	/**
	 * Returns what those see who borrow all physical connections next, each in a
	 * transaction, so that each has a server connection of its own.
	 */
	List<String> seenByTheNext(String sql) throws SQLException {
		List<String> seen = new ArrayList<>();
		List<Connection> borrowed = new ArrayList<>();
		try {
			for (int i = 0; i < pool().getMaximumPoolSize(); i++) {
				Connection connection = pool().getConnection();
				borrowed.add(connection);
				connection.setAutoCommit(false);
				seen.add(Jdbc.text(connection, sql));
			}
		}
		finally {
			for (Connection connection : borrowed) {
				connection.rollback();
				connection.close();
			}
		}
		return seen;
	}

	TestDatabase database() {
		return this.database;
	}

	@Nullable Pooler pooler() {
		return this.pooler;
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	@Override
	public void close() {
		this.context.close();
		if (this.pooler != null) {
			this.pooler.close();
		}
	}

}
