package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariCredentialsProvider;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import dev.dbpool.DirectDataSource;
import dev.dbpool.Load;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.Waiting;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A provider bean that gets a login for each connection, which the server refuses soon
 * after. A role has one password, so a service that issues passwords creates a role for
 * each of them, as HashiCorp Vault does.
 */
class ShortLivedPasswordsIT {

	private static final String NAME = "short-lived";

	private static final int ROTATIONS = 2;

	private static Pooler pooler;

	private final TestDatabase database = TestDatabase.create();

	private final PasswordService passwords = new PasswordService(this.database);

	@BeforeAll
	static void startPooler() {
		pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(3));
	}

	@AfterAll
	static void stopPooler() {
		pooler.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void noRequestFailsWhilePasswordsExpire(boolean throughPooler) throws Exception {
		try (ConfigurableApplicationContext context = start(throughPooler)) {
			JdbcTemplate runtime = context.getBean(JdbcTemplate.class);
			assertThat(runtime.queryForObject("select login from seen", String.class))
				.isIn(this.passwords.issued().keySet());
			AtomicInteger requests = new AtomicInteger();
			AtomicBoolean done = new AtomicBoolean();
			CompletableFuture<List<Exception>> load = CompletableFuture.supplyAsync(() -> Load.run(4, 1, () -> {
				while (!done.get()) {
					runtime.queryForObject("select count(*) from seen", Long.class);
					requests.incrementAndGet();
				}
			}));
			try {
				for (int i = 0; i < ROTATIONS; i++) {
					rotate(context, throughPooler);
					int before = requests.get();
					Waiting.await().untilAsserted(() -> assertThat(requests).hasValueGreaterThan(before + 20));
				}
			}
			finally {
				done.set(true);
			}
			assertThat(load.get()).isEmpty();
			assertOneLoginForEachConnection();
		}
	}

	/**
	 * Replaces each connection of the pool by one with a login of its own, and then lets
	 * the logins of the others expire.
	 */
	private void rotate(ConfigurableApplicationContext context, boolean throughPooler) throws SQLException {
		Map<String, String> old = this.passwords.issued();
		HikariDataSource pool = context.getBean(DataSource.class).unwrap(HikariDataSource.class);
		Waiting.await().untilAsserted(() -> {
			// Again, because the pool may be about to open one with an old login.
			pool.getHikariPoolMXBean().softEvictConnections();
			assertThat(poolUsers(throughPooler)).isNotEmpty().doesNotContainAnyElementsOf(old.keySet());
		});
		this.passwords.expire(old.keySet());
		Map.Entry<String, String> expired = old.entrySet().iterator().next();
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> this.database.fixture()
				.connect(this.database.name(), new dev.dbpool.test.Credentials(expired.getKey(), expired.getValue())))
			.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("28P01"));
		assertThat(new JdbcTemplate(context.getBean(Work.class).direct()).queryForObject("select session_user",
				String.class))
			.isNotIn(old.keySet());
		assertThat(context.getBean(Flyway.class).validateWithResult().validationSuccessful).isTrue();
	}

	/**
	 * Behind the pooler, which keeps its own sessions, those that log in to it.
	 */
	private List<String> poolUsers(boolean throughPooler) throws SQLException {
		return throughPooler ? pooler.show("CLIENTS")
			.stream()
			.filter((client) -> client.get("database").equals(this.database.name()))
			.map((client) -> client.get("user"))
			.toList() : sessions();
	}

	private void assertOneLoginForEachConnection() throws SQLException {
		assertThat(sessions()).isNotEmpty().doesNotHaveDuplicates().isSubsetOf(this.passwords.issued().keySet());
	}

	/**
	 * Without that of the pooler, which looks passwords up.
	 */
	private List<String> sessions() throws SQLException {
		List<String> users = new ArrayList<>();
		try (Connection connection = this.database.fixture().connect("postgres", dev.dbpool.test.Credentials.SUPERUSER);
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select usename from pg_stat_activity where datname = '"
						+ this.database.name() + "' and application_name = '" + NAME + "' and usename <> '"
						+ dev.dbpool.test.Credentials.SUPERUSER.username() + "'")) {
			while (rows.next()) {
				users.add(rows.getString(1));
			}
		}
		return users;
	}

	private ConfigurableApplicationContext start(boolean throughPooler) {
		return TestApplication.builder(WebApplicationType.NONE, RecipeConfiguration.class)
			.initializers((context) -> ((GenericApplicationContext) context).registerBean(PasswordService.class,
					() -> this.passwords))
			.run("--" + TestApplication.WITHOUT_JPA, "--spring.application.name=" + NAME,
					"--spring.flyway.enabled=true", "--db-pool.size=3", "--db-pool.max-overflow=0",
					"--spring.datasource.url=" + this.database.fixture().postgres().jdbcUrl(this.database.name()),
					"--db-pool.pooler.url=" + (throughPooler ? pooler.address().jdbcUrl(this.database.name()) : ""));
	}

	@Configuration(proxyBeanMethods = false)
	static class RecipeConfiguration {

		@Bean
		HikariCredentialsProvider databaseLogin(PasswordService passwords) {
			return () -> {
				PasswordService.Login login = passwords.issue();
				return Credentials.of(login.username(), login.password());
			};
		}

		@Bean
		Work work(@DirectDataSource DataSource direct) {
			return new Work(direct);
		}

	}

	record Work(DataSource direct) {

	}

	/**
	 * Issues passwords that the server checks.
	 */
	static final class PasswordService {

		private final Map<String, String> issued = new ConcurrentHashMap<>();

		private final AtomicInteger users = new AtomicInteger();

		private final TestDatabase database;

		PasswordService(TestDatabase database) {
			this.database = database;
		}

		Login issue() {
			String username = "token_%s_%d".formatted(this.database.name(), this.users.incrementAndGet());
			String password = UUID.randomUUID().toString();
			this.database.fixture()
				.execute("create role %s login password '%s' valid until '%s' in role app; alter role %s set role = app"
					.formatted(username, password, OffsetDateTime.now().plusMinutes(1), username));
			this.issued.put(username, password);
			return new Login(username, password);
		}

		Map<String, String> issued() {
			return Map.copyOf(this.issued);
		}

		void expire(Iterable<String> usernames) {
			for (String username : usernames) {
				this.database.fixture().execute("alter role " + username + " valid until '2000-01-01'");
			}
		}

		record Login(String username, String password) {

		}

	}

}
