package dev.dbpool.autoconfigure;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.monitor.PoolMonitor;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import jakarta.persistence.EntityManager;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that a test gives a container of its own, whatever its settings say.
 */
@Tag("containers")
@ExtendWith(OutputCaptureExtension.class)
class ServiceConnectionIT {

	private final TestDatabase configured = TestDatabase.create();

	@Test
	void theContainerIsMigratedAndQueriedAndNothingElse(CapturedOutput output) {
		try (Pooler pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(2));
				ConfigurableApplicationContext context = TestApplication.start(ContainerConfiguration.class,
						TestDatabase.with(this.configured.properties(pooler), "spring.flyway.enabled=true"))) {
			PostgreSQLContainer container = context.getBean(PostgreSQLContainer.class);
			assertThat(context.getBean(DataSource.class)).isInstanceOfSatisfying(HikariDataSource.class,
					(pool) -> assertThat(pool.getJdbcUrl()).isEqualTo(container.getJdbcUrl()));
			assertThat(context.getBeanProvider(StartUpPlan.class).stream()).isEmpty();
			assertThat(context.getBeanProvider(PoolMonitor.class).stream()).isEmpty();
			EntityManager entities = context.getBean(EntityManager.class);
			assertThat(entities.createNativeQuery("select login from seen", String.class).getSingleResult())
				.isEqualTo(container.getUsername());
			assertThat(this.configured.sessions()).isEmpty();
		}
		assertThat(output).containsOnlyOnce("db-pool steps aside and leaves the connections to Spring Boot: "
				+ "the application has its own data source or connection details");
	}

	@Configuration(proxyBeanMethods = false)
	static class ContainerConfiguration {

		@Bean
		@ServiceConnection
		PostgreSQLContainer container() {
			return new PostgreSQLContainer(
					DockerImageName.parse(System.getProperty("fixture.postgres.image", "postgres:17"))
						.asCompatibleSubstituteFor("postgres"));
		}

	}

}
