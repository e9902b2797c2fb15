package dev.dbpool.plan;

import java.util.Map;

import dev.dbpool.Decision;
import dev.dbpool.DirectMode;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.PoolerMode;
import dev.dbpool.Source;
import dev.dbpool.Via;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ConnectionPlanTests {

	private static final String DIRECT = "jdbc:postgresql://db.example:5432/app";

	private static final String SUPAVISOR = "jdbc:postgresql://aws-0-eu.pooler.supabase.com:5432/app";

	private static final String POOLER = "jdbc:postgresql://pooler.example:6432/app";

	private PropertyNames names = PropertyNames.SPRING_BOOT;

	private String directUrl = DIRECT;

	private DirectMode directMode = DirectMode.AUTO;

	private String poolerUrl = POOLER;

	private Login directLogin = new Login("app", "secret");

	private Login poolerLogin = Login.NONE;

	private PoolerMode mode = PoolerMode.AUTO;

	private Boolean preparedStatements;

	private Map<String, String> driverProperties = Map.of();

	private String schema;

	private String applicationName;

	private ProbeResult probedDirect;

	private ProbeResult probedPooler;

	@ParameterizedTest
	@ValueSource(strings = { "", "  " })
	void withoutAPoolerBothUsesAreDirect(String blank) {
		this.poolerUrl = blank;
		ConnectionPlan plan = plan();
		assertThat(plan.via()).isEqualTo(Via.DIRECT);
		assertThat(plan.runtime()).isEqualTo(plan.migration());
		assertThat(plan.runtime().url().toJdbcUrl()).isEqualTo(DIRECT);
		assertThat(plan.preparedStatements()).isTrue();
		assertThat(plan.warnings()).isEmpty();
	}

	@Test
	void withAPoolerTheRuntimeUsesItAndMigrationsDoNot() {
		ConnectionPlan plan = plan();
		assertThat(plan.via()).isEqualTo(Via.TRANSACTION_POOLER);
		assertThat(plan.runtime().url().toJdbcUrl()).isEqualTo(POOLER + "?prepareThreshold=0");
		assertThat(plan.migration().url().toJdbcUrl()).isEqualTo(DIRECT);
		assertThat(plan.preparedStatements()).isFalse();
		assertThat(plan.warnings()).isEmpty();
		assertThat(plan.decisions()).contains(Decision.byProperty("runtime", "pooler URL", "db-pool.pooler.url"),
				new Decision("via", "transaction-pooler", Source.DETECTED, null),
				Decision.byDefault("prepared-statements", "off"));
	}

	@Test
	void thePoolerTakesTheDirectLoginWhereItHasNoneOfItsOwn() {
		assertThat(plan().runtime().login()).isEqualTo(this.directLogin);
		this.poolerLogin = new Login("pooled", null);
		assertThat(plan().runtime().login()).isEqualTo(new Login("pooled", "secret"));
		this.poolerUrl = "postgres://inUrl:p@pooler.example:6432/app";
		assertThat(plan().runtime().login()).isEqualTo(new Login("inUrl", "p"));
		assertThat(plan().migration().login()).isEqualTo(this.directLogin);
	}

	@Test
	void theLoginInAUrlWinsOverTheOneBesideItAndSaysSo() {
		this.directUrl = "postgres://platform:p@db.example/app";
		assertThat(plan().migration().login()).isEqualTo(new Login("platform", "p"));
		assertThat(plan().warnings())
			.containsExactly("The user name in spring.datasource.url differs from the one that is set beside it. "
					+ "The one in the URL is used.");
	}

	@ParameterizedTest
	@CsvSource({ "5", "-1", "1" })
	void overridesAThresholdInThePoolerUrlWithOneWarningThatNamesIt(String threshold) {
		this.poolerUrl = POOLER + "?prepareThreshold=" + threshold;
		ConnectionPlan plan = plan();
		assertThat(plan.runtime().url().toJdbcUrl()).isEqualTo(POOLER + "?prepareThreshold=0");
		assertThat(plan.warnings()).containsExactly("prepareThreshold=" + threshold
				+ " in db-pool.pooler.url is overridden with 0: server-side prepared statements break behind a "
				+ "transaction pooler. If this one tracks them, set db-pool.pooler.prepared-statements=true.");
	}

	@Test
	void overridesAThresholdInTheDriverProperties() {
		this.driverProperties = Map.of("prepareThreshold", "5");
		assertThat(plan().runtime().url().toJdbcUrl()).isEqualTo(POOLER + "?prepareThreshold=0");
		assertThat(plan().warnings()).singleElement()
			.asString()
			.startsWith("prepareThreshold=5 in spring.datasource.hikari.data-source-properties is overridden with 0");
	}

	@Test
	void keepsPreparedStatementsOnWhereTheUserSaysSo() {
		this.preparedStatements = true;
		this.poolerUrl = POOLER + "?prepareThreshold=3";
		ConnectionPlan plan = plan();
		assertThat(plan.runtime().url().toJdbcUrl()).isEqualTo(this.poolerUrl);
		assertThat(plan.preparedStatements()).isTrue();
		assertThat(plan.warnings()).isEmpty();
		assertThat(plan.decisions())
			.contains(Decision.byProperty("prepared-statements", "on", "db-pool.pooler.prepared-statements"));
	}

	@Test
	void aThresholdOfZeroKeepsThemOffWhateverThePropertySays() {
		this.preparedStatements = true;
		this.poolerUrl = POOLER + "?prepareThreshold=0";
		assertThat(plan().preparedStatements()).isFalse();
		assertThat(plan().decisions())
			.contains(Decision.byProperty("prepared-statements", "off", "db-pool.pooler.url"));
	}

	@Test
	void leavesASessionPoolerItsPreparedStatements() {
		this.mode = PoolerMode.SESSION;
		ConnectionPlan plan = plan();
		assertThat(plan.via()).isEqualTo(Via.SESSION_POOLER);
		assertThat(plan.runtime().url().toJdbcUrl()).isEqualTo(POOLER);
		assertThat(plan.preparedStatements()).isTrue();
		assertThat(plan.decisions()).contains(Decision.byProperty("via", "session-pooler", "db-pool.pooler.mode"));
	}

	@ParameterizedTest
	@CsvSource({ "aws-0-eu.pooler.supabase.com:5432,SESSION_POOLER", "aws-0-eu.pooler.supabase.com,SESSION_POOLER",
			"aws-0-eu.pooler.supabase.com:6543,TRANSACTION_POOLER", "pooler.example:5432,TRANSACTION_POOLER" })
	void autoDecidesFromTheEndpointAndTakesDoubtForTransactionMode(String host, Via expected) {
		this.poolerUrl = "postgres://u:p@" + host + "/app";
		assertThat(plan().via()).isEqualTo(expected);
		if (expected == Via.SESSION_POOLER) {
			assertThat(plan().decisions()).contains(new Decision("via", "session-pooler", Source.DETECTED, null));
		}
	}

	@ParameterizedTest
	@CsvSource({ "aws-0-eu.pooler.supabase.com:6543,TRANSACTION_POOLER", "aws-0-eu.pooler.supabase.com,SESSION_POOLER",
			"db.abc.supabase.co:6543,TRANSACTION_POOLER", "db.abc.supabase.co,DIRECT",
			"ep-cool-1-pooler.eu-central-1.aws.neon.tech,TRANSACTION_POOLER",
			"ep-cool-1.eu-central-1.aws.neon.tech,DIRECT", "a.postgres.database.azure.com:6432,TRANSACTION_POOLER",
			"a.postgres.database.azure.com,DIRECT", "a.postgres.database.azure.com:8432,TRANSACTION_POOLER",
			"aws.horizon.psdb.cloud:6432,TRANSACTION_POOLER", "aws.horizon.psdb.cloud,DIRECT",
			"p.abc.db.postgresbridge.com:5431,TRANSACTION_POOLER", "p.abc.db.postgresbridge.com,DIRECT",
			"pooled.db.prisma.io,TRANSACTION_POOLER", "db.prisma.io,DIRECT",
			"a.db.ondigitalocean.com:25061,TRANSACTION_POOLER", "a.db.ondigitalocean.com:25060,DIRECT",
			"p.proxy-abc.eu-west-1.rds.amazonaws.com,TRANSACTION_POOLER", "a.abc.eu-west-1.rds.amazonaws.com,DIRECT",
			"db.internal:6432,TRANSACTION_POOLER", "db.internal,DIRECT", "Db.Prisma.IO,DIRECT" })
	void aKnownEndpointFillsVia(String host, Via expected) {
		this.directUrl = "postgres://u:p@" + host + "/app";
		this.poolerUrl = null;
		this.directLogin = Login.NONE;
		ConnectionPlan plan = plan();
		assertThat(plan.via()).isEqualTo(expected);
		assertThat(plan.preparedStatements()).isEqualTo(expected != Via.TRANSACTION_POOLER);
		assertThat(plan.migrationVia()).isEqualTo(expected);
		assertThat(plan.warnings()).hasSize((expected == Via.TRANSACTION_POOLER) ? 1 : 0);
	}

	@Test
	void warnsWhereTheDirectUrlLooksLikeAPooler() {
		this.directUrl = "postgres://ep-cool-1-pooler.eu-central-1.aws.neon.tech/app";
		this.poolerUrl = null;
		assertThat(plan().warnings()).containsExactly(
				"spring.datasource.url looks like a pooler (Neon), so migrations go through it. Move it to "
						+ "db-pool.pooler.url, and set spring.datasource.url to the database itself.");
		assertThat(plan().runtime().url().parameters()).containsEntry("prepareThreshold", "0");
		assertThat(plan().migration().url().parameters()).isEmpty();
	}

	@Test
	void aProbeKnowsBetterThanAHint() {
		this.directUrl = "postgres://db.internal:6432/app";
		this.poolerUrl = null;
		this.probedDirect = ProbeResult.DATABASE;
		assertThat(plan().via()).isEqualTo(Via.DIRECT);
		assertThat(plan().warnings()).isEmpty();
		this.directUrl = DIRECT;
		this.probedDirect = ProbeResult.POOLER;
		assertThat(plan().via()).isEqualTo(Via.TRANSACTION_POOLER);
		assertThat(plan().warnings()).singleElement().asString().startsWith("spring.datasource.url is a pooler, so");
		this.mode = PoolerMode.SESSION;
		assertThat(plan().via()).isEqualTo(Via.SESSION_POOLER);
		this.probedDirect = ProbeResult.TRANSACTION_POOLER;
		assertThat(plan().via()).isEqualTo(Via.TRANSACTION_POOLER);
	}

	/**
	 * Behind a pooler that is taken for the database, prepared statements would be on.
	 */
	@Test
	void aProbeDoesNotKnowBetterThanTheProviderOfAPooler() {
		String proxy = "postgres://p.proxy-abc.eu-west-1.rds.amazonaws.com/app";
		this.probedDirect = ProbeResult.DATABASE;
		this.probedPooler = ProbeResult.DATABASE;
		this.poolerUrl = proxy;
		assertThat(plan().via()).isEqualTo(Via.TRANSACTION_POOLER);
		this.poolerUrl = null;
		this.directUrl = proxy;
		assertThat(plan().via()).isEqualTo(Via.TRANSACTION_POOLER);
		assertThat(plan().warnings()).singleElement().asString().contains("looks like a pooler (RDS Proxy)");
	}

	@ParameterizedTest
	@EnumSource(names = { "POOLER", "POOLER_WITHOUT_PROOF", "TRANSACTION_POOLER" })
	void warnsAboutAPoolerBehindTheDirectUrlBesideAPoolerUrl(ProbeResult found) {
		this.probedDirect = found;
		this.probedPooler = ProbeResult.POOLER;
		assertThat(plan().via()).isEqualTo(Via.TRANSACTION_POOLER);
		assertThat(plan().warnings()).singleElement()
			.asString()
			.startsWith("spring.datasource.url is a ")
			.contains(". Set spring.datasource.url to the database itself.")
			.satisfies((warning) -> assertThat(
					warning.endsWith(" If it is a pooler in session mode, set db-pool.direct.mode=session."))
				.isEqualTo(found != ProbeResult.TRANSACTION_POOLER));
	}

	@Test
	void saysThatNoMovementIsNoProof() {
		this.poolerUrl = null;
		this.probedDirect = ProbeResult.POOLER_WITHOUT_PROOF;
		assertThat(plan().via()).isEqualTo(Via.TRANSACTION_POOLER);
		assertThat(plan().warnings())
			.containsExactly("spring.datasource.url is a pooler, so migrations go through it. Its mode is not known: "
					+ "no transaction moved to another server connection while db-pool watched, but that proves nothing. "
					+ "In session mode migrations work, in transaction mode they deadlock or leave locks behind. "
					+ "Move it to db-pool.pooler.url, and set spring.datasource.url to the database itself. "
					+ "If it is a pooler in session mode, set db-pool.direct.mode=session.");
	}

	@ParameterizedTest
	@EnumSource(names = { "POOLER", "POOLER_WITHOUT_PROOF", "DATABASE" })
	void aSessionPoolerMayServeMigrations(ProbeResult found) {
		this.probedDirect = found;
		this.probedPooler = ProbeResult.POOLER;
		this.directUrl = SUPAVISOR;
		assertThat(plan().migrationVia()).isEqualTo(Via.SESSION_POOLER);
		assertThat(plan().via()).isEqualTo(Via.TRANSACTION_POOLER);
		assertThat(plan().warnings()).isEmpty();
		assertThat(plan().decisions()).contains(new Decision("migration-via", "session-pooler", Source.DETECTED, null));
		this.directUrl = DIRECT;
		this.directMode = DirectMode.SESSION;
		assertThat(plan().migrationVia()).isEqualTo(Via.SESSION_POOLER);
		assertThat(plan().warnings()).isEmpty();
		assertThat(plan().decisions())
			.contains(Decision.byProperty("migration-via", "session-pooler", "db-pool.direct.mode"));
		this.poolerUrl = null;
		this.mode = PoolerMode.TRANSACTION;
		assertThat(plan().via()).isEqualTo(Via.SESSION_POOLER);
		assertThat(plan().preparedStatements()).isTrue();
		assertThat(plan().warnings()).isEmpty();
		assertThat(plan().decisions()).contains(Decision.byProperty("via", "session-pooler", "db-pool.direct.mode"));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void proofBeatsWhatTheUserAndTheProviderSay(boolean beside) {
		this.poolerUrl = beside ? POOLER : null;
		this.probedDirect = ProbeResult.TRANSACTION_POOLER;
		this.directMode = DirectMode.SESSION;
		assertThat(plan().via()).isEqualTo(Via.TRANSACTION_POOLER);
		assertThat(plan().migrationVia()).isEqualTo(Via.TRANSACTION_POOLER);
		assertThat(plan().warnings()).singleElement()
			.asString()
			.startsWith("spring.datasource.url is a transaction pooler, although db-pool.direct.mode is 'session'. "
					+ "What needs a session,");
		this.directMode = DirectMode.AUTO;
		this.directUrl = SUPAVISOR;
		assertThat(plan().migrationVia()).isEqualTo(Via.TRANSACTION_POOLER);
		assertThat(plan().warnings()).singleElement()
			.asString()
			.startsWith("spring.datasource.url is a transaction pooler (Supabase). What needs a session,");
	}

	@Test
	void aSetModeOfThePoolerStillMakesTheRuntimeSafe() {
		this.poolerUrl = null;
		this.directUrl = SUPAVISOR;
		this.mode = PoolerMode.TRANSACTION;
		assertThat(plan().via()).isEqualTo(Via.TRANSACTION_POOLER);
		assertThat(plan().warnings()).hasSize(1);
	}

	@ParameterizedTest
	@CsvSource({ "AUTO,DIRECT,the database", "SESSION,SESSION_POOLER,a session pooler",
			"TRANSACTION,TRANSACTION_POOLER,a transaction pooler" })
	void warnsWhereThePoolerUrlIsTheDatabase(PoolerMode mode, Via via, String words) {
		this.probedPooler = ProbeResult.DATABASE;
		this.mode = mode;
		assertThat(plan().via()).isEqualTo(via);
		assertThat(plan().warnings())
			.containsExactly("db-pool.pooler.url seems to be the database itself, not a pooler: the process "
					+ "id of a connection is that of its server process, where a pooler makes one up. "
					+ "It is treated as " + words + ". Set it to the pooler, or leave it out.");
		this.poolerUrl = DIRECT;
		assertThat(plan().warnings()).hasSize(1);
	}

	@Test
	void aPoolerOnTheHostOfADatabaseIsAPooler() {
		this.poolerUrl = "postgres://ep-cool-1.eu-central-1.aws.neon.tech/app";
		this.probedPooler = ProbeResult.POOLER;
		assertThat(plan().via()).isEqualTo(Via.TRANSACTION_POOLER);
		assertThat(plan().warnings()).isEmpty();
	}

	@Test
	void allConnectionsHaveTheNameOfTheApplication() {
		this.applicationName = " chat ";
		assertThat(plan().runtime().url().toJdbcUrl())
			.isEqualTo(POOLER + "?ApplicationName=chat&assumeMinServerVersion=9.0&prepareThreshold=0");
		assertThat(plan().migration().url().toJdbcUrl())
			.isEqualTo(DIRECT + "?ApplicationName=chat&assumeMinServerVersion=9.0");
	}

	@ParameterizedTest
	@CsvSource({ "ApplicationName=mine,''", "'',application_name=mine" })
	void aNameInOneUrlKeepsTheOneOfTheApplicationAway(String direct, String pooler) {
		this.applicationName = "chat";
		this.directUrl = "postgres://db.example:5432/app?" + direct;
		this.poolerUrl = "postgres://pooler.example:6432/app?" + pooler;
		assertThat(plan().migration().url().parameters().get("ApplicationName"))
			.isEqualTo(direct.isEmpty() ? null : "mine");
		assertThat(plan().runtime().url().parameters().get("ApplicationName"))
			.isEqualTo(pooler.isEmpty() ? null : "mine");
	}

	@Test
	void aNameAmongTheDriverPropertiesIsTheNameOfAll() {
		this.applicationName = "chat";
		this.driverProperties = Map.of("ApplicationName", "mine");
		assertThat(plan().migration().url().parameters())
			.isEqualTo(Map.of("ApplicationName", "mine", "assumeMinServerVersion", "9.0"));
		assertThat(plan().runtime().url().parameters()).containsEntry("ApplicationName", "mine")
			.containsEntry("assumeMinServerVersion", "9.0");
		this.driverProperties = Map.of("ApplicationName", "mine", "assumeMinServerVersion", "9.4");
		assertThat(plan().migration().url().parameters()).isEqualTo(this.driverProperties);
	}

	@ParameterizedTest
	@CsvSource({ "übung x,?bung?x", "'a b	c',a b?c",
			"1234567890123456789012345678901234567890123456789012345678901234567890,"
					+ "123456789012345678901234567890123456789012345678901234567890123",
			"'  ',", "," })
	void theServerTakesTheNameAsItIs(String name, String expected) {
		this.applicationName = name;
		assertThat(plan().runtime().url().parameters().get("ApplicationName")).isEqualTo(expected);
	}

	@Test
	void warnsWhereThePoolerUrlLooksLikeTheDatabase() {
		this.poolerUrl = "postgres://ep-cool-1.eu-central-1.aws.neon.tech/app";
		assertThat(plan().via()).isEqualTo(Via.DIRECT);
		assertThat(plan().warnings()).containsExactly("db-pool.pooler.url looks like the database itself (Neon), "
				+ "not like a pooler. If it is a pooler, set db-pool.pooler.mode.");
		this.mode = PoolerMode.TRANSACTION;
		assertThat(plan().via()).isEqualTo(Via.TRANSACTION_POOLER);
		assertThat(plan().warnings()).isEmpty();
	}

	@Test
	void explicitModeWinsOverTheEndpoint() {
		this.poolerUrl = "postgres://u:p@aws-0-eu.pooler.supabase.com:5432/app";
		this.mode = PoolerMode.TRANSACTION;
		assertThat(plan().via()).isEqualTo(Via.TRANSACTION_POOLER);
	}

	@Test
	void givesMigrationsWhatThePoolGivesItsConnections() {
		this.poolerUrl = null;
		this.driverProperties = Map.of("sslmode", "verify-full", "password", "secret");
		this.schema = "chat";
		assertThat(plan().migration().url().parameters())
			.isEqualTo(Map.of("sslmode", "verify-full", "currentSchema", "chat"));
		assertThat(plan().runtime().url().toJdbcUrl()).isEqualTo(DIRECT);
	}

	@Test
	void aPoolerMayBeAlone() {
		this.directUrl = null;
		this.applicationName = "chat";
		this.driverProperties = Map.of("sslmode", "require");
		ConnectionPlan plan = plan();
		assertThat(plan.via()).isEqualTo(Via.TRANSACTION_POOLER);
		assertThat(plan.runtime().url().parameters()).containsEntry("ApplicationName", "chat");
		assertThat(plan.runtime().login()).isEqualTo(this.directLogin);
		assertThat(plan.migration()).isNull();
		assertThat(plan.migrationVia()).isNull();
		assertThat(plan.warnings()).isEmpty();
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(plan::direct)
			.withMessageContaining("spring.datasource.url is not set");
	}

	@Test
	void refusesNoUrlAtAll() {
		this.directUrl = " ";
		this.poolerUrl = null;
		assertRefused("spring.datasource.url is not set.", "Set spring.datasource.url to the database itself.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc:mysql://u:hidden@h/app", "mysql://u:hidden@h/app", "https://u:hidden@h", "h:6432" })
	void refusesAPoolerOfAnotherKind(String url) {
		this.poolerUrl = url;
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(this::plan)
			.withMessageStartingWith("db-pool.pooler.url is '")
			.withMessageContaining("which is not a PostgreSQL URL.")
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("hidden"));
	}

	@Test
	void refusesASchemaInATransactionPoolersUrl() {
		this.poolerUrl = POOLER + "?currentSchema=chat";
		assertRefused("db-pool.pooler.url is 'currentSchema=chat', but a transaction pooler refuses it or ignores it.",
				"Remove currentSchema and set the schema for the role, in the database itself: "
						+ "ALTER ROLE ... SET search_path = ...; or qualify the table names.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "-c statement_timeout=3s", "-cstatement_timeout=3s", "--statement_timeout=3s",
			"endpoint=ep-1 -c statement_timeout=3s" })
	void refusesOptionsThatSetAParameterInATransactionPoolersUrl(String options) {
		this.poolerUrl = POOLER + "?options=" + options.replace(" ", "%20").replace("=", "%3D");
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(this::plan)
			.withMessageStartingWith("db-pool.pooler.url is 'options=-")
			.withMessageEndingWith("ALTER ROLE ... SET statement_timeout = ...");
	}

	@Test
	void keepsOptionsThatRoute() {
		this.poolerUrl = POOLER + "?options=endpoint%3Dep-cool-1";
		assertThat(plan().runtime().url().parameters()).containsEntry("options", "endpoint=ep-cool-1");
	}

	@Test
	void refusesSessionParametersAmongTheDriverProperties() {
		this.driverProperties = Map.of("currentSchema", "chat");
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(this::plan)
			.withMessageStartingWith(
					"spring.datasource.hikari.data-source-properties is 'currentSchema=chat', but a transaction pooler");
	}

	@ParameterizedTest
	@ValueSource(strings = { "currentSchema=chat", "options=-c%20search_path%3Dchat" })
	void refusesASchemaInTheDirectUrlAlone(String parameter) {
		this.directUrl = DIRECT + "?" + parameter;
		assertRefused(
				"spring.datasource.url is 'currentSchema=chat', but db-pool.pooler.url does not have it: "
						+ "migrations and runtime would see different schemas.",
				"Remove it from the URL and set the schema for the role, in the database itself: "
						+ "ALTER ROLE ... SET search_path = chat");
		this.mode = PoolerMode.SESSION;
		this.poolerUrl = POOLER + "?" + parameter;
		assertThat(plan().warnings()).isEmpty();
	}

	@Test
	void warnsAboutDifferentDatabaseNames() {
		this.poolerUrl = "jdbc:postgresql://pooler.example:6432/app_pool";
		assertThat(planner().namesDifferentDatabases()).isTrue();
		assertThat(plan().warnings())
			.containsExactly("db-pool.pooler.url names the database 'app_pool', spring.datasource.url the database "
					+ "'app'. That is right only if one is an alias.");
	}

	@Test
	void warnsWhereBothUrlsAreTheSame() {
		this.poolerUrl = DIRECT;
		assertThat(plan().warnings()).singleElement().asString().contains("name the same host, port and database");
	}

	@Test
	void warnsAboutAnUnknownParameter() {
		this.poolerUrl = "postgres://pooler.example:6432/app?pgbouncer=true";
		assertThat(plan().warnings()).containsExactly("db-pool.pooler.url has the parameter 'pgbouncer', "
				+ "which neither libpq nor the driver knows. It is passed on as it is.");
	}

	@Test
	void whereToAskIsKnownBeforeThePlan() {
		this.driverProperties = Map.of("sslmode", "require");
		assertThat(planner().direct()).isEqualTo(plan().migration());
		assertThat(planner().direct().url().toJdbcUrl()).isEqualTo(DIRECT + "?sslmode=require");
		assertThat(planner().pooler()).isNotNull();
		assertThat(planner().pooler().url().toJdbcUrl()).isEqualTo(POOLER);
		assertThat(planner().pooler().login()).isEqualTo(this.directLogin);
		this.poolerUrl = " ";
		assertThat(planner().pooler()).isNull();
		assertThat(planner().runtimeLogin()).isEqualTo(this.directLogin);
	}

	@Test
	void aSettingThatEqualsTheDefaultIsStillTheUsers() {
		this.preparedStatements = false;
		assertThat(plan().decisions())
			.contains(Decision.byProperty("prepared-statements", "off", "db-pool.pooler.prepared-statements"));
		this.poolerUrl = null;
		this.directUrl = DIRECT + "?prepareThreshold=0";
		assertThat(plan().decisions())
			.contains(Decision.byProperty("prepared-statements", "off", "spring.datasource.url"));
		this.directUrl = "postgres://ep-cool-1-pooler.eu-central-1.aws.neon.tech/app";
		this.mode = PoolerMode.TRANSACTION;
		assertThat(plan().decisions())
			.contains(Decision.byProperty("via", "transaction-pooler", "db-pool.pooler.mode"));
	}

	@Test
	void thePropertyOfTheRuntimesUrlIsKnown() {
		assertThat(plan().runtime().property()).isEqualTo("db-pool.pooler.url");
		this.poolerUrl = null;
		assertThat(plan().runtime().property()).isEqualTo("spring.datasource.url");
	}

	@Test
	void showsNoSecret() {
		this.poolerUrl = "postgres://u:hidden@pooler.example:6432/app?sslpassword=hidden";
		this.directLogin = new Login("app", "hidden");
		assertThat(plan().toString() + plan().runtime() + plan().runtime().login() + settings())
			.doesNotContain("hidden");
	}

	@Test
	void thePropertiesOfAnotherPoolHaveTheirOwnNames() {
		this.names = PropertyNames.ofBean("100%");
		assertThat(plan().decisions()).contains(
				Decision.byProperty("runtime", "pooler URL", "db-pool.data-sources.100%.pooler.url"),
				Decision.byProperty("migration", "direct URL", "the jdbcUrl of the bean '100%'"));
		this.driverProperties = Map.of("prepareThreshold", "0");
		assertThat(plan().decisions())
			.contains(Decision.byProperty("prepared-statements", "off", "data-source-properties of the bean '100%'"));
		this.directUrl = "jdbc:postgresql://db.example:0/app";
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(this::plan)
			.withMessageStartingWith("the jdbcUrl of the bean '100%' is 'jdbc:postgresql://db.example:0/app'");
	}

	private void assertRefused(String reason, String action) {
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(this::plan).satisfies((ex) -> {
			assertThat(ex.getReason()).isEqualTo(reason);
			assertThat(ex.getAction()).isEqualTo(action);
		});
	}

	private ConnectionPlan plan() {
		return planner().plan(this.probedDirect, this.probedPooler);
	}

	private ConnectionPlanner planner() {
		return new ConnectionPlanner(settings());
	}

	private ConnectionSettings settings() {
		return new ConnectionSettings(this.names, this.directUrl, this.directLogin, this.directMode, this.poolerUrl,
				this.poolerLogin, this.mode, this.preparedStatements, this.driverProperties, this.schema,
				this.applicationName, (name) -> false);
	}

}
