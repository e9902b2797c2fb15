package dev.dbpool.actuate;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import dev.dbpool.Borrowed;
import dev.dbpool.HttpAnswer;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.test.Address;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The report as an operator reads it.
 */
class ReportIT {

	private static final String EXPOSED = "management.endpoints.web.exposure.include=dbpool";

	private static final String PATH = "/actuator/dbpool";

	private final TestDatabase database = TestDatabase.create();

	@Test
	void isNotExposedByDefault() {
		try (ConfigurableApplicationContext context = TestApplication
			.startWeb(TestDatabase.with(this.database.properties(), TestApplication.WITHOUT_JPA))) {
			assertThat(HttpAnswer.get(context, PATH).status()).isEqualTo(404);
			assertThat(HttpAnswer.get(context, "/actuator/health/db-pool").status()).isEqualTo(200);
		}
	}

	@Test
	void showsCountsPlanAndDecisionsButNoCredentials() throws SQLException {
		Credentials credentials = new Credentials("re+porter@home", "pass/w:rd @%?#&=+");
		PgFixture fixture = this.database.fixture();
		fixture.execute("create role \"%s\" login password '%s' in role app".formatted(credentials.username(),
				credentials.password()));
		Address direct = fixture.postgres();
		try (Pooler pooler = fixture.startPooler(PoolerOptions.transactionMode(2));
				ConfigurableApplicationContext context = TestApplication.startWeb(EXPOSED, "db-pool.size=2",
						"db-pool.max-overflow=1", "spring.flyway.enabled=true", "spring.flyway.init-sqls=set role app",
						"spring.datasource.url=" + direct.uri(credentials, this.database.name())
								+ "?sslpassword=h1dden",
						"db-pool.pooler.url=" + pooler.address().jdbcUrl(this.database.name()) + "?user="
								+ encode(credentials.username()) + "&password=" + encode(credentials.password()));
				Borrowed borrowed = Borrowed.from(context.getBean(DataSource.class));
				Connection idle = context.getBean(DataSource.class).getConnection()) {
			assertThat(borrowed.connection()).isNotSameAs(idle);
			HttpAnswer answer = HttpAnswer.get(context, PATH);
			assertThat(answer.status()).isEqualTo(200);
			assertThat(answer.json()).containsOnlyKeys("pool", "leases", "plan", "budget", "observe", "dataSources")
				.containsEntry("observe", null)
				.containsEntry("dataSources", Map.of());
			assertThat(answer.json("pool"))
				.containsOnlyKeys("state", "size", "maxOverflow", "maximum", "total", "checkedOut", "checkedIn",
						"overflow", "waiting", "invalid", "timeouts", "poolerQueued", "budget", "problem")
				.containsEntry("state", "ok")
				.containsEntry("budget", "checked")
				.containsEntry("problem", null)
				.containsEntry("size", 2)
				.containsEntry("maximum", 3)
				.containsEntry("checkedOut", 1)
				.containsEntry("waiting", 0);
			String runtimeUrl = pooler.address().jdbcUrl(this.database.name()) + "?prepareThreshold=0";
			String directUrl = direct.jdbcUrl(this.database.name()) + "?sslpassword=******";
			assertThat(answer.json("plan")).containsEntry("via", "transaction-pooler")
				.containsEntry("runtime", runtimeUrl)
				.containsEntry("migration", directUrl)
				.containsEntry("preparedStatements", "off");
			assertThat(list(answer, "uses")).containsExactlyInAnyOrder(
					use("application", runtimeUrl, "db-pool.pooler.url"),
					use("flyway", directUrl, "spring.datasource.url"),
					use("@DirectDataSource", directUrl, "spring.datasource.url"));
			assertThat(list(answer, "decisions"))
				.anySatisfy((decision) -> assertThat(decision).containsEntry("name", "size")
					.containsEntry("value", "2")
					.containsEntry("source", "property")
					.containsEntry("property", "db-pool.size"))
				.anySatisfy((decision) -> assertThat(decision).containsEntry("name", "prepared-statements")
					.containsEntry("value", "off")
					.containsEntry("source", "default"));
			assertThat(answer.body()).doesNotContain(credentials.username(), encode(credentials.username()), "porter",
					credentials.password(), encode(credentials.password()), "w:rd", "w%3Ard", "user=", "?password=",
					"&password=", "h1dden");
		}
	}

	/**
	 * Nothing borrows, so nothing connects to the provider's host.
	 */
	@Test
	void saysWhatWasDetected() {
		try (ConfigurableApplicationContext context = TestApplication
			.startWeb(TestDatabase.with(this.database.properties(), EXPOSED, TestApplication.WITHOUT_JPA,
					"db-pool.pooler.url=postgres://u:p@x.pooler.supabase.com:5432/" + this.database.name()))) {
			HttpAnswer answer = HttpAnswer.get(context, PATH);
			assertThat(answer.json("plan")).containsEntry("via", "session-pooler")
				.containsEntry("preparedStatements", "on");
			assertThat(list(answer, "decisions"))
				.anySatisfy((decision) -> assertThat(decision).containsEntry("name", "via")
					.containsEntry("value", "session-pooler")
					.containsEntry("source", "detected"));
		}
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> list(HttpAnswer answer, String name) {
		return (List<Map<String, Object>>) answer.json("plan").get(name);
	}

	private static Map<String, Object> use(String user, String url, String origin) {
		return Map.of("user", user, "url", url, "origin", origin);
	}

	private static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

}
