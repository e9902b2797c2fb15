package dev.dbpool.lease;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.IMetricsTracker;
import com.zaxxer.hikari.metrics.MetricsTrackerFactory;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import dev.dbpool.Borrowed;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.Waiting;
import dev.dbpool.queue.TurnstileMetrics;
import dev.dbpool.test.Credentials;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Hikari's metrics as dashboards and alerts know them.
 */
class TurnstileMetricsIT {

	private static final String NAME = "spring.datasource.hikari.pool-name=measured";

	private static final String WITHOUT_BOOTS_METRICS = TestApplication.WITHOUT_JPA
			+ ",org.springframework.boot.jdbc.autoconfigure.metrics.DataSourcePoolMetricsAutoConfiguration";

	private final TestDatabase database = TestDatabase.create();

	@Test
	void namesAndTagsAreThoseOfSpringBoot() throws SQLException {
		Set<String> without;
		try (ConfigurableApplicationContext context = start("db-pool.enabled=false")) {
			without = meters(context);
		}
		try (ConfigurableApplicationContext context = start()) {
			assertThat(context.getBean(DataSource.class)).isInstanceOf(LeasingDataSource.class);
			assertThat(meters(context)).containsExactlyInAnyOrderElementsOf(without);
		}
		assertThat(without).filteredOn((meter) -> meter.startsWith("hikaricp.connections")).hasSize(10);
		assertThat(without).filteredOn((meter) -> meter.startsWith("jdbc.connections")).isNotEmpty();
	}

	/**
	 * One waits long enough for another to give up meanwhile.
	 */
	@Test
	void whatHappensInFrontOfThePoolIsMeasured() throws Exception {
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try (ConfigurableApplicationContext context = start("db-pool.size=1", "db-pool.max-overflow=0",
				"db-pool.timeout=60")) {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			DataSource dataSource = context.getBean(DataSource.class);
			HikariConfigMXBean pool = dataSource.unwrap(HikariDataSource.class).getHikariConfigMXBean();
			Borrowed.from(dataSource).close();
			Borrowed holder = Borrowed.from(dataSource);
			assertThat(count(registry)).isEqualTo(2);
			assertThat(pending(registry)).isZero();
			double before = millis(registry);
			Future<Borrowed> waiter = executor.submit(() -> Borrowed.from(dataSource));
			Waiting.await().until(() -> pending(registry) == 1);
			assertThat(dataSource.unwrap(LeasingDataSource.class).ledger().waiting()).isEqualTo(1);
			pool.setConnectionTimeout(250);
			assertThatExceptionOfType(SQLTransientConnectionException.class)
				.isThrownBy(() -> Borrowed.from(dataSource));
			assertThat(timeouts(registry)).isEqualTo(1);
			assertThat(count(registry)).isEqualTo(3);
			assertThat(millis(registry) - before).isGreaterThanOrEqualTo(250);
			assertThat(pending(registry)).isEqualTo(1);
			pool.setConnectionTimeout(60_000);
			holder.close();
			waiter.get(60, TimeUnit.SECONDS).close();
			assertThat(pending(registry)).isZero();
			assertThat(count(registry)).isEqualTo(4);
			assertThat(millis(registry) - before).isGreaterThanOrEqualTo(500);
			assertThat(timeouts(registry)).isEqualTo(1);
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void whoWaitsInFrontOfThePoolIsPending() throws SQLException {
		try (ConfigurableApplicationContext context = start(WITHOUT_BOOTS_METRICS);
				HikariDataSource pool = new HikariDataSource()) {
			assertThat(context.getBean(MeterRegistry.class).find("hikaricp.connections.pending").gauge()).isNull();
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			pool.setJdbcUrl(this.database.fixture().postgres().jdbcUrl(this.database.name()));
			pool.setUsername(Credentials.APPLICATION.username());
			pool.setPassword(Credentials.APPLICATION.password());
			pool.setMetricsTrackerFactory(new TurnstileMetrics(new MicrometerMetricsTrackerFactory(registry), () -> 3));
			pool.getConnection().close();
			assertThat(registry.get("hikaricp.connections.pending").gauge().value()).isEqualTo(3);
			assertThat(registry.get("hikaricp.connections.max").gauge().value()).isEqualTo(10);
		}
	}

	@Test
	void factoryOfTheUserIsLeftAlone() throws SQLException {
		try (ConfigurableApplicationContext context = TestApplication.builder(WebApplicationType.NONE, OwnFactory.class)
			.run(arguments())) {
			DataSource dataSource = context.getBean(DataSource.class);
			Borrowed.from(dataSource).close();
			assertThat(dataSource.unwrap(HikariDataSource.class).getMetricsTrackerFactory()).isSameAs(OwnFactory.OWN);
			assertThat(meters(context)).noneMatch((meter) -> meter.startsWith("hikaricp."))
				.anyMatch((meter) -> meter.startsWith("jdbc.connections"));
		}
	}

	private ConfigurableApplicationContext start(String... properties) {
		return TestApplication.builder(WebApplicationType.NONE, TestApplication.class).run(arguments(properties));
	}

	private String[] arguments(String... properties) {
		return TestDatabase.with(
				new String[] { "--" + TestApplication.WITHOUT_JPA, "--" + NAME,
						"--spring.datasource.url=" + this.database.fixture().postgres().jdbcUrl(this.database.name()),
						"--spring.datasource.username=" + Credentials.APPLICATION.username(),
						"--spring.datasource.password=" + Credentials.APPLICATION.password() },
				Stream.of(properties).map("--"::concat).toArray(String[]::new));
	}

	/**
	 * All that identifies or describes the meters of a pool in use.
	 */
	private static Set<String> meters(ConfigurableApplicationContext context) throws SQLException {
		Borrowed.from(context.getBean(DataSource.class)).close();
		return context.getBean(MeterRegistry.class)
			.getMeters()
			.stream()
			.map(Meter::getId)
			.filter((id) -> id.getName().startsWith("hikaricp.") || id.getName().startsWith("jdbc."))
			.map((id) -> id.getName() + " " + id.getTags() + " " + id.getType() + " " + id.getBaseUnit() + " "
					+ id.getDescription())
			.collect(Collectors.toSet());
	}

	private static long count(MeterRegistry registry) {
		return registry.get("hikaricp.connections.acquire").timer().count();
	}

	private static double millis(MeterRegistry registry) {
		return registry.get("hikaricp.connections.acquire").timer().totalTime(TimeUnit.MILLISECONDS);
	}

	private static double pending(MeterRegistry registry) {
		return registry.get("hikaricp.connections.pending").gauge().value();
	}

	private static double timeouts(MeterRegistry registry) {
		return registry.get("hikaricp.connections.timeout").counter().count();
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnFactory {

		static final MetricsTrackerFactory OWN = (poolName, stats) -> new IMetricsTracker() {
		};

		@Bean
		static BeanPostProcessor setsTheFactory() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessBeforeInitialization(Object bean, String beanName) {
					if (bean instanceof HikariDataSource pool) {
						pool.setMetricsTrackerFactory(OWN);
					}
					return bean;
				}

			};
		}

	}

}
