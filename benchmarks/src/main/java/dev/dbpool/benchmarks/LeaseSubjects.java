package dev.dbpool.benchmarks;

import java.time.Duration;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.CaptureStacks;
import dev.dbpool.guard.SessionStateGuard;
import dev.dbpool.lease.ConnectionRules;
import dev.dbpool.lease.LeaseSettings;
import dev.dbpool.lease.LeasingDataSource;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Makes the data source of the starter.
 */
final class LeaseSubjects {

	static final int POOL_SIZE = 4;

	private LeaseSubjects() {
	}

	/**
	 * By hand: the starter leaves alone what is not PostgreSQL.
	 */
	static Subject over(HikariDataSource pool) {
		ConnectionRules rules = ConnectionRules.direct(true, SessionStateGuard.pinning());
		LeaseSettings settings = new LeaseSettings(Duration.ofSeconds(30), Duration.ofSeconds(2),
				CaptureStacks.AFTER_SUSPECT);
		return new Subject(new LeasingDataSource(pool, pool, rules, settings), pool::close);
	}

	/**
	 * As an application gets it.
	 */
	static Subject of(Server server) {
		ConfigurableApplicationContext application = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.run(server.arguments("--spring.datasource.hikari.maximum-pool-size=" + POOL_SIZE,
					"--db-pool.lease.release=after-transaction"));
		return new Subject(application.getBean(DataSource.class), application::close);
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration(
			exclude = { HibernateJpaAutoConfiguration.class, DataJpaRepositoriesAutoConfiguration.class })
	static class Application {

	}

}
