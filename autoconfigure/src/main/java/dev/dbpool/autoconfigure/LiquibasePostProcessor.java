package dev.dbpool.autoconfigure;

import javax.sql.DataSource;

import liquibase.integration.spring.MultiTenantSpringLiquibase;
import liquibase.integration.spring.SpringLiquibase;

import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Gives Liquibase the direct URL if the application configures it itself.
 */
class LiquibasePostProcessor implements BeanPostProcessor {

	private final SchemaWorkRoute route;

	LiquibasePostProcessor(SchemaWorkRoute route) {
		this.route = route;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		if (bean instanceof SpringLiquibase liquibase) {
			DataSource direct = this.route.insteadOf(beanName, liquibase.getDataSource());
			if (direct != null) {
				liquibase.setDataSource(direct);
			}
		}
		if (bean instanceof MultiTenantSpringLiquibase liquibase) {
			DataSource direct = this.route.insteadOf(beanName, liquibase.getDataSource());
			if (direct != null) {
				liquibase.setDataSource(direct);
			}
		}
		return bean;
	}

}
