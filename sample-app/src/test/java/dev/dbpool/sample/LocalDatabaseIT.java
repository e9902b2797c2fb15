package dev.dbpool.sample;

import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What the application starts for itself, it also stops.
 */
class LocalDatabaseIT {

	private static final List<URI> started = new ArrayList<>();

	@AfterEach
	void forget() {
		started.clear();
		System.clearProperty("pgbouncer.path");
	}

	@Test
	void stopsWithTheContext() throws Exception {
		try (ConfigurableApplicationContext context = application(Peaceful.class).run()) {
			for (URI uri : started(context.getEnvironment())) {
				new Socket(uri.getHost(), uri.getPort()).close();
			}
		}
		assertThatNothingRuns();
	}

	@Test
	void stopsWhenTheStartUpFails() {
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> application(Failing.class).run())
			.withStackTraceContaining("fails on purpose");
		assertThatNothingRuns();
	}

	@Test
	void saysHowToGetAMissingPgBouncer() {
		System.setProperty("pgbouncer.path", "/nowhere/pgbouncer");
		assertThatIllegalStateException().isThrownBy(() -> application(Peaceful.class).run())
			.withMessageContaining("apt-get install pgbouncer");
	}

	private static void assertThatNothingRuns() {
		assertThat(started).hasSize(2)
			.allSatisfy((uri) -> assertThatExceptionOfType(ConnectException.class)
				.isThrownBy(() -> new Socket(uri.getHost(), uri.getPort())));
	}

	private static SpringApplication application(Class<?> configuration) {
		return new SpringApplicationBuilder(configuration).web(WebApplicationType.NONE)
			.initializers(new LocalDatabase())
			.build();
	}

	private static List<URI> started(Environment environment) {
		for (String name : List.of(LocalDatabase.DATABASE_URL, LocalDatabase.POOLER_URL)) {
			started.add(URI.create(environment.getRequiredProperty(name)));
		}
		return started;
	}

	@Configuration(proxyBeanMethods = false)
	static class Peaceful {

	}

	@Configuration(proxyBeanMethods = false)
	static class Failing {

		@Bean
		String failing(Environment environment) {
			started(environment);
			throw new IllegalStateException("fails on purpose");
		}

	}

}
