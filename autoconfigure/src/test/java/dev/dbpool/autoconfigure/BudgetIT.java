package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.HttpAnswer;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.sizing.BudgetExceededException;
import dev.dbpool.test.Credentials;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * The budget against a real server: 200 connections, 3 of them for superusers.
 */
@ExtendWith(OutputCaptureExtension.class)
class BudgetIT {

	private static final String EXPOSED = "management.endpoints.web.exposure.include=dbpool";

	private final TestDatabase database = TestDatabase.create();

	@Test
	void readsTheLimitsOfTheServerAsAnOrdinaryRole(CapturedOutput output) throws SQLException {
		try (ConfigurableApplicationContext context = start("db-pool.budget.workers=10",
				"spring.flyway.enabled=true")) {
			assertThat(pool(context).getMaximumPoolSize()).isEqualTo(16);
			assertThat(pool(context).getMinimumIdle()).isEqualTo(10);
		}
		assertThat(output).contains(
				"db-pool: pool size 10 (default), max-overflow 6 (db-pool.budget), recycle 30m (default), "
						+ "timeout 5s (default), release on-close (default)",
				"db-pool: budget max_connections 200 (from the server) - 40 reserved "
						+ "(db-pool.budget.reserved 20%) = 160 available; (1 replica + 0 surge) x 10 workers = 10 processes: "
						+ "10 x 16 = 160 <= 160");
	}

	@ParameterizedTest
	@CsvSource({ "role,12,12", "database,15,15" })
	void readsTheLimitsOfRoleAndDatabase(String kind, int limit, int available) throws SQLException {
		String role = "limited_" + this.database.name();
		this.database.fixture().execute("create role " + role + " login password 'l' in role app");
		this.database.fixture()
			.execute("alter " + kind + " " + (kind.equals("role") ? role : this.database.name()) + " connection limit "
					+ limit);
		String url = this.database.fixture().postgres().uri(new Credentials(role, "l"), this.database.name());
		try (ConfigurableApplicationContext context = TestApplication.start(TestApplication.class,
				"spring.datasource.url=" + url)) {
			assertThat(pool(context).getMaximumPoolSize()).isEqualTo(available);
		}
	}

