package dev.dbpool.driver;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

import org.springframework.web.util.DisconnectedClientHelper;

import static org.assertj.core.api.Assertions.assertThat;

class DisconnectsTests {

	static IOException[] brokenStreams() {
		return new IOException[] { new EOFException(), new SocketException("Broken pipe"),
				new SocketException("Connection reset by peer"), new IOException("tls", new EOFException()) };
	}

	@ParameterizedTest
	@MethodSource("brokenStreams")
	void aBrokenStreamIsNoCauseButShown(IOException stream) {
		PSQLException original = new PSQLException("An I/O error occurred", PSQLState.CONNECTION_FAILURE, stream);
		SQLException next = new SQLException("next");
		original.setNextException(next);
		assertThat(DisconnectedClientHelper.isClientDisconnectedException(original)).isTrue();
		SQLException clean = Disconnects.withoutStream(original);
		assertThat(DisconnectedClientHelper.isClientDisconnectedException(new IllegalStateException(clean))).isFalse();
		assertThat((Throwable) clean).isInstanceOf(PSQLException.class)
			.hasMessage("An I/O error occurred")
			.hasToString(original.toString())
			.hasSuppressedException(stream);
		assertThat(clean.getStackTrace()).isEqualTo(original.getStackTrace());
		assertThat(clean.getSQLState()).isEqualTo("08006");
		assertThat((Throwable) clean.getNextException()).isSameAs(next);
		assertThat((Throwable) Disconnects.withoutStream(clean)).isSameAs(clean);
	}

	@Test
	void whatIsWrappedAroundItKeepsItsTypeAndIsCleanToo() {
		PSQLException lost = new PSQLException("lost", PSQLState.CONNECTION_FAILURE, new EOFException());
		SQLException timeout = Disconnects
			.withoutStream(new SQLTransientConnectionException("timed out", "08006", 7, lost));
		assertThat((Throwable) timeout).isInstanceOf(SQLTransientConnectionException.class).hasMessage("timed out");
		assertThat(timeout.getErrorCode()).isEqualTo(7);
		assertThat(timeout.getCause()).isInstanceOf(PSQLException.class).hasMessage("lost").hasNoCause();
		SQLException batch = Disconnects
			.withoutStream(new BatchUpdateException("batch", "08006", 0, new long[] { 1, -3 }, lost));
		assertThat((Throwable) batch).isInstanceOfSatisfying(BatchUpdateException.class,
				(ex) -> assertThat(ex.getLargeUpdateCounts()).containsExactly(1, -3));
		assertThat(DisconnectedClientHelper.isClientDisconnectedException(batch)).isFalse();
	}

	@Test
	void otherCausesStay() {
		for (Throwable cause : new Throwable[] { new ConnectException("Connection refused"),
				new SocketTimeoutException("Read timed out"), new InterruptedException() }) {
			SQLException failure = new PSQLException("failed", PSQLState.CONNECTION_UNABLE_TO_CONNECT, cause);
			assertThat((Throwable) Disconnects.withoutStream(failure)).isSameAs(failure);
		}
		SQLException ofTheApplication = new PSQLException("bind", PSQLState.INVALID_PARAMETER_VALUE,
				new EOFException());
		assertThat((Throwable) Disconnects.withoutStream(ofTheApplication)).isSameAs(ofTheApplication);
		SQLException without = new SQLException("failed", "42601");
		assertThat((Throwable) Disconnects.withoutStream(without)).isSameAs(without);
	}

}
