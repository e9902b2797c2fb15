package dev.dbpool.autoconfigure;

import java.util.Map;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.InvalidSettingException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.jdbc.datasource.lookup.IsolationLevelDataSourceRouter;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What cannot be handed over. Nothing here connects.
 */
class OwnPoolsBadInputTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DbPoolAutoConfiguration.class, DataSourceAutoConfiguration.class,
				DbPoolMonitorAutoConfiguration.class))
		.withPropertyValues("spring.datasource.url=postgres://db.example/app", "db-pool.budget.detect=false",
				"db-pool.probe=false");

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					missing  | db-pool.data-sources is 'missing', but there is no data source of that name. Name beans of type HikariDataSource.
					text     | db-pool.data-sources is 'text', but there is no data source of that name. Name beans of type HikariDataSource.
					simple   | db-pool.data-sources is 'simple', but that bean is not a HikariDataSource, its type is org.springframework.jdbc.datasource.SimpleDriverDataSource. Name beans of that type only; if it leads to pools, make these beans and name them.
					routing  | db-pool.data-sources is 'routing', but that bean is not a HikariDataSource, its type is org.springframework.jdbc.datasource.lookup.IsolationLevelDataSourceRouter. Name beans of that type only; if it leads to pools, make these beans and name them.
					lazily   | db-pool.data-sources is 'lazily', but that bean is not a HikariDataSource, its type is org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy. Name beans of that type only; if it leads to pools, make these beans and name them.
					h2       | db-pool.data-sources is 'h2', but the jdbcUrl of that bean is not a plain PostgreSQL URL. Name pools of PostgreSQL only; no others are managed.
					noUrl    | db-pool.data-sources is 'noUrl', but the jdbcUrl of that bean is not a plain PostgreSQL URL. Name pools of PostgreSQL only; no others are managed.
					reports  | db-pool.data-sources is 'reports', but that is an alias of the bean 'reporting'. Name it 'reporting'.
					dataSource | db-pool.data-sources is 'dataSource', but that is Spring Boot's own pool, which has its settings under spring.datasource and db-pool. Remove db-pool.data-sources.dataSource.*; what is set there belongs directly under db-pool.
					""")
	void aNameThatIsNoPoolOfTheApplication(String name, String message) {
		stops(message, "db-pool.data-sources." + name + ".enabled=true");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					db-pool.data-sources.reporting.size=2 | db-pool.data-sources.wrapper.size=2    | db-pool.data-sources is 'wrapper', but that is the same pool as 'reporting'. Name one of them only.
					db-pool.data-sources.reporting.size=2 | db-pool.lease.data-sources=wrapper     | db-pool.lease.data-sources is 'wrapper', but that is the same pool as 'reporting'. Name one of them only.
					db-pool.data-sources.reporting.size=2 | db-pool.lease.data-sources=reporting   | db-pool.lease.data-sources is 'reporting', but db-pool.data-sources.reporting hands over the same pool, leases included. Remove it from db-pool.lease.data-sources.
					db-pool.data-sources.reporting.size=2 | db-pool.data-sources.reports.size=2    | db-pool.data-sources is 'reports', but that is an alias of the bean 'reporting'. Name it 'reporting'.
					db-pool.data-sources.mains.size=2     | db-pool.size=2                         | db-pool.data-sources is 'mains', but that is the same pool as 'dataSource'. Name one of them only.
					db-pool.lease.data-sources=reports    | db-pool.size=2                         | db-pool.lease.data-sources is 'reports', but that is an alias of the bean 'reporting'. Name it 'reporting'.
					""")
	void onePoolWithTwoNames(String first, String second, String message) {
		stops(message, first, second);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					size=0                      | db-pool.data-sources.reporting.size is '0', but a pool needs at least one connection. Set db-pool.data-sources.reporting.size to 1 or more.
					max-overflow=-1             | db-pool.data-sources.reporting.max-overflow is '-1', but a pool cannot overflow by a negative number. Set db-pool.data-sources.reporting.max-overflow to 0 for a pool of fixed size, or to more.
					pooler.url=jdbc:h2:mem:x    | db-pool.data-sources.reporting.pooler.url is 'jdbc:h2:mem:x', which is not a PostgreSQL URL.
					pooler.pool-size=0          | db-pool.data-sources.reporting.pooler.pool-size is '0', but must be at least 1.
					""")
	void aSettingOfThePoolThatCannotWork(String setting, String message) {
		stops(message, "db-pool.data-sources.reporting." + setting);
	}

	private void stops(String message, String... properties) {
		this.contextRunner.withUserConfiguration(Beans.class)
			.withPropertyValues(properties)
			.run((context) -> assertThat(context).getFailure()
				.extracting(NestedExceptionUtils::getMostSpecificCause, as(InstanceOfAssertFactories.THROWABLE))
				.isInstanceOf(InvalidSettingException.class)
				.hasMessageStartingWith(message));
	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean(name = { "reporting", "reports" }, defaultCandidate = false)
		HikariDataSource reporting() {
			HikariDataSource dataSource = new HikariDataSource();
			dataSource.setJdbcUrl("jdbc:postgresql://db.example/reports");
			return dataSource;
		}

		@Bean(defaultCandidate = false)
		DataSource wrapper(@Qualifier("reporting") DataSource reporting) {
			return new DelegatingDataSource(reporting);
		}

		@Lazy
		@Bean(defaultCandidate = false)
		DataSource mains(@Qualifier("dataSource") DataSource dataSource) {
			return new DelegatingDataSource(dataSource);
		}

		@Bean(defaultCandidate = false)
		DataSource routing(@Qualifier("reporting") DataSource reporting) {
			IsolationLevelDataSourceRouter routing = new IsolationLevelDataSourceRouter();
			routing.setTargetDataSources(Map.of());
			routing.setDefaultTargetDataSource(reporting);
			return routing;
		}

		@Lazy
		@Bean(defaultCandidate = false)
		DataSource lazily(@Qualifier("reporting") DataSource reporting) {
			LazyConnectionDataSourceProxy proxy = new LazyConnectionDataSourceProxy();
			proxy.setTargetDataSource(reporting);
			proxy.setDefaultAutoCommit(true);
			proxy.setDefaultTransactionIsolation(2);
			return proxy;
		}

		@Bean(defaultCandidate = false)
		HikariDataSource h2() {
			HikariDataSource dataSource = new HikariDataSource();
			dataSource.setJdbcUrl("jdbc:h2:mem:own");
			return dataSource;
		}

		@Bean(defaultCandidate = false)
		HikariDataSource noUrl() {
			return new HikariDataSource();
		}

		@Bean(defaultCandidate = false)
		DataSource simple() {
			return new SimpleDriverDataSource();
		}

		@Bean
		String text() {
			return "no pool";
		}

	}

}
