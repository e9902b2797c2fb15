package dev.dbpool.autoconfigure;

import java.util.List;
import java.util.function.Supplier;

import com.zaxxer.hikari.HikariCredentialsProvider;
import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.TransactionSettings;
import dev.dbpool.driver.CredentialsSource;
import dev.dbpool.plan.ConnectionPlan;
import dev.dbpool.plan.ConnectionSettings;
import dev.dbpool.plan.Login;
import dev.dbpool.plan.PropertyNames;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * What a {@link StartUpPlan} is made from: what the user set, and what the application
 * brings.
 *
 * @param properties what is set under {@code db-pool}
 * @param releaseProperty the property that says when a connection goes back
 * @param hikari what is set under {@code spring.datasource.hikari}
 * @param connections what the connection plan is made from
 * @param login who logs in to the database
 * @param transactionSettings what each transaction begins with
 * @param shares what migrates at start-up
 * @param schemaWork a warning for each setting that changes the schema through the
 * runtime
 * @param refused what would be refused already, where the pool is only observed
 */
record StartUpSettings(DbPoolProperties properties, String releaseProperty, HikariSettings hikari,
		ConnectionSettings connections, DirectLogin login, TransactionSettings transactionSettings,
		List<StartUpShare> shares, List<String> schemaWork, List<String> refused) {

	private static final String RELEASE = "lease.release";

	/**
	 * Reads the settings. Asks no credentials provider: that is input and output.
	 * @param all what is set under {@code db-pool}
	 * @param dataSource what is set for Spring Boot's data source
	 * @param foreign connection details that take its place; {@code null} if there are
	 * none
	 */
	static StartUpSettings of(DbPoolProperties all, DataSourceProperties dataSource, @Nullable ForeignDetails foreign,
			ConfigurableEnvironment environment, TransactionSettings transactionSettings, List<StartUpShare> shares,
			Supplier<DirectLogin> logins) {
		DbPoolProperties properties = (foreign != null && !foreign.allowPooler(environment)) ? all.withoutPooler()
				: all;
		Refusals refusals = new Refusals(properties.observes());
		refusals.check(() -> HikariSettings.refuseTraps(environment));
		HikariSettings hikari = HikariSettings.of(environment);
		DirectLogin login = refusals.decide(logins, () -> new DirectLogin(null));
		Login fixed = (foreign != null) ? foreign.login() : new Login(hikari.username(), hikari.password())
			.orElse(new Login(dataSource.getUsername(), dataSource.getPassword()));
		DbPoolProperties.Pooler pooler = properties.pooler();
		ConnectionSettings connections = new ConnectionSettings(
				(foreign != null) ? foreign.names() : PropertyNames.SPRING_BOOT,
				(foreign != null) ? foreign.details().getJdbcUrl() : dataSource.getUrl(), fixed,
				properties.direct().mode(), pooler.url(), new Login(pooler.username(), pooler.password()),
				pooler.mode(), pooler.preparedStatements(), hikari.dataSourceProperties(), hikari.schema(),
				environment.getProperty("spring.application.name"), (name) -> PGProperty.forName(name) != null);
		return new StartUpSettings(properties, PropertyNames.SPRING_BOOT.of(RELEASE), hikari, connections, login,
				transactionSettings, shares, SchemaWork.warnings(environment), refusals.told());
	}

	/**
	 * Reads the settings of a pool of the application itself. The tools that migrate
	 * through it are not known.
	 * @param bean the name of its bean
	 * @param schemaWork a warning for each setting that changes the schema through it
	 * @throws InvalidSettingException if it is not a pool of PostgreSQL
	 */
	static StartUpSettings of(String bean, HikariDataSource pool, DbPoolProperties all, DbPoolProperties.Own own,
			Environment environment, TransactionSettings transactionSettings, List<String> schemaWork) {
		PropertyNames names = PropertyNames.ofBean(bean);
		DbPoolProperties properties = all.of(own);
		String url = pool.getJdbcUrl();
		if (url == null || !ConnectionPlan.isPlainPostgres(url)) {
			throw new InvalidSettingException(OwnPools.PREFIX, bean,
					"but the jdbcUrl of that bean is not a plain PostgreSQL URL.",
					"Name pools of PostgreSQL only; no others are managed.");
		}
		HikariSettings hikari = HikariSettings.of(pool);
		HikariCredentialsProvider provider = pool.getCredentialsProvider();
		DirectLogin login = new DirectLogin((provider != null)
				? new CredentialsSource("the credentials provider of the bean '%s'".formatted(bean), provider) : null);
		DbPoolProperties.Pooler pooler = properties.pooler();
		ConnectionSettings connections = new ConnectionSettings(names, url,
				new Login(hikari.username(), hikari.password()), properties.direct().mode(), pooler.url(),
				new Login(pooler.username(), pooler.password()), pooler.mode(), pooler.preparedStatements(),
				hikari.dataSourceProperties(), hikari.schema(), environment.getProperty("spring.application.name"),
				(name) -> PGProperty.forName(name) != null);
		String release = ((own.lease().release() != null) ? names : PropertyNames.SPRING_BOOT).of(RELEASE);
		return new StartUpSettings(properties, release, hikari, connections, login, transactionSettings, List.of(),
				schemaWork, List.of());
	}

	/**
	 * Whether something migrates through the direct URL at start-up.
	 */
	boolean migrates() {
		return migration() != null;
	}

	/**
	 * Returns what migrates through the direct URL at start-up.
	 * @return one of these tools; {@code null} if nothing does
	 */
	@Nullable StartUpShare migration() {
		return this.shares.stream().filter(StartUpShare::direct).findFirst().orElse(null);
	}

	/**
	 * Returns how many connections the start-up needs before the pool. One tool migrates
	 * after the other.
	 */
	int startUpShare() {
		return this.shares.stream().mapToInt(StartUpShare::connections).max().orElse(0);
	}

}
