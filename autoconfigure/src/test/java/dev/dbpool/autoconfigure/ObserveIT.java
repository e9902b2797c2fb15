package dev.dbpool.autoconfigure;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.HttpAnswer;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.Waiting;
import dev.dbpool.test.Address;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * An application that db-pool only observes is as it is without db-pool, and db-pool
 * tells what it would do.
 */
@ExtendWith(OutputCaptureExtension.class)
class ObserveIT {

	private static final String OBSERVE = "db-pool.mode=observe";

	private static final String OFF = "db-pool.enabled=false";

	private static final String EXPOSED = "management.endpoints.web.exposure.include=dbpool,health";

	private final TestDatabase database = TestDatabase.create();

	@Test
	void thePoolAndTheSessionsAreThoseOfSpringBoot() {
		String[] settings = { "spring.application.name=orders", "spring.flyway.enabled=true",
				"spring.datasource.hikari.max-lifetime=1860000",
				"spring.datasource.hikari.data-source-properties.ApplicationName=own" };
		Map<String, Object> without = seen(TestDatabase.create(), TestDatabase.with(settings, OFF));
		assertThat(seen(this.database, TestDatabase.with(settings, OBSERVE))).isEqualTo(without);
		assertThat(without).containsEntry("getMaximumPoolSize", "10")
			.containsEntry("getConnectionTimeout", "30000")
			.containsEntry("sessions", Collections.nCopies(10, "own"))
			.containsEntry("migration", "own")
			.containsEntry("flyway uses the pool", true);
	}

	/**
	 * All that can be seen of the pool, and who is connected.
	 */
	private static Map<String, Object> seen(TestDatabase database, String... settings) {
		try (ConfigurableApplicationContext context = start(database, settings)) {
			Map<String, Object> seen = new TreeMap<>();
			HikariDataSource pool = pool(context);
			for (Method getter : HikariConfig.class.getMethods()) {
				if (getter.getParameterCount() == 0 && getter.getName().matches("(get|is)[A-Z].*")
						&& !getter.getName().matches("getClass|getCredentials|getPoolName|getJdbcUrl")) {
					seen.put(getter.getName(),
							String.valueOf(ReflectionUtils.invokeMethod(getter, pool)).replaceAll("@\\w+", ""));
				}
			}
			DataSource dataSource = context.getBean(DataSource.class);
			seen.put("flyway uses the pool",
					context.getBean(Flyway.class).getConfiguration().getDataSource() == dataSource);
			seen.put("migration",
					new JdbcTemplate(dataSource).queryForObject("select application_name from seen", String.class));
			Waiting.await().until(() -> database.sessions().size() == 10);
			seen.put("sessions", database.sessions().stream().map(TestDatabase.Session::applicationName).toList());
			return seen;
		}
	}

	@Test
	void nothingButItsOwnBeansIsAdded() {
		Set<String> added = beans(OBSERVE);
		added.removeAll(beans(OFF));
		assertThat(added).allMatch(
				(bean) -> bean.startsWith("dbPool") || bean.startsWith("db-pool-") || bean.startsWith("dev.dbpool."))
			.noneMatch((bean) -> bean.matches(".*(ConnectionDetails|WorkFilter|TaskDecorator|MeterBinder|Failure).*"));
	}

	private Set<String> beans(String mode) {
		try (ConfigurableApplicationContext context = TestApplication.startWeb(all(this.database, mode))) {
			return new TreeSet<>(List.of(context.getBeanDefinitionNames()));
		}
	}

	@Test
	void anExhaustedPoolFailsAsWithoutIt() throws SQLException {
		List<String> failures = new ArrayList<>();
		for (String mode : List.of(OFF, OBSERVE)) {
			try (ConfigurableApplicationContext context = start(this.database, mode,
					"spring.datasource.hikari.maximum-pool-size=1", "spring.datasource.hikari.pool-name=orders",
					"spring.datasource.hikari.connection-timeout=1000")) {
				DataSource dataSource = context.getBean(DataSource.class);
				try (Connection held = dataSource.getConnection()) {
					assertThat(held.isValid(5)).isTrue();
					failures.add(words(catchThrowable(dataSource::getConnection)));
					failures
						.add(words(catchThrowable(() -> new TransactionTemplate(new JdbcTransactionManager(dataSource))
							.execute((status) -> status))));
				}
			}
		}
		assertThat(failures.subList(2, 4)).isEqualTo(failures.subList(0, 2));
		assertThat(failures.get(0)).startsWith("java.sql.SQLTransientConnectionException: orders - Connection is not ");
		assertThat(failures.get(1)).startsWith(CannotCreateTransactionException.class.getName())
			.contains("total=1, active=1");
	}

