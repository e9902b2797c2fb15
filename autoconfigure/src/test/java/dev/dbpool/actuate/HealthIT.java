package dev.dbpool.actuate;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.Borrowed;
import dev.dbpool.HttpAnswer;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.Waiting;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The health of the pool as an operator reads it. What is not asked about Spring Boot's
 * exposure is left at its default.
 */
class HealthIT {

	private static final String PATH = "/actuator/health/db-pool";

	private final TestDatabase database = TestDatabase.create();

	@Test
	void showsTheGroupWithSpringBootsDefaults() throws SQLException {
		try (Pooler pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(3));
				ConfigurableApplicationContext context = start(this.database.properties(pooler), "db-pool.size=2",
						"db-pool.max-overflow=1");
				Borrowed first = Borrowed.from(context.getBean(DataSource.class));
				Borrowed second = Borrowed.from(context.getBean(DataSource.class));
				Connection idle = context.getBean(DataSource.class).getConnection()) {
			// The pool is at its maximum, so it does not fill up behind our back.
			Borrowed.from(context.getBean(DataSource.class)).close();
			assertThat(first).isNotEqualTo(second);
			assertThat(idle.isClosed()).as("open, but not checked out").isFalse();
			HttpAnswer answer = HttpAnswer.get(context, PATH);
			assertThat(answer.status()).isEqualTo(200);
			assertThat(answer.json()).containsOnlyKeys("status", "components").containsEntry("status", "UP");
			assertThat(answer.json("components")).containsOnlyKeys("dbPool");
			assertThat(answer.json("components", "dbPool")).containsOnlyKeys("status", "details")
				.containsEntry("status", "UP");
			assertThat(details(answer)).containsExactlyInAnyOrderEntriesOf(Map.ofEntries(Map.entry("state", "ok"),
					Map.entry("size", 2), Map.entry("maxOverflow", 1), Map.entry("maximum", 3), Map.entry("total", 3),
					Map.entry("checkedOut", 2), Map.entry("checkedIn", 1), Map.entry("overflow", 1),
					Map.entry("waiting", 0), Map.entry("invalid", 0), Map.entry("timeouts", 0),
					Map.entry("via", "transaction-pooler"), Map.entry("budget", "checked")));
			assertThat(answer.body()).doesNotContain("127.0.0.1", "localhost", "jdbc", "postgres", this.database.name(),
					String.valueOf(pooler.address().port()), "\"" + Credentials.APPLICATION.username() + "\"");
			HttpAnswer all = HttpAnswer.get(context, "/actuator/health");
			assertThat(all.json()).containsOnlyKeys("status", "groups").containsEntry("status", "UP");
		}
	}

	@Test
	void answersAtTheRoot() {
		try (ConfigurableApplicationContext context = start(this.database.properties(),
				"management.endpoints.web.base-path=/")) {
			assertThat(details(HttpAnswer.get(context, "/health/db-pool"))).containsEntry("via", "direct");
		}
	}

	@Test
	void anExhaustedPoolIsUpAndAnswersWithoutBorrowing() throws Exception {
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try (ConfigurableApplicationContext context = start(this.database.properties(), "db-pool.size=1",
				"db-pool.max-overflow=1", "db-pool.timeout=300")) {
			DataSource dataSource = context.getBean(DataSource.class);
			List<Borrowed> held = new ArrayList<>();
			held.add(Borrowed.from(dataSource));
			held.add(Borrowed.from(dataSource));
			Future<Borrowed> waiter = executor.submit(() -> Borrowed.from(dataSource));
			Waiting.await().until(() -> Integer.valueOf(1).equals(details(context).get("waiting")));
			long borrowed = borrowed(context);
			HttpAnswer answer = HttpAnswer.get(context, PATH);
			assertThat(answer.status()).isEqualTo(200);
			assertThat(answer.json()).containsEntry("status", "UP");
			assertThat(details(answer)).containsEntry("state", "exhausted")
				.containsEntry("checkedOut", 2)
				.containsEntry("maximum", 2)
				.containsEntry("checkedIn", 0)
				.containsEntry("waiting", 1);
			assertThat(borrowed(context)).isEqualTo(borrowed);
			HikariConfigMXBean pool = dataSource.unwrap(HikariDataSource.class).getHikariConfigMXBean();
			pool.setConnectionTimeout(250);
			assertThatExceptionOfType(SQLTransientConnectionException.class)
				.isThrownBy(() -> Borrowed.from(dataSource));
			assertThat(details(context)).containsEntry("state", "exhausted")
				.containsEntry("waiting", 1)
				.containsEntry("timeouts", 1);
			pool.setConnectionTimeout(60_000);
			held.get(0).close();
			waiter.get(60, TimeUnit.SECONDS).close();
			assertThat(details(context)).containsEntry("checkedOut", 1).containsEntry("waiting", 0);
			held.get(1).close();
			assertThat(details(context)).containsEntry("state", "ok").containsEntry("checkedOut", 0);
			// The one who gave up too, as far as Hikari tells.
			assertThat(borrowed(context)).isEqualTo(4);
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void lastingUseOfAlmostAllIsPressure() throws SQLException {
		try (ConfigurableApplicationContext context = start(this.database.properties(), "db-pool.size=1",
				"db-pool.max-overflow=0")) {
			try (Borrowed borrowed = Borrowed.from(context.getBean(DataSource.class))) {
				assertThat(borrowed.connection().isValid(10)).isTrue();
				Waiting.await().until(() -> "pressure".equals(details(context).get("state")));
				assertThat(HttpAnswer.get(context, PATH)).satisfies((answer) -> {
					assertThat(answer.status()).isEqualTo(200);
					assertThat(answer.json()).containsEntry("status", "UP");
				});
			}
			assertThat(details(context)).containsEntry("state", "ok");
		}
	}

	@Test
	void isStartingUntilTheFirstBorrowerAndStoppedAfterTheEnd() throws SQLException {
		try (ConfigurableApplicationContext context = start(this.database.properties(), "db-pool.size=1",
				"db-pool.max-overflow=2")) {
			assertThat(HttpAnswer.get(context, PATH).status()).isEqualTo(200);
			assertThat(details(context)).containsEntry("state", "starting")
				.containsEntry("size", 1)
				.containsEntry("maximum", 3)
				.containsEntry("total", 0);
			assertThat(this.database.sessions()).isEmpty();
			DataSource dataSource = context.getBean(DataSource.class);
			dataSource.getConnection().close();
			assertThat(details(context)).as("not used yet").containsEntry("state", "starting");
			assertThat(this.database.sessions()).isEmpty();
			Borrowed.from(dataSource).close();
			assertThat(details(context)).containsEntry("state", "ok");
			dataSource.unwrap(HikariDataSource.class).close();
			HttpAnswer answer = HttpAnswer.get(context, PATH);
			assertThat(answer.status()).isEqualTo(503);
			assertThat(answer.json()).containsEntry("status", "OUT_OF_SERVICE");
			assertThat(details(answer)).containsEntry("state", "stopped").containsEntry("total", 0);
		}
	}

	@Test
	void canBeSwitchedOff() {
		try (ConfigurableApplicationContext context = start(this.database.properties(),
				"management.health.dbpool.enabled=false")) {
			assertThat(HttpAnswer.get(context, PATH).status()).isEqualTo(404);
			assertThat(HttpAnswer.get(context, "/actuator/health").status()).isEqualTo(200);
		}
	}

	@Test
	void aGroupOfTheUsersWins() {
		try (ConfigurableApplicationContext context = start(this.database.properties(),
				"management.endpoint.health.group.db-pool.include=ping",
				"management.endpoint.health.group.db-pool.show-components=always")) {
			assertThat(HttpAnswer.get(context, PATH).json("components")).containsOnlyKeys("ping");
		}
	}

	@Test
	void isNoPartOfTheProbes() throws SQLException {
		try (ConfigurableApplicationContext context = start(this.database.properties(),
				"management.endpoint.health.probes.enabled=true", "management.health.db.enabled=false")) {
			Borrowed.from(context.getBean(DataSource.class)).close();
			assertThat(HttpAnswer.get(context, "/actuator/health").json()).containsEntry("status", "UP");
			context.getBean(DataSource.class).unwrap(HikariDataSource.class).close();
			assertThat(HttpAnswer.get(context, "/actuator/health").json()).containsEntry("status", "OUT_OF_SERVICE");
			for (String probe : List.of("liveness", "readiness")) {
				assertThat(HttpAnswer.get(context, "/actuator/health/" + probe).json()).containsEntry("status", "UP");
			}
		}
	}

	private static ConfigurableApplicationContext start(String[] properties, String... more) {
		return TestApplication
			.startWeb(TestDatabase.with(properties, TestDatabase.with(more, TestApplication.WITHOUT_JPA)));
	}

	private static Map<String, Object> details(ConfigurableApplicationContext context) {
		return details(HttpAnswer.get(context, PATH));
	}

	private static Map<String, Object> details(HttpAnswer answer) {
		return answer.json("components", "dbPool", "details");
	}

	/**
	 * How often Hikari has lent a connection.
	 */
	private static long borrowed(ConfigurableApplicationContext context) {
		return context.getBean(MeterRegistry.class).get("hikaricp.connections.acquire").timer().count();
	}

}
