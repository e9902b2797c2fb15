package dev.dbpool.autoconfigure;

import javax.sql.DataSource;

import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.TestDatabase.Session;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Migrations use the database itself and no pool, whatever the runtime goes through.
 */
class MigrationIT {

	private static Pooler pooler;

	private final TestDatabase database = TestDatabase.create();

	@BeforeAll
	static void startPooler() {
		pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(5));
	}

	@AfterAll
	static void stopPooler() {
		pooler.close();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "spring.flyway.enabled=true", "spring.liquibase.enabled=true", "spring.sql.init.mode=always" })
	void migratesDirectlyAndQueriesThroughThePooler(String tool) {
		String[] properties = TestDatabase.with(this.database.properties(pooler), tool,
				"spring.sql.init.schema-locations=classpath:db/migration/V1__record_the_session.sql");
		try (ConfigurableApplicationContext context = TestApplication.start(TestApplication.class, properties)) {
			JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
			Session migration = seen(jdbc);
			assertThat(migration.applicationName()).isEqualTo("direct");
			assertThat(migration.belongsTo(pooler)).isFalse();
			assertThat(jdbc.queryForObject("select sessions from seen", Integer.class)).as("start-up share")
				.isEqualTo(tool.contains("flyway") ? 2 : 1);
			Session runtime = runtime(jdbc);
			assertThat(runtime.applicationName()).isEqualTo("pooled");
			assertThat(runtime.belongsTo(pooler)).isTrue();
			assertThat(this.database.sessions()).isNotEmpty().allMatch((session) -> session.belongsTo(pooler));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.flyway.enabled=true", "spring.liquibase.enabled=true" })
	void migratesWithoutThePoolWhereThereIsNoPooler(String tool) {
		String[] properties = TestDatabase.with(this.database.properties(), tool, "db-pool.pooler.url= ",
				"db-pool.size=1", "db-pool.max-overflow=0");
		try (ConfigurableApplicationContext context = TestApplication.start(TestApplication.class, properties)) {
			JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
			Session migration = seen(jdbc);
			assertThat(this.database.sessions()).hasSize(1).doesNotContain(migration);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "flyway", "liquibase" })
	void leavesTheToolItsOwnUrl(String tool) {
		TestDatabase other = TestDatabase.create();
		String url = "jdbc:postgresql://%s:%s/%s?ApplicationName=own".formatted(other.fixture().postgres().host(),
				other.fixture().postgres().port(), other.name());
		String[] properties = TestDatabase.with(this.database.properties(pooler), "spring." + tool + ".enabled=true",
				"spring." + tool + ".url=" + url, "spring." + tool + ".user=app",
				"spring." + tool + ".password=" + Credentials.APPLICATION.password());
		try (ConfigurableApplicationContext context = TestApplication.start(TestApplication.class, properties)) {
			JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
			assertThat(jdbc.queryForObject("select to_regclass('seen') is null", Boolean.class)).isTrue();
		}
	}

	@Test
	void migratesAsAnotherUserOfTheSameDatabase() {
		String role = "migrator_" + this.database.name();
		this.database.fixture().execute("create role " + role + " login password 'm' in role app");
		String[] properties = TestDatabase.with(this.database.properties(pooler), "spring.flyway.enabled=true",
				"spring.flyway.user=" + role, "spring.flyway.password=m", "spring.flyway.init-sqls=set role app");
		try (ConfigurableApplicationContext context = TestApplication.start(TestApplication.class, properties)) {
			JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
			assertThat(seen(jdbc).applicationName()).isEqualTo("direct");
			assertThat(jdbc.queryForObject("select login from seen", String.class)).isEqualTo(role);
		}
	}

	private static Session seen(JdbcTemplate jdbc) {
		return jdbc.queryForObject("select pid, application_name, client_port from seen",
				(row, number) -> new Session(row.getInt(1), row.getString(2), row.getInt(3)));
	}

	private static Session runtime(JdbcTemplate jdbc) {
		return jdbc.queryForObject("select pg_backend_pid(), current_setting('application_name'), inet_client_port()",
				(row, number) -> new Session(row.getInt(1), row.getString(2), row.getInt(3)));
	}

}
