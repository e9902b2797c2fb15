package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.HttpAnswer;
import dev.dbpool.Load;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.Waiting;
import dev.dbpool.monitor.PoolMonitor;
import dev.dbpool.monitor.PoolMonitors;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The two recipes for a pooler in session mode, where each connection of the pool costs
 * one of the database.
 */
class SessionPoolerIT {

	private static final String[] RECIPE = { "db-pool.size=3", "db-pool.max-overflow=2", "db-pool.recycle=30m",
			"db-pool.pooler.mode=session", "db-pool.timeout=60" };

	private static Pooler pooler;

	private final TestDatabase database = TestDatabase.create();

	/**
	 * The pooler would allow many more than the recipes take.
	 */
	@BeforeAll
	static void startPooler() {
		pooler = PgFixture.get().startPooler(PoolerOptions.sessionMode(50));
	}

	@AfterAll
	static void stopPooler() {
		pooler.close();
	}

	@Test
	void anApplicationTakesThreeConnectionsAndTwoMore() throws Exception {
		try (ConfigurableApplicationContext context = TestApplication
			.startWeb(TestDatabase.with(this.database.properties(pooler), RECIPE))) {
			DataSource dataSource = context.getBean(DataSource.class);
			assertThat(dataSource.unwrap(HikariDataSource.class).getMaxLifetime()).isEqualTo(1_800_000);
			assertTakesAtMost(context, 5);
			Set<Integer> backends = ConcurrentHashMap.newKeySet();
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(PlatformTransactionManager.class));
			assertThat(
					Load.run(8, 100,
							() -> transaction.executeWithoutResult((status) -> backends
								.add(jdbc.queryForObject("select pg_backend_pid() where ? > 0", Integer.class, 1)))))
				.isEmpty();
			assertThat(backends).hasSizeLessThanOrEqualTo(5);
			assertThat(HttpAnswer.get(context, "/actuator/health/db-pool").json("components", "dbPool", "details"))
				.containsEntry("via", "session-pooler")
				.containsEntry("size", 3)
				.containsEntry("maxOverflow", 2);
		}
	}

	@Test
	void preparedStatementsAreOn() throws SQLException {
		String[] properties = TestDatabase.with(this.database.properties(pooler), RECIPE);
		try (ConfigurableApplicationContext context = TestApplication.start(TestApplication.class, properties);
				Connection connection = context.getBean(DataSource.class).getConnection()) {
			assertThat(connection.unwrap(PGConnection.class).getPrepareThreshold()).isEqualTo(5);
			String sql = "select count(*) from pg_prepared_statements where statement like '%pg_prepared_statements%'";
			List<Long> counts = new ArrayList<>();
			try (PreparedStatement statement = connection.prepareStatement(sql)) {
				for (int i = 0; i < 7; i++) {
					try (ResultSet row = statement.executeQuery()) {
						row.next();
						counts.add(row.getLong(1));
					}
				}
			}
			assertThat(counts).startsWith(0L).endsWith(1L);
		}
	}

	/**
	 * The job starts from the application's own configuration.
	 */
	@Test
	void aJobTakesOneConnectionAndOneMoreByItsCommandLine() throws Exception {
		String[] own = { "--db-pool.size=1", "--db-pool.max-overflow=1" };
		try (ConfigurableApplicationContext context = inheriting(Map.of()).run(own)) {
			assertTakesAtMost(context, 2);
		}
	}

	@Test
	void aJobTakesOneConnectionAndOneMoreByItsEnvironment() throws Exception {
		try (ConfigurableApplicationContext context = inheriting(
				Map.of("DB_POOL_SIZE", "1", "DB_POOL_MAX_OVERFLOW", "1"))
			.run()) {
			assertTakesAtMost(context, 2);
		}
	}

	private SpringApplicationBuilder inheriting(Map<String, Object> variables) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
		// These have the lowest precedence, below those of a file.
		return TestApplication.builder(WebApplicationType.NONE, TestApplication.class)
			.environment(environment)
			.properties(TestDatabase.with(this.database.properties(pooler), RECIPE));
	}

	private void assertTakesAtMost(ConfigurableApplicationContext context, int maximum) throws Exception {
		DataSource dataSource = context.getBean(DataSource.class);
		PoolMonitor monitor = context.getBean(PoolMonitors.class).all().get(0);
		ExecutorService executor = Executors.newSingleThreadExecutor();
		List<Connection> held = new ArrayList<>();
		try {
			for (int i = 0; i < maximum; i++) {
				held.add(used(dataSource.getConnection()));
			}
			Future<Connection> oneMore = executor.submit(() -> used(dataSource.getConnection()));
			Waiting.await().until(() -> monitor.snapshot().waiting() == 1);
			assertThat(monitor.snapshot().maximum()).isEqualTo(maximum);
			assertThat(this.database.sessions()).hasSize(maximum).allMatch((session) -> session.belongsTo(pooler));
			held.remove(0).close();
			held.add(oneMore.get(60, TimeUnit.SECONDS));
		}
		finally {
			executor.shutdownNow();
			for (Connection connection : held) {
				connection.close();
			}
		}
	}

	/**
	 * The first statement takes a connection of the pool, which is kept until close, and
	 * one of the database.
	 */
	private static Connection used(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("select 1");
		}
		return connection;
	}

}
