package dev.dbpool.autoconfigure;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.TestDatabase;
import dev.dbpool.sizing.BudgetExceededException;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Several pools on one server, which has 200 connections.
 */
@ExtendWith(OutputCaptureExtension.class)
class SeveralPoolsIT {

	private final TestDatabase database = TestDatabase.create();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DbPoolAutoConfiguration.class, DataSourceAutoConfiguration.class,
				DbPoolMonitorAutoConfiguration.class))
		.withUserConfiguration(Reporting.class)
		.withPropertyValues("spring.datasource.url=" + url("localhost", Credentials.APPLICATION),
				"reporting.url=" + url("127.0.0.1", Credentials.APPLICATION),
				"db-pool.data-sources.reporting.enabled=true", "spring.flyway.enabled=false",
				"spring.liquibase.enabled=false");

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-", textBlock = """
			30 | -                                     | -                                               | 12 | 12
			60 | -                                     | -                                               | 20 | 20
			30 | db-pool.size=15                       | db-pool.max-overflow=0                          | 15 | 9
			30 | db-pool.data-sources.reporting.size=1 | db-pool.data-sources.reporting.max-overflow=1   | 20 | 2
			30 | spring.datasource.hikari.maximum-pool-size=20 | -                                       | 20 | 4
			5  | -                                     | -                                               | 1  | 1
			""")
	void defaultsDivideWhatIsLeft(int maxConnections, String first, String second, int main, int reporting) {
		this.contextRunner.withPropertyValues("db-pool.budget.max-connections=" + maxConnections)
			.withPropertyValues((first != null) ? new String[] { first } : new String[0])
			.withPropertyValues((second != null) ? new String[] { second } : new String[0])
			.run((context) -> assertThat(maximums(context)).containsExactly(main, reporting));
	}

	@Test
	void eachProcessHasBothPools(CapturedOutput output) {
		this.contextRunner.withPropertyValues("db-pool.budget.workers=8")
			.run((context) -> assertThat(maximums(context)).containsExactly(10, 10));
		assertThat(output).contains("db-pool.data-sources.reporting: budget max_connections 200 (from the server) - "
				+ "40 reserved (db-pool.budget.reserved 20%) = 160, 80 for other pools of the application: 80 available; "
				+ "(1 replica + 0 surge) x 8 workers = 8 processes: 8 x 10 = 80 <= 80",
				"db-pool: with 'reporting' on the same server: size 10, max-overflow 0; budget");
	}

	@Test
	void sizesThatAreSetAndDoNotFitTogetherStopTheStartUp() {
		this.contextRunner
			.withPropertyValues("db-pool.budget.max-connections=30", "db-pool.size=15", "db-pool.max-overflow=0",
					"db-pool.data-sources.reporting.size=10", "db-pool.data-sources.reporting.max-overflow=5")
			.run((context) -> assertThat(context).getFailure()
				.extracting(NestedExceptionUtils::getMostSpecificCause, as(InstanceOfAssertFactories.THROWABLE))
				.isInstanceOf(BudgetExceededException.class)
				.hasMessage("The pools of all processes together need more connections than there are. database: "
						+ "1 x 15 = 15 > 9. max_connections 30 (db-pool.budget.max-connections) - 6 reserved "
						+ "(db-pool.budget.reserved 20%) = 24, 15 for other pools of the application: 9 available; "
						+ "(1 replica + 0 surge) x 1 worker = 1 process; size 10 + max-overflow 5 = 15 per process. "
						+ "Either let each process have at most 9 (for example db-pool.data-sources.reporting.size=9 "
						+ "and db-pool.data-sources.reporting.max-overflow=0), or raise max_connections to 38, or make "
						+ "other pools of the application smaller, or put a transaction pooler in front of the database "
						+ "and set db-pool.data-sources.reporting.pooler.url. db-pool.budget.on-exceeded=warn or shrink "
						+ "starts anyway."));
	}

	@ParameterizedTest
	@CsvSource({ "warn,15,15", "shrink,12,12" })
	void orStartAnyway(String onExceeded, int main, int reporting) {
		this.contextRunner
			.withPropertyValues("db-pool.budget.max-connections=30", "db-pool.budget.on-exceeded=" + onExceeded,
					"db-pool.size=15", "db-pool.max-overflow=0", "db-pool.data-sources.reporting.size=10",
					"db-pool.data-sources.reporting.max-overflow=5")
			.run((context) -> assertThat(maximums(context)).containsExactly(main, reporting));
	}

	@Test
	void theLimitOfARoleIsForItsOwnPools() {
		Credentials limited = new Credentials("limited_" + this.database.name(), "l");
		this.database.fixture()
			.execute("create role " + limited.username() + " login password 'l' connection limit 12 in role app");
		ApplicationContextRunner runner = this.contextRunner
			.withPropertyValues("reporting.url=" + url("127.0.0.1", limited));
		runner.run((context) -> assertThat(maximums(context)).containsExactly(20, 12));
		runner.withPropertyValues("spring.datasource.url=" + url("127.0.0.1", limited))
			.run((context) -> assertThat(maximums(context)).containsExactly(6, 6));
	}

	@Test
	void theLimitOfADatabaseIsForItsOwnPools() {
		this.database.fixture().execute("alter database " + this.database.name() + " connection limit 12");
		this.contextRunner.run((context) -> assertThat(maximums(context)).containsExactly(6, 6));
		TestDatabase other = TestDatabase.create();
		this.contextRunner
			.withPropertyValues(
					"reporting.url=" + other.fixture().postgres().uri(Credentials.APPLICATION, other.name()))
			.run((context) -> assertThat(maximums(context)).containsExactly(12, 20));
	}

	@Test
	void clientsOfOnePoolerAreDividedAndItsConnectionsCountOnce() {
		try (Pooler pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(20))) {
			String url = pooler.address().uri(Credentials.APPLICATION, this.database.name());
			ApplicationContextRunner both = this.contextRunner.withPropertyValues("db-pool.pooler.url=" + url,
					"db-pool.data-sources.reporting.pooler.url=" + url, "db-pool.pooler.pool-size=20",
					"db-pool.data-sources.reporting.pooler.pool-size=20");
			both.withPropertyValues("db-pool.budget.max-connections=30")
				.run((context) -> assertThat(maximums(context)).containsExactly(20, 20));
			both.withPropertyValues("db-pool.pooler.max-client-connections=10",
					"db-pool.data-sources.reporting.pooler.max-client-connections=10")
				.run((context) -> assertThat(maximums(context)).containsExactly(5, 5));
		}
	}

	@Test
	void whatATransactionPoolerOpensIsNotLeftForOtherPools() {
		try (Pooler pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(20))) {
			this.contextRunner
				.withPropertyValues(
						"db-pool.pooler.url=" + pooler.address().uri(Credentials.APPLICATION, this.database.name()),
						"db-pool.pooler.pool-size=20", "db-pool.budget.max-connections=30")
				.run((context) -> assertThat(maximums(context)).containsExactly(20, 4));
		}
	}

	@Test
	void migrationsNeedTheirConnectionsToo() {
		ApplicationContextRunner migrating = this.contextRunner.withPropertyValues("spring.flyway.enabled=true");
		try (Pooler pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(20))) {
			migrating
				.withPropertyValues(
						"db-pool.pooler.url=" + pooler.address().uri(Credentials.APPLICATION, this.database.name()),
						"db-pool.pooler.pool-size=20", "db-pool.budget.max-connections=30")
				.run((context) -> assertThat(maximums(context)).containsExactly(20, 2));
		}
		migrating.withPropertyValues("db-pool.size=1", "db-pool.max-overflow=0", "db-pool.budget.max-connections=10")
			.run((context) -> assertThat(maximums(context)).containsExactly(1, 5));
	}

	private String url(String host, Credentials credentials) {
		return this.database.fixture()
			.postgres()
			.uri(credentials, this.database.name())
			.replace("127.0.0.1", host)
			.replace("localhost", host);
	}

	private static List<Integer> maximums(AssertableApplicationContext context) throws SQLException {
		Map<String, DataSource> pools = context.getBeansOfType(DataSource.class);
		return List.of(pools.get("dataSource").unwrap(HikariDataSource.class).getMaximumPoolSize(),
				pools.get("reporting").unwrap(HikariDataSource.class).getMaximumPoolSize());
	}

	@Configuration(proxyBeanMethods = false)
	static class Reporting {

		@Bean(defaultCandidate = false)
		HikariDataSource reporting(Environment environment) {
			HikariDataSource dataSource = new HikariDataSource();
			dataSource.setJdbcUrl(environment.getProperty("reporting.url"));
			return dataSource;
		}

	}

}
