package dev.dbpool.neighbours.libraries;

import java.util.Collection;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * datasource-micrometer observes connections, queries and result sets.
 */
@BothWays(properties = "--jdbc.datasource-proxy.enabled=true")
class MicrometerIT extends AbstractLibraryIT {

	@ParameterizedTest
	@ValueSource(strings = { "jdbc.connection", "jdbc.query", "jdbc.result-set" })
	void observesEachOnce(String name) {
		long before = count(name);
		assertThat(jdbc().queryForObject("select 42", Integer.class)).isEqualTo(42);
		assertThat(count(name) - before).isOne();
	}

	@Test
	void namesThePool() {
		jdbc().queryForObject("select 42", Integer.class);
		assertThat(timers("jdbc.query")).isNotEmpty()
			.allSatisfy((timer) -> assertThat(timer.getId().getTag("jdbc.datasource.pool")).startsWith("HikariPool-"));
	}

	private long count(String name) {
		return timers(name).stream().mapToLong(Timer::count).sum();
	}

	private Collection<Timer> timers(String name) {
		return bean(MeterRegistry.class).find(name).timers();
	}

}
