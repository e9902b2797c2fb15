package dev.dbpool.guard;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;

import javax.sql.DataSource;

import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Session-bound SQL through a pooler with one server connection, so that what one client
 * leaves behind is what the next one finds.
 */
class SessionHazardsIT {

	private final TestDatabase database = TestDatabase.create();

	@ParameterizedTest
	@EnumSource
	void reachesStrangersWithoutTheStarterAndIsRefusedWithIt(Hazard hazard) throws SQLException {
		this.database.fixture()
			.execute("do $$ begin create role hazard; grant hazard to app; exception when others then null; end $$");
		try (Pooler pooler = this.database.fixture().startPooler(PoolerOptions.transactionMode(1))) {
			assertThat(stranger(pooler, hazard.seen)).isEqualTo(hazard.before);
			try (Connection plain = connect(pooler); Statement statement = plain.createStatement()) {
				statement.execute(hazard.sql);
			}
			assertThat(stranger(pooler, hazard.seen)).isEqualTo(hazard.after);
		}
		try (Pooler pooler = this.database.fixture().startPooler(PoolerOptions.transactionMode(1));
				ConfigurableApplicationContext context = TestApplication.start(TestApplication.class,
						TestDatabase.with(this.database.properties(pooler), TestApplication.WITHOUT_JPA,
								"db-pool.guard.session-state=fail"));
				Connection guarded = context.getBean(DataSource.class).getConnection();
				Statement statement = guarded.createStatement()) {
			assertThatExceptionOfType(SQLFeatureNotSupportedException.class)
				.isThrownBy(() -> statement.execute(hazard.sql))
				.withMessageStartingWith("Refused behind a transaction pooler: it ");
			assertThatExceptionOfType(SQLFeatureNotSupportedException.class)
				.isThrownBy(() -> guarded.prepareStatement(hazard.sql));
			assertThat(stranger(pooler, hazard.seen)).isEqualTo(hazard.before);
		}
	}

	private Connection connect(Pooler pooler) throws SQLException {
		return DriverManager.getConnection(pooler.address().jdbcUrl(this.database.name()) + "?prepareThreshold=0",
				Credentials.APPLICATION.username(), Credentials.APPLICATION.password());
	}

	private String stranger(Pooler pooler, String sql) throws SQLException {
		try (Connection connection = connect(pooler);
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getString(1);
		}
	}

	private enum Hazard {

		PREPARE("prepare q as select 1", "select count(*) from pg_prepared_statements where from_sql", "0", "1"),

		SESSION_CHARACTERISTICS("set session characteristics as transaction isolation level serializable",
				"select current_setting('transaction_isolation')", "read committed", "serializable"),

		SEARCH_PATH("set search_path = pg_catalog", "select current_schema()", "public", "pg_catalog"),

		SCHEMA("set schema 'pg_catalog'", "select current_schema()", "public", "pg_catalog"),

		SET_CONFIG("select set_config('app.tenant', 'acme', false)",
				"select coalesce(current_setting('app.tenant', true), '')", "", "acme"),

		SET_ROLE("set role hazard", "select current_user", "app", "hazard"),

		ADVISORY_LOCK("select pg_advisory_lock(42)",
				"select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()", "0", "1"),

		TRY_ADVISORY_LOCK("select pg_try_advisory_lock(42)",
				"select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()", "0", "1"),

		LISTEN("listen news", "select count(*) from pg_listening_channels()", "0", "1"),

		TEMPORARY_TABLE("create temporary table scratch (id int)",
				"select count(*) from pg_class where relname = 'scratch' and relnamespace = pg_my_temp_schema()", "0",
				"1"),

		TEMPORARY_SCHEMA("create table pg_temp.scratch (id int)",
				"select count(*) from pg_class where relname = 'scratch' and relnamespace = pg_my_temp_schema()", "0",
				"1"),

		WITH_HOLD("declare c cursor with hold for select 1", "select count(*) from pg_cursors where is_holdable", "0",
				"1"),

		STATEMENT_TIMEOUT("set statement_timeout = 3000", "select current_setting('statement_timeout')", "0", "3s");

		private final String sql;

		private final String seen;

		private final String before;

		private final String after;

		Hazard(String sql, String seen, String before, String after) {
			this.sql = sql;
			this.seen = seen;
			this.before = before;
			this.after = after;
		}

	}

}
