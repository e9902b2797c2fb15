package dev.dbpool.autoconfigure;

import java.util.Map;
import java.util.Properties;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.driver.KeepaliveSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the driver is told in which mode. Nothing here connects.
 */
@ExtendWith(OutputCaptureExtension.class)
class DriverPropertiesTests {

	private static final String URL = "spring.datasource.url=postgres://db.example/app";

	private static final String TRANSACTION = "db-pool.pooler.url=postgres://pooler.example:6432/app";

	private static final String SESSION = "db-pool.pooler.mode=session";

	private static final String DRIVER = "spring.datasource.hikari.data-source-properties.";

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DbPoolAutoConfiguration.class, DataSourceAutoConfiguration.class))
		.withPropertyValues("db-pool.budget.detect=false", "db-pool.probe=false");

	@Test
	void endsEveryWaitOnADirectUrl() {
		assertThat(properties(URL)).isEqualTo(Map.of("loginTimeout", "5", "connectTimeout", "5", "tcpKeepAlive", "true",
				"socketFactory", KeepaliveSocketFactory.class.getName()));
	}

	@Test
	void endsEveryWaitBehindASessionPooler() {
		assertThat(properties(URL, TRANSACTION, SESSION)).isEqualTo(Map.of("loginTimeout", "5", "connectTimeout", "5",
				"tcpKeepAlive", "true", "socketFactory", KeepaliveSocketFactory.class.getName()));
	}

	@Test
	void endsEveryWaitBehindATransactionPooler() {
		assertThat(properties(URL, TRANSACTION))
			.isEqualTo(Map.of("loginTimeout", "5", "connectTimeout", "5", "tcpKeepAlive", "true", "socketFactory",
					KeepaliveSocketFactory.class.getName(), "cancelSignalTimeout", "5", "socketTimeout", "60"));
	}

	@ParameterizedTest
	@ValueSource(strings = { URL, TRANSACTION })
	void whatTheUserSetWins(String target) {
		String[] names = { "loginTimeout", "connectTimeout", "tcpKeepAlive", "socketFactory", "cancelSignalTimeout",
				"socketTimeout" };
		String[] set = new String[names.length + 2];
		for (int i = 0; i < names.length; i++) {
			set[i] = DRIVER + names[i] + "=7";
		}
		set[names.length] = URL;
		set[names.length + 1] = target;
		assertThat(properties(set).values()).containsOnly("7");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			db-pool.timeout=250ms                                    | 5
			db-pool.timeout=8                                        | 8
			db-pool.timeout=8500ms                                   | 9
			spring.datasource.hikari.connection-timeout=30000        | 30
			spring.datasource.url=postgres://db.example/app?connect_timeout=20 | 20
			spring.datasource.hikari.data-source-properties.connectTimeout=20  | 20
			spring.datasource.hikari.data-source-properties.connectTimeout=0   | 5
			""")
	void aLoginTakesNoLongerThanABorrowerWaits(String property, String seconds) {
		assertThat(properties(URL, property)).containsEntry("loginTimeout", seconds);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-",
			textBlock = """
					direct | -                                                     | -   | -
					direct | db-pool.socket-timeout=90                             | 90  | socket-timeout 90s (db-pool.socket-timeout)
					direct | db-pool.socket-timeout=1500ms                         | 2   | socket-timeout 2s (db-pool.socket-timeout)
					direct | db-pool.socket-timeout=0                              | 0   | socket-timeout none (db-pool.socket-timeout)
					pooler | -                                                     | 60  | socket-timeout 60s (default)
					pooler | db-pool.socket-timeout=5m                             | 300 | socket-timeout 300s (db-pool.socket-timeout)
					pooler | db-pool.socket-timeout=0                              | 0   | socket-timeout none (db-pool.socket-timeout)
					""")
	void theUserSaysHowLongAStatementWaits(String route, @Nullable String property, @Nullable String value,
			@Nullable String said, CapturedOutput output) {
		Properties properties = properties(URL, route.equals("pooler") ? TRANSACTION : "db-pool.pooler.url=",
				(property != null) ? property : "db-pool.socket-timeout=");
		assertThat(properties.getProperty("socketTimeout")).isEqualTo(value);
		if (said != null) {
			assertThat(output).contains(said + ", release");
		}
		else {
			assertThat(output).doesNotContain("socket-timeout");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					spring.datasource.url=jdbc:postgresql://db.example/app?socketTimeout=30  | socket-timeout 30s (spring.datasource.url)
					spring.datasource.hikari.data-source-properties.socketTimeout=40         | socket-timeout 40s (spring.datasource.hikari.data-source-properties)
					spring.datasource.hikari.data-source-properties.socketTimeout=0          | socket-timeout none (spring.datasource.hikari.data-source-properties)
					""")
	void whatIsSetForTheDriverWinsOverTheProperty(String property, String said, CapturedOutput output) {
		properties(URL, "db-pool.socket-timeout=90", property);
		assertThat(output).contains(said);
	}

	@ParameterizedTest
	@ValueSource(strings = { "-1", "-500ms", "25d" })
	void refusesATimeoutThatCannotBe(String value) {
		this.contextRunner.withPropertyValues(URL, "db-pool.socket-timeout=" + value)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidSettingException.class)
				.hasMessageStartingWith("db-pool.socket-timeout is '")
				.hasMessageContaining("but it must be 0 or more, and no more than 24 days. ")
				.hasMessageEndingWith("or to 0 for no limit; a number without a unit means seconds."));
	}

	private Properties properties(String... set) {
		Properties properties = new Properties();
		this.contextRunner.withPropertyValues(set)
			.run((context) -> properties
				.putAll(context.getBean(DataSource.class).unwrap(HikariDataSource.class).getDataSourceProperties()));
		return properties;
	}

}
