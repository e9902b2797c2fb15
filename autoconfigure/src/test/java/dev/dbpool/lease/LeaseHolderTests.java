package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.CaptureStacks;
import dev.dbpool.Waiting;
import dev.dbpool.jdbc.RecordingTarget;
import org.junit.jupiter.api.Test;
import org.postgresql.core.BaseConnection;

import org.springframework.jdbc.datasource.AbstractDataSource;

import static org.assertj.core.api.Assertions.assertThat;

class LeaseHolderTests {

	private static final long LIMIT_SECONDS = 60;

	/**
	 * Opened when the pool may hand out connections.
	 */
	private final CountDownLatch available = new CountDownLatch(1);

	private final AtomicInteger borrowed = new AtomicInteger();

	@Test
	void twoThreadsThatBeginOnOneConnectionGetOneLease() throws Exception {
		LeasingDataSource dataSource = dataSource();
		try (Connection connection = dataSource.getConnection()) {
			FutureTask<Statement> first = new FutureTask<>(connection::createStatement);
			FutureTask<Statement> second = new FutureTask<>(connection::createStatement);
			new Thread(first).start();
			Waiting.await().until(() -> this.borrowed.get() == 1);
			Thread thread = new Thread(second);
			thread.start();
			Waiting.await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
			this.available.countDown();
			first.get(LIMIT_SECONDS, TimeUnit.SECONDS);
			second.get(LIMIT_SECONDS, TimeUnit.SECONDS);
			assertThat(this.borrowed).hasValue(1);
			assertThat(dataSource.ledger().leases()).hasSize(1);
		}
		assertThat(dataSource.ledger().leases()).isEmpty();
	}

	private LeasingDataSource dataSource() {
		HikariDataSource pool = new HikariDataSource();
		pool.setMaximumPoolSize(2);
		return new LeasingDataSource(new AbstractDataSource() {

			@Override
			public Connection getConnection() throws SQLException {
				LeaseHolderTests.this.borrowed.incrementAndGet();
				try {
					LeaseHolderTests.this.available.await(LIMIT_SECONDS, TimeUnit.SECONDS);
				}
				catch (InterruptedException ex) {
					throw new SQLException(ex);
				}
				return new RecordingTarget().as(BaseConnection.class);
			}

			@Override
			public Connection getConnection(String username, String password) {
				throw new UnsupportedOperationException();
			}

		}, pool, ConnectionRules.direct(false, (sql) -> null),
				new LeaseSettings(Duration.ofDays(1), Duration.ofDays(1), CaptureStacks.NEVER));
	}

}
