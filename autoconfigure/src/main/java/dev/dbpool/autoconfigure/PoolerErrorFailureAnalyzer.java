package dev.dbpool.autoconfigure;

import java.sql.SQLException;
import java.util.Optional;

import dev.dbpool.error.PoolerErrors;
import dev.dbpool.error.PoolerErrors.Explanation;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

/**
 * Shows what an error of a pooler, or of a database that is full, means. It does so where
 * db-pool steps aside as well: what it says about the pooler is right there too.
 */
class PoolerErrorFailureAnalyzer implements FailureAnalyzer {

	/**
	 * Hibernate logs why it got no connection, and then fails with this instead.
	 */
	private static final String WITHOUT_CAUSE = "Unable to determine Dialect without JDBC metadata";

	/**
	 * Spring Boot makes an analyzer when the application has failed and its beans are
	 * gone, so this is the only place where both can meet.
	 */
	private static volatile @Nullable SQLException lastFailure;

	/**
	 * Keeps what a connection failed with, for the case that nobody passes it on.
	 */
	static SQLException remember(SQLException failure) {
		lastFailure = failure;
		return PoolerErrors.explained(failure);
	}

	/**
	 * Forgets what another application of this process may have failed with.
	 */
	static void forget() {
		lastFailure = null;
	}

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		return PoolerErrors.explain(failure)
			.or(() -> hasNoCause(failure) ? explainLastFailure() : Optional.empty())
			.map((explanation) -> analysis(explanation, failure))
			.orElse(null);
	}

	/**
	 * Whether this is how Hibernate hides what the pool failed with.
	 */
	static boolean hasNoCause(Throwable failure) {
		for (Throwable next = failure; next != null; next = next.getCause()) {
			if (String.valueOf(next.getMessage()).startsWith(WITHOUT_CAUSE)) {
				return true;
			}
		}
		return false;
	}

	static @Nullable SQLException lastFailure() {
		return lastFailure;
	}

	private static Optional<Explanation> explainLastFailure() {
		SQLException last = lastFailure;
		return (last != null) ? PoolerErrors.explain(last) : Optional.empty();
	}

	private static FailureAnalysis analysis(Explanation explanation, Throwable failure) {
		return new FailureAnalysis("%s%n%nThe server said: %s".formatted(explanation.happened(), explanation.message()),
				explanation.action(), failure);
	}

}
