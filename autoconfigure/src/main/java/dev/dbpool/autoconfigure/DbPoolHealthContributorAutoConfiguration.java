package dev.dbpool.autoconfigure;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import javax.sql.DataSource;

import dev.dbpool.actuate.DbPoolHealthEndpointGroups;
import dev.dbpool.actuate.DbPoolHealthIndicator;
import dev.dbpool.monitor.PoolMonitors;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Contributes the pool's health, in a group of its own.
 */
@AutoConfiguration(after = DbPoolMonitorAutoConfiguration.class)
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnEnabledHealthIndicator("dbpool")
@ConditionalOnBean(PoolMonitors.class)
public final class DbPoolHealthContributorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = { "dbPoolHealthIndicator", "dbPoolHealthContributor" })
	@Nullable HealthContributor dbPoolHealthContributor(ManagedPools pools, Environment environment, ListableBeanFactory beans,
			@Qualifier(PoolPlanner.MAIN) ObjectProvider<DataSource> main) {
		main.getIfAvailable();
		Set<String> names = new LinkedHashSet<>();
		pools.all().forEach((pool) -> names.add(pool.name()));
		names.addAll(OwnPools.of(environment).beans(beans));
		Map<String, DbPoolHealthIndicator> indicators = new LinkedHashMap<>();
		names.forEach((name) -> indicators.put(name, new DbPoolHealthIndicator(() -> pools.view(name))));
		if (indicators.isEmpty()) {
			return null;
		}
		return (indicators.size() == 1) ? indicators.values().iterator().next()
				: CompositeHealthContributor.fromMap(indicators);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(HealthEndpoint.class)
	static class GroupConfiguration {

		@Bean
		HealthEndpointGroupsPostProcessor dbPoolHealthEndpointGroupsPostProcessor() {
			return DbPoolHealthEndpointGroups::new;
		}

	}

}
