package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.monitor.PoolMonitor;
import dev.dbpool.monitor.PoolMonitors;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the properties under {@code db-pool.lease} do, and when they are refused.
 */
@ExtendWith(OutputCaptureExtension.class)
class LeaseSettingsIT {

	private final TestDatabase database = TestDatabase.create();

	@ParameterizedTest
	@CsvSource({ "auto,on-close,default", "on-close,on-close,db-pool.lease.release",
			"after-transaction,after-transaction,db-pool.lease.release" })
	void aDirectConnectionIsReleasedOnCloseUnlessToldOtherwise(String release, String effective, String origin,
			CapturedOutput output) throws SQLException {
		try (ConfigurableApplicationContext application = start("db-pool.lease.release=" + release)) {
			assertThat(output).contains("release " + effective + " (" + origin + ")");
			assertThat(leasesAfterAQuery(application, "dataSource")).isEqualTo(effective.equals("on-close") ? 1 : 0);
		}
	}

	@ParameterizedTest
	@CsvSource({ "auto,after-transaction", "on-close,on-close" })
	void behindATransactionPoolerItIsReleasedAfterTheTransaction(String release, String effective,
			CapturedOutput output) throws SQLException {
		try (Pooler pooler = this.database.fixture().startPooler(PoolerOptions.transactionMode(2));
				ConfigurableApplicationContext application = TestApplication.start(TestApplication.class,
						TestDatabase.with(this.database.properties(pooler), TestApplication.WITHOUT_JPA,
								"db-pool.lease.release=" + release))) {
			assertThat(output).contains("release " + effective + " (");
			assertThat(leasesAfterAQuery(application, "dataSource")).isEqualTo(effective.equals("on-close") ? 1 : 0);
		}
	}

	@Test
	void openInViewOnADirectUrlIsOfferedTheShorterLease(CapturedOutput output) {
		String offer = "With db-pool.lease.release=after-transaction it holds one for its transactions only";
		TestApplication.startWeb(this.database.properties()).close();
		assertThat(output.toString().split(offer, -1)).hasSize(2);
		TestApplication
			.startWeb(TestDatabase.with(this.database.properties(), "db-pool.lease.release=after-transaction"))
			.close();
		TestApplication.startWeb(TestDatabase.with(this.database.properties(), "spring.jpa.open-in-view=false"))
			.close();
		TestApplication.start(TestApplication.class, this.database.properties()).close();
		assertThat(output.toString().split(offer, -1)).hasSize(2);
	}

	@Test
	void otherDataSourcesAreLeasedWhereTheUserNamesThem() throws SQLException {
		try (ConfigurableApplicationContext application = start(TwoDataSources.class,
				"db-pool.lease.release=after-transaction", "db-pool.lease.data-sources=reporting")) {
			assertThat(leasesAfterAQuery(application, "reporting")).isZero();
			assertThat(application.getBean("reporting", DataSource.class).unwrap(HikariDataSource.class).isRunning())
				.isTrue();
			assertThat(application.getBean(PoolMonitors.class).all().stream().map(PoolMonitor::name))
				.containsExactly("dataSource", "reporting");
			assertThat(application.getBean("archive")).isInstanceOf(HikariDataSource.class);
		}
		try (ConfigurableApplicationContext application = start(TwoDataSources.class,
				"db-pool.lease.data-sources=reporting,archive")) {
			assertThat(leasesAfterAQuery(application, "reporting")).isEqualTo(1);
			assertThat(leasesAfterAQuery(application, "archive")).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					missing | there is no data source of that name
					simple  | that bean is not a HikariDataSource, its type is org.springframework.jdbc.datasource.DriverManagerDataSource
					""")
	void refusesWhatCannotBeLeased(String name, String problem) {
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> start(TwoDataSources.class, "db-pool.lease.data-sources=" + name))
			.extracting(NestedExceptionUtils::getMostSpecificCause, as(InstanceOfAssertFactories.THROWABLE))
			.isInstanceOf(InvalidSettingException.class)
			.hasMessageStartingWith("db-pool.lease.data-sources is '" + name + "', but " + problem);
	}

	@Test
	void refusesToReleaseAfterTheTransactionWhereTheDriverIsAnother() {
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> start(TwoDataSources.class, "db-pool.lease.release=after-transaction",
					"db-pool.lease.data-sources=archive"))
			.havingRootCause()
			.isInstanceOf(InvalidSettingException.class)
			.withMessage("db-pool.lease.release is 'after-transaction', but that needs the PostgreSQL driver, which "
					+ "tells whether a transaction is open, and the data source 'archive' has another driver. "
					+ "Set db-pool.lease.release to on-close, or leave it out.");
		assertThatExceptionOfType(InvalidSettingException.class)
			.isThrownBy(() -> TestApplication.start(TestApplication.class, TestApplication.WITHOUT_JPA,
					"spring.datasource.url=jdbc:h2:mem:other", "db-pool.lease.release=after-transaction"))
			.withMessageContaining("needs the PostgreSQL driver")
			.withMessageContaining("spring.datasource.url is not a plain PostgreSQL URL");
	}

	private ConfigurableApplicationContext start(String... properties) {
		return start(TestApplication.class, properties);
	}

	private ConfigurableApplicationContext start(Class<?> configuration, String... properties) {
		return TestApplication.builder(WebApplicationType.NONE, configuration)
			.properties(TestApplication.WITHOUT_JPA)
			.properties(this.database.properties())
			.properties("reporting.url=" + this.database.fixture().postgres().jdbcUrl(this.database.name()))
			.properties(properties)
			.run();
	}

	/**
	 * How many leases there are while the connection of a query is still open.
	 */
	private static int leasesAfterAQuery(ConfigurableApplicationContext application, String name) throws SQLException {
		DataSource dataSource = application.getBean(name, DataSource.class);
		LeaseLedger ledger = dataSource.unwrap(LeasingDataSource.class).ledger();
		try (Connection connection = dataSource.getConnection()) {
			assertThat(ledger.leases()).isEmpty();
			try (Statement statement = connection.createStatement()) {
				statement.execute("select 1");
				assertThat(ledger.leases()).hasSize(1);
			}
			return ledger.leases().size();
		}
		finally {
			assertThat(ledger.leases()).isEmpty();
		}
	}

	static class TwoDataSources {

		@Bean(defaultCandidate = false)
		HikariDataSource reporting(Environment environment) {
			HikariDataSource dataSource = new HikariDataSource();
			dataSource.setJdbcUrl(environment.getProperty("reporting.url"));
			dataSource.setUsername(Credentials.APPLICATION.username());
			dataSource.setPassword(Credentials.APPLICATION.password());
			return dataSource;
		}

		@Bean(defaultCandidate = false)
		HikariDataSource archive() {
			HikariDataSource dataSource = new HikariDataSource();
			dataSource.setJdbcUrl("jdbc:h2:mem:archive");
			return dataSource;
		}

		@Bean(defaultCandidate = false)
		DriverManagerDataSource simple() {
			return new DriverManagerDataSource("jdbc:h2:mem:simple");
		}

	}

}
