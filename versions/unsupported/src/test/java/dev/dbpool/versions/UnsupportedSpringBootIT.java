package dev.dbpool.versions;

import java.sql.Connection;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * An application on Spring Boot 3, with the starter of db-pool.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnsupportedSpringBootIT {

	@Test
	void refusesToStart(CapturedOutput output) {
		assertThatException().isThrownBy(UnsupportedSpringBootIT::start);
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("db-pool does not support Spring Boot %s: it needs 4.0 or a later 4.x."
				.formatted(SpringBootVersion.getVersion()))
			.contains("Use Spring Boot 4.0 or a later 4.x, or remove the dependency on db-pool-spring-boot-starter.");
		System.out.printf("Versions: Spring Boot %s, refused%n", SpringBootVersion.getVersion());
	}

	@Test
	void startsWithoutDbPoolWhereThatIsOff() throws Exception {
		try (ConfigurableApplicationContext context = start("--db-pool.enabled=false");
				Connection connection = context.getBean(DataSource.class).getConnection()) {
			assertThat(context.getBean(DataSource.class)).isExactlyInstanceOf(HikariDataSource.class);
			assertThat(connection.isValid(1)).isTrue();
		}
	}

	private static ConfigurableApplicationContext start(String... arguments) {
		return SpringApplication.run(Application.class, arguments);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
