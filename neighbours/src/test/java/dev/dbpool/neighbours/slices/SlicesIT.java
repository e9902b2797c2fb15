package dev.dbpool.neighbours.slices;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import dev.dbpool.DirectDataSource;
import dev.dbpool.TransactionSettings;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.data.jdbc.test.autoconfigure.DataJdbcTest;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase.Replace;
import org.springframework.boot.jooq.test.autoconfigure.JooqTest;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.data.annotation.Id;
import org.springframework.data.jdbc.core.JdbcAggregateTemplate;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Test slices that keep the application's data source, which goes through a transaction
 * pooler.
 */
@TestInstance(Lifecycle.PER_CLASS)
class SlicesIT {

	private static final PgFixture fixture = PgFixture.get();

	private static final String database = fixture.newDatabase();

	private static Pooler pooler;

	@BeforeAll
	void startPooler() throws SQLException {
		pooler = fixture.startPooler(PoolerOptions.transactionMode(2));
		try (Connection connection = fixture.connect(database, Credentials.APPLICATION)) {
			new JdbcTemplate(new SingleConnectionDataSource(connection, true))
				.execute("create view seen as select 1 as id, current_setting('application_name') as connection, "
						+ "current_setting('app.tenant', true) as tenant");
		}
	}

	@AfterAll
	void stopPooler() {
		pooler.close();
	}

	@Nested
	@DataJdbcTest
	@AutoConfigureTestDatabase(replace = Replace.NONE)
	class OfDataJdbc extends Slice {

		@Autowired
		private JdbcAggregateTemplate aggregates;

		@Override
		@Nullable Seen seen() {
			return this.aggregates.findById(1, Seen.class);
		}

	}

	@Nested
	@JooqTest
	class OfJooq extends Slice {

		@Autowired
		private DSLContext dsl;

		@Override
		@Nullable Seen seen() {
			return this.dsl.fetchSingle("select id, connection, tenant from seen").into(Seen.class);
		}

	}

	@DirtiesContext
	@Transactional
	@ContextConfiguration(initializers = Settings.class)
	abstract static class Slice {

		@Autowired
		@DirectDataSource
		private DataSource direct;

		abstract @Nullable Seen seen();

		@Test
		void connectsAsInProduction() throws SQLException {
			assertThat(seen()).isEqualTo(new Seen(1, "pooled", "blue"));
			try (Connection connection = this.direct.getConnection()) {
				assertThat(connection.isValid(60)).isTrue();
				assertThat(connected()).containsOnly("pooled", "direct").containsOnlyOnce("direct");
			}
		}

		private static List<String> connected() throws SQLException {
			try (Connection connection = fixture.connect("postgres", Credentials.SUPERUSER)) {
				return new JdbcTemplate(new SingleConnectionDataSource(connection, true)).queryForList(
						"select application_name from pg_stat_activity where backend_type = 'client backend' and datname = ?",
						String.class, database);
			}
		}

	}

	@Table
	record Seen(@Id int id, String connection, String tenant) {

	}

	static class Settings implements ApplicationContextInitializer<ConfigurableApplicationContext> {

		@Override
		public void initialize(ConfigurableApplicationContext context) {
			TestPropertyValues
				.of("spring.datasource.url=" + fixture.postgres().uri(Credentials.APPLICATION, database)
						+ "?application_name=direct",
						"db-pool.pooler.url=" + pooler.address().uri(Credentials.APPLICATION, database)
								+ "?application_name=pooled",
						// A slice leaves the bean out.
						"db-pool.data-sources.reporting.enabled=true")
				.applyTo(context);
		}

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

		@Bean
		TransactionSettings tenant() {
			return () -> Map.of("app.tenant", "blue");
		}

	}

}
