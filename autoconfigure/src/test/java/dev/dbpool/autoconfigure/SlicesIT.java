package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import dev.dbpool.DirectDataSource;
import dev.dbpool.TestDatabase;
import dev.dbpool.TestDatabase.Session;
import dev.dbpool.TransactionSettings;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import jakarta.persistence.EntityManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase.Replace;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Test slices that keep the application's data source. Others are in the module
 * {@code neighbours}.
 */
@TestInstance(Lifecycle.PER_CLASS)
class SlicesIT {

	private static final TestDatabase database = TestDatabase.create();

	private static Pooler pooler;

	@BeforeAll
	void startPooler() {
		pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(2));
	}

	@AfterAll
	void stopPooler() {
		pooler.close();
	}

	/**
	 * Spring Boot's default replaces a data source, unless the test sets its URL.
	 */
	@Nested
	@JdbcTest
	class OfJdbc extends Slice {

		@Autowired
		private JdbcTemplate jdbc;

		@DynamicPropertySource
		static void connect(DynamicPropertyRegistry properties) {
			for (String property : database.properties(pooler)) {
				String[] parts = property.split("=", 2);
				properties.add(parts[0], () -> parts[1]);
			}
		}

		@Override
		String query(String sql) {
			return this.jdbc.queryForObject(sql, String.class);
		}

	}

	@Nested
	@DataJpaTest
	@AutoConfigureTestDatabase(replace = Replace.NONE)
	@ContextConfiguration(initializers = ApplicationSettings.class)
	class OfJpa extends Slice {

		@Autowired
		private EntityManager entities;

		@Override
		String query(String sql) {
			return (String) this.entities.createNativeQuery(sql, String.class).getSingleResult();
		}

	}

	@DirtiesContext
	@Transactional
	@Import(Tenant.class)
	@TestPropertySource(properties = { "spring.liquibase.enabled=false",
			// A slice leaves the bean out.
			"db-pool.data-sources.reporting.enabled=true" })
	abstract static class Slice {

		@Autowired
		@DirectDataSource
		private DataSource direct;

		abstract String query(String sql);

		@Test
		void connectsAsInProduction() throws SQLException {
			assertThat(query("select current_setting('application_name')")).isEqualTo("pooled");
			assertThat(query("select current_setting('app.tenant')")).isEqualTo("blue");
			assertThat(query("select application_name from seen")).as("migrated").isEqualTo("direct");
			try (Connection connection = this.direct.getConnection();
					Statement statement = connection.createStatement();
					ResultSet row = statement.executeQuery("select current_setting('application_name')")) {
				row.next();
				assertThat(row.getString(1)).isEqualTo("direct");
				List<Session> sessions = database.sessions();
				assertThat(sessions.stream().filter((session) -> session.belongsTo(pooler))).isNotEmpty()
					.allMatch((session) -> session.applicationName().equals("pooled"));
				assertThat(sessions.stream().filter((session) -> !session.belongsTo(pooler))).singleElement()
					.satisfies((session) -> assertThat(session.applicationName()).isEqualTo("direct"));
			}
		}

	}

	static class Tenant {

		@Bean
		TransactionSettings tenant() {
			return () -> Map.of("app.tenant", "blue");
		}

	}

	static class ApplicationSettings implements ApplicationContextInitializer<ConfigurableApplicationContext> {

		@Override
		public void initialize(ConfigurableApplicationContext context) {
			TestPropertyValues.of(database.properties(pooler)).applyTo(context);
		}

	}

}
