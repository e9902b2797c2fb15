package dev.dbpool.autoconfigure;

import dev.dbpool.InvalidSettingException;

import org.springframework.boot.SpringBootVersion;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Stops the start-up on a Spring Boot that db-pool does not support. On Spring Boot 3 the
 * auto-configurations would be skipped without a word, because the classes that they need
 * have other names there; on a later major version they could fail at a missing method.
 * Works on all of them: it uses only what Spring Boot has had since its first versions.
 */
class SupportedSpringBoot implements ApplicationContextInitializer<ConfigurableApplicationContext> {

	/** Each version of this generation is supported, also those yet to come. */
	private static final String SUPPORTED = "4.";

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		if (context.getEnvironment().getProperty("db-pool.enabled", Boolean.class, true)) {
			check(SpringBootVersion.getVersion());
		}
	}

	static void check(String version) {
		if (!version.startsWith(SUPPORTED)) {
			throw new InvalidSettingException(
					"db-pool does not support Spring Boot %s: it needs %s0 or a later %sx.".formatted(version,
							SUPPORTED, SUPPORTED),
					"Use Spring Boot %s0 or a later %sx, or remove the dependency on db-pool-spring-boot-starter. With db-pool.enabled=false the application starts on Spring Boot's own pool."
						.formatted(SUPPORTED, SUPPORTED));
		}
	}

}
