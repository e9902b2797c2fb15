package dev.dbpool.autoconfigure;

import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;

/**
 * Matches unless {@code @AutoConfigureTestDatabase} replaces the data source of a test.
 */
class OnNoTestDatabaseCondition extends AnyNestedCondition {

	OnNoTestDatabaseCondition() {
		super(ConfigurationPhase.REGISTER_BEAN);
	}

	@ConditionalOnMissingBean(type = "org.springframework.boot.jdbc.test.autoconfigure.TestDatabaseAutoConfiguration")
	static class NoAnnotation {

	}

	@ConditionalOnProperty(name = "spring.test.database.replace", havingValue = "NONE")
	static class ReplacesNothing {

	}

}