	@Test
	void refusesWhatDoesNotFitAndShowsTheSum(CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> start("db-pool.size=10", "db-pool.max-overflow=10", "db-pool.budget.workers=9"))
			.withRootCauseInstanceOf(BudgetExceededException.class);
		assertThat(output).contains("APPLICATION FAILED TO START", "Description:%n%n".formatted()
				+ "The pools of all processes together need more connections than there are. database: 9 x 20 = 180 > 160. "
				+ "max_connections 200 (from the server) - 40 reserved (db-pool.budget.reserved 20%) = 160 "
				+ "available; (1 replica + 0 surge) x 9 workers = 9 processes; "
				+ "size 10 + max-overflow 10 = 20 per process.",
				"Action:%n%n".formatted()
						+ "Either let each process have at most 17 (for example db-pool.size=10 and db-pool.max-overflow=7), "
						+ "or raise max_connections to 225, or put a transaction pooler in front of the database and set "
						+ "db-pool.pooler.url. db-pool.budget.on-exceeded=warn or shrink starts anyway.");
	}

	@Test
	void shrinksWhatHikariWasToldOnlyWhereTheUserSaysSo() throws SQLException {
		String maximum = "spring.datasource.hikari.maximum-pool-size=180";
		assertThatException().isThrownBy(() -> start(maximum)).withRootCauseInstanceOf(BudgetExceededException.class);
		try (ConfigurableApplicationContext context = start(maximum, "spring.datasource.hikari.minimum-idle=0",
				"db-pool.budget.on-exceeded=shrink")) {
			assertThat(pool(context).getMaximumPoolSize()).isEqualTo(160);
			assertThat(pool(context).getMinimumIdle()).isZero();
		}
	}

	@Test
	void anUnreachableDatabaseIsAWarning(CapturedOutput output) {
		assertThatException().isThrownBy(() -> TestApplication.start(TestApplication.class,
				"spring.datasource.url=postgres://app:hidden@127.0.0.1:1/app", "db-pool.timeout=1s"));
		assertThat(output)
			.containsOnlyOnce("Could not read the limits of the database, so they do not count in the size of the pool")
			.contains("not checked: database (max_connections is unknown)")
			.doesNotContain("hidden");
	}

	@Test
	void asksNothingWhereItShallNot(CapturedOutput output) {
		assertThatException().isThrownBy(() -> TestApplication.start(TestApplication.class,
				"spring.datasource.url=postgres://app:hidden@127.0.0.1:1/app", "db-pool.timeout=1s",
				"db-pool.budget.detect=false", "db-pool.probe=false"));
		assertThat(output).doesNotContain("Could not read the limits", "Could not ask");
	}

	@Test
	void reportsTheArithmeticAndAnswersWhatIf() {
		try (ConfigurableApplicationContext context = startWeb("db-pool.size=4", "db-pool.max-overflow=2")) {
			Map<String, Object> budget = HttpAnswer.get(context, "/actuator/dbpool").json("budget");
			assertThat(budget).containsEntry("maxConnections", 200)
				.containsEntry("reserved", 40)
				.containsEntry("available", 160)
				.containsEntry("processes", 1)
				.containsEntry("perProcess", 160)
				.containsEntry("maximum", 6)
				.containsEntry("fits", true)
				.containsEntry("sentence",
						"max_connections 200 (from the server) - 40 reserved (db-pool.budget.reserved 20%) = 160 "
								+ "available; (1 replica + 0 surge) x 1 worker = 1 process: 1 x 6 = 6 <= 160");
			assertThat(HttpAnswer.get(context, "/actuator/dbpool/budget").json()).isEqualTo(budget);
			HttpAnswer other = HttpAnswer.get(context,
					"/actuator/dbpool/budget?replicas=6&workers=2&surge=1&size=5&maxOverflow=7");
			assertThat(other.status()).isEqualTo(200);
			assertThat(other.json()).containsEntry("processes", 14)
				.containsEntry("perProcess", 11)
				.containsEntry("maximum", 12)
				.containsEntry("fits", false)
				.containsEntry("sums", List.of(Map.of("name", "database", "needed", 168, "limit", 160, "fits", false,
						"sum", "14 x 12 = 168 > 160")));
			assertThat(HttpAnswer.get(context, "/actuator/dbpool").json("budget")).isEqualTo(budget);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			workers=0       | db-pool.budget.workers is '0', but must be at least 1.
			replicas=-1     | db-pool.budget.replicas is '-1', but must be at least 1.
			replicas=many   | replicas is 'many', which is not a whole number.
			surge=half      | surge is 'half', which is neither a number nor a percentage of 0 or more.
			size=0          | db-pool.size is '0', but a pool needs at least one connection.
			maxOverflow=-1  | db-pool.max-overflow is '-1', but a pool cannot overflow by a negative number.
			size=2147483648 | size is '2147483648', which is not a whole number.
			""")
	void answersAnInvalidArgumentWithTheReason(String argument, String reason) {
		try (ConfigurableApplicationContext context = startWeb()) {
			HttpAnswer answer = HttpAnswer.get(context, "/actuator/dbpool/budget?" + argument);
			assertThat(answer.status()).isEqualTo(400);
			assertThat(answer.json()).isEqualTo(Map.of("error", reason));
			assertThat(HttpAnswer.get(context, "/actuator/dbpool/other").status()).isEqualTo(404);
		}
	}

	@Test
	void seesOthersAtTheTable(CapturedOutput output) throws SQLException {
		String role = "cron_" + this.database.name();
		this.database.fixture().execute("create role " + role + " login password 'c'");
		Credentials cron = new Credentials(role, "c");
		String url = this.database.fixture().postgres().jdbcUrl(this.database.name())
				+ "?ApplicationName=nightly%0Ajob&user=" + cron.username() + "&password=" + cron.password();
		try (Connection first = DriverManager.getConnection(url);
				Connection second = DriverManager.getConnection(url);
				ConfigurableApplicationContext context = startWeb("db-pool.budget.reserved=0", "db-pool.size=190",
						"db-pool.max-overflow=6", "spring.datasource.hikari.minimum-idle=1",
						"spring.datasource.hikari.maximum-pool-size=196")) {
			assertThat(first.isValid(1) && second.isValid(1)).isTrue();
			assertThat(output)
				.containsPattern("Others hold \\d+ connections \\(.*'nightly(\\?|\\\\x0a)job' as " + role + ": 2")
				.contains(
						"Together with the 196 that the processes of this application may need, this is more than the 197");
			HttpAnswer answer = HttpAnswer.get(context, "/actuator/dbpool/connections");
			assertThat(answer.status()).isEqualTo(200);
			assertThat((List<?>) answer.json().get("clients")).anySatisfy((client) -> assertThat(client)
				.asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
				.containsEntry("role", role)
				.containsEntry("connections", 2)
				.containsEntry("own", false));
			assertThat((Integer) answer.json().get("others")).isGreaterThanOrEqualTo(2);
			assertThat((Integer) answer.json().get("own")).isPositive();
		}
	}

	private ConfigurableApplicationContext start(String... settings) {
		return TestApplication.start(TestApplication.class, TestDatabase.with(this.database.properties(), settings));
	}

	private ConfigurableApplicationContext startWeb(String... settings) {
		return TestApplication
			.startWeb(TestDatabase.with(TestDatabase.with(this.database.properties(), settings), EXPOSED));
	}

	private static HikariDataSource pool(ConfigurableApplicationContext context) throws SQLException {
		return context.getBean(DataSource.class).unwrap(HikariDataSource.class);
	}

}
