package dev.dbpool.sizing;

import java.time.Duration;

import dev.dbpool.InvalidSettingException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PoolTimesTests {

	private static final Duration FINE = Duration.ofMinutes(1);

	@ParameterizedTest
	@CsvSource({ "PT0S,0s", "PT-1S,-1s", "PT29.999S,29999ms" })
	void refusesToRecycleSoonerThanThePoolCan(Duration recycle, String value) {
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(() -> new PoolTimes(recycle, FINE))
			.withMessage("db-pool.recycle is '" + value + "', but the pool allows no less than 30s. "
					+ "Set db-pool.recycle to 30s or more; a number without a unit means seconds.");
	}

	@ParameterizedTest
	@CsvSource({ "PT0S,0s", "PT-0.001S,-1ms", "PT0.249S,249ms" })
	void refusesToWaitShorterThanThePoolCan(Duration timeout, String value) {
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(() -> new PoolTimes(FINE, timeout))
			.withMessage("db-pool.timeout is '" + value + "', but the pool allows no less than 250ms. "
					+ "Set db-pool.timeout to 250ms or more; a number without a unit means seconds.");
	}

	@ParameterizedTest
	@CsvSource({ "PT30M,PT30S", "PT33S,PT30S", "PT32S,PT30S", "PT31S,PT29S", "PT30S,PT28S" })
	void closesIdleOverflowBeforeItIsRecycled(Duration recycle, Duration idle) {
		assertThat(PoolTimes.idleTimeout(recycle)).isEqualTo(idle);
	}

	@ParameterizedTest
	@CsvSource({ "PT5M,5m", "PT90S,90s", "PT0.25S,250ms", "PT1H,60m", "PT0S,0s" })
	void writesDurationsAsThePropertiesDo(Duration duration, String words) {
		assertThat(PoolTimes.inWords(duration)).isEqualTo(words);
	}

}
