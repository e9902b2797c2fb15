package dev.dbpool.autoconfigure;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Hikari makes of the times that it is given, when the pool starts. Nothing here
 * connects.
 */
@ExtendWith(OutputCaptureExtension.class)
class PoolSettingsTests {

	private static final String HIKARI = "spring.datasource.hikari.";

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DbPoolAutoConfiguration.class, DataSourceAutoConfiguration.class))
		.withPropertyValues("spring.datasource.url=postgres://db.example/app", "db-pool.budget.detect=false",
				"db-pool.probe=false");

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			direct |                                                                         | 30000  | 1800000 | 120000
			direct | minimum-idle=2                                                          | 600000 | 1800000 | 120000
			direct | minimum-idle=2, maximum-pool-size=20                                    | 600000 | 1800000 | 120000
			direct | minimum-idle=2, max-lifetime=0                                          | 600000 | 0       | 120000
			direct | minimum-idle=2, max-lifetime=600000                                     | 200000 | 600000  | 120000
			direct | max-lifetime=30000, keepalive-time=0                                    | 28000  | 30000   | 0
			direct | max-lifetime=20000                                                      | 30000  | 1800000 | 120000
			pooler |                                                                         | 30000  | 300000  | 120000
			pooler | minimum-idle=2                                                          | 100000 | 300000  | 120000
			pooler | minimum-idle=0, maximum-pool-size=20                                    | 100000 | 300000  | 120000
			pooler | maximum-pool-size=20                                                    | 600000 | 300000  | 120000
			pooler | minimum-idle=2, max-lifetime=1800000                                    | 600000 | 1800000 | 120000
			pooler | minimum-idle=2, idle-timeout=60000                                      | 60000  | 300000  | 120000
			pooler | minimum-idle=2, idle-timeout=600000                                     | 0      | 300000  | 120000
			pooler | minimum-idle=2, idle-timeout=0                                          | 0      | 300000  | 120000
			pooler | keepalive-time=300000                                                   | 30000  | 300000  | 0
			pooler | minimum-idle=2, keepalive-time=60000                                    | 100000 | 300000  | 60000
			""")
	void thePoolTakesTheTimesAsTheyAre(String route, String settings, long idleTimeout, long maxLifetime,
			long keepaliveTime, CapturedOutput output) {
		String[] properties = (settings != null) ? settings.split(", ") : new String[0];
		for (int i = 0; i < properties.length; i++) {
			properties[i] = HIKARI + properties[i];
		}
		this.contextRunner.withPropertyValues(properties)
			.withPropertyValues(route.equals("pooler") ? "db-pool.pooler.url=postgres://pooler.example:6432/app"
					: "db-pool.pooler.url=")
			.run((context) -> {
				HikariDataSource pool = context.getBean(DataSource.class).unwrap(HikariDataSource.class);
				pool.validate();
				assertThat(pool.getIdleTimeout()).as("idleTimeout").isEqualTo(idleTimeout);
				assertThat(pool.getMaxLifetime()).as("maxLifetime").isEqualTo(maxLifetime);
				assertThat(pool.getKeepaliveTime()).as("keepaliveTime").isEqualTo(keepaliveTime);
			});
		assertThat(output).doesNotContain("disabling it", "has no effect");
	}

}
