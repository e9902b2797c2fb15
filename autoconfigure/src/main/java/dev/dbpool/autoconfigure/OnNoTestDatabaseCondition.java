package dev.dbpool.autoconfigure;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.StreamSupport;

import javax.sql.DataSource;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.autoconfigure.container.ContainerImageMetadata;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.core.type.MethodMetadata;

/**
 * Matches unless {@code @AutoConfigureTestDatabase} replaces the data source of a test.
 * That annotation is part of the test slices. The rules are Spring Boot's: by default it
 * leaves a data source of Spring Boot's alone if it leads to a container or to a URL that
 * the test sets with {@code @DynamicPropertySource}.
 */
class OnNoTestDatabaseCondition extends SpringBootCondition implements ConfigurationCondition {

	private static final String TEST_DATABASE = "org.springframework.boot.jdbc.test.autoconfigure.TestDatabaseAutoConfiguration";

	private static final String DYNAMIC_PROPERTIES = "org.springframework.test.context.support.DynamicValuesPropertySource";

	private static final ConfigurationPropertyName URL = ConfigurationPropertyName.of("spring.datasource.url");

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("No test database");
		ConfigurableListableBeanFactory beans = Objects.requireNonNull(context.getBeanFactory());
		return isReplaced(beans, context.getEnvironment())
				? ConditionOutcome.noMatch(message.because("@AutoConfigureTestDatabase replaces the data source"))
				: ConditionOutcome.match(message.because("the data source stays"));
	}

	/**
	 * Whether the context is that of a test with {@code @AutoConfigureTestDatabase}, such
	 * as a test slice.
	 */
	static boolean isTest(ListableBeanFactory beans) {
		return beans.containsBeanDefinition(TEST_DATABASE);
	}

	/**
	 * Whether a test replaces the data source.
	 */
	static boolean isReplaced(ConfigurableListableBeanFactory beans, Environment environment) {
		String replace = environment.getProperty("spring.test.database.replace", "NON_TEST");
		if (!isTest(beans) || replace.equalsIgnoreCase("NONE")) {
			return false;
		}
		return !replace.equalsIgnoreCase("NON_TEST") || hasOwnDataSource(beans)
				|| !(isContainer(beans) || isOfTheTest(environment));
	}

	private static boolean hasOwnDataSource(ConfigurableListableBeanFactory beans) {
		return !Arrays.stream(beans.getBeanNamesForType(DataSource.class, true, false))
			.allMatch((name) -> isAutoConfigured(beans, name));
	}

	private static boolean isAutoConfigured(ConfigurableListableBeanFactory beans, String name) {
		MethodMetadata method = (beans.containsBeanDefinition(name)
				&& beans.getBeanDefinition(name) instanceof AnnotatedBeanDefinition definition)
						? definition.getFactoryMethodMetadata() : null;
		return method != null
				&& (method.getDeclaringClassName().startsWith("org.springframework.boot.jdbc.autoconfigure.")
						|| method.getDeclaringClassName().startsWith("dev.dbpool."));
	}

	private static boolean isContainer(ConfigurableListableBeanFactory beans) {
		return Arrays.stream(beans.getBeanNamesForType(JdbcConnectionDetails.class, true, false))
			.anyMatch((name) -> beans.containsBeanDefinition(name)
					&& ContainerImageMetadata.isPresent(beans.getBeanDefinition(name)));
	}

	private static boolean isOfTheTest(Environment environment) {
		return StreamSupport.stream(ConfigurationPropertySources.get(environment).spliterator(), false)
			.map((source) -> source.getConfigurationProperty(URL))
			.filter(Objects::nonNull)
			.findFirst()
			.filter((url) -> isDynamic(url) || String.valueOf(url.getValue()).startsWith("jdbc:tc:"))
			.isPresent();
	}

	private static boolean isDynamic(ConfigurationProperty url) {
		PropertySource<?> source = (url.getOrigin() instanceof PropertySourceOrigin origin) ? origin.getPropertySource()
				: null;
		return source != null && source.getClass().getName().equals(DYNAMIC_PROPERTIES);
	}

}
