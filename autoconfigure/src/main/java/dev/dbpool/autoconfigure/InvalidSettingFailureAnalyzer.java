package dev.dbpool.autoconfigure;

import dev.dbpool.InvalidSettingException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Shows a refused setting. Spring Boot's own analyzer for invalid values reads the value
 * from the environment, and would show the password in a URL.
 */
class InvalidSettingFailureAnalyzer extends AbstractFailureAnalyzer<InvalidSettingException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidSettingException cause) {
		return new FailureAnalysis(cause.getReason(), cause.getAction(), cause);
	}

}
