package dev.dbpool.autoconfigure;

import java.util.Map;

import javax.sql.DataSource;

import dev.dbpool.DirectDataSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase.Replace;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabase;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Test slices that replace the application's data source, whatever its settings are.
 */
class ReplacedSlicesTests {

	@Nested
	@JdbcTest
	class OfJdbc extends Slice {

	}

	@Nested
	@DataJpaTest
	@AutoConfigureTestDatabase(replace = Replace.ANY)
	class OfJpa extends Slice {

	}

	@DirtiesContext
	@Import(SlicesIT.Tenant.class)
	@ExtendWith(OutputCaptureExtension.class)
	@TestPropertySource(properties = { "spring.flyway.enabled=false", "spring.liquibase.enabled=false",
			"spring.datasource.url=postgres://app:secret@db.invalid/app",
			"db-pool.pooler.url=postgres://app:secret@pooler.invalid/app", "db-pool.required=true",
			"db-pool.lease.release=after-transaction", "db-pool.data-sources.reporting.enabled=true" })
	abstract static class Slice {

		@Autowired
		private ApplicationContext context;

		@Autowired
		private JdbcTemplate jdbc;

		@Test
		void usesTheReplacement(CapturedOutput output) {
			assertThat(this.context.getBeansOfType(DataSource.class)).hasSize(1)
				.allSatisfy((name, dataSource) -> assertThat(dataSource).isInstanceOf(EmbeddedDatabase.class));
			assertThat(this.context.getBeansWithAnnotation(DirectDataSource.class)).isEqualTo(Map.of());
			assertThat(this.jdbc.queryForObject("select h2version()", String.class)).isNotBlank();
			assertThat(output)
				.containsOnlyOnce("db-pool steps aside and leaves the connections to Spring Boot: "
						+ "@AutoConfigureTestDatabase replaces the data source")
				.containsOnlyOnce("The bean 'tenant' of type TransactionSettings has no effect in this test: "
						+ "an embedded database replaces the data source");
		}

	}

}
