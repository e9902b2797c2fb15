package dev.dbpool.autoconfigure;

import java.util.Set;

import dev.dbpool.plan.ConnectionPlan;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/**
 * Matches where the application's data source is a Hikari pool on a plain PostgreSQL URL,
 * or on a URL that connection details will tell. Everything else is left to Spring Boot.
 */
class OnPlainPostgresUrlCondition extends SpringBootCondition implements ConfigurationCondition {

	private static final Set<String> OWN_WAYS = Set.of("spring.datasource.hikari.jdbc-url",
			"spring.datasource.hikari.data-source-class-name", "spring.datasource.hikari.data-source-jndi");

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("Plain PostgreSQL URL");
		ConfigurableListableBeanFactory beans = context.getBeanFactory();
		if (beans != null && !ForeignDetails.names(beans).isEmpty()) {
			String obstacle = typeObstacle(context.getEnvironment());
			return (obstacle != null) ? ConditionOutcome.noMatch(message.because(obstacle))
					: ConditionOutcome.match(message.foundExactly("connection details"));
		}
		String obstacle = obstacle(context.getEnvironment());
		return (obstacle != null) ? ConditionOutcome.noMatch(message.because(obstacle))
				: ConditionOutcome.match(message.found("URL").items(ConnectionPlan.DIRECT_URL));
	}

	/**
	 * Returns why the application's settings leave its connections to Spring Boot.
	 * @param environment the settings
	 * @return the reason, without values that may be secret; {@code null} if there is
	 * none
	 */
	static @Nullable String obstacle(Environment environment) {
		for (String property : OWN_WAYS) {
			if (get(environment, property) != null) {
				return property + " is set";
			}
		}
		String type = typeObstacle(environment);
		if (type != null) {
			return type;
		}
		for (String property : Set.of("spring.datasource.driver-class-name",
				"spring.datasource.hikari.driver-class-name")) {
			String driver = get(environment, property);
			if (driver != null && !driver.equals("org.postgresql.Driver")) {
				return property + " is not the PostgreSQL driver";
			}
		}
		String url = get(environment, ConnectionPlan.DIRECT_URL);
		if (url == null) {
			return (get(environment, ConnectionPlan.POOLER_URL) != null) ? null
					: ConnectionPlan.DIRECT_URL + " is not set";
		}
		return ConnectionPlan.isPlainPostgres(url) ? null
				: ConnectionPlan.DIRECT_URL + " is not a plain PostgreSQL URL";
	}

	/**
	 * Returns why no URL could help.
	 */
	static @Nullable String typeObstacle(Environment environment) {
		String type = get(environment, "spring.datasource.type");
		return (type != null && !type.equals("com.zaxxer.hikari.HikariDataSource"))
				? "spring.datasource.type is not Hikari" : null;
	}

	private static @Nullable String get(Environment environment, String property) {
		String value = Binder.get(environment).bind(property, String.class).orElse(null);
		return StringUtils.hasText(value) ? value : null;
	}

}
