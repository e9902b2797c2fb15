package dev.dbpool.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.dbpool.CaptureStacks;
import dev.dbpool.DirectMode;
import dev.dbpool.GuardMode;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.Mode;
import dev.dbpool.OnExceeded;
import dev.dbpool.PoolerMode;
import dev.dbpool.Release;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

class EnvironmentVariablesTests {

	@Test
	void canonicalNames() {
		assertThat(bind(Map.ofEntries(Map.entry("DBPOOL_SIZE", "3"), Map.entry("DBPOOL_MAXOVERFLOW", "0"),
				Map.entry("DBPOOL_TIMEOUT", "30"), Map.entry("DBPOOL_RECYCLE", "1800"),
				Map.entry("DBPOOL_SOCKETTIMEOUT", "90"), Map.entry("DBPOOL_BUDGET_MAXCONNECTIONS", "60"),
				Map.entry("DBPOOL_BUDGET_DETECT", "false"), Map.entry("DBPOOL_BUDGET_RESERVED", "5"),
				Map.entry("DBPOOL_BUDGET_WORKERS", "4"), Map.entry("DBPOOL_BUDGET_REPLICAS", "2"),
				Map.entry("DBPOOL_BUDGET_SURGE", "25%"), Map.entry("DBPOOL_BUDGET_ONEXCEEDED", "shrink"),
				Map.entry("DBPOOL_GUARD_SESSIONSTATE", "fail"), Map.entry("DBPOOL_DIRECT_MODE", "session"),
				Map.entry("DBPOOL_POOLER_URL", "postgres://h/app"), Map.entry("DBPOOL_POOLER_MODE", "session"),
				Map.entry("DBPOOL_POOLER_PREPAREDSTATEMENTS", "true"),
				Map.entry("DBPOOL_POOLER_MAXCLIENTCONNECTIONS", "500"), Map.entry("DBPOOL_POOLER_POOLSIZE", "15"),
				Map.entry("DBPOOL_LEASE_RELEASE", "after-transaction"), Map.entry("DBPOOL_LEASE_SUSPECTAFTER", "60"),
				Map.entry("DBPOOL_LEASE_IDLESUSPECTAFTER", "5"), Map.entry("DBPOOL_LEASE_CAPTURESTACKS", "never"),
				Map.entry("DBPOOL_LEASE_DATASOURCES", "a,b"), Map.entry("DBPOOL_PROBE", "false"),
				Map.entry("DBPOOL_MODE", "observe"), Map.entry("DBPOOL_REQUIRED", "true"),
				Map.entry("DBPOOL_PROBETIMEOUT", "9"))))
			.isEqualTo(expected());
	}

	@Test
	void legacyNames() {
		assertThat(bind(Map.ofEntries(Map.entry("DB_POOL_SIZE", "3"), Map.entry("DB_POOL_MAX_OVERFLOW", "0"),
				Map.entry("DB_POOL_TIMEOUT", "30"), Map.entry("DB_POOL_RECYCLE", "1800"),
				Map.entry("DB_POOL_SOCKET_TIMEOUT", "90"), Map.entry("DB_POOL_BUDGET_MAX_CONNECTIONS", "60"),
				Map.entry("DB_POOL_BUDGET_DETECT", "false"), Map.entry("DB_POOL_BUDGET_RESERVED", "5"),
				Map.entry("DB_POOL_BUDGET_WORKERS", "4"), Map.entry("DB_POOL_BUDGET_REPLICAS", "2"),
				Map.entry("DB_POOL_BUDGET_SURGE", "25%"), Map.entry("DB_POOL_BUDGET_ON_EXCEEDED", "shrink"),
				Map.entry("DB_POOL_GUARD_SESSION_STATE", "fail"), Map.entry("DB_POOL_DIRECT_MODE", "session"),
				Map.entry("DB_POOL_POOLER_URL", "postgres://h/app"), Map.entry("DB_POOL_POOLER_MODE", "session"),
				Map.entry("DB_POOL_POOLER_PREPARED_STATEMENTS", "true"),
				Map.entry("DB_POOL_POOLER_MAX_CLIENT_CONNECTIONS", "500"), Map.entry("DB_POOL_POOLER_POOL_SIZE", "15"),
				Map.entry("DB_POOL_LEASE_RELEASE", "AFTER_TRANSACTION"), Map.entry("DB_POOL_LEASE_SUSPECT_AFTER", "60"),
				Map.entry("DB_POOL_LEASE_IDLE_SUSPECT_AFTER", "5"), Map.entry("DB_POOL_LEASE_CAPTURE_STACKS", "never"),
				Map.entry("DB_POOL_LEASE_DATA_SOURCES", "a,b"), Map.entry("DB_POOL_PROBE", "false"),
				Map.entry("DB_POOL_MODE", "OBSERVE"), Map.entry("DB_POOL_REQUIRED", "true"),
				Map.entry("DB_POOL_PROBE_TIMEOUT", "9"))))
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

	/**
	 * Spring Boot's binder takes the variable for a property of the pool's
	 * {@code connection}, and starts the pool in order to bind it.
	 */
	@ParameterizedTest
	@CsvSource({ "CONNECTION_TIMEOUT,CONNECTIONTIMEOUT", "CONNECTION_INIT_SQL,CONNECTIONINITSQL",
			"CONNECTION_TEST_QUERY,CONNECTIONTESTQUERY" })
	void refusesAVariableThatStartsThePoolWhileItIsConfigured(String name, String instead) {
		String prefix = "SPRING_DATASOURCE_HIKARI_";
		runner(Map.of(prefix + name, "30000"))
			.withConfiguration(AutoConfigurations.of(DbPoolAutoConfiguration.class, DataSourceAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=jdbc:postgresql://db.example/app", "db-pool.budget.detect=false",
					"db-pool.probe=false")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidSettingException.class)
				.hasMessage("The environment variable " + prefix + name
						+ " makes Spring Boot start the pool before it is configured, and lose a connection. "
						+ "Name it " + prefix + instead + ", or set the property in a file or as an argument."));
	}

	private static DbPoolProperties expected() {
		return new DbPoolProperties(true, Mode.OBSERVE, 3, 0, Duration.ofMinutes(30), Duration.ofSeconds(30),
				Duration.ofSeconds(90), new DbPoolProperties.Budget(60, false, "5", 4, 2, "25%", OnExceeded.SHRINK),
				new DbPoolProperties.Lease(Release.AFTER_TRANSACTION, Duration.ofMinutes(1), Duration.ofSeconds(5),
						CaptureStacks.NEVER, List.of("a", "b")),
				new DbPoolProperties.Guard(GuardMode.FAIL), new DbPoolProperties.Direct(DirectMode.SESSION),
				new DbPoolProperties.Pooler("postgres://h/app", null, null, PoolerMode.SESSION, true, 500, 15),
				Map.of(), true, false, Duration.ofSeconds(9));
	}

	private static DbPoolProperties bind(Map<String, Object> variables) {
		DbPoolProperties[] bound = new DbPoolProperties[1];
		runner(variables).withUserConfiguration(Properties.class)
			.run((context) -> bound[0] = context.getBean(DbPoolProperties.class));
		return bound[0];
	}

	private static ApplicationContextRunner runner(Map<String, Object> variables) {
		return new ApplicationContextRunner().withInitializer((context) -> context.getEnvironment()
			.getPropertySources()
			.replace("systemEnvironment", new SystemEnvironmentPropertySource("systemEnvironment", variables)));
	}

	@EnableConfigurationProperties(DbPoolProperties.class)
	static class Properties {

	}

}