	private static String words(Throwable failure) {
		Throwable root = NestedExceptionUtils.getMostSpecificCause(failure);
		return (failure + " " + root).replaceAll("\\d+ms", "");
	}

	@Test
	void poolsOfTheApplicationAreObservedWhetherOrNotTheyHaveStarted() {
		try (ConfigurableApplicationContext context = TestApplication
			.builder(WebApplicationType.SERVLET, OwnPools.class)
			.run(Stream
				.of(all(this.database, OBSERVE, EXPOSED, "db-pool.data-sources.orders.enabled=true",
						"db-pool.data-sources.reports.enabled=true"))
				.map((property) -> "--" + property)
				.toArray(String[]::new))) {
			for (String name : List.of("orders", "reports")) {
				DataSource dataSource = context.getBean(name, DataSource.class);
				assertThat(new JdbcTemplate(dataSource).queryForObject("show application_name", String.class))
					.isEqualTo("PostgreSQL JDBC Driver");
			}
			HttpAnswer answer = HttpAnswer.get(context, "/actuator/dbpool");
			assertThat(answer.json("observe")).containsEntry("maximumUsed", 1);
			assertThat(answer.json("dataSources").values()).singleElement()
				.asString()
				.contains("observe={", "maximumUsed=1");
			assertThat(answer.json("leases")).containsOnlyKeys("orders", "reports");
			assertThat(context.getBean("reports")).isInstanceOf(HikariDataSource.class);
		}
	}

	@Test
	void thePoolIsClosedWithTheApplication() {
		HikariDataSource pool;
		try (ConfigurableApplicationContext context = start(this.database, OBSERVE)) {
			pool = pool(context);
			assertThat(new JdbcTemplate(pool).queryForObject("select 1", Integer.class)).isOne();
		}
		assertThat(pool.isClosed()).isTrue();
		Waiting.await().until(() -> this.database.sessions().isEmpty());
	}

	@Test
	void aSessionKeepsWhatWasSetInIt() {
		try (ConfigurableApplicationContext context = start(this.database, OBSERVE,
				"spring.datasource.hikari.maximum-pool-size=1",
				"spring.datasource.hikari.connection-init-sql=set app.tenant = 'first'")) {
			JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
			assertThat(jdbc.queryForObject("show app.tenant", String.class)).isEqualTo("first");
			jdbc.execute("set search_path = pg_catalog");
			jdbc.execute("set app.tenant = 'second'");
			assertThat(jdbc.queryForObject("show search_path", String.class)).isEqualTo("pg_catalog");
			assertThat(jdbc.queryForObject("show app.tenant", String.class)).isEqualTo("second");
		}
	}

	@Test
	void theReportTellsWhatWasSeenAndWhatWouldBeRefused(CapturedOutput output) throws SQLException {
		try (ConfigurableApplicationContext context = TestApplication.startWeb(all(this.database, OBSERVE, EXPOSED,
				"spring.datasource.hikari.maximum-pool-size=30", "spring.datasource.hikari.minimum-idle=0",
				"db-pool.budget.replicas=50", "db-pool.lease.idle-suspect-after=1ms"))) {
			DataSource dataSource = context.getBean(DataSource.class);
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			try (Connection first = dataSource.getConnection(); Connection second = dataSource.getConnection()) {
				assertThat(first.getAutoCommit()).isEqualTo(second.getAutoCommit());
				jdbc.execute("select pg_sleep(0.05)");
				jdbc.execute("set search_path = 'tenant_1'");
				Waiting.await().until(() -> ((Number) leases(context).get("suspects")).intValue() >= 2);
			}
			Map<String, Object> observe = HttpAnswer.get(context, "/actuator/dbpool").json("observe");
			assertThat(observe).containsEntry("maximumUsed", 3).containsEntry("neededConnections", 1);
			assertThat(observe.get("maximumUsedAt")).asString().matches("\\d{4}-.*Z");
			assertThat((Double) observe.get("idleShare")).isBetween(0.5, 1.0);
			assertThat(list(observe, "mostIdle")).hasSizeGreaterThanOrEqualTo(2)
				.anySatisfy((kind) -> assertThat(kind).containsEntry("lastSql", null).containsEntry("leases", 2));
			assertThat(list(observe, "sessionBound")).singleElement()
				.satisfies((seen) -> assertThat(seen).containsEntry("sql", "set search_path = ?")
					.containsEntry("count", 1)
					.containsEntry("refused", true)
					.hasEntrySatisfying("place",
							(place) -> assertThat(place).asString().contains(ObserveIT.class.getName()))
					.hasEntrySatisfying("problem", (problem) -> assertThat(problem).asString().contains("SET LOCAL")));
			assertThat(observe.get("wouldRefuse")).asString()
				.contains("50 x 30 = 1500", "size 0 + max-overflow 30", "Either let each process have at most 3");
			assertThat(HttpAnswer.get(context, "/actuator/dbpool").json("pool")).containsEntry("maximum", 30);
			assertThat(HttpAnswer.get(context, "/actuator/health/db-pool").status()).isEqualTo(200);
			assertThat(context.getBean(ObserveLog.class).day()).isEqualTo("db-pool observed dataSource: "
					+ "at most 3 connections in use at the same time, and at most 1 needed; idle for %d %% of the time "
						.formatted(Math.round(100 * (Double) observe.get("idleShare")))
					+ "that they were held; session-bound statements: 1; would be refused: 1");
		}
		assertThat(lines(output)).singleElement()
			.asString()
			// Other tests use the same server, which is a warning.
			.containsPattern(
					"db-pool observes: it changes and refuses nothing\\. Would be refused: 1; would be warned of: [01]\\.");
	}

