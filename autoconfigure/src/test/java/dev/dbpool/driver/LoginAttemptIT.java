package dev.dbpool.driver;

import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.UnaryOperator;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.TestDatabase;
import dev.dbpool.Waiting;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.Relay;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.core.BaseConnection;

import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How the pool opens its connections.
 */
class LoginAttemptIT {

	private final TestDatabase database = TestDatabase.create();

	private final Relay relay = Relay.to(this.database.fixture().postgres());

	private final HikariDataSource pool = new HikariDataSource();

	private final PhysicalDataSource physical = PhysicalDataSource.of(this.pool, UnaryOperator.identity());

	@AfterEach
	void close() {
		this.relay.close();
	}

	@Test
	void leavesNothingBehindThatWaitsForASilentServer() {
		url("?loginTimeout=1");
		this.relay.silenceNew(true);
		assertThatExceptionOfType(SQLException.class).isThrownBy(this::connect);
		Waiting.await()
			.until(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.noneMatch((thread) -> thread.getName().startsWith("PostgreSQL JDBC driver connection")));
	}

	@Test
	void triesTheNextHostWhereTheFirstIsSilent() throws SQLException {
		this.pool.setJdbcUrl("jdbc:postgresql://%s:%s,%s:%s/%s?loginTimeout=4".formatted(this.relay.address().host(),
				this.relay.address().port(), this.database.fixture().postgres().host(),
				this.database.fixture().postgres().port(), this.database.name()));
		this.relay.silenceNew(true);
		connect().close();
	}

	@ParameterizedTest
	@CsvSource(nullValues = "-", value = { "?loginTimeout=5,-,0", "?loginTimeout=5,0,0", "?loginTimeout=5,7,7000",
			"?loginTimeout=5&socketTimeout=5,-,5000", "?loginTimeout=5&socketTimeout=5,0,5000", "?loginTimeout=0,-,0" })
	void statementsHaveTheLimitThatIsSetForThem(String parameters, String property, int expected) throws SQLException {
		url(parameters);
		if (property != null) {
			this.pool.addDataSourceProperty("socketTimeout", property);
		}
		try (Connection connection = connect()) {
			assertThat(connection.getNetworkTimeout()).isEqualTo(expected);
		}
	}

	@Test
	void takesThePasswordWhereTheUserIsInTheUrl() throws SQLException {
		url("?user=" + Credentials.APPLICATION.username());
		this.pool.setPassword(Credentials.APPLICATION.password());
		try (Connection connection = this.physical.getConnection()) {
			assertThat(connection.getMetaData().getUserName()).isEqualTo(Credentials.APPLICATION.username());
		}
	}

	/**
	 * What the other side is asked, and when, is the operating system's; here it is shown
	 * that it was told, whatever the user passes to a factory of his own.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "", "&socketFactoryArg=anything" })
	void theSocketFindsOutThatTheOtherSideIsGone(String parameters) throws Exception {
		url("?tcpKeepAlive=true&socketFactory=" + KeepaliveSocketFactory.class.getName() + parameters);
		try (Connection connection = connect()) {
			Object executor = connection.unwrap(BaseConnection.class).getQueryExecutor();
			Object stream = ReflectionTestUtils.getField(executor, "pgStream");
			Socket socket = ReflectionTestUtils.invokeMethod(stream, "getSocket");
			assertThat(socket.getKeepAlive()).isTrue();
			assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(30);
			assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL)).isEqualTo(10);
			assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT)).isEqualTo(3);
		}
	}

	private void url(String parameters) {
		this.pool.setJdbcUrl(this.relay.address().jdbcUrl(this.database.name()) + parameters);
	}

	private Connection connect() throws SQLException {
		return this.physical.getConnection(Credentials.APPLICATION.username(), Credentials.APPLICATION.password());
	}

}
