package dev.dbpool.autoconfigure;

import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.Via;
import dev.dbpool.driver.PhysicalDataSource;
import dev.dbpool.driver.PoolerDefaults;
import dev.dbpool.error.PoolerErrors;
import dev.dbpool.plan.ConnectionPlan;
import dev.dbpool.plan.ConnectionTarget;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;

/**
 * Sizes the pools and wraps them, so that their connections are leased: Spring Boot's,
 * and those that the application hands over. Runs right after Spring Boot has bound the
 * pool's properties and applied the connection details, which are first and second: so
 * the wrapper stands directly around the pool, inside Spring Boot's lazy proxy
 * ({@code spring.datasource.connection-fetch}) and any other wrapper of data sources.
 */
class DataSourcePostProcessor implements DestructionAwareBeanPostProcessor, PriorityOrdered {

	private final ObjectProvider<PoolPlanner> planners;

	/**
	 * Pools that have taken the place of those that the container has made.
	 */
	private final Map<String, HikariDataSource> replacements = new ConcurrentHashMap<>();

	private volatile @Nullable SQLException lastFailure;

	DataSourcePostProcessor(ObjectProvider<PoolPlanner> planners) {
		this.planners = planners;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		if (bean instanceof HikariDataSource pool) {
			PoolPlanner planner = this.planners.getObject();
			StartUpPlan plan = planner.observes() ? null : planner.plan(beanName, pool);
			if (plan != null) {
				configure(beanName, pool, plan);
			}
		}
		return bean;
	}

	private void configure(String name, HikariDataSource pool, StartUpPlan plan) {
		plan.pool().applyTo(pool);
		if (pool.isRunning()) {
			refusePooler(name, plan.connections());
			return;
		}
		ConnectionTarget runtime = plan.connections().runtime();
		pool.setJdbcUrl(runtime.url().toJdbcUrl());
		if (runtime.login().username() != null) {
			pool.setUsername(runtime.login().username());
		}
		if (runtime.login().password() != null) {
			pool.setPassword(runtime.login().password());
		}
		plan.login().applyTo(pool, runtime);
		if (plan.rules().throughTransactionPooler()) {
			PoolerDefaults.applyTo(pool, this::remember, plan.connections().preparedStatements());
		}
		else {
			pool.setDataSource(PhysicalDataSource.of(pool, this::remember));
		}
	}

	/**
	 * A pool that is made from a {@code HikariConfig} starts before it can be changed.
	 */
	private static void refusePooler(String name, ConnectionPlan connections) {
		ConnectionTarget runtime = connections.runtime();
		String wayOut = "Create it with DataSourceBuilder, or with the constructor without arguments: then it starts with its first connection.";
		if (runtime.property().equals(connections.names().poolerUrl())) {
			throw new InvalidSettingException(runtime.property(), runtime,
					"but the pool '" + name + "' has started already, with another URL.", wayOut);
		}
		if (connections.via() == Via.TRANSACTION_POOLER) {
			throw new InvalidSettingException(OwnPools.PREFIX, name,
					"but that pool has started already, so its connections cannot be made safe for the transaction pooler that "
							+ runtime.property() + " leads to.",
					wayOut);
		}
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return (bean instanceof DataSource dataSource) ? leased(dataSource, beanName) : bean;
	}

	private DataSource leased(DataSource dataSource, String name) {
		PoolPlanner planner = this.planners.getObject();
		if (!planner.leases(name)) {
			return dataSource;
		}
		HikariDataSource pool = planner.pool(dataSource, name);
		if (pool == null) {
			return planner.withoutPool(dataSource, name);
		}
		StartUpPlan plan = planner.plan(name, pool);
		if (plan == null) {
			return planner.leaseOnly(dataSource, name, pool);
		}
		if (!planner.observes() && !(pool.getDataSource() instanceof PhysicalDataSource)) {
			configure(name, pool, plan);
		}
		DataSource leased = planner.lease(dataSource, name, pool, plan);
		if (leased instanceof HikariDataSource observed) {
			this.replacements.put(name, observed);
		}
		return leased;
	}

	@Override
	public boolean requiresDestruction(Object bean) {
		return bean instanceof HikariDataSource;
	}

	/**
	 * The container closes the pool that it has made.
	 */
	@Override
	public void postProcessBeforeDestruction(Object bean, String beanName) {
		HikariDataSource replacement = this.replacements.remove(beanName);
		if (replacement != null) {
			replacement.close();
		}
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

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 3;
	}

}
