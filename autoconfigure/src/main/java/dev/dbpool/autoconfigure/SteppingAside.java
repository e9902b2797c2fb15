package dev.dbpool.autoconfigure;

import dev.dbpool.Release;
import dev.dbpool.autoconfigure.DbPoolAutoConfiguration.NothingElse;
import dev.dbpool.plan.ConnectionPlan;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Logs why db-pool plans nothing, if so.
 */
class SteppingAside implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(SteppingAside.class);

	private static final String STEPS_ASIDE = "db-pool steps aside and leaves the connections to Spring Boot: ";

	private final ObjectProvider<StartUpPlan> plan;

	private final ObjectProvider<NothingElse> nothingElse;

	private final Environment environment;

	private final ConfigurableListableBeanFactory beans;

	SteppingAside(ObjectProvider<StartUpPlan> plan, ObjectProvider<NothingElse> nothingElse, Environment environment,
			ConfigurableListableBeanFactory beans) {
		this.plan = plan;
		this.nothingElse = nothingElse;
		this.environment = environment;
		this.beans = beans;
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (this.plan.getIfAvailable() != null) {
			return;
		}
		if (OnNoTestDatabaseCondition.isReplaced(this.beans, this.environment)) {
			logger.info(STEPS_ASIDE + "@AutoConfigureTestDatabase replaces the data source");
			return;
		}
		boolean afterTransaction = Binder.get(this.environment)
			.bind("db-pool.lease.release", Release.class)
			.orElse(Release.AUTO) == Release.AFTER_TRANSACTION;
		String obstacle = OnPlainPostgresUrlCondition.obstacle(this.environment);
		if (this.nothingElse.getIfAvailable() != null && obstacle != null) {
			if (afterTransaction) {
				throw ConnectionRulesFactory.notPostgres(obstacle);
			}
			logger.info(STEPS_ASIDE + obstacle);
			return;
		}
		String own = STEPS_ASIDE + "the application has its own data source";
		if (afterTransaction) {
			logger.warn(own + ". So db-pool.lease.release=after-transaction has no effect. Leave it out, or set "
					+ ConnectionPlan.DIRECT_URL + " instead of them");
		}
		else {
			logger.info(own);
		}
	}

}
