package dev.dbpool.autoconfigure;

import java.util.List;
import java.util.stream.Stream;

import dev.dbpool.plan.ConnectionPlan;
import dev.dbpool.plan.Login;
import dev.dbpool.plan.PropertyNames;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;

/**
 * Connection details that come from others: a container ({@code @ServiceConnection},
 * Docker Compose), a platform, or the application. They are the direct URL.
 *
 * @param bean the name of their bean
 * @param details the details
 * @param temporary whether they lead to a database that is made for this run
 */
record ForeignDetails(String bean, JdbcConnectionDetails details, boolean temporary) {

	private static final Log logger = LogFactory.getLog(ForeignDetails.class);

	private static final List<String> CONTAINERS = List.of("org.springframework.boot.testcontainers.",
			"org.springframework.boot.docker.compose.");

	/**
	 * Spring's own name for the properties of a test.
	 */
	private static final String OF_A_TEST = "Inlined Test Properties";

	/**
	 * Spring Boot's names for configuration files begin with this.
	 */
	private static final String FILE = "Config resource";

	/**
	 * Returns the names of their beans.
	 * @param beans the bean factory, in which nothing is created
	 */
	static List<String> names(ConfigurableListableBeanFactory beans) {
		List<String> names = names(beans, JdbcConnectionDetails.class).toList();
		List<String> primary = names.stream()
			.filter((name) -> beans.containsBeanDefinition(name) && beans.getBeanDefinition(name).isPrimary())
			.toList();
		return primary.isEmpty() ? names : primary;
	}

	/**
	 * Returns the names of connection details that neither db-pool nor Spring Boot makes
	 * from properties.
	 */
	static Stream<String> names(ListableBeanFactory beans, Class<?> type) {
		return Stream.of(beans.getBeanNamesForType(type, true, false))
			.filter((name) -> !isOfProperties(beans.getType(name, false)));
	}

	private static boolean isOfProperties(@Nullable Class<?> type) {
		return type != null && type.getName()
			.matches("(dev\\.dbpool|org\\.springframework\\.boot)\\..*(Planned|Properties)\\w+ConnectionDetails");
	}

	/**
	 * Finds them.
	 * @return {@code null} if there are none; of several the primary ones
	 */
	static @Nullable ForeignDetails find(ConfigurableListableBeanFactory beans, ConfigurableEnvironment environment) {
		List<String> names = names(beans);
		if (names.isEmpty()) {
			return null;
		}
		String bean = names.get(0);
		JdbcConnectionDetails details = beans.getBean(bean, JdbcConnectionDetails.class);
		boolean container = Stream.<Class<?>>iterate(details.getClass(), (type) -> type != null, Class::getSuperclass)
			.anyMatch((type) -> CONTAINERS.stream().anyMatch(type.getName()::startsWith));
		return new ForeignDetails(bean, details, container || environment.getPropertySources().contains(OF_A_TEST));
	}

	boolean isPostgres() {
		return ConnectionPlan.isPlainPostgres(this.details.getJdbcUrl());
	}

	PropertyNames names() {
		return new PropertyNames("the JdbcConnectionDetails bean '" + this.bean + "'",
				PropertyNames.SPRING_BOOT.prefix(), PropertyNames.SPRING_BOOT.hikari());
	}

	Login login() {
		return new Login(this.details.getUsername(), this.details.getPassword());
	}

	/**
	 * Whether the pooler that is set belongs to this database. One in a file of the
	 * application is that of production: a test must not query it.
	 */
	boolean allowPooler(ConfigurableEnvironment environment) {
		if (!this.temporary) {
			return true;
		}
		ConfigurationPropertyName name = ConfigurationPropertyName.of(ConnectionPlan.POOLER_URL);
		for (PropertySource<?> source : environment.getPropertySources()) {
			ConfigurationPropertySource properties = ConfigurationPropertySource.from(source);
			if (properties != null && properties.getConfigurationProperty(name) != null) {
				if (source.getName().startsWith(FILE)) {
					logger.info(ConnectionPlan.POOLER_URL + " of a configuration file is not used with the connection "
							+ "details '" + this.bean + "': it is not known to lead to that database. To use a pooler "
							+ "there, set it as a property of the test, an environment variable or an argument");
					return false;
				}
				return true;
			}
		}
		return true;
	}

}
