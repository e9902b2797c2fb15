package dev.dbpool.lease;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Map;

import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.TransactionSettings;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PoolerOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@code setSchema} behind a transaction pooler with one server connection, which all
 * connections share.
 */
@ParameterizedClass
@ValueSource(strings = { "after-transaction", "on-close" })
class TenantSchemaIT {

	private static final String NOT_ALONE = "25P01";

	private static final String CURRENT = "select current_schema()";

	private static LeasingApplication application;

	@Parameter
	String release;

	@BeforeParameterizedClassInvocation
	static void start(String release) throws SQLException {
		TestDatabase database = TestDatabase.create();
		application = start(database, "db-pool.lease.release=" + release, "db-pool.size=2");
		try (Connection connection = database.connect()) {
			for (String schema : new String[] { "public", "acme", "globex" }) {
				Jdbc.execute(connection, "create schema if not exists " + schema);
				Jdbc.execute(connection, "create table " + schema + ".item (name text)");
			}
		}
	}

	private static LeasingApplication start(TestDatabase database, String... properties) {
		return new LeasingApplication(database, database.fixture().startPooler(PoolerOptions.transactionMode(1)),
				Settings.class, TestDatabase.with(properties, TestApplication.WITHOUT_JPA, "db-pool.max-overflow=0"));
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		application.close();
	}

	@AfterEach
	void forget() throws SQLException {
		Settings.current = Map.of();
		application.elsewhere("truncate public.item, acme.item, globex.item");
	}

	@Test
	void tenantsTakeTurnsOnOneServerConnection() throws SQLException {
		try (Connection acme = application.connect(); Connection globex = application.connect()) {
			acme.setSchema("acme");
			globex.setSchema("globex");
			acme.setAutoCommit(false);
			globex.setAutoCommit(false);
			int backend = Jdbc.pid(acme);
			acme.commit();
			for (int i = 0; i < 3; i++) {
				for (Connection connection : new Connection[] { acme, globex }) {
					assertThat(Jdbc.pid(connection)).isEqualTo(backend);
					String schema = (connection == acme) ? "acme" : "globex";
					assertThat(connection.getSchema()).isEqualTo(schema);
					Jdbc.execute(connection, "insert into item values ('" + schema + "')");
					assertThat(Jdbc.text(connection, "select string_agg(distinct name, ',') from item"))
						.isEqualTo(schema);
					connection.commit();
					Jdbc.execute(connection, "insert into item values ('rolled back')");
					connection.rollback();
					assertThat(seenByAStranger()).isEqualTo("public");
				}
			}
		}
		assertThat(application.rows("acme.item")).isEqualTo(3);
		assertThat(application.rows("globex.item")).isEqualTo(3);
		assertThat(application.rows("public.item")).isZero();
	}

	private static String seenByAStranger() throws SQLException {
		String url = application.pooler().address().jdbcUrl(application.database().name());
		try (Connection stranger = DriverManager.getConnection(url + "?prepareThreshold=0",
				Credentials.APPLICATION.username(), Credentials.APPLICATION.password())) {
			return Jdbc.text(stranger, CURRENT);
		}
	}

