package dev.dbpool.neighbours;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Libraries create their tables on the data source that they query. The pooler has one
 * server connection, so that whatever a session leaves behind shows at once.
 */
@ExtendWith(OutputCaptureExtension.class)
class SchemaInitializationIT {

	private static final String RECORD_DDL = """
			create table public.ddl (command text, application text);
			grant select on public.ddl to public;
			create function public.record_ddl() returns event_trigger security definer language plpgsql as
				$$ begin insert into public.ddl values (tg_tag, current_setting('application_name')); end $$;
			create event trigger record_ddl on ddl_command_end execute function public.record_ddl();
			""";

	private final PgFixture fixture = PgFixture.get();

	private final String database = this.fixture.newDatabase();

	@Test
	void librariesCreateTheirTablesOverTheDirectUrl(CapturedOutput output) throws SQLException {
		try (Connection connection = this.fixture.connect(this.database, Credentials.SUPERUSER);
				Statement statement = connection.createStatement()) {
			statement.execute(RECORD_DDL);
		}
		try (Pooler pooler = this.fixture.startPooler(PoolerOptions.transactionMode(1));
				ConfigurableApplicationContext context = start(pooler)) {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			assertThat(jdbc.queryForList("select distinct command from public.ddl", String.class))
				.contains("CREATE TABLE", "CREATE SCHEMA");
			assertThat(jdbc.queryForList("select distinct application from public.ddl", String.class))
				.containsExactly("direct");
			assertThat(jdbc.queryForObject("select current_schema()", String.class)).isEqualTo("public");
			assertThat(jdbc.queryForObject("select to_regclass('qrtz_locks') is not null "
					+ "and to_regclass('events.event_publication') is not null", Boolean.class))
				.isTrue();
		}
		assertThat(output).doesNotContain("through the transaction pooler", "does not work behind");
	}

	private ConfigurableApplicationContext start(Pooler pooler) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", "spring.jmx.enabled=false")
			.run("--spring.datasource.url=" + this.fixture.postgres().uri(Credentials.APPLICATION, this.database)
					+ "?application_name=direct",
					"--db-pool.pooler.url=" + pooler.address().uri(Credentials.APPLICATION, this.database)
							+ "?application_name=pooled",
					"--spring.quartz.job-store-type=jdbc", "--spring.quartz.jdbc.initialize-schema=always",
					"--spring.quartz.auto-startup=false",
					"--spring.modulith.events.jdbc.schema-initialization.enabled=true",
					"--spring.modulith.events.jdbc.schema=events");
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

	}

}
