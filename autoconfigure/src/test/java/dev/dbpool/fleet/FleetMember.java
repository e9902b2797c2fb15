package dev.dbpool.fleet;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.dbpool.Load;
import dev.dbpool.autoconfigure.DbPoolAutoConfiguration;
import dev.dbpool.autoconfigure.DbPoolMigrationAutoConfiguration;
import dev.dbpool.autoconfigure.DbPoolMonitorAutoConfiguration;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * One process of a fleet: starts, migrates, and at each {@code load} that it reads works
 * with more threads than it has connections. {@link FleetProcess} is its other end.
 */
public final class FleetMember {

	static final String READY = "member is ready";

	static final String LOADED = "member has worked, with the failures ";

	private FleetMember() {
	}

	public static void main(String[] args) throws IOException {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.run(args);
				BufferedReader commands = new BufferedReader(
						new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			System.out.println(READY);
			while ("load".equals(commands.readLine())) {
				List<Exception> failures = Load.run(20, 10,
						() -> jdbc.queryForObject("select 1 from pg_sleep(0.02)", Integer.class));
				System.out.println(LOADED + failures);
			}
		}
	}

	@SpringBootConfiguration
	@ImportAutoConfiguration({ DbPoolAutoConfiguration.class, DbPoolMonitorAutoConfiguration.class,
			DbPoolMigrationAutoConfiguration.class, DataSourceAutoConfiguration.class,
			JdbcTemplateAutoConfiguration.class, FlywayAutoConfiguration.class })
	static class Application {

	}

}
