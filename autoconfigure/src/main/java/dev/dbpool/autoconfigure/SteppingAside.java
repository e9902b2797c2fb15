package dev.dbpool.autoconfigure;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.Release;
import dev.dbpool.autoconfigure.DbPoolAutoConfiguration.NothingElse;
import dev.dbpool.plan.ConnectionPlan;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Tells which pools db-pool leaves alone, and why if that is all of them. Stops the
 * start-up there if {@code db-pool.required} says so.
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
		if (OnNoTestDatabaseCondition.isReplaced(this.beans, this.environment)) {
			// The test wants it so, whatever the application requires.
			logger.info(STEPS_ASIDE + "@AutoConfigureTestDatabase replaces the data source");
			return;
		}
		OwnPools own = OwnPools.of(this.environment);
		List<String> others = others(own);
		if (this.plan.getIfAvailable() == null && own.handedOver().isEmpty()) {
			stepAside(others);
		}
		if (!others.isEmpty()) {
			logger.info("db-pool leaves these pools alone: " + String.join(", ", others) + ". " + handOver(others)
					+ " hands them over");
		}
	}

	private void stepAside(List<String> others) {
		boolean afterTransaction = get("db-pool.lease.release", Release.class,
				Release.AUTO) == Release.AFTER_TRANSACTION;
		String obstacle = (this.nothingElse.getIfAvailable() != null) ? obstacle() : null;
		String reason = (obstacle != null) ? obstacle : "the application has its own data source";
		if (get("db-pool.required", Boolean.class, false)) {
			throw new InvalidSettingException("db-pool.required", true, "but db-pool would step aside: " + reason + ".",
					wayOut(obstacle, others));
		}
		if (obstacle != null && afterTransaction) {
			throw ConnectionRulesFactory.notPostgres(obstacle);
		}
		if (afterTransaction) {
			logger.warn(STEPS_ASIDE + reason + ". So db-pool.lease.release=after-transaction has no effect. "
					+ "Leave it out, or set " + ConnectionPlan.DIRECT_URL + " instead of them");
		}
		else {
			logger.info(STEPS_ASIDE + reason);
		}
	}

	private @Nullable String obstacle() {
		List<String> details = ForeignDetails.names(this.beans);
		if (details.isEmpty()) {
			return OnPlainPostgresUrlCondition.obstacle(this.environment);
		}
		String type = OnPlainPostgresUrlCondition.typeObstacle(this.environment);
		return (type != null) ? type
				: "the URL of the JdbcConnectionDetails bean '" + details.get(0) + "' is not a plain PostgreSQL URL";
	}

	private static String wayOut(@Nullable String obstacle, List<String> others) {
		String way = (obstacle != null) ? "Change that" : others.isEmpty()
				? "Hand its pools over with " + OwnPools.PREFIX + ".<bean>.*" : "Set " + handOver(others);
		return way + ", or leave db-pool.required out.";
	}

	private static String handOver(List<String> others) {
		return others.stream()
			.map((name) -> OwnPools.PREFIX + "." + name + ".enabled=true")
			.collect(Collectors.joining(", "));
	}

	/**
	 * Returns the pools of PostgreSQL that are there and as the application made them,
	 * but for those that it leaves alone knowingly.
	 */
	private List<String> others(OwnPools own) {
		return Arrays.stream(this.beans.getBeanNamesForType(DataSource.class, false, false))
			.filter((name) -> own.find(name) == null && !isMain(name) && this.beans.containsSingleton(name))
			.filter((name) -> isPool(this.beans.getBean(name, DataSource.class)))
			.toList();
	}

	private boolean isMain(String name) {
		return name.equals(PoolPlanner.MAIN) && this.plan.getIfAvailable() != null;
	}

	private static boolean isPool(DataSource dataSource) {
		if (!(dataSource instanceof HikariDataSource pool)) {
			return false;
		}
		String url = pool.getJdbcUrl();
		return url != null && ConnectionPlan.isPlainPostgres(url);
	}

	private <T> T get(String property, Class<T> type, T otherwise) {
		return Binder.get(this.environment).bind(property, type).orElse(otherwise);
	}

}
