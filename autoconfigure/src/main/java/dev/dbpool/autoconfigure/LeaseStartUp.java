package dev.dbpool.autoconfigure;

import javax.sql.DataSource;

import dev.dbpool.InvalidSettingException;
import dev.dbpool.monitor.PoolMonitor;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Checks and logs what concerns leases, when all beans are known.
 */
class LeaseStartUp implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(LeaseStartUp.class);

	/**
	 * Spring Boot's name for what {@code spring.jpa.open-in-view} turns on.
	 */
	private static final String OPEN_IN_VIEW = "openEntityManagerInViewInterceptor";

	private final StartUpPlan plan;

	private final PoolMonitor monitor;

	private final BeanFactory beans;

	LeaseStartUp(StartUpPlan plan, PoolMonitor monitor, BeanFactory beans) {
		this.plan = plan;
		this.monitor = monitor;
		this.beans = beans;
	}

	@Override
	public void afterSingletonsInstantiated() {
		for (String name : this.plan.lease().dataSources()) {
			if (!this.beans.containsBean(name) || !this.beans.isTypeMatch(name, DataSource.class)) {
				throw new InvalidSettingException("db-pool.lease.data-sources", name,
						"but there is no data source of that name.",
						"Name beans of type HikariDataSource, separated by commas.");
			}
			this.monitor.add(name, this.beans.getBean(name, DataSource.class));
		}
		if (!this.plan.rules().afterTransaction() && this.beans.containsBean(OPEN_IN_VIEW)) {
			logger.info("spring.jpa.open-in-view is on: each request holds a connection from its first query until its "
					+ "end, even while it waits for something else. With db-pool.lease.release=after-transaction it "
					+ "holds one for its transactions only, and views can still load lazily");
		}
	}

}
