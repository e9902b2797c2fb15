package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.UtilityElf;
import dev.dbpool.Decision;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.TransactionSettings;
import dev.dbpool.Via;
import dev.dbpool.plan.ConnectionPlanner;
import dev.dbpool.plan.ProbeResult;
import dev.dbpool.server.ServerFacts;
import dev.dbpool.server.SessionDefaults;
import dev.dbpool.sizing.Alongside;
import dev.dbpool.sizing.ConnectedClients.Client;
import dev.dbpool.sizing.PoolSize;
import dev.dbpool.sizing.ServerLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.test.context.support.TestPropertySourceUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is decided from given settings and given answers, without a server, a log or a
 * Spring context.
 */
class StartUpPlanTests {

	private static final String DIRECT = "spring.datasource.url=postgres://app:hidden@db.example/app";

	private static final String POOLER = "db-pool.pooler.url=postgres://app:hidden@pooler.example:6432/app";

	private static final String ISOLATION = "spring.datasource.hikari.transaction-isolation";

	private static final SessionDefaults SERIALIZABLE = new SessionDefaults("serializable", "chat");

	private static final StartUpAnswers BOTH = new StartUpAnswers(facts(), ProbeResult.DATABASE, ProbeResult.POOLER,
			null, SERIALIZABLE);

	@Test
	void aPlanInAFewLines() {
		StartUpPlan plan = plan(BOTH, DIRECT, POOLER, "db-pool.pooler.pool-size=50");
		assertThat(plan.lines()).containsExactly(
				"db-pool: runtime via the transaction pooler at pooler.example:6432 (db-pool.pooler.url), prepared "
						+ "statements off; migrations directly to the database (spring.datasource.url), without a pool",
				"db-pool: pool size 10 (default), max-overflow 10 (default), recycle 5m (default), timeout 5s (default), "
						+ "socket-timeout 60s (default), release after-transaction (default)",
				"db-pool: budget max_connections 100 (from the server) - 20 reserved (db-pool.budget.reserved 20%) = 80 "
						+ "available; (1 replica + 0 surge) x 1 worker = 1 process: 50 + 1 x 0 = 50 <= 80");
		assertThat(plan.warnings()).containsExactly(
				"db-pool: not checked: clients of the pooler " + "(db-pool.pooler.max-client-connections is not set)");
		assertThat(plan.toString() + plan.lines()).doesNotContain("hidden");
	}

	@Test
	void withoutAnswersTheSettingsDecide() {
		StartUpPlan plan = plan(StartUpAnswers.NONE, DIRECT);
		assertThat(plan.connections().via()).isEqualTo(Via.DIRECT);
		assertThat(plan.rules().defaultIsolation()).isEqualTo(Connection.TRANSACTION_NONE);
		assertThat(plan.lines()).last()
			.isEqualTo(
					"db-pool: budget max_connections is not known yet, so a pool of default size has at most 16, as if it were 20; "
							+ "(1 replica + 0 surge) x 1 worker = 1 process");
		assertThat(plan.pool().sizing().size()).isEqualTo(new PoolSize(10, 6));
		assertThat(plan.warnings()).containsExactly("db-pool: not checked: database (max_connections is unknown)");
	}

	@Test
	void aLimitOfTheRoleIsAnotherNumber() {
		ServerFacts facts = new ServerFacts("server", new ServerLimits(100, 3, 0, 30, -1), "app", "app", false,
				SERIALIZABLE, List.of());
		StartUpPlan plan = plan(new StartUpAnswers(facts, ProbeResult.DATABASE, null, null, SERIALIZABLE), DIRECT);
		assertThat(plan.lines()).last().asString().contains("= 80, CONNECTION LIMIT of the role 30: 30 available; ");
		assertThat(plan.warnings()).isEmpty();
	}

	@Test
	void aProbeKnowsBetterThanTheSettings() {
		StartUpAnswers database = new StartUpAnswers(facts(), ProbeResult.DATABASE, ProbeResult.DATABASE, null, null);
		StartUpPlan plan = plan(database, DIRECT, POOLER);
		assertThat(plan.connections().via()).isEqualTo(Via.DIRECT);
		assertThat(plan.rules().throughTransactionPooler()).isFalse();
		assertThat(plan.warnings()).singleElement().asString().startsWith("db-pool.pooler.url seems to be the");
	}

