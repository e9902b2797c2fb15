package dev.dbpool.sizing;

import dev.dbpool.InvalidSettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PoolSizeTests {

	@Test
	void defaultsToTenAndTen() {
		assertThat(PoolSize.of("db-pool", null, null)).isEqualTo(new PoolSize(10, 10));
		assertThat(PoolSize.of("db-pool", 3, null)).isEqualTo(new PoolSize(3, 10));
		assertThat(PoolSize.of("db-pool", null, 0)).isEqualTo(new PoolSize(10, 0));
	}

	@Test
	void addsUpToTheMaximum() {
		assertThat(new PoolSize(3, 2).maximum()).isEqualTo(5);
		assertThat(new PoolSize(1, Integer.MAX_VALUE - 1).maximum()).isEqualTo(Integer.MAX_VALUE);
	}

	@ParameterizedTest
	@CsvSource({ "0,0,db-pool.size is '0'", "-1,5,db-pool.size is '-1'", "1,-1,db-pool.max-overflow is '-1'",
			"2,2147483646,db-pool.max-overflow is '2147483646'" })
	void refusesWhatNoPoolCanBe(int size, int maxOverflow, String message) {
		assertThatExceptionOfType(InvalidSettingException.class)
			.isThrownBy(() -> PoolSize.of("db-pool", size, maxOverflow))
			.withMessageStartingWith(message);
	}

}
