package dev.dbpool;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An application with everything that Spring Boot configures by itself: JPA, Actuator, a
 * migration tool. It has no code that knows of db-pool.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
public class TestApplication {

	/**
	 * Leaves JPA out, so that nothing connects at start-up.
	 */
	public static final String WITHOUT_JPA = "spring.autoconfigure.exclude="
			+ "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration,"
			+ "org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration";

	/**
	 * Starts it, as {@code main} would, without a web server.
	 */
	public static ConfigurableApplicationContext start(Class<?> configuration, String... properties) {
		return start(WebApplicationType.NONE, configuration, properties);
	}

	/**
	 * Starts it with a web server on a free port.
	 */
	public static ConfigurableApplicationContext startWeb(String... properties) {
		return start(WebApplicationType.SERVLET, TestApplication.class, properties);
	}

	private static ConfigurableApplicationContext start(WebApplicationType type, Class<?> configuration,
			String... properties) {
		return builder(type, configuration).run(arguments(properties));
	}

	/**
	 * The application before it is started, for what is not a matter of properties.
	 */
	public static SpringApplicationBuilder builder(WebApplicationType type, Class<?> configuration) {
		return new SpringApplicationBuilder(TestApplication.class, configuration).web(type)
			.properties("spring.flyway.enabled=false", "spring.liquibase.enabled=false", "server.port=0",
					"server.address=127.0.0.1", "spring.main.banner-mode=off", "spring.jmx.enabled=false");
	}

	private static String[] arguments(String... properties) {
		String[] arguments = new String[properties.length];
		for (int i = 0; i < properties.length; i++) {
			arguments[i] = "--" + properties[i];
		}
		return arguments;
	}

}