	@Test
	void migratesThroughATransactionPoolerAsBeforeAndTellsThatItWouldNot(CapturedOutput output) {
		try (Pooler pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(2))) {
			Address address = pooler.address();
			try (ConfigurableApplicationContext context = TestApplication.startWeb(
					"spring.datasource.url=" + address.jdbcUrl(this.database.name()) + "?prepareThreshold=0",
					"spring.datasource.username=" + Credentials.APPLICATION.username(),
					"spring.datasource.password=" + Credentials.APPLICATION.password(), TestApplication.WITHOUT_JPA,
					"spring.datasource.hikari.connection-init-sql=set statement_timeout = 60000",
					"spring.sql.init.mode=always",
					"spring.sql.init.schema-locations=classpath:db/migration/V1__record_the_session.sql", EXPOSED,
					OBSERVE)) {
				JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
				assertThat(jdbc.queryForObject("select count(*) from seen", Integer.class)).isOne();
				HttpAnswer answer = HttpAnswer.get(context, "/actuator/dbpool");
				assertThat(answer.json("observe").get("wouldRefuse")).asString()
					.contains("which is a transaction pooler: transactions moved between server connections",
							"spring.datasource.hikari.connection-init-sql");
				assertThat(answer.json("plan")).containsEntry("via", "transaction-pooler");
				assertThat(pool(context).getDataSourceProperties()).isEmpty();
			}
		}
		assertThat(lines(output)).hasSize(1);
	}

	/**
	 * What db-pool logged.
	 */
	private static List<String> lines(CapturedOutput output) {
		return output.getOut()
			.lines()
			.filter((line) -> line.contains("dev.dbpool.") && line.contains("db-pool"))
			.toList();
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> leases(ConfigurableApplicationContext context) {
		return (Map<String, Object>) HttpAnswer.get(context, "/actuator/dbpool").json("leases").get("dataSource");
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> list(Map<String, Object> report, String name) {
		return (List<Map<String, Object>>) report.get(name);
	}

	/**
	 * The type of the bean is as without db-pool.
	 */
	private static HikariDataSource pool(ConfigurableApplicationContext context) {
		return context.getBean(HikariDataSource.class);
	}

	private static ConfigurableApplicationContext start(TestDatabase database, String... settings) {
		return TestApplication.start(TestApplication.class, all(database, settings));
	}

	/**
	 * As Spring Boot itself understands it.
	 */
	private static String[] all(TestDatabase database, String... settings) {
		return Stream
			.concat(Stream.of("spring.datasource.url=" + database.fixture().postgres().jdbcUrl(database.name()),
					"spring.datasource.username=" + Credentials.APPLICATION.username(),
					"spring.datasource.password=" + Credentials.APPLICATION.password(), TestApplication.WITHOUT_JPA),
					Stream.of(settings))
			.toArray(String[]::new);
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnPools {

		@Bean
		HikariDataSource orders(Environment environment) {
			HikariDataSource pool = reports(environment);
			HikariDataSource started = new HikariDataSource(pool);
			assertThat(started.isRunning()).isTrue();
			return started;
		}

		@Bean
		HikariDataSource reports(Environment environment) {
			HikariDataSource pool = new HikariDataSource();
			pool.setJdbcUrl(environment.getProperty("spring.datasource.url"));
			pool.setUsername(environment.getProperty("spring.datasource.username"));
			pool.setPassword(environment.getProperty("spring.datasource.password"));
			return pool;
		}

	}

}
