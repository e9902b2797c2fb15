package dev.dbpool.lease;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class LeaseClockTests {

	/**
	 * How many steps the sequences have.
	 */
	private static final int STEPS = 6;

	private final LeaseClock clock = new LeaseClock() {
	};

	/**
	 * Where {@link System#nanoTime()} begins is left to the JVM; it may be negative, and
	 * may overflow.
	 */
	@ParameterizedTest
	@ValueSource(longs = { 1, 1_000_000, -1_000_000, -3, Long.MAX_VALUE - 3, Long.MIN_VALUE })
	void countsAsAStopwatchDoes(long start) {
		for (List<Step> steps : sequences(STEPS)) {
			LeaseClock clock = new LeaseClock() {
			};
			long now = start;
			long held = 0;
			long busy = 0;
			boolean runs = false;
			clock.heldNanos(now);
			for (Step step : steps) {
				now++;
				held++;
				busy += runs ? 1 : 0;
				switch (step) {
					case BUSY -> clock.busy(now);
					case IDLE -> clock.idle(now);
					case LOOK -> clock.isOverdue(now, 1, 1);
				}
				runs = (step != Step.LOOK) ? step == Step.BUSY : runs;
				assertThat(clock.heldNanos(now)).describedAs("%s", steps).isEqualTo(held);
				assertThat(clock.busyNanos(held)).describedAs("%s", steps).isEqualTo(busy);
			}
			clock.idle(now);
			assertThat(clock.totalBusyNanos()).describedAs("%s", steps).isEqualTo(busy);
		}
	}

	private static List<List<Step>> sequences(int length) {
		if (length == 0) {
			return List.of(List.of());
		}
		List<List<Step>> sequences = new ArrayList<>();
		for (List<Step> shorter : sequences(length - 1)) {
			for (Step step : Step.values()) {
				List<Step> longer = new ArrayList<>(shorter);
				longer.add(step);
				sequences.add(longer);
			}
		}
		return sequences;
	}

	@Test
	void beginsWithTheFirstStatement() {
		this.clock.busy(100);
		this.clock.idle(130);
		assertThat(this.clock.heldNanos(150)).isEqualTo(50);
		assertThat(this.clock.busyNanos(50)).isEqualTo(30);
	}

	@Test
	void beginsWhenTheWatcherAsksFirst() {
		assertThat(this.clock.isOverdue(100, 1, 1)).isFalse();
		this.clock.busy(150);
		assertThat(this.clock.heldNanos(160)).isEqualTo(60);
		assertThat(this.clock.busyNanos(60)).isEqualTo(10);
	}

	/**
	 * There 0 stands for "not yet".
	 */
	@Test
	void beginsAtTheNextLookIfTheTimeIsExactlyZero() {
		this.clock.busy(0);
		this.clock.idle(10);
		assertThat(this.clock.totalBusyNanos()).isZero();
		assertThat(this.clock.heldNanos(30)).isEqualTo(20);
		assertThat(this.clock.busyNanos(20)).isZero();
	}

	@Test
	void isNeverNegative() {
		this.clock.busy(100);
		assertThat(this.clock.heldNanos(90)).isZero();
		this.clock.idle(90);
		assertThat(this.clock.totalBusyNanos()).isZero();
	}

	/**
	 * The owner may begin or end something between the two looks of a reader.
	 */
	@Test
	void wasNeverBusyForLongerThanItWasHeld() {
		this.clock.busy(100);
		long held = this.clock.heldNanos(110);
		this.clock.idle(140);
		assertThat(this.clock.busyNanos(held)).isEqualTo(held);
	}

	@Test
	void nothingWasBusyBeforeTheFirstStatement() {
		assertThat(this.clock.heldNanos(100)).isZero();
		assertThat(this.clock.busyNanos(this.clock.heldNanos(150))).isZero();
		this.clock.idle(160);
		assertThat(this.clock.totalBusyNanos()).isZero();
	}

	@Test
	void isOverdueFromTheLimitOn() {
		this.clock.busy(1000);
		assertThat(this.clock.isOverdue(1099, 100, 10)).isFalse();
		assertThat(this.clock.isOverdue(1100, 100, 10)).isTrue();
	}

	@Test
	void isOverdueIfItWasIdleForLongAltogether() {
		this.clock.busy(1000);
		this.clock.idle(1050);
		assertThat(this.clock.isOverdue(1059, 100, 10)).isFalse();
		assertThat(this.clock.isOverdue(1060, 100, 10)).isTrue();
		this.clock.busy(1060);
		assertThat(this.clock.isOverdue(1070, 100, 11)).isFalse();
		this.clock.idle(1070);
		assertThat(this.clock.isOverdue(1071, 100, 11)).isTrue();
	}

	/**
	 * What a clock is told in a nanosecond.
	 */
	private enum Step {

		BUSY, IDLE, LOOK

	}

}
