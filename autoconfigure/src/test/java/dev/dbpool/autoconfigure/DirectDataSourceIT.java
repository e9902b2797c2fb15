package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.DirectDataSource;
import dev.dbpool.HttpAnswer;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.Waiting;
import dev.dbpool.lease.LeasingDataSource;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The data source for session-bound work, beside a runtime behind a transaction pooler.
 */
class DirectDataSourceIT {

	private static final TestDatabase database = TestDatabase.create();

	private static Pooler pooler;

	private static ConfigurableApplicationContext context;

	private final DataSource direct = context.getBean(Work.class).direct();

	@BeforeAll
	static void startApplication() {
		pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(2));
		context = TestApplication.builder(WebApplicationType.SERVLET, WorkConfiguration.class)
			.properties(TestDatabase.with(database.properties(pooler), "management.endpoint.health.show-details=always",
					"db-pool.size=3", "db-pool.max-overflow=4"))
			.run();
	}

	@AfterAll
	static void stopApplication() {
		context.close();
		pooler.close();
	}

	@Test
	void connectsToTheDatabaseItselfAndKeepsNoConnection() throws SQLException {
		int backend;
		try (Connection connection = this.direct.getConnection()) {
			backend = backend(connection);
			// A pooler would have made up a number of its own.
			assertThat(connection.unwrap(PGConnection.class).getBackendPID()).isEqualTo(backend);
			assertThat(database.sessions()).anySatisfy((session) -> {
				assertThat(session.pid()).isEqualTo(backend);
				assertThat(session.applicationName()).isEqualTo("direct");
				assertThat(session.belongsTo(pooler)).isFalse();
			});
		}
		Waiting.await().until(() -> database.sessions().stream().noneMatch((session) -> session.pid() == backend));
	}

	@Test
	void listens() throws SQLException {
		try (Connection connection = this.direct.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute("listen news");
			new JdbcTemplate(context.getBean(DataSource.class)).execute("notify news, 'hello'");
			PGNotification[] notifications = connection.unwrap(PGConnection.class).getNotifications(60_000);
			assertThat(notifications).singleElement()
				.satisfies((notification) -> assertThat(notification.getParameter()).isEqualTo("hello"));
		}
	}

	@Test
	void holdsSessionLocks() throws SQLException {
		try (Connection holder = this.direct.getConnection(); Connection other = this.direct.getConnection()) {
			assertThat(lock(holder, "pg_try_advisory_lock(42)")).isTrue();
			assertThat(lock(other, "pg_try_advisory_lock(42)")).isFalse();
			assertThat(lock(holder, "pg_advisory_unlock(42)")).isTrue();
			assertThat(lock(other, "pg_try_advisory_lock(42)")).isTrue();
		}
	}

	@Test
	void plainInjectionIsTheRuntime() {
		Work work = context.getBean(Work.class);
		assertThat(work.runtime()).isInstanceOf(LeasingDataSource.class).isSameAs(work.jdbc().getDataSource());
		assertThat(work.jdbc().queryForObject("select current_setting('application_name')", String.class))
			.isEqualTo("pooled");
	}

	@Test
	void springBootsHealthSeesOneDataSource() {
		HttpAnswer answer = HttpAnswer.get(context, "/actuator/health/db");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.json("details")).containsEntry("database", "PostgreSQL");
		assertThat(answer.json()).doesNotContainKey("components");
	}

	@Test
	void springBootsMetricsSeeThePoolAndNothingElse() {
		MeterRegistry registry = context.getBean(MeterRegistry.class);
		HikariDataSource pool = DataSourceUnwrapper.unwrap(context.getBean(DataSource.class), HikariConfigMXBean.class,
				HikariDataSource.class);
		assertThat(registry.find("jdbc.connections.max").gauges()).singleElement().satisfies((gauge) -> {
			assertThat(gauge.getId().getTag("name")).isEqualTo("dataSource");
			assertThat(gauge.value()).isEqualTo(7);
		});
		assertThat(registry.find("hikaricp.connections").gauges()).singleElement().satisfies((gauge) -> {
			assertThat(gauge.getId().getTag("pool")).isEqualTo(pool.getPoolName());
			assertThat(gauge.value()).isPositive();
		});
		context.getBean(JdbcTemplate.class).execute("select 1");
		assertThat(registry.get("hikaricp.connections.acquire").timer().count()).isPositive();
	}

	@Test
	void theRuntimeUnwraps() throws SQLException {
		DataSource runtime = context.getBean(DataSource.class);
		assertThat(runtime.isWrapperFor(HikariDataSource.class)).isTrue();
		assertThat(runtime.unwrap(HikariDataSource.class))
			.isSameAs(DataSourceUnwrapper.unwrap(runtime, HikariDataSource.class));
		try (Connection connection = runtime.getConnection()) {
			assertThat(connection.isWrapperFor(PGConnection.class)).isTrue();
			// The pooler makes up a number of its own.
			assertThat(connection.unwrap(PGConnection.class).getBackendPID()).isNotEqualTo(backend(connection));
		}
	}

	private static int backend(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
			row.next();
			return row.getInt(1);
		}
	}

	private static boolean lock(Connection connection, String function) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select " + function)) {
			row.next();
			return row.getBoolean(1);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class WorkConfiguration {

		@Bean
		Work work(DataSource runtime, JdbcTemplate jdbc, @DirectDataSource DataSource direct) {
			return new Work(runtime, jdbc, direct);
		}

	}

	record Work(DataSource runtime, JdbcTemplate jdbc, DataSource direct) {

	}

}
