package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.Waiting;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.Relay;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A pool on a direct URL whose server falls silent without a word, with the settings that
 * users have.
 */
class SilentServerIT {

	private final TestDatabase database = TestDatabase.create();

	private final Relay relay = Relay.to(this.database.fixture().postgres());

	private ConfigurableApplicationContext context;

	@BeforeEach
	void start() {
		this.context = TestApplication.start(TestApplication.class,
				"spring.datasource.url=" + this.relay.address().uri(Credentials.APPLICATION, this.database.name()),
				TestApplication.WITHOUT_JPA, "db-pool.size=2", "db-pool.max-overflow=0", "db-pool.timeout=1",
				"spring.datasource.hikari.validation-timeout=1000");
	}

	@AfterEach
	void stop() {
		this.relay.close();
		this.context.close();
	}

	@Test
	void recoversFromALoginThatWasSwallowed() {
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

	@Test
	void rollsBackInBoundedTimeWhenAConnectionComesBack() throws Exception {
		Connection connection = pool().getConnection();
		connection.setAutoCommit(false);
		connection.createStatement().execute("select 1");
		closesInTime(connection);
	}

	@Test
	void resetsInBoundedTimeWhenAConnectionComesBack() throws Exception {
		Connection connection = pool().getConnection();
		connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
		closesInTime(connection);
	}

	@Test
	void whatIsBoundedLeavesTheStatementsUnbounded() throws SQLException {
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
