package dev.dbpool.error;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is told from which text.
 */
class PoolerErrorsTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					FATAL | 08P01 | no more connections allowed (max_client_conn) | POOLER_FULL
					FATAL | 08P01 | no more connections allowed | POOLER_FULL
					FATAL | XX000 | Max client connections reached | POOLER_FULL
					FATAL | XX000 | (EMAXCLIENTCONN) max client connections reached, limit: 200 | POOLER_FULL
					FATAL | XX000 | (EMAXCONN) max client connections reached, limit: 200 | POOLER_FULL
					FATAL | XX000 | (EMAXPROXYCONN) max proxy connections reached, limit: 200 | POOLER_FULL
					FATAL | XX000 | (EMAXCLIENTSESSION) max clients reached in session mode - max clients are limited to pool_size: 15 | SESSION_MODE_FULL
					FATAL | XX000 | (EMAXCONNSESSION) max clients reached in session mode - max clients are limited to pool_size: 15 | SESSION_MODE_FULL
					FATAL | XX000 | MaxClientsInSessionMode: max clients reached - in Session mode max clients are limited to pool_size | SESSION_MODE_FULL
					FATAL | XX000 | ClientHandler: MaxClientsInSessionMode: max clients reached - in Session mode max clients are limited to pool_size | SESSION_MODE_FULL
					FATAL | 53300 | sorry, too many clients already | SERVER_FULL
					FATAL | 08P01 | sorry, too many clients already | SERVER_FULL
					FATAL | 08P01 | server login has been failing, cached error: FATAL: sorry, too many clients already (server_login_retry) | SERVER_FULL
					FATAL | 53300 | tut mir leid, schon zu viele Verbindungen | SERVER_FULL
					FATAL | 53300 | remaining connection slots are reserved for roles with the SUPERUSER attribute | SLOTS_RESERVED
					FATAL | 08P01 | remaining connection slots are reserved for roles with the SUPERUSER attribute | SLOTS_RESERVED
					FATAL | 53300 | remaining connection slots are reserved for non-replication superuser connections | SLOTS_RESERVED
					FATAL | 53300 | remaining connection slots are reserved for roles with privileges of the "pg_use_reserved_connections" role | SLOTS_RESERVED
					FATAL | 53300 | too many connections for role "app" | ROLE_FULL
					FATAL | 08P01 | too many connections for role "app" | ROLE_FULL
					FATAL | 53300 | too many connections for database "app" | DATABASE_FULL
					FATAL | 08P01 | query_wait_timeout | QUEUED_TOO_LONG
					FATAL | XX000 | unable to check out connection from the pool after 60000ms in Transaction mode | QUEUED_TOO_LONG
					FATAL | XX000 | (ECHECKOUTTIMEOUT) unable to check out connection from the pool after 60000ms in Transaction mode | QUEUED_TOO_LONG
					FATAL | 08P01 | query timeout | POOLER_QUERY_TIMEOUT
					FATAL | 08P01 | server login has been failing, try again later (server_login_retry) | LOGIN_FAILING
					FATAL | 08P01 | server login has been failing, cached error: connect failed (server_login_retry) | LOGIN_FAILING
					FATAL | 08P01 | client_login_timeout (server down) | LOGIN_FAILING
					FATAL | 08P01 | unsupported startup parameter: search_path | STARTUP_PARAMETER
					FATAL | 08P01 | unsupported startup parameter: options | STARTUP_PARAMETER
					FATAL | 08P01 | unsupported startup parameter in options: search_path | STARTUP_PARAMETER
					FATAL | 08P01 | SSL required | TLS_REQUIRED
					FATAL | XX000 | (ESSLREQUIRED) SSL connection is required for user: app | TLS_REQUIRED
					FATAL | 08P01 | SASL authentication failed | AUTHENTICATION
					FATAL | 28P01 | password authentication failed for user "app" | AUTHENTICATION
					FATAL | 08P01 | password authentication failed | AUTHENTICATION
					FATAL | 28P01 | Passwort-Authentifizierung für Benutzer »app« fehlgeschlagen | AUTHENTICATION
					FATAL | 08P01 | no such user | UNKNOWN_USER
					FATAL | 08P01 | no such user: app | UNKNOWN_USER
					FATAL | 08P01 | no such database: app | UNKNOWN_USER
					FATAL | XX000 | Tenant or user not found | UNKNOWN_USER
					FATAL | XX000 | (ENOTFOUND) tenant/user app.abc not found | UNKNOWN_USER
					FATAL | XX000 | (ETENANTNOTFOUND) tenant or user not found | UNKNOWN_USER
					FATAL | 08P01 | bouncer config error | POOLER_CONFIGURATION
					FATAL | 08P01 | transaction blocks not allowed in statement pooling mode | STATEMENT_MODE
					ERROR | 42P05 | prepared statement "S_1" already exists | PREPARED_STATEMENT
					ERROR | 26000 | prepared statement "S_17" does not exist | PREPARED_STATEMENT
					ERROR | 08P01 | bind message supplies 1 parameters, but prepared statement "S_1" requires 2 | PREPARED_STATEMENT
					ERROR | 0A000 | cached plan must not change result type | CACHED_PLAN
					FATAL | XX000 | (EMAXPREPARED) max prepared statements limit reached. Limit: 100 per connection | TOO_MANY_PREPARED
					ERROR | XX000 | Max prepared statements limit reached. Limit: 100 per connection | TOO_MANY_PREPARED
					FATAL | 08P01 | client_idle_timeout | CLIENT_IDLE
					FATAL | 08P01 | idle transaction timeout | IDLE_IN_TRANSACTION
					""")
	void toldByText(String severity, String sqlState, String text, KnownError known) {
		PSQLException error = error(severity, sqlState, text);
		assertThat(KnownError.of(error)).isEqualTo(known);
		assertThat(PoolerErrors.explain(new IllegalStateException(error))).hasValueSatisfying((explanation) -> {
			assertThat(explanation.message()).isEqualTo(severity + ": " + text);
			assertThat(explanation.happened()).endsWith(".").isEqualTo(known.happened());
			assertThat(explanation.action()).endsWith(".").isEqualTo(known.action());
		});
	}

	/**
	 * What an application, its SQL or its data may say.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			ERROR | P0001 | no such user
			ERROR | P0001 | SSL required
			ERROR | 23505 | duplicate key value violates unique constraint "query_wait_timeout"
			ERROR | 42P05 | prepared statement "mine" already exists
			ERROR | 26000 | prepared statement "mine" does not exist
			ERROR | 57014 | canceling statement due to user request
			ERROR | 42703 | column "client_idle_timeout" does not exist
			FATAL | 57P01 | terminating connection due to administrator command
			FATAL | 3D000 | database "app" does not exist
			FATAL | 28000 | role "app" is not permitted to log in
			""")
	void notTold(String severity, String sqlState, String text) {
		PSQLException error = error(severity, sqlState, text);
		assertThat(PoolerErrors.explain(error)).isEmpty();
		assertThat(PoolerErrors.explained(error) == error).isTrue();
		assertThat(error.getSuppressed()).isEmpty();
	}

	@Test
	void onlyWhatADatabaseSaidCounts() {
		assertThat(PoolerErrors.explain(new IllegalStateException("FATAL: query_wait_timeout"))).isEmpty();
		assertThat(PoolerErrors.explain(new SQLException())).isEmpty();
	}

	@Test
	void theExceptionStaysWhatItIs() {
		PSQLException error = error("FATAL", "08P01", "query_wait_timeout");
		SQLException timeout = new SQLTransientConnectionException("no connection", "08P01", 0, error);
		timeout.setNextException(error);
		Class<?> translated = translated(timeout);
		assertThat(PoolerErrors.explained(timeout) == timeout).isTrue();
		assertThat(timeout.getCause() == error && timeout.getNextException() == error).isTrue();
		assertThat(error.getNextException() == null).isTrue();
		assertThat(error.getMessage()).isEqualTo("FATAL: query_wait_timeout");
		assertThat(translated(timeout)).isEqualTo(translated);
	}

	private static Class<?> translated(SQLException error) {
		return new SQLExceptionSubclassTranslator().translate("task", null, error).getClass();
	}

	@Test
	void theStackTraceShowsTheExplanationOnce() {
		PSQLException error = error("FATAL", "08P01", "no more connections allowed (max_client_conn)");
		PoolerErrors.explained(PoolerErrors.explained(error));
		SQLException timeout = PoolerErrors
			.explained(new SQLTransientConnectionException("no connection", "08P01", 0, error));
		StringWriter trace = new StringWriter();
		new IllegalStateException(timeout).printStackTrace(new PrintWriter(trace, true));
		assertThat(trace.toString()).containsOnlyOnce("PoolerHint")
			.containsOnlyOnce(
					"Suppressed: dev.dbpool.error.PoolerHint: The pooler accepts no more clients: all processes together hold as many connections to it as it allows. "
							+ "Lower db-pool.size and db-pool.max-overflow, or raise the pooler's limit (PgBouncer: max_client_conn). "
							+ "If db-pool.pooler.max-client-connections is set, db-pool checks this at start-up.");
	}

	@Test
	void nextExceptionsAreSearched() {
		BatchUpdateException batch = new BatchUpdateException(new int[0]);
		batch.setNextException(error("ERROR", "42P05", "prepared statement \"S_1\" already exists"));
		assertThat(PoolerErrors.explain(new IllegalStateException(batch))).isPresent();
	}

	@Test
	void circlesEnd() {
		SQLException one = new SQLException("one");
		SQLException other = new SQLException("other", one);
		one.setNextException(other);
		assertThat(PoolerErrors.explain(one)).isEmpty();
	}

	@Test
	void theMessageIsOneLineWithoutSecrets() {
		SQLException error = new SQLException(
				"FATAL: unsupported startup parameter: x\u001b[31m=postgres://app:hidden@db.example/app\n  Detail: hidden");
		assertThat(PoolerErrors.explain(error)).hasValueSatisfying(
				(explanation) -> assertThat(explanation.message()).doesNotContain("hidden", "\u001b", "\n"));
	}

	/**
	 * As the driver makes it from what the server sends.
	 */
	private static PSQLException error(String severity, String sqlState, String text) {
		return new PSQLException(new ServerErrorMessage("S" + severity + "\0C" + sqlState + "\0M" + text + "\0"));
	}

}