	@Test
	void theRulesKnowWhatSessionsBeginWith() {
		StartUpPlan plan = plan(BOTH, DIRECT, POOLER);
		assertThat(plan.rules().defaultIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
		assertThat(plan.rules().schema()).isEqualTo("chat");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					db-pool.timeout=5s                             | timeout             | 5s                | db-pool.timeout
					db-pool.recycle=5m                             | recycle             | 5m                | db-pool.recycle
					db-pool.size=10                                | size                | 10                | db-pool.size
					db-pool.max-overflow=10                        | max-overflow        | 10                | db-pool.max-overflow
					db-pool.socket-timeout=60s                     | socket-timeout      | 60s               | db-pool.socket-timeout
					db-pool.lease.release=after-transaction        | release             | after-transaction | db-pool.lease.release
					db-pool.pooler.mode=transaction                | via                 | transaction-pooler | db-pool.pooler.mode
					db-pool.pooler.prepared-statements=false       | prepared-statements | off               | db-pool.pooler.prepared-statements
					spring.datasource.hikari.connection-timeout=5000 | timeout           | 5s                | spring.datasource.hikari.connection-timeout
					""")
	void aSettingThatEqualsTheDefaultIsStillTheUsers(String setting, String name, String value, String property) {
		assertThat(plan(BOTH, DIRECT, POOLER).decisions()).filteredOn(Decision::name, name)
			.singleElement()
			.satisfies((decision) -> assertThat(decision.property()).isNull())
			.satisfies((decision) -> assertThat(decision.value()).isEqualTo(value));
		assertThat(plan(BOTH, DIRECT, POOLER, setting).decisions())
			.contains(Decision.byProperty(name, value, property));
	}

	@ParameterizedTest
	@CsvSource({ "TRANSACTION_READ_UNCOMMITTED,1", "TRANSACTION_READ_COMMITTED,2", "transaction_repeatable_read,4",
			"TRANSACTION_SERIALIZABLE,8", "1,1", "2,2", "4,4", "8,8" })
	void readsAnIsolationLevelAsHikariDoes(String setting, int level) {
		assertThat(plan(BOTH, DIRECT, POOLER, ISOLATION + "=" + setting).rules().isolation()).isEqualTo(level);
		assertThat(UtilityElf.getTransactionIsolation(setting)).isEqualTo(level);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "  " })
	void aBlankIsolationLevelIsNone(String setting) {
		assertThat(plan(BOTH, DIRECT, POOLER, ISOLATION + "=" + setting).rules().isolation())
			.isEqualTo(Connection.TRANSACTION_NONE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "TRANSACTION_NONE", "0", "3", "TRANSACTION_CURSOR_STABILITY", "READ_COMMITTED", "none" })
	void refusesAnIsolationLevelThatPostgresDoesNotHave(String setting) {
		String reason = ISOLATION + " is '" + setting + "', which is not an isolation level of PostgreSQL. Set it to ";
		assertRefused(BOTH, false, reason, DIRECT, POOLER, ISOLATION + "=" + setting);
		assertRefused(BOTH, false, reason, DIRECT, ISOLATION + "=" + setting);
	}

	@Test
	void othersAtTheDatabaseAreAWarning() {
		ServerFacts facts = new ServerFacts("server", new ServerLimits(100, 3, 0, -1, -1), "app", "app", false,
				SERIALIZABLE, List.of(new Client("nightly", "cron", 90)));
		StartUpPlan plan = plan(new StartUpAnswers(facts, ProbeResult.DATABASE, null, null, SERIALIZABLE), DIRECT);
		assertThat(plan.warnings()).singleElement().asString().startsWith("Others hold 90 connections");
	}

	@Test
	void schemaWorkIsAWarningBehindATransactionPoolerAlone() {
		String ddl = "spring.jpa.hibernate.ddl-auto=update";
		assertThat(plan(BOTH, DIRECT, POOLER, ddl).warnings()).anyMatch((warning) -> warning.startsWith(ddl));
		assertThat(plan(BOTH, DIRECT, ddl).warnings()).noneMatch((warning) -> warning.startsWith(ddl));
	}

	@Test
	void refusesAPoolerInStatementMode() {
		assertRefused(new StartUpAnswers(null, ProbeResult.STATEMENT_POOLER, null, null, null), false,
				"spring.datasource.url is 'jdbc:postgresql://db.example/app', which is a pooler in statement mode",
				DIRECT);
		assertRefused(new StartUpAnswers(facts(), ProbeResult.DATABASE, ProbeResult.STATEMENT_POOLER, null, null),
				false,
				"db-pool.pooler.url is 'jdbc:postgresql://pooler.example:6432/app', which is a pooler in statement",
				DIRECT, POOLER);
	}

	@Test
	void refusesATransactionPoolerOnlyWhereSomethingMigratesThroughIt() {
		StartUpAnswers answers = new StartUpAnswers(facts(), ProbeResult.TRANSACTION_POOLER, null, null, SERIALIZABLE);
		assertRefused(answers, true, "which is a transaction pooler: transactions moved between server connections.",
				DIRECT);
		StartUpPlan plan = plan(answers, DIRECT);
		assertThat(plan.connections().via()).isEqualTo(Via.TRANSACTION_POOLER);
		assertThat(plan.warnings()).anyMatch((warning) -> warning.contains("is a transaction pooler."));
	}

	@Test
	void aPoolerAloneServesWhatDoesNotMigrate() {
		StartUpAnswers answers = new StartUpAnswers(null, null, ProbeResult.POOLER, null, SERIALIZABLE);
		StartUpPlan plan = plan(answers, POOLER, "spring.datasource.url= ");
		assertThat(plan.connections().via()).isEqualTo(Via.TRANSACTION_POOLER);
		assertThat(plan.connections().migration()).isNull();
		assertThat(plan.rules().defaultIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
		assertThat(plan.decisions()).contains(Decision.byDefault("migration", "none"));
		assertThat(plan.lines().get(0)).endsWith("; no direct connections: spring.datasource.url is not set");
		assertThat(plan.warnings()).containsExactly("db-pool: not checked: database (spring.datasource.url is not "
				+ "set), server connections of the pooler (db-pool.pooler.pool-size is not set), clients of the pooler "
				+ "(db-pool.pooler.max-client-connections is not set)");
		assertThatExceptionOfType(SQLException.class).isThrownBy(plan::direct)
			.withMessageStartingWith("spring.datasource.url is not set, so nothing can connect to the database itself")
			.withMessageEndingWith("Set spring.datasource.url to the database itself, or to a pooler in session mode.");
	}

	@Test
	void refusesAPoolerAloneWhereSomethingMigrates() {
		assertRefused(StartUpAnswers.NONE, true,
				"db-pool.pooler.url is set, but spring.datasource.url is not. Flyway would migrate through the pooler. "
						+ "Set spring.datasource.url to the database itself: migrations must not go through a pooler. "
						+ "If nothing is to migrate in this process, set spring.flyway.enabled=false.",
				POOLER);
	}

	@Test
	void refusesWhatMakesSessionsOfOthersReadOnly() {
		String setting = "readOnlyMode=always";
		assertRefused(BOTH, false, "db-pool.pooler.url is 'readOnlyMode=always'", DIRECT,
				"db-pool.pooler.url=jdbc:postgresql://pooler.example:6432/app?" + setting);
		assertRefused(new StartUpAnswers(null, ProbeResult.TRANSACTION_POOLER, null, null, null), false,
				"spring.datasource.url is 'readOnlyMode=always'",
				"spring.datasource.url=jdbc:postgresql://pooler.example:6432/app?" + setting);
	}

	@Test
	void refusesDifferentDatabases() {
		String alias = "db-pool.pooler.url=postgres://pooler.example:6432/alias";
		assertRefused(new StartUpAnswers(facts(), ProbeResult.DATABASE, ProbeResult.POOLER, "other", null), false,
				"db-pool.pooler.url connects to the database 'other', but spring.datasource.url connects to 'app'",
				DIRECT, alias);
		StartUpPlan plan = plan(
				new StartUpAnswers(facts(), ProbeResult.DATABASE, ProbeResult.POOLER, "app", SERIALIZABLE), DIRECT,
				alias);
		assertThat(plan.warnings()).anyMatch((warning) -> warning.contains("only if one is an alias"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "db-pool.lease.suspect-after=0", "db-pool.timeout=1ms", "db-pool.size=90",
			"db-pool.budget.reserved=half" })
	void refusesASettingThatCannotWork(String setting) {
		assertRefused(BOTH, false, setting.substring(0, setting.indexOf('=')), DIRECT, setting);
	}

	private static ServerFacts facts() {
		return new ServerFacts("server", new ServerLimits(100, 3, 0, -1, -1), "app", "app", false, SERIALIZABLE,
				List.of());
	}

	private static void assertRefused(StartUpAnswers answers, boolean migrates, String reason, String... settings) {
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(() -> plan(answers, migrates, settings))
			.withMessageContaining(reason);
	}

	private static StartUpPlan plan(StartUpAnswers answers, String... settings) {
		return plan(answers, false, settings);
	}

	@ParameterizedTest
	@CsvSource({ "db-pool.lease.release", "db-pool.data-sources.orders.lease.release" })
	void theReleaseOfAnOwnPoolTellsItsProperty(String property) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.addFirst(new MapPropertySource("test",
					Map.of(property, "after-transaction", "db-pool.data-sources.orders.enabled", "true")));
		DbPoolProperties properties = Binder.get(environment).bindOrCreate("db-pool", DbPoolProperties.class);
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl("jdbc:postgresql://db.example/orders");
		StartUpSettings settings = StartUpSettings.of("orders", pool, properties,
				properties.dataSources().get("orders"), environment, TransactionSettings.NONE, List.of());
		StartUpPlan plan = StartUpPlan.of(settings, new ConnectionPlanner(settings.connections()), StartUpAnswers.NONE,
				Alongside.NONE, false);
		assertThat(plan.release()).isEqualTo(Decision.byProperty("release", "after-transaction", property));
	}

	private static StartUpPlan plan(StartUpAnswers answers, boolean migrates, String... set) {
		StandardEnvironment environment = new StandardEnvironment();
		TestPropertySourceUtils.addInlinedPropertiesToEnvironment(environment, set);
		Binder binder = Binder.get(environment);
		StartUpSettings settings = StartUpSettings.of(binder.bindOrCreate("db-pool", DbPoolProperties.class),
				binder.bindOrCreate("spring.datasource", DataSourceProperties.class), null, environment,
				TransactionSettings.NONE,
				migrates ? List.of(new StartUpShare("Flyway", "spring.flyway.enabled=false", 1, true)) : List.of(),
				() -> new DirectLogin(null));
		return StartUpPlan.of(settings, new ConnectionPlanner(settings.connections()), answers, Alongside.NONE, false);
	}

}
