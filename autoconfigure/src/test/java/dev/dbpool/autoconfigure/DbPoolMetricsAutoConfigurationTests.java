package dev.dbpool.autoconfigure;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.metrics.DataSourcePoolMetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who measures the pool. Nothing here connects.
 */
class DbPoolMetricsAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DbPoolAutoConfiguration.class, DbPoolMetricsAutoConfiguration.class,
				DataSourceAutoConfiguration.class, MetricsAutoConfiguration.class))
		.withPropertyValues("spring.datasource.url=jdbc:postgresql://db.example/app", "db-pool.budget.detect=false",
				"db-pool.probe=false");

	private final ApplicationContextRunner measured = this.contextRunner
		.withConfiguration(AutoConfigurations.of(DataSourcePoolMetricsAutoConfiguration.class))
		.withBean("registry", SimpleMeterRegistry.class);

	@Test
	void comesBeforeSpringBoot() {
		this.measured.run((context) -> assertThat(pool(context).getMetricsTrackerFactory()).isNotNull()
			.isNotInstanceOf(MicrometerMetricsTrackerFactory.class));
	}

	@Test
	@Tag("connection-fetch")
	void comesBeforeSpringBootWithALazyConnection() {
		this.measured.withPropertyValues("spring.datasource.connection-fetch=lazy")
			.run((context) -> assertThat(pool(context).getMetricsTrackerFactory()).isNotNull()
				.isNotInstanceOf(MicrometerMetricsTrackerFactory.class));
	}

	@Test
	void leavesThePoolToSpringBootWhereThePlanIsNotOurs() {
		this.measured.withPropertyValues("db-pool.enabled=false").run((context) -> {
			assertThat(context).doesNotHaveBean(PoolMeterBinder.class);
			assertThat(pool(context).getMetricsTrackerFactory()).isInstanceOf(MicrometerMetricsTrackerFactory.class);
		});
	}

	@Test
	void measuresNothingWhereSpringBootDoesNot() {
		this.contextRunner.withBean(SimpleMeterRegistry.class).run((context) -> {
			assertThat(context).doesNotHaveBean(PoolMeterBinder.class);
			assertThat(pool(context).getMetricsTrackerFactory()).isNull();
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { MeterRegistry.class, MicrometerMetricsTrackerFactory.class })
	void needsMicrometer(Class<?> missing) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DbPoolAutoConfiguration.class,
					DbPoolMetricsAutoConfiguration.class, DataSourceAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=jdbc:postgresql://db.example/app", "db-pool.budget.detect=false",
					"db-pool.probe=false")
			.withClassLoader(new FilteredClassLoader(missing))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(PoolMeterBinder.class));
	}

	private static HikariDataSource pool(AssertableApplicationContext context) throws Exception {
		assertThat(context).hasNotFailed();
		return context.getBean(DataSource.class).unwrap(HikariDataSource.class);
	}

}
