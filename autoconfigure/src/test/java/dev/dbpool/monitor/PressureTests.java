package dev.dbpool.monitor;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class PressureTests {

	private final Pressure pressure = new Pressure();

	// A monotonic clock may begin anywhere.
	private long now = Long.MAX_VALUE - TimeUnit.MILLISECONDS.toNanos(500);

	@ParameterizedTest
	@CsvSource({ "10,9,0,true", "10,8,0,false", "10,0,1,true", "1,1,0,true", "1,0,0,false", "20,18,0,true",
			"20,17,0,false", "11,10,0,true", "11,9,0,false", "2147483647,2147483647,0,true" })
	void isNineOfTenOrAWaiter(int maximum, int checkedOut, int waiting, boolean expected) {
		this.pressure.observe(maximum, checkedOut, waiting, this.now);
		assertThat(this.pressure.observe(maximum, checkedOut, waiting, after(1000))).isEqualTo(expected);
	}

	@Test
	void lastsASecond() {
		assertThat(this.pressure.observe(10, 10, 0, this.now)).isFalse();
		assertThat(this.pressure.observe(10, 10, 0, after(999))).isFalse();
		assertThat(this.pressure.observe(10, 10, 0, after(1))).isTrue();
	}

	@Test
	void beginsAnewAfterItWasGone() {
		this.pressure.observe(10, 10, 0, this.now);
		assertThat(this.pressure.observe(10, 8, 0, after(900))).isFalse();
		assertThat(this.pressure.observe(10, 10, 0, after(100))).isFalse();
		assertThat(this.pressure.observe(10, 9, 0, after(999))).isFalse();
		assertThat(this.pressure.observe(10, 0, 1, after(1))).isTrue();
	}

	private long after(long millis) {
		this.now += TimeUnit.MILLISECONDS.toNanos(millis);
		return this.now;
	}

}
