package dev.dbpool.guard;

import java.lang.ref.WeakReference;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.List;

import dev.dbpool.GuardMode;
import dev.dbpool.Waiting;
import dev.dbpool.lease.SqlCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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

	@ParameterizedTest
	@ValueSource(strings = { "set search_path = 'acme'", "set schema 'acme'", "set role 'acme'",
			"set session authorization 'acme'", "set app.tenant = 'acme'",
			"select set_config('app.tenant', 'acme', false)", "select set_config($1, 'acme', false)",
			"set row_security = 'off'", "set session_replication_role = 'replica'", "set synchronous_commit = 'off'",
			"set session characteristics as transaction isolation level serializable",
			"reset all; set search_path = 'acme'" })
	void refusesWhatMayMisplaceDataUnlessToldOtherwise(String sql, CapturedOutput output) throws SQLException {
		SqlCheck guard = SessionStateGuard.of(GuardMode.AUTO);
		assertThatExceptionOfType(SQLFeatureNotSupportedException.class).isThrownBy(() -> guard.check(sql))
			.withMessageStartingWith("Refused behind a transaction pooler: it ")
			.withMessageContaining(", so that ")
			.withMessageContaining(". Use SET ")
			.withMessageContaining(". db-pool.guard.session-state=warn lets it pass. SQL: ")
			.withMessageNotContaining("acme");
		assertThat(output).doesNotContain(WARNING);
		assertThat(SessionStateGuard.of(GuardMode.WARN).check(sql)).isNull();
		assertThat(output.toString().lines().filter((line) -> line.contains(WARNING))).hasSize(1);
		assertThat(SessionStateGuard.of(GuardMode.OFF)).isSameAs(SqlCheck.NONE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "set statement_timeout = 1000", "set time zone 'UTC'", "reset search_path", "reset role",
			"set hnsw.ef_search = 100", "create temp table t (id int)", "create table pg_temp.t (id int)",
			"listen news", "select pg_advisory_lock(1)", "prepare q as select 1", "discard all" })
	void warnsOfWhatIsMerelyLost(String sql, CapturedOutput output) throws SQLException {
		assertThat(SessionStateGuard.of(GuardMode.AUTO).check(sql)).isNull();
		assertThat(output.toString().lines().filter((line) -> line.contains(WARNING))).hasSize(1);
		assertThatExceptionOfType(SQLFeatureNotSupportedException.class)
			.isThrownBy(() -> SessionStateGuard.of(GuardMode.FAIL).check(sql));
		assertThat(SessionStateGuard.pinning().check(sql)).isNotBlank();
	}

	@ParameterizedTest
	@EnumSource
	void letsPassWhatEndsWithTheTransaction(GuardMode mode, CapturedOutput output) throws SQLException {
		SqlCheck guard = SessionStateGuard.of(mode);
		assertThat(guard.check("set local search_path = a")).isNull();
		assertThat(guard.check("select set_config('app.tenant', 'acme', true)")).isNull();
		assertThat(guard.check("set transaction isolation level serializable")).isNull();
		assertThat(output).doesNotContain(WARNING);
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
