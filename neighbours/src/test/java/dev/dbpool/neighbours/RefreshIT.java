package dev.dbpool.neighbours;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.cloud.context.refresh.ContextRefresher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring Cloud binds the application's settings anew while it runs.
 */
class RefreshIT {

	private static final String NEVER = "spring.cloud.refresh.never-refreshable";

	private final Map<String, Object> settings = new HashMap<>(Map.of("greeting.text", "before"));

	@ParameterizedTest
	@ValueSource(strings = { "spring.cloud.bootstrap.enabled=false", "spring.cloud.bootstrap.enabled=true",
			"spring.datasource.connection-fetch=lazy" })
	void bindsTheApplicationsSettingsAnewAndLeavesThePoolAlone(String property) {
		try (ConfigurableApplicationContext context = start(property)) {
			DataSource dataSource = context.getBean(DataSource.class);
			for (String text : List.of("after", "later")) {
				refresh(context, text);
				assertThat(context.getBean(Greeting.class).getText()).isEqualTo(text);
			}
			assertThat(context.getBean(DataSource.class)).isSameAs(dataSource);
			assertThat(new JdbcTemplate(dataSource).queryForObject("select 1", Integer.class)).isOne();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { NEVER + "=com.example.Other,dev.dbpool.neighbours.RefreshIT$Greeting",
			NEVER + "[0]=dev.dbpool.neighbours.RefreshIT$Greeting",
			"spring.cloud.refresh.neverRefreshable=${greeting.class}" })
	void keepsWhatTheUserExcluded(String own) {
		try (ConfigurableApplicationContext context = start(own, "greeting.class=" + Greeting.class.getName())) {
			refresh(context, "after");
			assertThat(context.getBean(Greeting.class).getText()).isEqualTo("before");
		}
	}

	@Test
	void keepsWhatTheUserExcludesLater() {
		try (ConfigurableApplicationContext context = start()) {
			this.settings.put(NEVER, "greeting");
			refresh(context, "after");
			assertThat(context.getBean(Greeting.class).getText()).isEqualTo("before");
			assertThat(context.getEnvironment().getProperty(NEVER))
				.isEqualTo("greeting,dataSource,dev.dbpool.lease.LeasingDataSource");
		}
	}

	private void refresh(ConfigurableApplicationContext context, String text) {
		this.settings.put("greeting.text", text);
		context.getBean(ContextRefresher.class).refresh();
	}

	private ConfigurableApplicationContext start(String... properties) {
		PgFixture fixture = PgFixture.get();
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", "spring.jmx.enabled=false")
			.initializers((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("test", this.settings)))
			.run(Stream
				.concat(Stream.of("spring.datasource.url="
						+ fixture.postgres().uri(Credentials.APPLICATION, fixture.newDatabase())),
						Stream.of(properties))
				.map((property) -> "--" + property)
				.toArray(String[]::new));
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

		@Bean
		@ConfigurationProperties("greeting")
		Greeting greeting() {
			return new Greeting();
		}

	}

	static class Greeting {

		private String text;

		String getText() {
			return this.text;
		}

		void setText(String text) {
			this.text = text;
		}

	}

}
