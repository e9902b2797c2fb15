package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.Waiting;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application whose pool leases its connections, and the database that it has for
 * itself.
 */
final class LeasedApplication implements AutoCloseable {

	/**
	 * How many physical connections it has, and server connections its pooler, unless a
	 * test says otherwise.
	 */
	static final int SIZE = 3;

	private final TestDatabase database;

	private final Pooler pooler;

	private final ConfigurableApplicationContext context;

	private LeasedApplication(TestDatabase database, Pooler pooler, int size, String... properties) {
		this.database = database;
		this.pooler = pooler;
		this.context = TestApplication.start(TestApplication.class,
				TestDatabase.with(
						TestDatabase.with((pooler != null) ? database.properties(pooler) : database.properties(),
								TestApplication.WITHOUT_JPA, "db-pool.size=" + size, "db-pool.max-overflow=0"),
						properties));
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

	HikariDataSource pool() {
		try {
			return dataSource().unwrap(HikariDataSource.class);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	TestDatabase database() {
		return this.database;
	}

	JdbcTemplate jdbc() {
		return new JdbcTemplate(dataSource());
	}

	TransactionTemplate transaction() {
		return new TransactionTemplate(new JdbcTransactionManager(dataSource()));
	}

	LeaseLedger ledger() {
		try {
			return dataSource().unwrap(LeasingDataSource.class).ledger();
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
		Waiting.await()
			.pollDelay(Duration.ZERO)
			.untilAsserted(() -> assertThat(pool().getHikariPoolMXBean().getActiveConnections())
				.describedAs("%s", ledger().leases())
				.isZero());
		Waiting.await().pollDelay(Duration.ZERO).untilAsserted(() -> assertThat(ledger().leases()).isEmpty());
	}

	/**
	 * Executes SQL as somebody else, directly.
	 */
	void elsewhere(String sql) throws SQLException {
		try (Connection connection = this.database.connect(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/**
	 * Returns what somebody else sees, who is connected directly.
	 */
	String seenElsewhere(String sql) throws SQLException {
		try (Connection connection = this.database.connect()) {
			return Jdbc.text(connection, sql);
		}
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

	@Override
	public void close() {
		this.context.close();
		if (this.pooler != null) {
			this.pooler.close();
		}
	}

	/**
	 * What JDBC means must not depend on it.
	 */
	enum SetUp {

		/** On a direct URL, leases end with the transaction. */
		DIRECT,

		/** They do so by default behind a transaction pooler. */
		POOLED,

		/** On a direct URL, they last until the logical connection is closed. */
		ON_CLOSE;

		LeasedApplication start(String... properties) {
			return start(TestDatabase.create(), SIZE, properties);
		}

		LeasedApplication start(TestDatabase database, int size, String... properties) {
			return switch (this) {
				case DIRECT -> new LeasedApplication(database, null, size,
						TestDatabase.with(properties, "db-pool.lease.release=after-transaction"));
				case POOLED -> new LeasedApplication(database,
						database.fixture().startPooler(PoolerOptions.transactionMode(size)), size, properties);
				case ON_CLOSE -> new LeasedApplication(database, null, size, properties);
			};
		}

		boolean releasesAfterTransaction() {
			return this != ON_CLOSE;
		}

	}

}
