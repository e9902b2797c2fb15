package dev.dbpool.conformance;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.PriorityOrdered;

/**
 * An application as a user of db-pool has it, but for the order in which its pool hands
 * out connections.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
class PooledApplication {

	@Bean
	static Rotation rotation() {
		return new Rotation();
	}

	static final class Rotation implements BeanPostProcessor, PriorityOrdered {

		@Override
		public Object postProcessAfterInitialization(Object bean, String name) {
			return (bean instanceof HikariDataSource pool) ? new RotatingDataSource(pool) : bean;
		}

		@Override
		public int getOrder() {
			// Below the leases.
			return HIGHEST_PRECEDENCE;
		}

	}

}
