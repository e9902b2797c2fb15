package dev.dbpool.autoconfigure;

import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

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

	/**
	 * A static that changes tells one application about another.
	 */
	@Test
	void noStaticCanChangeButTheSecretsOfMigrationTools() throws Exception {
		List<String> mutable = new ArrayList<>();
		for (Field field : statics()) {
			if (!Modifier.isFinal(field.getModifiers()) || isMutable(field.get(null))) {
				mutable.add(field.getDeclaringClass().getName() + "." + field.getName());
			}
		}
		assertThat(mutable).containsExactly(MigrationDriver.class.getName() + ".KEPT");
	}

	private static boolean isMutable(Object value) {
		String type = value.getClass().getName();
		return (value instanceof Map || value instanceof Collection)
				? !type.startsWith("java.util.ImmutableCollections$")
				: value instanceof Number && type.contains("Atomic") || value instanceof AtomicReference
						|| value instanceof AtomicBoolean || value instanceof Reference;
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
		for (Field field : statics()) {
			String name = field.getDeclaringClass().getName() + "." + field.getName();
			if (field.get(null) instanceof Map<?, ?> map) {
				sizes.put(name, map.size());
			}
			else if (field.get(null) instanceof Collection<?> collection) {
				sizes.put(name, collection.size());
			}
		}
		return sizes;
	}

	private static List<Field> statics() {
		return new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
			.importPackages("dev.dbpool")
			.stream()
			.filter((type) -> !type.getPackageName().startsWith("dev.dbpool.test"))
			.flatMap((type) -> Stream.of(type.reflect().getDeclaredFields()))
			.filter((field) -> Modifier.isStatic(field.getModifiers()) && !field.isSynthetic())
			.peek((field) -> field.setAccessible(true))
			.toList();
	}

}
