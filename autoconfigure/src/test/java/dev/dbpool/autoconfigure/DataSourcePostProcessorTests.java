package dev.dbpool.autoconfigure;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.lease.LeasingDataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where the wrapper stands among those of others. Nothing here connects.
 */
class DataSourcePostProcessorTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DbPoolAutoConfiguration.class, DataSourceAutoConfiguration.class))
		.withPropertyValues("spring.datasource.url=postgres://db.example/app", "db-pool.budget.detect=false",
				"db-pool.probe=false");

	@ParameterizedTest
	@ValueSource(ints = { Ordered.HIGHEST_PRECEDENCE + 4, -1000, 0, Ordered.LOWEST_PRECEDENCE })
	void standsDirectlyAroundThePoolWhateverElseIsWrapped(int order) {
		this.contextRunner.withBean(Wrapper.class, () -> new Wrapper(order))
			.withPropertyValues("spring.datasource.hikari.maximum-pool-size=7")
			.run((context) -> {
				DataSource dataSource = context.getBean(DataSource.class);
				assertThat(dataSource).isExactlyInstanceOf(DelegatingDataSource.class);
				LeasingDataSource leasing = dataSource.unwrap(LeasingDataSource.class);
				assertThat(leasing.getTargetDataSource()).isExactlyInstanceOf(HikariDataSource.class);
				// What Spring Boot binds and where it connects was known by then.
				assertThat(leasing.unwrap(HikariDataSource.class).getMaximumPoolSize()).isEqualTo(7);
				assertThat(leasing.unwrap(HikariDataSource.class).getJdbcUrl())
					.isEqualTo("jdbc:postgresql://db.example/app");
			});
	}

	/**
	 * As those of tracing libraries.
	 */
	static class Wrapper implements BeanPostProcessor, PriorityOrdered {

		private final int order;

		Wrapper(int order) {
			this.order = order;
		}

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			return (bean instanceof DataSource dataSource) ? new DelegatingDataSource(dataSource) : bean;
		}

		@Override
		public int getOrder() {
			return this.order;
		}

	}

}
