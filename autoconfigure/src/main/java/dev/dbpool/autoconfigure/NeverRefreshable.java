package dev.dbpool.autoconfigure;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.lease.LeasingDataSource;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;

/**
 * Adds the wrapped data sources to those that Spring Cloud leaves alone when it binds
 * settings anew: it would bind them as Hikari's, fail, and leave the other beans as they
 * were. What the user excludes is asked for each time, because a refresh may change it.
 */
class NeverRefreshable extends EnumerablePropertySource<MutablePropertySources> implements InitializingBean {

	private static final String PROPERTY = "spring.cloud.refresh.never-refreshable";

	NeverRefreshable(MutablePropertySources all) {
		super("dbPoolNeverRefreshable", all);
	}

	@Override
	public void afterPropertiesSet() {
		this.source.addFirst(this);
	}

	@Override
	public String[] getPropertyNames() {
		return new String[] { PROPERTY };
	}

	@Override
	public @Nullable Object getProperty(String name) {
		if (!name.equals(PROPERTY)) {
			return null;
		}
		List<PropertySource<?>> others = this.source.stream().filter((other) -> other != this).toList();
		Binder binder = new Binder(ConfigurationPropertySources.from(others),
				new PropertySourcesPlaceholdersResolver(others));
		Set<String> excluded = new LinkedHashSet<>(binder.bind(PROPERTY, Bindable.setOf(String.class))
			// Spring Cloud's own default.
			.orElse(Set.of(HikariDataSource.class.getName())));
		// Another wrapper may be around ours, such as Spring Boot's lazy proxy.
		excluded.add("dataSource");
		excluded.add(LeasingDataSource.class.getName());
		return String.join(",", excluded);
	}

}
