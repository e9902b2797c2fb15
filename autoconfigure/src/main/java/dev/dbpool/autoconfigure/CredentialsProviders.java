package dev.dbpool.autoconfigure;

import java.util.Map;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariCredentialsProvider;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.driver.CredentialsSource;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Finds the credentials provider: the one that the property names, or else a bean.
 *
 * @param environment has the property
 * @param candidates the beans that may be injected
 * @param beans knows their names
 */
record CredentialsProviders(Environment environment, ObjectProvider<HikariCredentialsProvider> candidates,
		ListableBeanFactory beans) {

	static final String PROPERTY = HikariSettings.PREFIX + ".credentials-provider-class-name";

	/**
	 * Returns the provider, without asking it.
	 * @return {@code null} if there is none
	 * @throws InvalidSettingException if it cannot be created, or there are several
	 */
	@Nullable CredentialsSource find() {
		String name = Binder.get(this.environment).bind(PROPERTY, String.class).orElse("");
		if (StringUtils.hasText(name)) {
			return new CredentialsSource("%s (%s)".formatted(PROPERTY, name), create(name));
		}
		HikariCredentialsProvider bean = bean();
		return (bean != null) ? new CredentialsSource("the bean '%s'".formatted(nameOf(bean)), bean) : null;
	}

	private static HikariCredentialsProvider create(String name) {
		HikariConfig config = new HikariConfig();
		try {
			config.setCredentialsProviderClassName(name);
		}
		catch (RuntimeException ex) {
			throw new InvalidSettingException(PROPERTY, name, "but db-pool cannot create an object of it.",
					"Name a public class that implements HikariCredentialsProvider and has a public constructor "
							+ "without arguments.");
		}
		return config.getCredentialsProvider();
	}

	private @Nullable HikariCredentialsProvider bean() {
		try {
			return this.candidates.getIfAvailable();
		}
		catch (NoUniqueBeanDefinitionException ex) {
			throw new InvalidSettingException(
					"There are several beans of type HikariCredentialsProvider: %s."
						.formatted((ex.getBeanNamesFound() != null)
								? String.join(", ", ex.getBeanNamesFound().stream().sorted().toList()) : ""),
					"Mark the one for spring.datasource.url with @Primary, or the others with "
							+ "@Bean(defaultCandidate = false).");
		}
	}

	private String nameOf(HikariCredentialsProvider bean) {
		return BeanFactoryUtils.beansOfTypeIncludingAncestors(this.beans, HikariCredentialsProvider.class, false, false)
			.entrySet()
			.stream()
			.filter((entry) -> entry.getValue() == bean)
			.map(Map.Entry::getKey)
			.findFirst()
			.orElse(bean.getClass().getName());
	}

}
