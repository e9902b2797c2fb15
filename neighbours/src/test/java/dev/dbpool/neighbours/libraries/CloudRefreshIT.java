package dev.dbpool.neighbours.libraries;

import java.util.Map;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.cloud.context.refresh.ContextRefresher;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring Cloud binds the application's settings anew, and leaves the pool alone.
 */
@BothWays
class CloudRefreshIT extends AbstractLibraryIT {

	@Test
	void bindsTheApplicationsSettingsAnewAndLeavesThePoolAlone() {
		jdbc().queryForObject("select 1", Integer.class);
		DataSource dataSource = bean(DataSource.class);
		this.application.context()
			.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("changed", Map.of("greeting.text", "after")));
		bean(ContextRefresher.class).refresh();
		assertThat(bean(Greeting.class).getText()).isEqualTo("after");
		assertThat(bean(DataSource.class)).isSameAs(dataSource);
		assertThat(jdbc().queryForObject("select 1", Integer.class)).isOne();
	}

	@ConfigurationProperties("greeting")
	static class Greeting {

		private String text = "before";

		String getText() {
			return this.text;
		}

		void setText(String text) {
			this.text = text;
		}

	}

}
