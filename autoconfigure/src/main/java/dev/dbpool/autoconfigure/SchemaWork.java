package dev.dbpool.autoconfigure;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Settings that make Hibernate create or change tables through the {@code dataSource}
 * bean, which is not safe behind a transaction pooler. Other tools get the direct URL:
 * see {@link SchemaWorkRoute}.
 */
final class SchemaWork {

	private static final List<String> PROPERTIES = List.of("spring.jpa.hibernate.ddl-auto",
			"spring.jpa.properties.hibernate.hbm2ddl.auto", "spring.jpa.generate-ddl");

	private static final Set<String> HARMLESS = Set.of("", "none", "validate", "false");

	private SchemaWork() {
	}

	/**
	 * Returns what is set.
	 * @param environment the settings
	 * @return a warning for each
	 */
	static List<String> warnings(Environment environment) {
		Binder binder = Binder.get(environment);
		return PROPERTIES.stream().flatMap((property) -> warning(property, binder)).toList();
	}

	private static Stream<String> warning(String property, Binder binder) {
		String value = binder.bind(property, String.class).orElse("").strip();
		return HARMLESS.contains(value.toLowerCase(Locale.ROOT)) ? Stream.empty() : Stream
			.of("%s=%s changes the schema through the transaction pooler, without the locks and the session "
				.formatted(property, value)
					+ "that it relies on. Turn it off, and let Flyway or Liquibase do it: they use the direct URL.");
	}

}
