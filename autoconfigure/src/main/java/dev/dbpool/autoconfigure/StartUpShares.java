package dev.dbpool.autoconfigure;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;
import org.springframework.boot.flyway.autoconfigure.FlywayProperties;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseConnectionDetails;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseProperties;
import org.springframework.boot.sql.autoconfigure.init.ApplicationScriptDatabaseInitializer;
import org.springframework.boot.sql.autoconfigure.init.ConditionalOnSqlInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Says what migrates at start-up, whether or not db-pool connects it.
 */
@Configuration(proxyBeanMethods = false)
class StartUpShares {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ FlywayAutoConfiguration.class, org.flywaydb.core.Flyway.class })
	@ConditionalOnBooleanProperty(name = "spring.flyway.enabled", matchIfMissing = true)
	@EnableConfigurationProperties(FlywayProperties.class)
	static class FlywayConfiguration {

		@Bean
		StartUpShare dbPoolFlywayStartUpShare(FlywayProperties properties, ListableBeanFactory beans) {
			boolean own = ForeignDetails.names(beans, FlywayConnectionDetails.class).findAny().isPresent();
			return new StartUpShare("Flyway", "spring.flyway.enabled=false", 2, !own && properties.getUrl() == null);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ LiquibaseAutoConfiguration.class, liquibase.integration.spring.SpringLiquibase.class })
	@ConditionalOnBooleanProperty(name = "spring.liquibase.enabled", matchIfMissing = true)
	@EnableConfigurationProperties(LiquibaseProperties.class)
	static class LiquibaseConfiguration {

		@Bean
		StartUpShare dbPoolLiquibaseStartUpShare(LiquibaseProperties properties, ListableBeanFactory beans) {
			boolean own = ForeignDetails.names(beans, LiquibaseConnectionDetails.class).findAny().isPresent();
			return new StartUpShare("Liquibase", "spring.liquibase.enabled=false", 1,
					!own && properties.getUrl() == null);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnSqlInitialization
	@ConditionalOnMissingBean(ApplicationScriptDatabaseInitializer.class)
	static class SqlInitializationConfiguration {

		@Bean
		@ConditionalOnProperty(name = "spring.sql.init.mode", havingValue = "always")
		StartUpShare dbPoolSqlInitializationStartUpShare() {
			return new StartUpShare("spring.sql.init", "spring.sql.init.mode=never", 1, true);
		}

	}

}
