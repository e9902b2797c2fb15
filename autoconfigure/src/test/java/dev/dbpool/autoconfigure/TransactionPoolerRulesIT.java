package dev.dbpool.autoconfigure;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.TransactionSettings;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The hazards of a session that others use too. The pooler has one server connection, so
 * that each leak shows at once.
 */
@ExtendWith(OutputCaptureExtension.class)
class TransactionPoolerRulesIT {

	private static final String ISOLATION = "select current_setting('transaction_isolation')";

	private static final String READ_ONLY = "select current_setting('transaction_read_only')";

	private static final String SCHEMA = "select current_schema()";

	private final TestDatabase database = TestDatabase.create();

	private final Pooler pooler = this.database.fixture().startPooler(PoolerOptions.transactionMode(1));

	@AfterEach
	void stopPooler() {
		this.pooler.close();
	}

	@Test
	void isolationLeaksWithoutTheStarter() throws SQLException {
		try (Connection connection = plain()) {
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
		}
		assertThat(stranger(ISOLATION)).isEqualTo("serializable");
	}

	@Test
	void isolationIsForTheTransactionsOfTheOneWhoAsks() throws SQLException {
		try (ConfigurableApplicationContext context = start()) {
			JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
			TransactionTemplate serializable = transaction(context, TransactionDefinition.ISOLATION_SERIALIZABLE);
			TransactionTemplate ordinary = transaction(context, TransactionDefinition.ISOLATION_DEFAULT);
			for (int i = 0; i < 3; i++) {
				assertThat(text(serializable, jdbc, ISOLATION)).isEqualTo("serializable");
				assertThat(stranger(ISOLATION)).isEqualTo("read committed");
				assertThat(text(ordinary, jdbc, ISOLATION)).isEqualTo("read committed");
				assertThat(jdbc.queryForObject(ISOLATION, String.class)).isEqualTo("read committed");
			}
		}
	}

