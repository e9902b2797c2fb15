package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.Load;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.Waiting;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import dev.dbpool.test.Relay;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A pool whose server falls silent without a word.
 */
@ExtendWith(OutputCaptureExtension.class)
class SilentServerIT {

	private final TestDatabase database = TestDatabase.create();

	private final Relay relay = Relay.to(this.database.fixture().postgres());

	private ConfigurableApplicationContext context;

	private void start(String... properties) {
		this.context = TestApplication.start(TestApplication.class,
				TestDatabase.with(properties, "spring.datasource.url="
						+ this.relay.address().uri(Credentials.APPLICATION, this.database.name()) + "?sslmode=disable",
						TestApplication.WITHOUT_JPA, "db-pool.max-overflow=0"));
	}

	@AfterEach
	void stop() {
		this.relay.close();
		this.context.close();
	}

	@Test
	void recoversFromALoginThatWasSwallowed() {
		start("db-pool.size=2", "db-pool.timeout=1");
		JdbcTemplate jdbc = new JdbcTemplate(pool());
		jdbc.execute("select 1");
		this.relay.silenceNew(true);
		this.relay.reset();
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> Waiting.await().until(() -> jdbc.queryForObject("select 1", Integer.class) == 0));
		Waiting.await().until(() -> this.relay.connections() > 0);
		this.relay.silenceNew(false);
		Waiting.await().ignoreExceptions().until(() -> jdbc.queryForObject("select 1", Integer.class) == 1);
	}

	/**
	 * What Hikari asks before it hands them out: here it does so always, otherwise after
	 * half a second without use.
	 */
	@Test
	void theFirstWhoMeetsAForgottenConnectionGetsAnother() throws SQLException {
		System.setProperty("com.zaxxer.hikari.aliveBypassWindowMs", "0");
		try {
			start("db-pool.size=10");
			new JdbcTemplate(pool()).execute("select 1");
			Waiting.await().until(() -> pool().getHikariPoolMXBean().getIdleConnections() == 10);
		}
		finally {
			System.clearProperty("com.zaxxer.hikari.aliveBypassWindowMs");
		}
		this.relay.freeze();
		assertThat(new JdbcTemplate(pool()).queryForObject("select 1", Integer.class)).isEqualTo(1);
	}

	/**
	 * Otherwise each of the others would be trusted for a minute after its last use, and
	 * cost a borrower the socket timeout.
	 */
	@Test
	void behindAPoolerTheOthersAreReplacedToo(CapturedOutput output) throws SQLException {
		try (Pooler pooler = this.database.fixture().startPooler(PoolerOptions.transactionMode(5));
				Relay way = Relay.to(pooler.address())) {
			start("db-pool.pooler.url=" + way.address().uri(Credentials.APPLICATION, this.database.name()),
					"db-pool.size=5", "db-pool.socket-timeout=2");
			JdbcTemplate jdbc = new JdbcTemplate(this.context.getBean(DataSource.class));
			jdbc.execute("select 1");
			Waiting.await().until(() -> pool().getHikariPoolMXBean().getIdleConnections() == 5);
			way.freeze();
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> jdbc.execute("select 1"));
			Waiting.await().until(() -> output.toString().contains("replacing those that are as old"));
			assertThat(Load.run(5, 1, () -> jdbc.execute("select 1"))).isEmpty();
		}
	}

	@Test
	void rollsBackInBoundedTimeWhenAConnectionComesBack() throws Exception {
		start("db-pool.size=1");
		Connection connection = pool().getConnection();
		connection.setAutoCommit(false);
		connection.createStatement().execute("select 1");
		closesInTime(connection);
	}

	@Test
	void resetsInBoundedTimeWhenAConnectionComesBack() throws Exception {
		start("db-pool.size=1");
		Connection connection = pool().getConnection();
		connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
		closesInTime(connection);
	}

	@Test
	void whatIsBoundedLeavesTheStatementsUnbounded() throws SQLException {
		start("db-pool.size=1");
		try (Connection connection = pool().getConnection()) {
			connection.setAutoCommit(false);
			connection.createStatement().execute("select 1");
			connection.rollback();
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			assertThat(connection.getNetworkTimeout()).isZero();
			connection.setNetworkTimeout(Runnable::run, 500);
			connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			assertThat(connection.getNetworkTimeout()).isEqualTo(500);
		}
	}

	private void closesInTime(Connection connection) throws Exception {
		this.relay.freeze();
		CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> {
			try {
				connection.close();
			}
			catch (SQLException ex) {
				// The pool does not use it again.
			}
		});
		closed.get(1, TimeUnit.MINUTES);
		assertThat(pool().getHikariPoolMXBean().getActiveConnections()).isZero();
	}

	private HikariDataSource pool() {
		try {
			return this.context.getBean(DataSource.class).unwrap(HikariDataSource.class);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
