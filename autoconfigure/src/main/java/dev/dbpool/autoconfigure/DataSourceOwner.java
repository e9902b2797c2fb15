package dev.dbpool.autoconfigure;

import javax.sql.DataSource;

import dev.dbpool.autoconfigure.DbPoolAutoConfiguration.NothingElse;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabase;

/**
 * Says whose the application's data sources are: db-pool's, or, if not, why. Creates no
 * beans.
 */
class DataSourceOwner {

	private static final String LEAVE_OUT = ", or leave the bean out where there are no tenants, for example with @Profile.";

	private final ListableBeanFactory beans;

	private final Environment environment;

	DataSourceOwner(ListableBeanFactory beans, Environment environment) {
		this.beans = beans;
		this.environment = environment;
	}

	/**
	 * Whether db-pool manages some of them.
	 */
	boolean isDbPool() {
		return has(ManagedPools.class);
	}

	/**
	 * Whether the application says that db-pool is to leave it alone.
	 */
	boolean isLeftAlone(String name) {
		DbPoolProperties.Own own = OwnPools.of(this.environment).find(name);
		return own != null && !own.enabled();
	}

	/**
	 * Whether {@code @AutoConfigureTestDatabase} has put it in the place of another one.
	 */
	boolean isTest(DataSource dataSource) {
		return dataSource instanceof EmbeddedDatabase && OnNoTestDatabaseCondition.isTest(this.beans)
				&& !"none".equalsIgnoreCase(this.environment.getProperty("spring.test.database.replace"));
	}

	private boolean has(Class<?> type) {
		return this.beans.getBeanNamesForType(type, true, false).length > 0;
	}

	/**
	 * Returns why a data source is not db-pool's, the rest of a sentence.
	 */
	String reason() {
		if (isDbPool()) {
			return "db-pool does not manage it";
		}
		if (!isEnabled()) {
			return "db-pool.enabled is false";
		}
		if (isMissing()) {
			return "DbPoolAutoConfiguration is excluded, or HikariCP or the PostgreSQL driver is missing";
		}
		String obstacle = obstacle();
		return (obstacle != null) ? obstacle : "the application has its own data source";
	}

	/**
	 * Returns how to make it db-pool's, or to do without.
	 */
	String action(String name) {
		if (isDbPool()) {
			return ("Set %1$s.enabled to true to hand it over to db-pool, or to false if its transactions need no settings, "
					+ "or qualify it with @DirectDataSource.")
				.formatted(OwnPools.PREFIX + "." + name);
		}
		if (!isEnabled()) {
			return "Set db-pool.enabled to true" + LEAVE_OUT;
		}
		if (isMissing()) {
			return "Let db-pool's auto-configuration take part, with HikariCP and the PostgreSQL driver" + LEAVE_OUT;
		}
		return ((obstacle() != null) ? "Use a plain PostgreSQL URL and HikariCP"
				: "Let Spring Boot make the data source from spring.datasource.url, set %s.%s.enabled to true to hand it over to db-pool"
					.formatted(OwnPools.PREFIX, name))
				+ LEAVE_OUT;
	}

	private boolean isEnabled() {
		return Binder.get(this.environment).bind("db-pool.enabled", Boolean.class).orElse(true);
	}

	private boolean isMissing() {
		return !has(SteppingAside.class);
	}

	private @Nullable String obstacle() {
		return has(NothingElse.class) ? OnPlainPostgresUrlCondition.obstacle(this.environment) : null;
	}

}
