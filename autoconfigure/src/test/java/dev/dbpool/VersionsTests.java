package dev.dbpool;

import java.io.IOException;
import java.util.Properties;

import org.hibernate.Version;
import org.junit.jupiter.api.Test;
import org.postgresql.util.DriverInfo;

import org.springframework.boot.SpringBootVersion;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Prints the versions that these tests run with, for the matrix of CI, which runs them
 * with more than one Spring Boot.
 */
class VersionsTests {

	@Test
	void theTestsRunWithTheSpringBootThatTheBuildNames() throws IOException {
		assertThat(SpringBootVersion.getVersion()).isEqualTo(System.getProperty("expected.spring-boot"));
		System.out.printf("Versions: Spring Boot %s, HikariCP %s, pgjdbc %s, Hibernate %s, Flyway %s%n",
				SpringBootVersion.getVersion(), version("com.zaxxer/HikariCP"), DriverInfo.DRIVER_VERSION,
				Version.getVersionString(), version("org.flywaydb/flyway-core"));
	}

	private static String version(String artifact) throws IOException {
		Properties properties = PropertiesLoaderUtils
			.loadProperties(new ClassPathResource("META-INF/maven/" + artifact + "/pom.properties"));
		assertThat(properties).containsKey("version");
		return properties.getProperty("version");
	}

}
