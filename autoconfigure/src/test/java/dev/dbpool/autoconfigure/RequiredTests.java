package dev.dbpool.autoconfigure;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.InvalidSettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code db-pool.required}: stepping aside is a refusal. Nothing here connects.
 */
class RequiredTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DbPoolAutoConfiguration.class, DataSourceAutoConfiguration.class,
				DbPoolMonitorAutoConfiguration.class))
		.withPropertyValues("db-pool.required=true", "db-pool.budget.detect=false", "db-pool.probe=false");

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					spring.datasource.url=jdbc:h2:mem:other | spring.datasource.url is not a plain PostgreSQL URL
					spring.datasource.type=org.springframework.jdbc.datasource.SimpleDriverDataSource | spring.datasource.type is not Hikari
					spring.datasource.hikari.jdbc-url=jdbc:postgresql://db.example/app | spring.datasource.hikari.jdbc-url is set
					""")
	void anObstacleStopsTheStartUp(String property, String reason) {
		this.contextRunner.withPropertyValues("spring.datasource.url=jdbc:postgresql://db.example/app", property)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidSettingException.class)
				.hasMessage("db-pool.required is 'true', but db-pool would step aside: " + reason
						+ ". Change that, or leave db-pool.required out."));
	}

	@Test
	void aPoolThatIsNotHandedOverStopsTheStartUp() {
		ApplicationContextRunner own = this.contextRunner.withUserConfiguration(Own.class);
		own.run((context) -> assertThat(context).getFailure()
			.isInstanceOf(InvalidSettingException.class)
			.hasMessage("db-pool.required is 'true', but db-pool would step aside: the application has its own data "
					+ "source. Set db-pool.data-sources.own.enabled=true, or leave db-pool.required out."));
		own.withPropertyValues("db-pool.data-sources.own.enabled=true")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void aDataSourceWithoutAPoolStopsTheStartUp() {
		this.contextRunner.withBean(DataSource.class, SimpleDriverDataSource::new)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidSettingException.class)
				.hasMessage(
						"db-pool.required is 'true', but db-pool would step aside: the application has its own data "
								+ "source. Hand its pools over with db-pool.data-sources.<bean>.*, or leave db-pool.required out."));
	}

	@Test
	void nothingStopsWhatDbPoolManagesOrIsOff() {
		this.contextRunner.withPropertyValues("spring.datasource.url=postgres://db.example/app")
			.run((context) -> assertThat(context).hasNotFailed());
		this.contextRunner.withUserConfiguration(Own.class)
			.withPropertyValues("db-pool.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Configuration(proxyBeanMethods = false)
	static class Own {

		@Bean
		HikariDataSource own() {
			HikariDataSource dataSource = new HikariDataSource();
			dataSource.setJdbcUrl("jdbc:postgresql://db.example/own");
			return dataSource;
		}

	}

}
