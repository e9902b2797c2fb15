package dev.dbpool.autoconfigure;

import java.util.UUID;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.lease.PhysicalDriver;
import dev.dbpool.lease.WatchedDataSource;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.core.Ordered;

/**
 * Sizes Spring Boot's pool and wraps it. Runs after Spring Boot has bound the pool's
 * properties and applied the connection details, and wraps inside of Spring Boot's lazy
 * proxy ({@code spring.datasource.connection-fetch}), which has order 0.
 */
class DataSourcePostProcessor implements BeanPostProcessor, Ordered {

	private static final Log logger = LogFactory.getLog(DataSourcePostProcessor.class);

	private final ObjectProvider<StartUpPlan> plans;

	DataSourcePostProcessor(ObjectProvider<StartUpPlan> plans) {
		this.plans = plans;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		if (beanName.equals("dataSource") && bean instanceof HikariDataSource pool) {
			StartUpPlan plan = this.plans.getObject();
			plan.pool().applyTo(pool);
			String name = UUID.randomUUID().toString();
			pool.addDataSourceProperty(PhysicalDriver.POOL_PROPERTY, name);
			PoolerErrorFailureAnalyzer.watchConnects();
			if (plan.rules().throughTransactionPooler()) {
				PoolerConduct.applyTo(pool, name, plan.connections().preparedStatements());
				// Hikari would set it for the session; the rules apply it to each
				// transaction.
				pool.setTransactionIsolation(null);
			}
			logger.info(plan.inWords());
		}
		return bean;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (beanName.equals("dataSource") && bean instanceof DataSource dataSource) {
			HikariDataSource pool = DataSourceUnwrapper.unwrap(dataSource, HikariConfigMXBean.class,
					HikariDataSource.class);
			if (pool != null) {
				String name = pool.getDataSourceProperties().getProperty(PhysicalDriver.POOL_PROPERTY);
				return new WatchedDataSource(dataSource, pool, name, this.plans.getObject().rules());
			}
		}
		return bean;
	}

	@Override
	public int getOrder() {
		return -100;
	}

}
