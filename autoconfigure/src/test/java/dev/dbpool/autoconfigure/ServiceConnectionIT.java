package dev.dbpool.autoconfigure;

import java.sql.SQLException;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.lease.LeasingDataSource;
import dev.dbpool.monitor.PoolMonitors;
import jakarta.persistence.EntityManager;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that a test gives a container of its own, whatever its settings say.
 */
@Tag("containers")
class ServiceConnectionIT {

	private final TestDatabase configured = TestDatabase.create();

	@Test
	void theContainerIsTheDirectUrl() throws SQLException {
		try (ConfigurableApplicationContext context = TestApplication.start(ContainerConfiguration.class,
				TestDatabase.with(this.configured.properties(), "spring.flyway.enabled=true",
						"db-pool.lease.release=after-transaction", "spring.application.name=contained"))) {
			PostgreSQLContainer container = context.getBean(PostgreSQLContainer.class);
			LeasingDataSource runtime = context.getBean(DataSource.class).unwrap(LeasingDataSource.class);
			assertThat(runtime.unwrap(HikariDataSource.class).getJdbcUrl()).startsWith(container.getJdbcUrl());
			assertThat(context.getBean(PoolMonitors.class).all()).hasSize(1);
			EntityManager entities = context.getBean(EntityManager.class);
			assertThat(entities.createNativeQuery("select login from seen", String.class).getSingleResult())
				.isEqualTo(container.getUsername());
			assertThat(entities
				.createNativeQuery("select count(*) from pg_stat_activity where application_name = 'contained'",
						Long.class)
				.getSingleResult()).isEqualTo((long) runtime.pool().figures().total());
			assertThat(runtime.ledger().leases()).isEmpty();
			assertThat(this.configured.sessions()).isEmpty();
		}
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
