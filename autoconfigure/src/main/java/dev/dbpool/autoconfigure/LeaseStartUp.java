package dev.dbpool.autoconfigure;

import javax.sql.DataSource;

import dev.dbpool.InvalidSettingException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

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

	private final OwnPools own;

	private final ConfigurableListableBeanFactory beans;

	LeaseStartUp(ManagedPools pools, OwnPools own, ConfigurableListableBeanFactory beans) {
		this.pools = pools;
		this.own = own;
		this.beans = beans;
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.own.beans(this.beans).forEach((name) -> {
			check(OwnPools.PREFIX, name);
			if (this.pools.find(name) == null && this.beans.containsLocalBean(name)) {
				throw new InvalidSettingException(OwnPools.PREFIX, name,
						"but that bean was created before db-pool could take it over.",
						"Let no BeanFactoryPostProcessor or BeanPostProcessor depend on it.");
			}
		});
		this.own.leasedOnly().forEach((name) -> check(OwnPools.LEASED_ONLY, name));
		ManagedPool main = this.pools.find(PoolPlanner.MAIN);
		if (main != null && !main.plan().rules().afterTransaction() && this.beans.containsBean(OPEN_IN_VIEW)) {
			logger.info("spring.jpa.open-in-view is on: each request holds a connection from its first query until its "
					+ "end, even while it waits for something else. With db-pool.lease.release=after-transaction it "
					+ "holds one for its transactions only, and views can still load lazily");
		}
	}

	/**
	 * Makes a data source that is named, if it is lazy, so that mistakes show.
	 */
	private void check(String property, String name) {
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

}
