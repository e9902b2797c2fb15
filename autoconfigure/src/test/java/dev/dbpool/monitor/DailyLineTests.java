package dev.dbpool.monitor;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class DailyLineTests {

	private static final long START = -5;

	private final AtomicInteger lines = new AtomicInteger();

	private final DailyLine line = new DailyLine(() -> "line " + this.lines.incrementAndGet(), START);

	@Test
	void logsOneLineADayAndNoneAtTheStart(CapturedOutput output) {
		for (int hours = 0; hours < 24; hours++) {
			this.line.watch(START + TimeUnit.HOURS.toNanos(hours));
		}
		assertThat(output).doesNotContain("line 1");
		for (int hours = 24; hours < 72; hours++) {
			this.line.watch(START + TimeUnit.HOURS.toNanos(hours));
		}
		assertThat(output).containsOnlyOnce("line 1").containsOnlyOnce("line 2").doesNotContain("line 3");
	}

}
