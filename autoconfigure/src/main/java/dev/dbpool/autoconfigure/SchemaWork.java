package dev.dbpool.autoconfigure;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Settings that make something create or change tables through the {@code dataSource}
 * bean, which is no good where that is behind a transaction pooler. Scripts of
 * {@code spring.sql.init} are not among them: they use the direct URL.
 */
enum SchemaWork {

	DDL_AUTO("spring.jpa.hibernate.ddl-auto", Remedy.MIGRATE),

	HBM2DDL_AUTO("spring.jpa.properties.hibernate.hbm2ddl.auto", Remedy.MIGRATE),

	GENERATE_DDL("spring.jpa.generate-ddl", Remedy.MIGRATE),

	BATCH("spring.batch.jdbc.initialize-schema", Remedy.BATCH),

	SESSION("spring.session.jdbc.initialize-schema", Remedy.SESSION),

	QUARTZ("spring.quartz.jdbc.initialize-schema", Remedy.QUARTZ);

	/**
	 * By default Spring Boot initialises embedded databases only.
	 */
	private static final Set<String> HARMLESS = Set.of("", "none", "validate", "false", "never", "embedded");

	private final String property;

	private final String remedy;

	SchemaWork(String property, String remedy) {
		this.property = property;
		this.remedy = remedy;
	}

	/**
	 * Says what is set.
	 * @param environment the settings
	 * @return a warning for each
	 */
	static List<String> warnings(Environment environment) {
		Binder binder = Binder.get(environment);
		return Stream.of(values()).flatMap((work) -> work.warning(binder)).toList();
	}

	private Stream<String> warning(Binder binder) {
		String value = binder.bind(this.property, String.class).orElse("").strip();
		return HARMLESS.contains(value.toLowerCase(Locale.ROOT)) ? Stream.empty()
				: Stream
					.of("%s=%s changes the schema through the transaction pooler, without the locks and the session "
						.formatted(this.property, value) + "that it counts on. " + this.remedy);
	}

	private static final class Remedy {

		static final String MIGRATE = "Turn it off, and let Flyway or Liquibase do it: " + "they use the direct URL.";

		static final String BATCH = scriptOr("@BatchDataSource");

		static final String SESSION = scriptOr("@SpringSessionDataSource");

		static final String QUARTZ = scriptOr("@QuartzDataSource");

		private static String scriptOr(String qualifier) {
			return "Set it to never, and let Flyway or Liquibase run the script, or mark a data source on the direct URL "
					+ "(see @DirectDataSource) with " + qualifier + ".";
		}

	}

}
