package dev.dbpool.autoconfigure;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What outlives an application.
 */
class StaticsTests {

	/**
	 * Each with a URL of its own, as the tests of an application with containers have:
	 * one kept entry for each is one that is kept for good.
	 */
	@Test
	void closedApplicationsLeaveNothingBehind() throws Exception {
		start(0);
		Map<String, Integer> before = sizes();
		for (int i = 1; i <= 3; i++) {
			start(i);
		}
		assertThat(sizes()).isEqualTo(before);
	}

	private static void start(int number) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DbPoolAutoConfiguration.class,
					DbPoolMonitorAutoConfiguration.class, DbPoolMigrationAutoConfiguration.class,
					DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class))
			.withPropertyValues(
					"spring.datasource.url=jdbc:postgresql://db.example/app" + number + "?sslpassword=secret",
					"spring.flyway.enabled=false", "db-pool.budget.detect=false", "db-pool.probe=false")
			.run((context) -> assertThat(context.getBean(FlywayConnectionDetails.class).getJdbcUrl())
				.isEqualTo("jdbc:postgresql://db.example/app" + number));
	}

	private static Map<String, Integer> sizes() throws IllegalAccessException {
		Map<String, Integer> sizes = new TreeMap<>();
		for (JavaClass type : new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
			.importPackages("dev.dbpool")) {
			for (Field field : type.reflect().getDeclaredFields()) {
				if (Modifier.isStatic(field.getModifiers())) {
					field.setAccessible(true);
					String name = type.getName() + "." + field.getName();
					if (field.get(null) instanceof Map<?, ?> map) {
						sizes.put(name, map.size());
					}
					else if (field.get(null) instanceof Collection<?> collection) {
						sizes.put(name, collection.size());
					}
				}
			}
		}
		return sizes;
	}

}
