package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import dev.dbpool.Load;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The runtime behind a transaction pooler that does not track prepared statements.
 */
class TransactionPoolerIT {

	private static final int THREADS = 8;

	private static final int TRANSACTIONS = 200;

	private static Pooler pooler;

	private final TestDatabase database = TestDatabase.create();

	@BeforeAll
	static void startPooler() throws SQLException {
		pooler = PgFixture.get().startPoolerWithoutTracking(PoolerOptions.transactionMode(2));
	}

	@AfterAll
	static void stopPooler() {
		pooler.close();
	}

	@BeforeEach
	void createTable() throws SQLException {
		try (Connection connection = this.database.connect(); Statement statement = connection.createStatement()) {
			statement.execute("create table note (id int primary key, text text)");
		}
	}

	@Test
	void eightThreadsShareTwoServerConnections() throws SQLException {
		String[] properties = TestDatabase.with(this.database.properties(pooler), "db-pool.timeout=60");
		try (ConfigurableApplicationContext context = TestApplication.start(TestApplication.class, properties)) {
			assertThat(runTransactions(context)).isEmpty();
			assertThat(new JdbcTemplate(context.getBean(DataSource.class)).queryForList("select id from note",
					Integer.class))
				.hasSize(THREADS * TRANSACTIONS);
			assertThat(this.database.sessions()).hasSizeBetween(1, 2).allMatch((session) -> session.belongsTo(pooler));
		}
	}

	/**
	 * Proves that the test above bites.
	 */
	@Test
	void withoutTheStarterTheSameFails() {
		try (ConfigurableApplicationContext context = TestApplication.start(TestApplication.class,
				"db-pool.enabled=false", TestApplication.WITHOUT_JPA, "logging.level.root=off",
				"spring.datasource.url=" + pooler.address().jdbcUrl(this.database.name()),
				"spring.datasource.username=" + Credentials.APPLICATION.username(),
				"spring.datasource.password=" + Credentials.APPLICATION.password())) {
			assertThat(runTransactions(context)).extracting(Load::sqlState).containsAnyOf("42P05", "26000");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "db-pool.size=1", "spring.datasource.hikari.data-source-properties.prepareThreshold=5",
			"spring.datasource.url.parameter=prepareThreshold=5", "db-pool.pooler.url.parameter=prepareThreshold=5" })
	void preparedStatementsAreOffWhateverElseIsSet(String setting) throws SQLException {
		assertThat(effectiveThreshold(withParameter(this.database.properties(pooler), setting))).isZero();
	}

	@Test
	void preparedStatementsStayOnForAPoolerThatTracksThem() throws SQLException {
		assertThat(effectiveThreshold(
				TestDatabase.with(this.database.properties(pooler), "db-pool.pooler.prepared-statements=true")))
			.isEqualTo(5);
	}

	@Test
	void preparedStatementsStayOnWithoutAPooler() throws SQLException {
		assertThat(effectiveThreshold(this.database.properties())).isEqualTo(5);
	}

	private static List<Exception> runTransactions(ConfigurableApplicationContext context) {
		JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
		TransactionTemplate transaction = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
		AtomicInteger ids = new AtomicInteger();
		return Load.run(THREADS, TRANSACTIONS, () -> {
			int id = ids.incrementAndGet();
			transaction.executeWithoutResult((status) -> {
				jdbc.update("insert into note values (?, ?)", id, "note " + id);
				assertThat(jdbc.queryForObject("select text from note where id = ?", String.class, id))
					.isEqualTo("note " + id);
			});
		});
	}

	private static int effectiveThreshold(String... properties) throws SQLException {
		try (ConfigurableApplicationContext context = TestApplication.start(TestApplication.class,
				TestDatabase.with(properties, TestApplication.WITHOUT_JPA));
				Connection connection = context.getBean(DataSource.class).getConnection()) {
			return connection.unwrap(PGConnection.class).getPrepareThreshold();
		}
	}

	/**
	 * Writes {@code property.parameter=text} into the URL that is the property.
	 */
	private static String[] withParameter(String[] properties, String setting) {
		String[] parts = setting.split("\\.parameter=");
		if (parts.length == 1) {
			return TestDatabase.with(properties, setting);
		}
		String[] changed = properties.clone();
		for (int i = 0; i < changed.length; i++) {
			changed[i] += changed[i].startsWith(parts[0] + "=") ? "&" + parts[1] : "";
		}
		return changed;
	}

}
