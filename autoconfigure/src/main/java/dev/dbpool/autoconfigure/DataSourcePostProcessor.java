package dev.dbpool.autoconfigure;

import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.driver.PhysicalDataSource;
import dev.dbpool.driver.PoolerDefaults;
import dev.dbpool.error.PoolerErrors;
import dev.dbpool.lease.LeasingDataSource;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.env.Environment;

/**
 * Sizes Spring Boot's pool and wraps it, so that its connections are leased. Runs right
 * after Spring Boot has bound the pool's properties and applied the connection details,
 * which are first and second: so the wrapper stands directly around the pool, inside
 * Spring Boot's lazy proxy ({@code spring.datasource.connection-fetch}) and any other
 * wrapper of data sources.
 */
class DataSourcePostProcessor implements BeanPostProcessor, PriorityOrdered {

	private final ObjectProvider<StartUpPlan> plans;

	private final ObjectProvider<Environment> environments;

	private volatile @Nullable SQLException lastFailure;

	DataSourcePostProcessor(ObjectProvider<StartUpPlan> plans, ObjectProvider<Environment> environments) {
		this.plans = plans;
		this.environments = environments;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		if (beanName.equals("dataSource") && bean instanceof HikariDataSource pool) {
			StartUpPlan plan = this.plans.getObject();
			plan.pool().applyTo(pool);
			plan.login().applyTo(pool, plan.connections().runtime().login());
			if (plan.rules().throughTransactionPooler()) {
				PoolerDefaults.applyTo(pool, this::remember, plan.connections().preparedStatements());
			}
			else {
				pool.setDataSource(PhysicalDataSource.of(pool, this::remember));
			}
		}
		return bean;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (beanName.equals("dataSource") && bean instanceof DataSource dataSource) {
			HikariDataSource pool = DataSourceUnwrapper.unwrap(dataSource, HikariConfigMXBean.class,
					HikariDataSource.class);
			if (pool != null) {
				StartUpPlan plan = this.plans.getObject();
				return new LeasingDataSource(dataSource, pool, plan.rules(), plan.leaseSettings());
			}
		}
		return (bean instanceof DataSource dataSource) ? leasedIfWanted(dataSource, beanName) : bean;
	}

	/**
	 * Further data sources are the user's own: they are leased where that is asked for.
	 */
	private DataSource leasedIfWanted(DataSource dataSource, String name) {
		// Asked first: the plan needs beans of the user's, which may need this one.
		if (!leasedDataSources().contains(name)) {
			return dataSource;
		}
		StartUpPlan plan = this.plans.getObject();
		HikariDataSource pool = DataSourceUnwrapper.unwrap(dataSource, HikariConfigMXBean.class,
				HikariDataSource.class);
		if (pool == null) {
			throw new InvalidSettingException("db-pool.lease.data-sources", name,
					"but that bean is not a HikariDataSource, its type is " + dataSource.getClass().getName() + ".",
					"Name beans of that type only.");
		}
		return new LeasingDataSource(dataSource, pool,
				ConnectionRulesFactory.ofOther(name, pool, plan.lease().release()), plan.leaseSettings());
	}

	/**
	 * Keeps what a connection failed with, for {@link HiddenFailure}.
	 * @return the same exception, explained
	 */
	SQLException remember(SQLException failure) {
		this.lastFailure = failure;
		return PoolerErrors.explained(failure);
	}

	@Nullable SQLException lastFailure() {
		return this.lastFailure;
	}

	private List<String> leasedDataSources() {
		return Binder.get(this.environments.getObject())
			.bind("db-pool.lease.data-sources", Bindable.listOf(String.class))
			.orElse(List.of());
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 3;
	}

}
