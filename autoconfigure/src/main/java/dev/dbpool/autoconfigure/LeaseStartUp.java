package dev.dbpool.autoconfigure;

import javax.sql.DataSource;

import dev.dbpool.InvalidSettingException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.core.env.Environment;

/**
 * Checks and logs what concerns leases, when all beans are known.
 */
class LeaseStartUp implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(LeaseStartUp.class);

	/**
	 * Spring Boot's name for what {@code spring.jpa.open-in-view} turns on.
	 */
	private static final String OPEN_IN_VIEW = "openEntityManagerInViewInterceptor";

	private final ManagedPools pools;

	private final Environment environment;

	private final ConfigurableListableBeanFactory beans;

	LeaseStartUp(ManagedPools pools, Environment environment, ConfigurableListableBeanFactory beans) {
		this.pools = pools;
		this.environment = environment;
		this.beans = beans;
	}

	@Override
	public void afterSingletonsInstantiated() {
		OwnPools own = OwnPools.of(this.environment);
		own.beans(this.beans).forEach((name) -> {
			check(OwnPools.PREFIX, name);
			if (this.pools.find(name) == null && this.beans.containsLocalBean(name)) {
				throw new InvalidSettingException(OwnPools.PREFIX, name,
						"but that bean was created before db-pool could take it over.",
						"Let no BeanFactoryPostProcessor or BeanPostProcessor depend on it.");
			}
		});
		own.leasedOnly().forEach((name) -> check(OwnPools.LEASED_ONLY, name));
		ManagedPool main = this.pools.find(PoolPlanner.MAIN);
		if (main != null && !main.observed() && !main.plan().rules().afterTransaction()
				&& this.beans.containsBean(OPEN_IN_VIEW)) {
			logger.info("spring.jpa.open-in-view is on: each request holds a connection from its first query until its "
					+ "end, even while it waits for something else. With db-pool.lease.release=after-transaction it "
					+ "holds one for its transactions only, and views can still load lazily");
		}
	}

	/**
	 * Makes a data source that is named, if it is lazy, so that mistakes show.
	 */
	private void check(String property, String name) {
		if (isTestSlice() && !this.beans.containsBean(name)) {
			return;
		}
		if (!this.beans.containsBean(name) || !this.beans.isTypeMatch(name, DataSource.class)) {
			throw new InvalidSettingException(property, name, "but there is no data source of that name.",
					"Name beans of type HikariDataSource.");
		}
		for (String other : this.beans.getAliases(name)) {
			if (!this.beans.containsBeanDefinition(name) && this.beans.containsBeanDefinition(other)) {
				throw new InvalidSettingException(property, name, "but that is an alias of the bean '" + other + "'.",
						"Name it '" + other + "'.");
			}
		}
		this.beans.getBean(name, DataSource.class);
	}

	/**
	 * Whether this is the context of a test slice, which leaves the application's own
	 * configuration out, and so the pools that are made there.
	 */
	private boolean isTestSlice() {
		return !this.environment.getProperty(EnableAutoConfiguration.ENABLED_OVERRIDE_PROPERTY, Boolean.class, true);
	}

}
