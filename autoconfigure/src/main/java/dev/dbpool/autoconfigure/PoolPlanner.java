package dev.dbpool.autoconfigure;

import java.time.InstantSource;
import java.util.List;
import java.util.Objects;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.GuardMode;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.guard.SessionBoundSql;
import dev.dbpool.guard.SessionStateGuard;
import dev.dbpool.lease.LeasingDataSource;
import dev.dbpool.lease.SqlCheck;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/**
 * Decides for each data source of the application whether db-pool manages it, and plans
 * those that it does.
 */
class PoolPlanner {

	/**
	 * The bean of Spring Boot's own pool.
	 */
	static final String MAIN = "dataSource";

	private final ManagedPools pools;

	private final OwnPools own;

	private final ObjectProvider<StartUpPlan> main;

	private final DbPoolProperties properties;

	private final Environment environment;

	private final ConfigurableListableBeanFactory beans;

	PoolPlanner(ManagedPools pools, ObjectProvider<StartUpPlan> main, DbPoolProperties properties,
			Environment environment, ConfigurableListableBeanFactory beans) {
		this.pools = pools;
		this.own = OwnPools.of(environment);
		this.main = main;
		this.properties = properties;
		this.environment = environment;
		this.beans = beans;
	}

	/**
	 * Whether pools stay as they are.
	 */
	boolean observes() {
		return this.properties.observes();
	}

	/**
	 * Whether the connections of a data source are leased.
	 * @param name the name of its bean
	 */
	boolean leases(String name) {
		return this.own.isHandedOver(name) || this.own.leasedOnly().contains(name) || isMain(name);
	}

	private boolean isMain(String name) {
		return name.equals(MAIN) && this.main.getIfAvailable() != null;
	}

	/**
	 * Returns the pool below a data source.
	 * @return {@code null} if there is none, or if there may be several
	 */
	@Nullable HikariDataSource pool(DataSource dataSource, String name) {
		boolean several = dataSource instanceof AbstractRoutingDataSource
				|| dataSource instanceof LazyConnectionDataSourceProxy;
		return (several && !isMain(name)) ? null
				: DataSourceUnwrapper.unwrap(dataSource, HikariConfigMXBean.class, HikariDataSource.class);
	}

	/**
	 * Returns the plan of a pool, which is made the first time.
	 * @param name the name of its bean
	 * @param pool the pool, with all that is set for it
	 * @return {@code null} if db-pool does not manage it
	 * @throws InvalidSettingException if a setting cannot work, or the pool has another
	 * name already
	 */
	@Nullable StartUpPlan plan(String name, HikariDataSource pool) {
		DbPoolProperties.Own settings = this.own.find(name);
		if (isMain(name)) {
			refuseTwice(settings);
		}
		else if (settings == null || !settings.enabled()) {
			return null;
		}
		else if (this.own.leasedOnly().contains(name)) {
			throw new InvalidSettingException(OwnPools.LEASED_ONLY, name,
					"but %s.%s hands over the same pool, leases included.".formatted(OwnPools.PREFIX, name),
					"Remove it from %s.".formatted(OwnPools.LEASED_ONLY));
		}
		this.pools.claim(OwnPools.PREFIX, name, pool);
		ManagedPool planned = this.pools.find(name);
		if (planned != null || settings == null) {
			return (planned != null) ? planned.plan() : null;
		}
		// Spring Boot's pool is planned first, so that the result is always the same.
		boolean alone = this.main.getIfAvailable() == null;
		// Hibernate uses Spring Boot's pool where there is one.
		List<String> schemaWork = alone ? SchemaWork.warnings(this.environment) : List.of();
		return this.pools.plan(name, StartUpSettings.of(name, pool, this.properties, settings, this.environment,
				AllTransactionSettings.of(this.beans), schemaWork));
	}

	private static void refuseTwice(DbPoolProperties.@Nullable Own settings) {
		if (settings != null) {
			throw new InvalidSettingException(OwnPools.PREFIX, MAIN,
					"but that is Spring Boot's own pool, which has its settings under spring.datasource and db-pool.",
					"Remove %s.%s.*; what is set there belongs directly under db-pool.".formatted(OwnPools.PREFIX,
							MAIN));
		}
	}

	/**
	 * Leases the connections of a managed pool, or observes them.
	 * @param dataSource the pool or a wrapper of it
	 */
	DataSource lease(DataSource dataSource, String name, HikariDataSource pool, StartUpPlan plan) {
		if (observes()) {
			return observe(dataSource, name, pool, plan);
		}
		LeasingDataSource leasing = new LeasingDataSource(dataSource, pool, plan.rules(), plan.leaseSettings());
		this.pools.attach(name, pool, leasing);
		return leasing;
	}

	/**
	 * A pool that has started, or that is more than it seems, is wrapped.
	 */
	private DataSource observe(DataSource dataSource, String name, HikariDataSource pool, StartUpPlan plan) {
		SessionBoundSql seen = Objects.requireNonNull(this.pools.find(name)).sessionBound();
		SqlCheck check = (this.properties.guard().sessionState() != GuardMode.OFF) ? SessionStateGuard.observing(seen)
				: SqlCheck.NONE;
		if (dataSource.getClass() == HikariDataSource.class && pool.getHikariPoolMXBean() == null) {
			ObservedHikariDataSource observed = new ObservedHikariDataSource(pool, check, plan.leaseSettings());
			this.pools.attach(name, observed, observed.observed());
			return observed;
		}
		LeasingDataSource leasing = LeasingDataSource.observing(dataSource, pool, check, plan.leaseSettings(),
				InstantSource.system());
		this.pools.attach(name, pool, leasing);
		return leasing;
	}

	/**
	 * Leases the connections of a pool that otherwise stays as it is.
	 * @param dataSource the pool or a wrapper of it
	 */
	LeasingDataSource leaseOnly(DataSource dataSource, String name, HikariDataSource pool) {
		this.pools.claim(OwnPools.LEASED_ONLY, name, pool);
		DbPoolProperties.Lease lease = this.properties.lease();
		LeasingDataSource leasing = new LeasingDataSource(dataSource, pool,
				ConnectionRulesFactory.ofOther(name, pool, lease.release()), lease.settings());
		this.pools.attachLeasedOnly(name, leasing);
		return leasing;
	}

	/**
	 * Returns a data source that has no pool as it is.
	 * @throws InvalidSettingException if the application hands it over as a pool
	 */
	DataSource withoutPool(DataSource dataSource, String name) {
		if (isMain(name) || OnNoTestDatabaseCondition.isReplaced(this.beans, this.environment)) {
			return dataSource;
		}
		throw new InvalidSettingException(this.own.isHandedOver(name) ? OwnPools.PREFIX : OwnPools.LEASED_ONLY, name,
				"but that bean is not a HikariDataSource, its type is " + dataSource.getClass().getName() + ".",
				"Name beans of that type only; if it leads to pools, make these beans and name them.");
	}

}
