package dev.dbpool.lease;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

import dev.dbpool.TestDatabase;
import dev.dbpool.TransactionSettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;
import org.postgresql.PGResultSetMetaData;
import org.postgresql.core.BaseStatement;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Nothing runs outside of the settings of a tenant, whichever way it takes.
 */
@ParameterizedClass
@EnumSource
class TenantSettingsIT {

	private static final String NOT_ALONE = "25P01";

	private static LeasingApplication application;

	@Parameter
	SetUp setUp;

	@BeforeParameterizedClassInvocation
	static void start(SetUp setUp) throws SQLException {
		application = setUp.start(TestDatabase.create(), Tenants.class, 2);
		try (Connection connection = application.database().connect()) {
			for (String schema : new String[] { "public", "acme" }) {
				Jdbc.execute(connection, "create schema if not exists " + schema);
				Jdbc.execute(connection, "create table " + schema + ".item (name text)");
			}
			Jdbc.execute(connection, "create table acme.own (name text)");
		}
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		application.close();
	}

	@AfterEach
	void forget() throws SQLException {
		Tenants.current = Map.of();
		Tenants.more = Map.of();
		Tenants.before = null;
		application.elsewhere("truncate public.item, acme.item");
	}

	@Test
	void theDriversOwnObjectsAreRefusedInAutoCommitMode() throws SQLException {
		Tenants.current = Map.of("search_path", "acme");
		try (Connection connection = application.connect();
				PreparedStatement statement = connection.prepareStatement("insert into item values (?)")) {
			Jdbc.assertFails(NOT_ALONE,
					() -> connection.unwrap(PGConnection.class)
						.getCopyAPI()
						.copyIn("copy item from stdin", new StringReader("a\n")));
			Jdbc.assertFails(NOT_ALONE, () -> statement.unwrap(BaseStatement.class));
			Jdbc.assertFails(NOT_ALONE, statement::getParameterMetaData);
			Jdbc.assertFails(NOT_ALONE, statement::getMetaData);
			Jdbc.assertFails(NOT_ALONE, () -> connection.createArrayOf("text", new Object[0]));
			Jdbc.assertFails(NOT_ALONE, () -> statement.executeUpdate());
		}
		assertThat(items("public")).isZero();
	}

	@Test
	void whatTheDriverDoesByItselfIsWithinTheSettings() throws SQLException, IOException {
		Tenants.current = Map.of("search_path", "acme");
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy item from stdin", new StringReader("a\n"));
			connection.commit();
			try (PreparedStatement statement = connection.prepareStatement("select name from own where name = ?")) {
				assertThat(statement.getParameterMetaData().getParameterTypeName(1)).isEqualTo("text");
				assertThat(statement.getMetaData().unwrap(PGResultSetMetaData.class).getBaseSchemaName(1))
					.isEqualTo("acme");
			}
			connection.commit();
			try (PreparedStatement statement = connection.prepareStatement("insert into item values (?)")) {
				assertThat(connection.getSchema()).isEqualTo("acme");
				statement.setString(1, "b");
				statement.executeUpdate();
			}
			connection.commit();
			try (Statement statement = connection.createStatement()) {
				statement.unwrap(BaseStatement.class).executeUpdate("insert into item values ('c')");
			}
			connection.commit();
		}
		assertThat(items("public")).isZero();
		assertThat(items("acme")).isEqualTo(3);
	}

	/**
	 * It would ask for the settings of the statement that asks for the settings.
	 */
	@Test
	void settingsThatAskTheDatabaseAreRefusedAndHoldNothing() throws SQLException {
		JdbcTemplate jdbc = application.jdbc();
		Tenants.before = () -> jdbc.queryForObject("select 'acme'", String.class);
		TransactionTemplate transaction = application.transaction();
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(Exception.class).isThrownBy(
					() -> transaction.executeWithoutResult((status) -> jdbc.update("insert into item values ('a')")))
				.withStackTraceContaining("TransactionSettings")
				.withStackTraceContaining("must not use the database");
			assertThatExceptionOfType(Exception.class).isThrownBy(() -> jdbc.update("insert into item values ('a')"))
				.withStackTraceContaining("must not use the database");
		}
		assertThat(application.ledger().leases()).isEmpty();
		assertThat(items("public")).isZero();
	}

	/**
	 * A caller that ignores it must not commit the rest.
	 */
	@Test
	void aTransactionWhoseSettingsFailTakesNoEffect() throws SQLException {
		try (Connection connection = application.connect()) {
			connection.setAutoCommit(false);
			Tenants.before = () -> {
				throw new IllegalStateException("no tenant");
			};
			assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(() -> Jdbc.execute(connection, "insert into item values ('a')"));
			Tenants.before = null;
			Jdbc.assertFails("08006", () -> Jdbc.execute(connection, "insert into item values ('b')"));
			Jdbc.assertFails("08006", connection::commit);
			connection.rollback();
			Jdbc.execute(connection, "insert into item values ('c')");
			connection.commit();
		}
		assertThat(items("public")).isOne();
		assertThat(application.ledger().leases()).isEmpty();
	}

	@Test
	void theSettingsOfAllBeansAreApplied() throws SQLException {
		Tenants.current = Map.of("search_path", "acme");
		Tenants.more = Map.of("Search_Path", "acme", "app.region", "eu");
		try (Connection connection = application.connect()) {
			Jdbc.assertFails(NOT_ALONE, () -> Jdbc.execute(connection, "insert into item values ('a')"));
			connection.setAutoCommit(false);
			for (int i = 0; i < 2; i++) {
				assertThat(Jdbc.text(connection, "select current_schema() || ' ' || current_setting('app.region')"))
					.isEqualTo("acme eu");
				connection.commit();
			}
		}
	}

	/**
	 * The last one must not win silently: it may be another tenant's.
	 */
	@Test
	void aTransactionForWhichTwoBeansDisagreeIsRefused() throws SQLException {
		Tenants.current = Map.of("search_path", "acme");
		Tenants.more = Map.of("SEARCH_PATH", "public");
		try (Connection connection = application.connect()) {
			Jdbc.assertFails("22023", () -> Jdbc.execute(connection, "insert into item values ('a')"));
			connection.setAutoCommit(false);
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> Jdbc.execute(connection, "insert into item values ('a')"))
				.withMessage("The beans 'transactionSettings' and 'more' of type TransactionSettings return different "
						+ "values for the setting search_path. Let one of them leave it out, or both return the same value.");
			Jdbc.assertFails("08006", () -> Jdbc.execute(connection, "insert into item values ('b')"));
			Jdbc.assertFails("08006", connection::commit);
			Tenants.more = Map.of();
			Jdbc.execute(connection, "insert into item values ('c')");
			connection.commit();
		}
		assertThat(items("public")).isZero();
		assertThat(items("acme")).isOne();
	}

	private static int items(String schema) throws SQLException {
		return application.rows(schema + ".item");
	}

	/**
	 * The settings of the moment, and what the application does before it returns them.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Tenants {

		static volatile Map<String, String> current = Map.of();

		static volatile Map<String, String> more = Map.of();

		static volatile @Nullable Runnable before;

		@Bean
		TransactionSettings transactionSettings() {
			return () -> {
				Runnable runnable = before;
				if (runnable != null) {
					runnable.run();
				}
				return current;
			};
		}

		@Bean
		TransactionSettings more() {
			return () -> more;
		}

	}

}
