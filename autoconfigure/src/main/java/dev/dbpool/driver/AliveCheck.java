package dev.dbpool.driver;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import org.postgresql.core.BaseConnection;

/**
 * One round trip to the server that tells whether a connection is alive. Runs in a thread
 * of its own: the driver abandons a connection whose answer is late, but this answer may
 * take as long as that of any statement ({@code socketTimeout}), while callers wait for a
 * moment only. If none has arrived by then, the driver closes the connection.
 */
final class AliveCheck {

	/**
	 * For how long a caller waits: long enough to learn that the other side has forgotten
	 * the connection, or to get the answer of a pooler that has a server connection free.
	 */
	private static final long PATIENCE_MILLIS = 1000;

	/**
	 * The limit where the user turned {@code socketTimeout} off.
	 */
	private static final int LONGEST_MILLIS = 60_000;

	// No more threads than there are connections without an answer.
	private static final ExecutorService THREADS = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS,
			new SynchronousQueue<>(), (task) -> {
				Thread thread = new Thread(task, "db-pool-probe");
				thread.setDaemon(true);
				return thread;
			});

	/**
	 * When the server answered.
	 */
	private final CompletableFuture<Long> answer = new CompletableFuture<>();

	/**
	 * Begins.
	 * @param connection whom to ask
	 * @param networkTimeout its {@code socketTimeout}, in milliseconds; at this moment it
	 * may have the shorter one of a validation
	 * @param unanswered counts this while it is pending
	 */
	AliveCheck(BaseConnection connection, int networkTimeout, AtomicInteger unanswered) {
		unanswered.incrementAndGet();
		THREADS.execute(() -> {
			try {
				run(connection, networkTimeout);
				this.answer.complete(System.nanoTime());
			}
			catch (SQLException | RuntimeException ex) {
				this.answer.completeExceptionally(ex);
			}
			finally {
				unanswered.decrementAndGet();
			}
		});
	}

	private static void run(BaseConnection connection, int networkTimeout) throws SQLException {
		connection.setNetworkTimeout(null, (networkTimeout > 0) ? networkTimeout : LONGEST_MILLIS);
		// It begins no transaction, unlike the driver's isValid() with autocommit off.
		connection.execSQLUpdate("");
		connection.setNetworkTimeout(null, networkTimeout);
	}

	boolean isPending() {
		return !this.answer.isDone();
	}

	boolean succeeded() {
		return this.answer.isDone() && !this.answer.isCompletedExceptionally();
	}

	/**
	 * Returns when the server answered.
	 */
	long answered() {
		return this.answer.join();
	}

	/**
	 * Waits for a moment.
	 * @return {@code false} if the connection is broken; {@code true} also while the
	 * answer is outstanding
	 */
	boolean await() {
		try {
			this.answer.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
			return true;
		}
		catch (TimeoutException ex) {
			return true;
		}
		catch (ExecutionException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return true;
		}
	}

}
