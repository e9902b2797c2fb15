package dev.dbpool.autoconfigure;

import java.time.Duration;
import java.util.Map;

import dev.dbpool.plan.PoolerMode;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

class EnvironmentVariablesTests {

	@Test
	void canonicalNames() {
		assertThat(bind(Map.of("DBPOOL_SIZE", "3", "DBPOOL_MAXOVERFLOW", "0", "DBPOOL_TIMEOUT", "30", "DBPOOL_RECYCLE",
				"1800", "DBPOOL_POOLER_URL", "postgres://h/app", "DBPOOL_POOLER_MODE", "session",
				"DBPOOL_POOLER_PREPAREDSTATEMENTS", "true")))
			.isEqualTo(expected());
	}

	@Test
	void legacyNames() {
		assertThat(bind(Map.of("DB_POOL_SIZE", "3", "DB_POOL_MAX_OVERFLOW", "0", "DB_POOL_TIMEOUT", "30",
				"DB_POOL_RECYCLE", "1800", "DB_POOL_POOLER_URL", "postgres://h/app", "DB_POOL_POOLER_MODE", "session",
				"DB_POOL_POOLER_PREPARED_STATEMENTS", "true")))
			.isEqualTo(expected());
	}

	@Test
	void legacyNamesOfCredentials() {
		DbPoolProperties.Pooler pooler = bind(
				Map.of("DB_POOL_POOLER_USERNAME", "pooled", "DB_POOL_POOLER_PASSWORD", "hidden"))
			.pooler();
		assertThat(pooler.username()).isEqualTo("pooled");
		assertThat(pooler.password()).isEqualTo("hidden");
		assertThat(pooler.toString()).doesNotContain("pooled", "hidden");
	}

	private static DbPoolProperties expected() {
		return new DbPoolProperties(true, 3, 0, Duration.ofMinutes(30), Duration.ofSeconds(30),
				new DbPoolProperties.Pooler("postgres://h/app", null, null, PoolerMode.SESSION, true));
	}

	private static DbPoolProperties bind(Map<String, Object> variables) {
		DbPoolProperties[] bound = new DbPoolProperties[1];
		new ApplicationContextRunner()
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.replace("systemEnvironment", new SystemEnvironmentPropertySource("systemEnvironment", variables)))
			.withUserConfiguration(Properties.class)
			.run((context) -> bound[0] = context.getBean(DbPoolProperties.class));
		return bound[0];
	}

	@EnableConfigurationProperties(DbPoolProperties.class)
	static class Properties {

	}

}
