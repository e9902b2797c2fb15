package dev.dbpool.guard;

import java.lang.ref.WeakReference;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import dev.dbpool.Waiting;
import dev.dbpool.lease.SqlCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class SessionStateGuardTests {

	private static final String WARNING = "This does not work behind a transaction pooler: ";

	@Test
	void keepsNoLongText() throws SQLException {
		SqlCheck guard = SessionStateGuard.of(GuardMode.WARN);
		List<WeakReference<String>> texts = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			texts.add(check(guard, "insert into t values (" + i + ", '" + "x".repeat(300_000) + "')"));
		}
		awaitKept(texts, 0);
	}

	@Test
	void keepsTheTextsThatWereUsedLast() throws SQLException {
		SqlCheck guard = SessionStateGuard.of(GuardMode.WARN);
		WeakReference<String> often = check(guard, "select * from often");
		List<WeakReference<String>> texts = new ArrayList<>();
		for (int i = 0; i < 5000; i++) {
			texts.add(check(guard, "select " + i));
			check(guard, "select * from often");
		}
		awaitKept(texts, 1000);
		assertThat(often.get()).isNotNull();
		assertThat(texts.get(4999).get()).isNotNull();
	}

	private static WeakReference<String> check(SqlCheck guard, String sql) throws SQLException {
		String text = new String(sql);
		assertThat(guard.check(text)).isNull();
		return new WeakReference<>(text);
	}

	private static void awaitKept(List<WeakReference<String>> texts, int atMost) {
		Waiting.await().until(() -> {
			System.gc();
			return texts.stream().filter((text) -> text.get() != null).count() <= atMost;
		});
	}

	@Test
	void doesNotFillTheLog(CapturedOutput output) throws SQLException {
		SqlCheck guard = SessionStateGuard.of(GuardMode.WARN);
		for (int i = 0; i < 1100; i++) {
			guard.check("set x" + i + " = 1");
		}
		assertThat(output.toString().lines().filter((line) -> line.contains(WARNING))).hasSize(1000);
		assertThat(output).containsOnlyOnce("Further kinds are not logged");
	}

}