	@Test
	void outsideOfATransactionNothingRuns() throws SQLException {
		try (Connection connection = application.connect();
				PreparedStatement statement = connection.prepareStatement("insert into item values (?)")) {
			connection.setSchema("acme");
			assertThat(connection.getSchema()).isEqualTo("acme");
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> Jdbc.execute(connection, "insert into item values ('a')"))
				.withMessage("The schema 'acme' of setSchema needs a transaction behind a transaction pooler, "
						+ "but this connection is in auto-commit mode. Run the statement in a transaction");
			Jdbc.assertFails(NOT_ALONE, () -> Jdbc.execute(connection, "begin; insert into item values ('a'); commit"));
			Jdbc.assertFails(NOT_ALONE, () -> statement.executeUpdate());
			Jdbc.assertFails(NOT_ALONE, statement::getParameterMetaData);
			Jdbc.assertFails(NOT_ALONE, () -> connection.unwrap(PGConnection.class));
			assertThat(connection.isValid(5)).isTrue();
			assertThat(connection.getSchema()).isEqualTo("acme");
			connection.setSchema(null);
			assertThat(connection.getSchema()).isEqualTo("public");
			Jdbc.execute(connection, "insert into item values ('a')");
		}
		assertThat(application.rows("acme.item")).isZero();
		assertThat(application.rows("public.item")).isOne();
	}

	@Test
	void whatTheDriverDoesByItselfIsWithinTheSchema() throws SQLException, IOException {
		try (Connection connection = application.connect()) {
			connection.setSchema("acme");
			connection.setAutoCommit(false);
			connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy item from stdin", new StringReader("a\n"));
			connection.commit();
		}
		assertThat(application.rows("acme.item")).isOne();
		assertThat(application.rows("public.item")).isZero();
	}

	@Test
	void aTransactionThatHasBegunGetsItToo() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			assertThat(Jdbc.text(connection, CURRENT)).isEqualTo("public");
			connection.setSchema("acme");
			assertThat(Jdbc.text(connection, CURRENT)).isEqualTo("acme");
			assertThat(connection.getSchema()).isEqualTo("acme");
			connection.rollback();
			assertThat(Jdbc.text(connection, CURRENT)).isEqualTo("acme");
			Savepoint savepoint = connection.setSavepoint();
			connection.setSchema("globex");
			connection.rollback(savepoint);
			assertThat(Jdbc.text(connection, CURRENT)).isEqualTo("globex");
			connection.setSchema(null);
			assertThat(Jdbc.text(connection, CURRENT)).isEqualTo("public");
			connection.commit();
			assertThat(Jdbc.text(connection, CURRENT)).isEqualTo("public");
			connection.rollback();
		}
	}

	/**
	 * A transaction that failed accepts nothing but its end.
	 */
	@Test
	void aFailedTransactionDoesNotHideTheSchema() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			Savepoint savepoint = connection.setSavepoint();
			Jdbc.assertFails("42P01", () -> Jdbc.execute(connection, "select * from missing"));
			Jdbc.assertFails("25P02", () -> connection.setSchema("acme"));
			connection.rollback(savepoint);
			assertThat(Jdbc.text(connection, CURRENT)).isEqualTo("acme");
			connection.rollback();
			assertThat(Jdbc.text(connection, CURRENT)).isEqualTo("acme");
			connection.rollback();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "Acme", "o'neil", "back\\slash", "quo\"ted", "acme, public", "$user", "grüße" })
	void aNameIsTakenAsItIs(String schema) throws SQLException {
		application.elsewhere("create schema if not exists \"" + schema.replace("\"", "\"\"") + "\"");
		try (Connection drivers = application.database().connect(); Connection ours = application.connect()) {
			drivers.setSchema(schema);
			String meaning = drivers.getSchema();
			ours.setSchema(schema);
			ours.setAutoCommit(false);
			assertThat(ours.getSchema()).isEqualTo(meaning);
			ours.rollback();
		}
	}

	@Test
	void aNameThatTheServerCannotReadFails() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setSchema("ac\0me");
			connection.setAutoCommit(false);
			Jdbc.assertFails("22023", () -> Jdbc.execute(connection, "insert into item values ('a')"));
			connection.rollback();
		}
		assertThat(application.rows("public.item")).isZero();
	}

	@Test
	void isolationAndSchemaAreOneRoundTripTogether() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setSchema("acme");
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			connection.setAutoCommit(false);
			assertThat(
					Jdbc.text(connection, "select current_schema() || ' ' || current_setting('transaction_isolation')"))
				.isEqualTo("acme serializable");
			connection.rollback();
		}
	}

	/**
	 * Both set the search path, and neither may be forgotten.
	 */
	@Test
	void settingsThatSetTheSameAreRefused() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			connection.setSchema("acme");
			Settings.current = Map.of("SEARCH_PATH", "globex");
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> Jdbc.execute(connection, "insert into item values ('a')"))
				.withMessageContaining("Both setSchema and a bean of type dev.dbpool.TransactionSettings");
			Jdbc.assertFails("08006", connection::commit);
			connection.setSchema(null);
			assertThat(Jdbc.text(connection, CURRENT)).isEqualTo("globex");
			Jdbc.assertFails("55000", () -> connection.setSchema("acme"));
			Jdbc.assertFails("55000", () -> connection.setSchema(null));
			assertThat(Jdbc.text(connection, CURRENT)).isEqualTo("globex");
			connection.commit();
			connection.setSchema("acme");
			Settings.current = Map.of("app.tenant", "acme");
			assertThat(Jdbc.text(connection, "select current_schema() || ' ' || current_setting('app.tenant')"))
				.isEqualTo("acme acme");
			connection.commit();
		}
		for (String schema : new String[] { "public", "acme", "globex" }) {
			assertThat(application.rows(schema + ".item")).isZero();
		}
	}

	/**
	 * The server makes a new plan for another path. One client only: the pooler may be
	 * too old to track prepared statements.
	 */
	@Test
	void aPreparedStatementReadsTheSchemaOfItsTransaction() throws SQLException {
		try (LeasingApplication preparing = start(application.database(), "db-pool.lease.release=" + this.release,
				"db-pool.size=1", "db-pool.pooler.prepared-statements=true");
				Connection connection = preparing.connect()) {
			application.elsewhere("insert into acme.item values ('acme'); insert into globex.item values ('globex')");
			connection.setAutoCommit(false);
			for (int i = 0; i < 20; i++) {
				String schema = (i / 7 % 2 == 0) ? "acme" : "globex";
				connection.setSchema(schema);
				try (PreparedStatement statement = connection
					.prepareStatement("select name from item where name <> ?")) {
					statement.setString(1, "");
					try (ResultSet rows = statement.executeQuery()) {
						assertThat(rows.next()).isTrue();
						assertThat(rows.getString(1)).isEqualTo(schema);
						assertThat(rows.next()).isFalse();
					}
				}
				connection.commit();
			}
			assertThat(Jdbc.text(connection,
					"select count(*) > 0 from pg_prepared_statements where statement like 'select name from item%'"))
				.isEqualTo("t");
			connection.commit();
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Settings {

		static volatile Map<String, String> current = Map.of();

		@Bean
		TransactionSettings transactionSettings() {
			return () -> current;
		}

	}

}
