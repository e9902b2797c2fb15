package dev.dbpool.autoconfigure;

import javax.sql.DataSource;

import dev.dbpool.InvalidSettingException;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A pooler that has another name for the database than the server.
 */
@ExtendWith(OutputCaptureExtension.class)
class DatabaseNamesIT {

	private static final String WARNING = "That is right only if one is an alias.";

	private final TestDatabase database = TestDatabase.create();

	@Test
	void anAliasIsAWarning(CapturedOutput output) {
		PoolerOptions options = PoolerOptions.transactionMode(2).withAlias("alias", this.database.name());
		try (Pooler pooler = PgFixture.get().startPooler(options);
				ConfigurableApplicationContext context = start(pooler, "alias")) {
			assertThat(new JdbcTemplate(context.getBean(DataSource.class)).queryForObject("select current_database()",
					String.class))
				.isEqualTo(this.database.name());
		}
		assertThat(output).containsOnlyOnce(WARNING).doesNotContain("Could not ask the server");
	}

	@Test
	void anotherDatabaseStopsTheStart(CapturedOutput output) {
		TestDatabase other = TestDatabase.create();
		try (Pooler pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(2))) {
			assertThatThrownBy(() -> start(pooler, other.name()).close()).rootCause()
				.isInstanceOf(InvalidSettingException.class)
				.hasMessageContaining(
						"db-pool.pooler.url connects to the database '%s', but spring.datasource.url connects to '%s'",
						other.name(), this.database.name());
		}
		assertThat(output).contains("APPLICATION FAILED TO START", "Point both URLs to the same database.")
			.doesNotContain(Credentials.APPLICATION.password());
	}

	@Test
	void anUnreachablePoolerIsAWarning(CapturedOutput output) {
		Pooler pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(2));
		pooler.close();
		try (ConfigurableApplicationContext context = start(pooler, "alias")) {
			assertThat(context.isActive()).isTrue();
		}
		assertThat(output).containsOnlyOnce(WARNING)
			.containsOnlyOnce("Could not ask the server whether db-pool.pooler.url and spring.datasource.url "
					+ "connect to the same database");
	}

	private ConfigurableApplicationContext start(Pooler pooler, String name) {
		return TestApplication.start(TestApplication.class,
				TestDatabase.with(this.database.properties(), TestApplication.WITHOUT_JPA,
						"db-pool.pooler.url=" + pooler.address().uri(Credentials.APPLICATION, name)));
	}

}
