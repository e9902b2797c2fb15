package dev.dbpool;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The same work in many threads that start together.
 */
public final class Load {

	private static final long LIMIT_SECONDS = 120;

	private Load() {
	}

	/**
	 * Does the work in each thread as often as wanted, failures notwithstanding.
	 * @return the failures
	 */
	public static List<Exception> run(int threads, int times, Runnable work) {
		Queue<Exception> failures = new ConcurrentLinkedQueue<>();
		CyclicBarrier start = new CyclicBarrier(threads);
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<Future<?>> running = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				running.add(executor.submit(() -> {
					start.await(LIMIT_SECONDS, TimeUnit.SECONDS);
					for (int j = 0; j < times; j++) {
						try {
							work.run();
						}
						catch (RuntimeException ex) {
							failures.add(ex);
						}
					}
					return null;
				}));
			}
			for (Future<?> thread : running) {
				thread.get(LIMIT_SECONDS, TimeUnit.SECONDS);
			}
			return List.copyOf(failures);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			executor.shutdownNow();
		}
	}

	/**
	 * The server's code for a failure, {@code null} if it is not the server's.
	 */
	public static String sqlState(Throwable failure) {
		String state = null;
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			state = (cause instanceof SQLException ex) ? ex.getSQLState() : state;
		}
		return state;
	}

}
