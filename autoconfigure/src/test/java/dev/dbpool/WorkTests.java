package dev.dbpool;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WorkTests {

	@AfterEach
	void nothingIsLeft() {
		Work.leased();
		assertThat(Work.isCurrentContinuing()).isFalse();
	}

	@Test
	void continuesOnceItHadALease() {
		try (Work work = Work.begin(false)) {
			assertThat(Work.isCurrentContinuing()).isFalse();
			assertThat(work.isContinuing()).isFalse();
			Work.leased();
			assertThat(Work.isCurrentContinuing()).isTrue();
			assertThat(work.isContinuing()).isTrue();
		}
	}

	@Test
	void continuesWhatHadALease() {
		try (Work work = Work.begin(true)) {
			assertThat(Work.isCurrentContinuing()).isTrue();
			assertThat(work.isContinuing()).isTrue();
		}
	}

	@Test
	void outsideOfWorkNothingIsRemembered() {
		Work.leased();
		assertThat(Work.isCurrentContinuing()).isFalse();
		try (Work work = Work.begin(false)) {
			assertThat(work.isContinuing()).isFalse();
		}
	}

	@Test
	void tellsTheMarkAfterItsEnd() {
		Work work = Work.begin(false);
		Work.leased();
		work.close();
		assertThat(work.isContinuing()).isTrue();
		assertThat(Work.isCurrentContinuing()).isFalse();
	}

	@Test
	void innerWorkIsOfItsOwn() {
		try (Work outer = Work.begin(false)) {
			try (Work inner = Work.begin(false)) {
				Work.leased();
				assertThat(inner.isContinuing()).isTrue();
			}
			assertThat(Work.isCurrentContinuing()).isFalse();
			Work.leased();
			try (Work inner = Work.begin(false)) {
				assertThat(Work.isCurrentContinuing()).isFalse();
				assertThat(inner.isContinuing()).isFalse();
			}
			assertThat(Work.isCurrentContinuing()).isTrue();
			assertThat(outer.isContinuing()).isTrue();
		}
	}

	@Test
	void closingTwiceEndsNothingElse() {
		try (Work outer = Work.begin(true)) {
			Work inner = Work.begin(false);
			inner.close();
			inner.close();
			assertThat(Work.isCurrentContinuing()).isTrue();
			assertThat(outer.isContinuing()).isTrue();
		}
	}

	@Test
	void endsWhatWasForgottenWithin() {
		Work outer = Work.begin(true);
		Work forgotten = Work.begin(true);
		outer.close();
		assertThat(Work.isCurrentContinuing()).isFalse();
		forgotten.close();
		assertThat(Work.isCurrentContinuing()).isFalse();
	}

	@Test
	void belongsToItsThread() throws Exception {
		Work work = Work.begin(true);
		boolean elsewhere = CompletableFuture.supplyAsync(() -> {
			work.close();
			return Work.isCurrentContinuing();
		}).get(60, TimeUnit.SECONDS);
		assertThat(elsewhere).isFalse();
		assertThat(Work.isCurrentContinuing()).isTrue();
		work.close();
	}

}
