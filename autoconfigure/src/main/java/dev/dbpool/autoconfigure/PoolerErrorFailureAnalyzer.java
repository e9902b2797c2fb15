package dev.dbpool.autoconfigure;

import java.util.Optional;

import dev.dbpool.error.PoolerErrors;
import dev.dbpool.error.PoolerErrors.Explanation;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

/**
 * Shows what an error of a pooler, or of a database that is full, means. It does so where
 * db-pool steps aside as well: what it says about the pooler is right there too.
 */
class PoolerErrorFailureAnalyzer implements FailureAnalyzer {

	private final @Nullable BeanFactory beans;

	PoolerErrorFailureAnalyzer(@Nullable BeanFactory beans) {
		this.beans = beans;
	}

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		return PoolerErrors.explain(failure)
			.or(() -> Optional.ofNullable(HiddenFailure.behind(failure, this.beans)).flatMap(PoolerErrors::explain))
			.map((explanation) -> analysis(explanation, failure))
			.orElse(null);
	}

	private static FailureAnalysis analysis(Explanation explanation, Throwable failure) {
		return new FailureAnalysis("%s%n%nThe server said: %s".formatted(explanation.happened(), explanation.message()),
				explanation.action(), failure);
	}

}
