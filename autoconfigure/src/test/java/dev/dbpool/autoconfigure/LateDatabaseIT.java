package dev.dbpool.autoconfigure;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.Borrowed;
import dev.dbpool.HttpAnswer;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.Waiting;
import dev.dbpool.test.Address;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import dev.dbpool.test.Relay;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A database that does not answer while the application starts, and later does.
 */
@ExtendWith(OutputCaptureExtension.class)
class LateDatabaseIT {

	private final TestDatabase database = TestDatabase.create();

	private final Relay relay = Relay.to(this.database.fixture().postgres());

	@AfterEach
	void closeTheRelay() {
		this.relay.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void defaultsAreHeldBackUntilTheDatabaseAnswers(boolean silent, CapturedOutput output) throws SQLException {
		this.relay.silenceNew(silent);
		this.relay.refuseNew(!silent);
		try (ConfigurableApplicationContext late = start(this.relay.address())) {
			assertThat(pool(late).getMaximumPoolSize()).isEqualTo(16);
			assertThat(pool(late).getMinimumIdle()).isEqualTo(10);
			assertThat(health(late)).containsEntry("budget", "unchecked").doesNotContainKey("problem");
			assertThat(HttpAnswer.get(late, "/actuator/dbpool").json("pool")).containsEntry("budget", "unchecked");
			assertThat(output).contains("Could not read the limits of the database",
					"max_connections is not known yet, so a pool of default size has at most 16, as if it were 20");
			answer();
			awaitChecked(late);
			assertThat(HttpAnswer.get(late, "/actuator/dbpool").json("pool")).containsEntry("budget", "checked")
				.containsEntry("problem", null);
			assertThat(output).contains("db-pool: the database has answered: size 10, max-overflow 10; budget "
					+ "max_connections 200 (from the server)");
		}
	}

	@ParameterizedTest
	@CsvSource({ "1,16", "4,4", "10,1", "100,1" })
	void thePoolIsThenWhatItIsAfterAQuickStart(int workers, int cautious) throws SQLException {
		this.relay.refuseNew(true);
		String[] settings = { "db-pool.budget.workers=" + workers };
		try (ConfigurableApplicationContext late = start(this.relay.address(), settings);
				ConfigurableApplicationContext quick = start(this.database.fixture().postgres(), settings)) {
			assertThat(pool(late).getMaximumPoolSize()).isEqualTo(cautious);
			answer();
			awaitChecked(late);
			assertThat(sizes(late)).isEqualTo(sizes(quick));
			assertThat(health(late)).isEqualTo(health(quick));
			assertThat(HttpAnswer.get(late, "/actuator/dbpool").json("budget"))
				.isEqualTo(HttpAnswer.get(quick, "/actuator/dbpool").json("budget"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "fail", "warn" })
	void sizesThatAreSetStay(String onExceeded, CapturedOutput output) throws SQLException {
		this.relay.refuseNew(true);
		try (ConfigurableApplicationContext late = start(this.relay.address(), "db-pool.size=1",
				"db-pool.max-overflow=199", "db-pool.budget.on-exceeded=" + onExceeded)) {
			assertThat(pool(late).getMaximumPoolSize()).isEqualTo(200);
			assertThat(health(late)).containsEntry("budget", "unchecked");
			answer();
			awaitChecked(late);
			Borrowed.from(late.getBean(DataSource.class)).close();
			assertThat(pool(late).getMaximumPoolSize()).isEqualTo(200);
			assertThat(pool(late).getMinimumIdle()).isEqualTo(1);
			String problem = "The pools of all processes together need more connections than there are. "
					+ "database: 1 x 200 = 200 > 160.";
			assertThat((String) health(late).get("problem")).startsWith(problem);
			assertThat((String) HttpAnswer.get(late, "/actuator/dbpool").json("pool").get("problem"))
				.startsWith(problem);
			assertThat(HttpAnswer.get(late, "/actuator/dbpool").json("budget")).containsEntry("fits", false);
			assertThat(output.toString().lines()).filteredOn((line) -> line.contains(problem))
				.singleElement()
				.asString()
				.contains("ERROR", "db-pool: the database has answered: ");
			assertThat(HttpAnswer.get(late, "/actuator/health/db-pool").json()).containsEntry("status", "UP");
		}
	}

	@Test
	void aSmallerPoolClosesTheConnectionsThatAreTooMany() throws SQLException {
		this.relay.refuseNew(true);
		// A pooler that keeps no connection to the server longer than its client does.
		PoolerOptions options = PoolerOptions.sessionMode(20).with("server_lifetime", "0");
		Credentials limited = new Credentials("limited_" + this.database.name(), "l");
		this.database.fixture().execute("create role " + limited.username() + " login password 'l' in role app");
		try (Pooler pooler = this.database.fixture().startPooler(options);
				ConfigurableApplicationContext late = start(this.relay.address(), "db-pool.pooler.mode=session",
						"db-pool.pooler.url=" + pooler.address().uri(limited, this.database.name())
								+ "?application_name=runtime")) {
			DataSource dataSource = late.getBean(DataSource.class);
			List<Borrowed> borrowed = new ArrayList<>();
			for (int i = 0; i < 16; i++) {
				borrowed.add(Borrowed.from(dataSource));
				// A pooler takes a connection to the server for the first statement.
				borrowed.get(i).statement().execute("select 1");
			}
			assertThat(runtimeSessions()).isEqualTo(16);
			while (borrowed.size() > 5) {
				borrowed.remove(0).close();
			}
			this.database.fixture().execute("alter role " + limited.username() + " connection limit 6");
			answer();
			awaitChecked(late);
			assertThat(pool(late).getMaximumPoolSize()).isEqualTo(6);
			Waiting.await().until(() -> runtimeSessions() <= 6);
			for (Borrowed connection : borrowed) {
				assertThat(connection.statement().execute("select 1")).isTrue();
				connection.close();
			}
			Borrowed.from(dataSource).close();
		}
	}

	@Test
	void aPoolerThatIsFoundTooLateIsAProblem(CapturedOutput output) {
		try (Pooler pooler = this.database.fixture().startPooler(PoolerOptions.transactionMode(5));
				Relay late = Relay.to(pooler.address())) {
			late.refuseNew(true);
			try (ConfigurableApplicationContext context = start(late.address())) {
				late.refuseNew(false);
				awaitChecked(context);
				String problem = "spring.datasource.url is a pooler, which the probe could not find out in time. Start "
						+ "again, so that the runtime is made safe for it.";
				assertThat(health(context)).containsEntry("problem", problem).containsEntry("via", "direct");
				assertThat(output).contains("ERROR", "db-pool: the database has answered: " + problem);
			}
		}
	}

	@Test
	void poolsOfOneServerWaitTogether() throws SQLException {
		this.relay.refuseNew(true);
		try (ConfigurableApplicationContext late = start(this.relay.address(),
				"reporting.url=" + this.relay.address().jdbcUrl(this.database.name()),
				"db-pool.data-sources.reporting.enabled=true")) {
			HikariDataSource reporting = late.getBean("reporting", DataSource.class).unwrap(HikariDataSource.class);
			assertThat(List.of(pool(late).getMaximumPoolSize(), reporting.getMaximumPoolSize())).containsExactly(8, 8);
			answer();
			Waiting.await()
				.untilAsserted(
						() -> assertThat(List.of(pool(late).getMaximumPoolSize(), reporting.getMaximumPoolSize()))
							.containsExactly(20, 20));
			Waiting.await()
				.until(() -> late.getBean(ManagedPools.class)
					.views(null, List.of())
					.stream()
					.allMatch((view) -> view.budget().checked()));
		}
	}

	@Test
	void nothingIsAskedOnceTheApplicationIsClosed() {
		this.relay.silenceNew(true);
		start(this.relay.address()).close();
		Waiting.await()
			.until(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.noneMatch((thread) -> thread.getName().equals("db-pool-late-answers")));
	}

	private void answer() {
		this.relay.refuseNew(false);
		this.relay.thaw();
	}

	private ConfigurableApplicationContext start(Address address, String... settings) {
		return TestApplication.builder(WebApplicationType.SERVLET, Reporting.class)
			.properties(TestApplication.WITHOUT_JPA)
			.properties("spring.datasource.url=" + address.uri(Credentials.APPLICATION, this.database.name()),
					"db-pool.probe-timeout=500ms", "management.endpoints.web.exposure.include=health,dbpool",
					"management.health.db.enabled=false")
			.properties(settings)
			.run();
	}

	private long runtimeSessions() {
		return this.database.sessions()
			.stream()
			.filter((session) -> session.applicationName().equals("runtime"))
			.count();
	}

	private static void awaitChecked(ConfigurableApplicationContext context) {
		Waiting.await().untilAsserted(() -> assertThat(health(context)).containsEntry("budget", "checked"));
	}

	private static Map<String, Object> health(ConfigurableApplicationContext context) {
		return HttpAnswer.get(context, "/actuator/health/db-pool").json("components", "dbPool", "details");
	}

	private static List<Object> sizes(ConfigurableApplicationContext context) throws SQLException {
		HikariDataSource pool = pool(context);
		return List.of(pool.getMaximumPoolSize(), pool.getMinimumIdle(), pool.getIdleTimeout(), pool.getMaxLifetime(),
				pool.getConnectionTimeout());
	}

	private static HikariDataSource pool(ConfigurableApplicationContext context) throws SQLException {
		return context.getBean("dataSource", DataSource.class).unwrap(HikariDataSource.class);
	}

	static class Reporting {

		@Bean(defaultCandidate = false)
		HikariDataSource reporting(Environment environment) {
			HikariDataSource dataSource = new HikariDataSource();
			dataSource.setJdbcUrl(environment.getProperty("reporting.url", "jdbc:postgresql://127.0.0.1:1/none"));
			dataSource.setUsername(Credentials.APPLICATION.username());
			dataSource.setPassword(Credentials.APPLICATION.password());
			return dataSource;
		}

	}

}