	@Test
	void isolationHoldsForEachTransactionOfAConnectionHoweverItBegins() throws SQLException {
		try (ConfigurableApplicationContext context = start();
				Connection connection = context.getBean(DataSource.class).getConnection();
				PreparedStatement prepared = connection.prepareStatement(ISOLATION)) {
			connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
			connection.setAutoCommit(false);
			for (int i = 0; i < 3; i++) {
				assertThat(first(prepared.executeQuery())).isEqualTo("repeatable read");
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE))
					.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("25001"));
				connection.commit();
				connection.setSavepoint("s");
				assertThat(first(prepared.executeQuery())).isEqualTo("repeatable read");
				connection.rollback();
				connection.getMetaData().getTables(null, null, "none", null).close();
				assertThat(first(prepared.executeQuery())).isEqualTo("repeatable read");
				connection.rollback();
				try (CallableStatement call = connection.prepareCall("{? = call current_setting(?)}")) {
					call.registerOutParameter(1, Types.VARCHAR);
					call.setString(2, "transaction_isolation");
					call.execute();
					assertThat(call.getString(1)).isEqualTo("repeatable read");
					assertThat(call.getConnection()).isSameAs(connection);
				}
				connection.commit();
			}
			connection.setAutoCommit(true);
			assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_REPEATABLE_READ);
		}
		assertThat(stranger(ISOLATION)).isEqualTo("read committed");
	}

	@Test
	void hikarisIsolationIsForEachTransactionToo() throws SQLException {
		try (ConfigurableApplicationContext context = start(
				"spring.datasource.hikari.transaction-isolation=TRANSACTION_SERIALIZABLE")) {
			JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
			TransactionTemplate ordinary = transaction(context, TransactionDefinition.ISOLATION_DEFAULT);
			assertThat(text(ordinary, jdbc, ISOLATION)).isEqualTo("serializable");
			assertThat(text(ordinary, jdbc, ISOLATION)).isEqualTo("serializable");
			assertThat(stranger(ISOLATION)).isEqualTo("read committed");
		}
	}

	@Test
	void theDefaultLevelCostsNothingAndTheRolesOwnIsKnown() throws SQLException {
		this.database.fixture()
			.execute("alter database " + this.database.name()
					+ " set default_transaction_isolation = 'repeatable read'");
		try (ConfigurableApplicationContext context = start()) {
			JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
			assertThat(text(transaction(context, TransactionDefinition.ISOLATION_READ_COMMITTED), jdbc, ISOLATION))
				.isEqualTo("read committed");
			long plain = queries(() -> {
				try (Connection connection = plain()) {
					connection.setAutoCommit(false);
					for (int i = 0; i < 20; i++) {
						first(connection.createStatement().executeQuery("select 1"));
						connection.commit();
					}
				}
			});
			TransactionTemplate same = transaction(context, TransactionDefinition.ISOLATION_REPEATABLE_READ);
			long ours = queries(() -> {
				for (int i = 0; i < 20; i++) {
					text(same, jdbc, "select 1");
				}
			});
			assertThat(ours).isPositive().isLessThanOrEqualTo(plain);
			TransactionTemplate other = transaction(context, TransactionDefinition.ISOLATION_SERIALIZABLE);
			assertThat(queries(() -> {
				for (int i = 0; i < 20; i++) {
					text(other, jdbc, "select 1");
				}
			})).isGreaterThan(plain);
		}
	}

	@Test
	void neverLearnsWhatAStrangerSet() throws SQLException {
		try (Connection stranger = plain(); Statement statement = stranger.createStatement()) {
			statement.execute("set search_path = pg_catalog");
			stranger.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
		}
		assertThat(stranger(SCHEMA)).isEqualTo("pg_catalog");
		try (ConfigurableApplicationContext context = start();
				Connection connection = context.getBean(DataSource.class).getConnection()) {
			assertThat(connection.getSchema()).isEqualTo("public");
			assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
		}
	}

	@Test
	void readOnlyIsEnforcedAndDoesNotReachOtherClients() throws SQLException {
		try (ConfigurableApplicationContext context = start()) {
			JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
			TransactionTemplate ordinary = transaction(context, TransactionDefinition.ISOLATION_DEFAULT);
			ordinary.executeWithoutResult((status) -> jdbc.execute("create table t (id int)"));
			TransactionTemplate readOnly = transaction(context, TransactionDefinition.ISOLATION_SERIALIZABLE);
			readOnly.setReadOnly(true);
			for (int i = 0; i < 2; i++) {
				assertThatExceptionOfType(DataAccessException.class)
					.isThrownBy(
							() -> readOnly.executeWithoutResult((status) -> jdbc.update("insert into t values (1)")))
					.withMessageContaining("read-only transaction");
				assertThat(stranger("select current_setting('transaction_read_only')")).isEqualTo("off");
				ordinary.executeWithoutResult((status) -> jdbc.update("insert into t values (1)"));
			}
		}
	}

	@Test
	void setSchemaReachesStrangersWithoutTheStarter() throws SQLException {
		try (Connection connection = plain()) {
			connection.setSchema("pg_catalog");
		}
		assertThat(stranger(SCHEMA)).isEqualTo("pg_catalog");
	}

	@Test
	void setSchemaReachesOnlyItsTransactions() throws SQLException {
		try (ConfigurableApplicationContext context = start();
				Connection connection = context.getBean(DataSource.class).getConnection()) {
			connection.setSchema("pg_catalog");
			connection.setAutoCommit(false);
			assertThat(query(connection, SCHEMA)).isEqualTo("pg_catalog");
			connection.commit();
			assertThat(stranger(SCHEMA)).isEqualTo("public");
		}
		assertThat(stranger(SCHEMA)).isEqualTo("public");
	}

	@Test
	void eachTenantSeesItsOwnSchema() throws SQLException {
		for (String tenant : new String[] { "acme", "o'neil" }) {
			try (Connection connection = this.database.fixture().connect(this.database.name(), Credentials.APPLICATION);
					Statement statement = connection.createStatement()) {
				statement.execute("create schema \"%s\"".formatted(tenant));
				statement.execute(
						"create table \"%s\".who as select '%s' as name".formatted(tenant, tenant.replace("'", "''")));
			}
		}
		try (ConfigurableApplicationContext context = TestApplication.start(Tenants.class,
				this.database.properties(this.pooler))) {
			JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
			TransactionTemplate ordinary = transaction(context, TransactionDefinition.ISOLATION_SERIALIZABLE);
			for (int i = 0; i < 2; i++) {
				for (String tenant : new String[] { "acme", "o'neil" }) {
					Tenants.current = tenant;
					assertThat(text(ordinary, jdbc, "select name from who")).isEqualTo(tenant);
					assertThat(text(ordinary, jdbc, ISOLATION)).isEqualTo("serializable");
					assertThat(stranger(SCHEMA)).isEqualTo("public");
				}
			}
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> jdbc.queryForObject("select 1", Integer.class))
				.withStackTraceContaining("need a transaction");
			Tenants.current = null;
			assertThat(jdbc.queryForObject(SCHEMA, String.class)).isEqualTo("public");
		}
	}

	@Test
	void warnsOnceOfSqlThatNeedsASession(CapturedOutput output) throws SQLException {
		try (ConfigurableApplicationContext context = start()) {
			JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
			for (int i = 0; i < 3; i++) {
				jdbc.execute("set statement_timeout = " + (1000 + i));
				jdbc.queryForObject("select pg_try_advisory_lock(?)", Boolean.class, i);
			}
		}
		assertThat(stranger("show statement_timeout")).isNotEqualTo("0");
		assertThat(output.toString().lines().filter((line) -> line.contains("does not work behind"))).hasSize(2)
			.first()
			.asString()
			.contains("it changes statement_timeout for the session. Use SET LOCAL in a transaction",
					"SQL: set statement_timeout = ? at ", "TransactionPoolerRulesIT.warnsOnceOfSqlThatNeedsASession(");
	}

	@Test
	void refusesWhatWouldMisplaceDataAndNamesTheWayOut() throws SQLException {
		try (ConfigurableApplicationContext context = start()) {
			JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
			assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
				.isThrownBy(() -> jdbc.execute("set search_path = 'pg_catalog'"))
				.withMessageContaining("Refused behind a transaction pooler: it changes search_path for the session, "
						+ "so that rows land in the wrong schema. Use SET LOCAL in a transaction, a bean of type "
						+ "TransactionSettings, or ALTER ROLE ... SET. db-pool.guard.session-state=warn lets it pass. "
						+ "SQL: set search_path = ?");
			assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
				.isThrownBy(
						() -> jdbc.queryForObject("select set_config('app.tenant', ?, false)", String.class, "acme"))
				.withMessageContaining("app.tenant");
			assertThat(text(transaction(context, TransactionDefinition.ISOLATION_DEFAULT), jdbc,
					"select set_config('search_path', 'pg_catalog', true)"))
				.isEqualTo("pg_catalog");
		}
		assertThat(stranger(SCHEMA)).isEqualTo("public");
		assertThat(stranger("select coalesce(current_setting('app.tenant', true), '')")).isEmpty();
	}

	@Test
	void warnsOnceForEachSettingAndPlaceWhereThatIsEnough(CapturedOutput output) throws SQLException {
		try (ConfigurableApplicationContext context = start("db-pool.guard.session-state=warn")) {
			JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
			for (String schema : List.of("public", "information_schema", "pg_catalog")) {
				jdbc.execute("set search_path = " + schema);
				jdbc.execute("set app.tenant = '" + schema + "'");
			}
			jdbc.execute("set search_path = information_schema");
		}
		assertThat(stranger(SCHEMA)).isEqualTo("information_schema");
		assertThat(stranger("show app.tenant")).isEqualTo("pg_catalog");
		String site = " at dev.dbpool.autoconfigure.TransactionPoolerRulesIT."
				+ "warnsOnceForEachSettingAndPlaceWhereThatIsEnough(";
		assertThat(output.toString().lines().filter((line) -> line.contains("does not work behind"))).satisfiesExactly(
				(line) -> assertThat(line).contains("SQL: set search_path = public" + site),
				(line) -> assertThat(line).contains("SQL: set app.tenant = ?" + site),
				(line) -> assertThat(line).contains("SQL: set search_path = information_schema" + site));
	}

	@Test
	void refusesSqlThatNeedsASessionBeforeItIsSent() throws SQLException {
		try (ConfigurableApplicationContext context = start("db-pool.guard.session-state=fail")) {
			JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
			assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
				.isThrownBy(() -> jdbc.execute("set statement_timeout = 1000"));
			assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
				.isThrownBy(() -> jdbc.queryForObject("select pg_advisory_lock(?)", Object.class, 1));
			assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
				.isThrownBy(() -> jdbc.batchUpdate("select 1", "listen news"));
			assertThat(jdbc.queryForObject("select 1", Integer.class)).isOne();
			jdbc.execute("set local statement_timeout = 1000");
		}
		assertThat(stranger("show statement_timeout")).isEqualTo("0");
	}

	@Test
	void leavesSqlAloneWhereTheGuardIsOff(CapturedOutput output) {
		try (ConfigurableApplicationContext context = start("db-pool.guard.session-state=off")) {
			new JdbcTemplate(context.getBean(DataSource.class)).execute("set statement_timeout = 1000");
		}
		assertThat(output).doesNotContain("does not work behind");
	}

	/**
	 * Another client discards its whole session between any two statements.
	 */
	@Test
	void directConnectionsKeepTheDriversMeaning() throws SQLException {
		try (ConfigurableApplicationContext context = TestApplication.start(TestApplication.class,
				this.database.properties());
				Connection ours = context.getBean(DataSource.class).getConnection();
				Connection drivers = this.database.connect()) {
			JdbcTemplate otherClient = new JdbcTemplate(context.getBean(DataSource.class));
			List<String> meaning = List.of("pg_catalog", "serializable", "pg_catalog", "off", "on", "25001", "off", "7",
					"12345ms", "t");
			assertThat(observe(drivers, () -> otherClient.execute("discard all"))).isEqualTo(meaning);
			assertThat(observe(ours, () -> otherClient.execute("discard all"))).isEqualTo(meaning);
		}
	}

	private static List<String> observe(Connection connection, Runnable between) throws SQLException {
		List<String> seen = new ArrayList<>();
		connection.setSchema("pg_catalog");
		connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
		seen.add(connection.getSchema());
		between.run();
		seen.add(query(connection, ISOLATION));
		between.run();
		seen.add(query(connection, SCHEMA));
		connection.setReadOnly(true);
		seen.add(query(connection, READ_ONLY));
		connection.setAutoCommit(false);
		seen.add(query(connection, READ_ONLY));
		try {
			connection.setReadOnly(false);
		}
		catch (SQLException ex) {
			seen.add(ex.getSQLState());
		}
		connection.rollback();
		connection.setAutoCommit(true);
		connection.setReadOnly(false);
		between.run();
		seen.add(query(connection, READ_ONLY));
		try (Statement statement = connection.createStatement()) {
			statement.execute("create temporary sequence ids start 7; select nextval('ids'), pg_advisory_lock(1), "
					+ "set_config('statement_timeout', '12345', false)");
		}
		between.run();
		for (String sql : List.of("select lastval()", "show statement_timeout", "select pg_advisory_unlock(1)")) {
			seen.add(query(connection, sql));
			between.run();
		}
		return seen;
	}

	private static String query(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			return first(statement.executeQuery(sql));
		}
	}

	private ConfigurableApplicationContext start(String... properties) {
		return TestApplication.start(TestApplication.class,
				TestDatabase.with(this.database.properties(this.pooler), properties));
	}

	private static TransactionTemplate transaction(ConfigurableApplicationContext context, int isolation) {
		TransactionTemplate template = new TransactionTemplate(
				new JdbcTransactionManager(context.getBean(DataSource.class)));
		template.setIsolationLevel(isolation);
		return template;
	}

	private static String text(TransactionTemplate transaction, JdbcTemplate jdbc, String sql) {
		return transaction.execute((status) -> jdbc.queryForObject(sql, String.class));
	}

	private Connection plain() throws SQLException {
		return DriverManager.getConnection(this.pooler.address().jdbcUrl(this.database.name()) + "?prepareThreshold=0",
				Credentials.APPLICATION.username(), Credentials.APPLICATION.password());
	}

	/**
	 * What another client of the same pooler sees.
	 */
	private String stranger(String sql) throws SQLException {
		try (Connection connection = plain(); Statement statement = connection.createStatement()) {
			return first(statement.executeQuery(sql));
		}
	}

	private static String first(ResultSet rows) throws SQLException {
		try (rows) {
			rows.next();
			return rows.getString(1);
		}
	}

	private long queries(Work work) throws SQLException {
		long before = totalQueries();
		work.run();
		return totalQueries() - before;
	}

	private long totalQueries() throws SQLException {
		return this.pooler.show("STATS_TOTALS")
			.stream()
			.filter((row) -> row.get("database").equals(this.database.name()))
			.mapToLong((row) -> Long.parseLong(row.get("query_count")))
			.sum();
	}

	private interface Work {

		void run() throws SQLException;

	}

	@Configuration(proxyBeanMethods = false)
	static class Tenants {

		static volatile String current;

		@Bean
		TransactionSettings transactionSettings() {
			return () -> (current != null) ? Map.of("search_path", "\"" + current + "\"") : Map.of();
		}

	}

}
