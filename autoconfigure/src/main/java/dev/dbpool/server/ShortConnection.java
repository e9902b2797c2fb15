package dev.dbpool.server;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.dbpool.plan.ConnectionTarget;
import dev.dbpool.sizing.PoolTimes;
import org.postgresql.Driver;

/**
 * A connection for one question. Everything together, the look-up of the name and TLS
 * included, has a time limit: a server that does not answer must not hold up a start.
 */
final class ShortConnection {

	private ShortConnection() {
	}

	static <T> T call(ConnectionTarget target, Duration limit, Question<T> question) throws SQLException {
		FutureTask<T> task = new FutureTask<>(() -> ask(target, limit, question));
		// Another thread, because resolving a host name cannot be interrupted.
		Thread thread = new Thread(task, "db-pool-question");
		thread.setDaemon(true);
		thread.start();
		try {
			return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			throw new SQLException("No answer within " + PoolTimes.inWords(limit));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SQLException("Interrupted while waiting for the server");
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof SQLException cause) {
				throw cause;
			}
			throw new SQLException(ex.getCause());
		}
	}

	private static <T> T ask(ConnectionTarget target, Duration limit, Question<T> question) throws SQLException {
		// Whole seconds, and 0 would mean no limit.
		String seconds = String.valueOf(limit.plusMillis(999).toSeconds());
		// The driver prepares even its COMMIT and ROLLBACK, and behind a pooler the names
		// stay in a session that other clients use.
		String url = target.url()
			.with("connectTimeout", seconds)
			.with("socketTimeout", seconds)
			.with("prepareThreshold", "0")
			.toJdbcUrl();
		try (Connection connection = new Driver().connect(url, target.login().toProperties())) {
			return question.ask(connection);
		}
	}

	/**
	 * What a connection is opened for.
	 *
	 * @param <T> the answer
	 */
	interface Question<T> {

		T ask(Connection connection) throws SQLException;

	}

}
