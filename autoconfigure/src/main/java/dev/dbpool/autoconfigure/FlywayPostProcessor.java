package dev.dbpool.autoconfigure;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;

import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Gives a {@link Flyway} that the application configures itself the direct URL.
 */
class FlywayPostProcessor implements BeanPostProcessor {

	private final SchemaWorkRoute route;

	FlywayPostProcessor(SchemaWorkRoute route) {
		this.route = route;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		// A subclass may be more than its configuration says.
		if (bean.getClass() == Flyway.class) {
			Flyway flyway = (Flyway) bean;
			DataSource direct = this.route.insteadOf(beanName, flyway.getConfiguration().getDataSource());
			if (direct != null) {
				return Flyway.configure(flyway.getConfiguration().getClassLoader())
					.configuration(flyway.getConfiguration())
					.dataSource(direct)
					.load();
			}
		}
		return bean;
	}

}
