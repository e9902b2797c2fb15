package dev.dbpool.lease;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LeaseSnapshotTests {

	@Test
	void namesCannotForgeALineOfTheLog() {
		LeaseSnapshot lease = new LeaseSnapshot("worker\n2026-11-21 WARN forged", "Chats\u001b[31m.save",
				Duration.ofMillis(2150), Duration.ofMillis(215), 1, "select ?", LeaseState.IN_TRANSACTION, null, false,
				List.of(), List.of());
		assertThat(lease.inWords()).isEqualTo("worker?2026-11-21 WARN forged in Chats?[31m.save for 2.1s, busy 10 %, "
				+ "in transaction, last SQL: select ?");
	}

}
