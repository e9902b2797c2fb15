package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.CaptureStacks;
import dev.dbpool.TestDatabase;
import dev.dbpool.Waiting;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.Relay;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.datasource.DelegatingDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * While there is no pool yet, borrowers wait together and no longer than they may.
 */
class PoolStartIT {

	private static final int BORROWERS = 12;

	private final TestDatabase database = TestDatabase.create();

	private final Relay relay = Relay.to(this.database.fixture().postgres());

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final AtomicInteger attempts = new AtomicInteger();

	private final HikariDataSource pool = new HikariDataSource();

	@AfterEach
	void stop() {
		this.pool.close();
		this.relay.close();
		this.threads.shutdownNow();
	}

	@Test
	void borrowersShareAnAttemptThatFails() throws Exception {
		this.relay.refuseNew(true);
		LeasingDataSource dataSource = dataSource("", 60_000);
		List<SQLException> failures = borrowTogether(dataSource);
		assertThat(failures).hasSize(BORROWERS).allSatisfy((ex) -> {
			assertThat((Throwable) ex).isNotInstanceOf(SQLTransientConnectionException.class);
			assertThat(ex.getSQLState()).startsWith("08");
		});
		// Some may have come when the first attempt was over.
		assertThat(this.attempts).hasValueBetween(1, BORROWERS / 2);
		this.relay.refuseNew(false);
		assertThat(borrowTogether(dataSource)).isEmpty();
	}

	/**
	 * No limit of the driver ends this attempt.
	 */
	@Test
	void borrowersGiveUpInTimeWhereAnAttemptHangs() throws Exception {
		this.relay.silenceNew(true);
		LeasingDataSource dataSource = dataSource("", 500);
		assertThat(borrowTogether(dataSource)).hasSize(BORROWERS)
			.allSatisfy((ex) -> assertThat((Throwable) ex).isInstanceOf(SQLTransientConnectionException.class)
				.hasMessageContaining("request timed out after "));
		assertThat(dataSource.ledger().timeouts()).isEqualTo(BORROWERS);
		assertThat(this.attempts).hasValue(1);
		this.relay.thaw();
		Waiting.await().until(() -> this.pool.getHikariPoolMXBean() != null);
		assertThat(borrowTogether(dataSource)).isEmpty();
	}

	private LeasingDataSource dataSource(String parameters, long timeoutMillis) {
		this.pool.setJdbcUrl(this.relay.address().jdbcUrl(this.database.name()) + parameters);
		this.pool.setUsername(Credentials.APPLICATION.username());
		this.pool.setPassword(Credentials.APPLICATION.password());
		this.pool.setMaximumPoolSize(BORROWERS);
		this.pool.setMinimumIdle(1);
		this.pool.setConnectionTimeout(timeoutMillis);
		return new LeasingDataSource(new Counting(), this.pool, ConnectionRules.direct(true, SqlCheck.NONE),
				new LeaseSettings(Duration.ofMinutes(1), Duration.ofMinutes(1), CaptureStacks.NEVER));
	}

	private List<SQLException> borrowTogether(LeasingDataSource dataSource) throws Exception {
		List<Future<SQLException>> borrowers = new ArrayList<>();
		for (int i = 0; i < BORROWERS; i++) {
			borrowers.add(this.threads.submit(() -> {
				try (Connection connection = dataSource.getConnection()) {
					Jdbc.execute(connection, "select 1");
					return null;
				}
				catch (SQLException ex) {
					return ex;
				}
			}));
		}
		List<SQLException> failures = new ArrayList<>();
		for (Future<SQLException> borrower : borrowers) {
			SQLException failure = borrower.get(1, TimeUnit.MINUTES);
			if (failure != null) {
				failures.add(failure);
			}
		}
		assertThat(dataSource.ledger().leases()).isEmpty();
		return failures;
	}

	/**
	 * Counts who asks the pool while it has not started.
	 */
	private final class Counting extends DelegatingDataSource {

		Counting() {
			super(PoolStartIT.this.pool);
		}

		@Override
		public Connection getConnection() throws SQLException {
			if (PoolStartIT.this.pool.getHikariPoolMXBean() == null) {
				PoolStartIT.this.attempts.incrementAndGet();
			}
			return super.getConnection();
		}

	}

}
