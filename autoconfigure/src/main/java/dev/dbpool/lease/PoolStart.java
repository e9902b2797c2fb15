package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import dev.dbpool.driver.Disconnects;
import org.jspecify.annotations.Nullable;

/**
 * Starts a pool once for all of its first borrowers. Hikari creates the pool within the
 * first {@code getConnection()}, and lets callers try one after the other while the
 * database is down, without the time limit of a borrower. Here they share one attempt,
 * and each waits no longer than its limit. Thread-safe.
 */
final class PoolStart {

	private final DataSource pool;

	private final AtomicReference<@Nullable FutureTask<Void>> attempt = new AtomicReference<>();

	/**
	 * Creates it for one pool.
	 * @param pool the pool or a wrapper of it
	 */
	PoolStart(DataSource pool) {
		this.pool = pool;
	}

	/**
	 * Waits until the pool has started, and starts it if no other thread does already.
	 * @param nanos for how long to wait
	 * @return the connection that was borrowed for it; {@code null} if another thread has
	 * that one
	 * @throws SQLException what the attempt failed with
	 * @throws TimeoutException if it has not started in time
	 */
	@Nullable Connection await(long nanos) throws SQLException, InterruptedException, TimeoutException {
		// The connection, until it is taken or not wanted any more.
		AtomicReference<@Nullable Object> first = new AtomicReference<>();
		FutureTask<Void> mine = new FutureTask<>(() -> start(first));
		FutureTask<Void> running = this.attempt.compareAndExchange(null, mine);
		boolean started = false;
		try {
			if (running == null) {
				running = mine;
				run(mine);
			}
			running.get(nanos, TimeUnit.NANOSECONDS);
			started = true;
		}
		catch (CancellationException ex) {
			throw failure(ex, false);
		}
		catch (ExecutionException ex) {
			throw failure(ex.getCause(), running == mine);
		}
		finally {
			if (!started && first.getAndSet(this) instanceof Connection connection) {
				connection.close();
			}
		}
		return (first.getAndSet(this) instanceof Connection connection) ? connection : null;
	}

	/**
	 * In a thread of its own: nothing limits how long a login takes.
	 */
	private void run(FutureTask<Void> task) {
		boolean started = false;
		try {
			Thread thread = new Thread(() -> {
				task.run();
				this.attempt.set(null);
			}, "db-pool-start");
			thread.setDaemon(true);
			thread.start();
			started = true;
		}
		finally {
			if (!started) {
				this.attempt.set(null);
				task.cancel(false);
			}
		}
	}

	private Void start(AtomicReference<@Nullable Object> first) throws SQLException {
		try {
			Connection connection = this.pool.getConnection();
			if (!first.compareAndSet(null, connection)) {
				connection.close();
			}
		}
		catch (SQLTransientConnectionException ex) {
			// The pool exists; from now on its own time limit applies.
		}
		return null;
	}

	/**
	 * The others get exceptions of their own, because each adds to its exception.
	 */
	private static SQLException failure(@Nullable Throwable cause, boolean first) {
		if (cause instanceof SQLException failure) {
			return first ? failure : new SQLException(failure.getMessage(), failure.getSQLState(),
					failure.getErrorCode(), Disconnects.withoutStream(failure));
		}
		return new SQLException("The pool could not be started: " + cause, cause);
	}

}
