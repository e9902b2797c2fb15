package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.CaptureStacks;
import dev.dbpool.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever a driver throws, and at whichever of its calls: no place and no connection is
 * lost by it, and the connection closes without a word.
 */
class LeaseErrorsIT {

	private static final TestDatabase database = TestDatabase.create();

	private static final ThrowingDriver driver = new ThrowingDriver(database);

	private static HikariDataSource pool;

	@BeforeAll
	static void start() throws SQLException {
		pool = driver.pool(2);
	}

	@AfterAll
	static void stop() {
		pool.close();
	}

	@ParameterizedTest
	@EnumSource
	void nothingIsLostWhicheverCallFails(ThrowingDriver.Kind kind) throws Exception {
		for (boolean afterTransaction : new boolean[] { true, false }) {
			ConnectionRules rules = new ConnectionRules(afterTransaction, false, Integer.MAX_VALUE,
					Connection.TRANSACTION_NONE, Connection.TRANSACTION_NONE, null,
					() -> Map.of("application_name", "tenant"), SqlCheck.NONE, (ex) -> ex);
			LeasingDataSource dataSource = new LeasingDataSource(pool, pool, rules,
					new LeaseSettings(Duration.ofMinutes(1), Duration.ofMinutes(1), CaptureStacks.NEVER));
			int call = 0;
			while (fails(dataSource, kind, ++call)) {
				assertThat(dataSource.ledger().leases()).as("%s at call %d", kind, call).isEmpty();
				assertThat(pool.getHikariPoolMXBean().getActiveConnections()).as("%s at call %d", kind, call).isZero();
				assertAllPlacesAreFree(dataSource);
			}
			assertThat(call).as("calls of the driver").isGreaterThan(40);
		}
	}

	/**
	 * Works with a connection.
	 * @return whether the call was reached
	 */
	private static boolean fails(LeasingDataSource dataSource, ThrowingDriver.Kind kind, int call) throws SQLException {
		Connection connection = dataSource.getConnection();
		driver.failAt(call, kind);
		try {
			work(connection);
		}
		catch (SQLException | RuntimeException | Error ex) {
			assertThat(ex).hasStackTraceContaining(ThrowingDriver.MESSAGE);
		}
		finally {
			close(connection);
		}
		return driver.disarm();
	}

	/**
	 * Here Hikari may throw what the driver throws; it must not keep us from giving back.
	 */
	private static void close(Connection connection) throws SQLException {
		try {
			connection.close();
		}
		catch (Error ex) {
			assertThat(ex).hasStackTraceContaining(ThrowingDriver.MESSAGE);
		}
	}

	private static void work(Connection connection) throws SQLException {
		connection.setReadOnly(true);
		connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
		connection.setNetworkTimeout(Runnable::run, 60_000);
		connection.setAutoCommit(false);
		try (PreparedStatement statement = connection.prepareStatement("select ? where true")) {
			statement.getParameterMetaData();
			statement.setObject(1, new int[] { 1 });
			try (ResultSet rows = statement.executeQuery()) {
				rows.next();
				rows.getMetaData().getColumnTypeName(1);
				rows.getObject(1);
			}
			connection.setSavepoint();
			connection.commit();
			statement.execute();
			statement.addBatch();
		}
		try (ResultSet rows = connection.getMetaData().getSchemas()) {
			rows.next();
		}
		connection.getSchema();
		connection.getTransactionIsolation();
		connection.rollback();
		connection.createArrayOf("text", new String[] { "a" });
		try (Statement statement = connection.createStatement()) {
			// Ends the transaction and begins another one behind the driver's back.
			statement.execute("commit; begin");
			statement.execute("select 1");
		}
	}

	private static void assertAllPlacesAreFree(LeasingDataSource dataSource) throws SQLException {
		try (Connection one = dataSource.getConnection(); Connection other = dataSource.getConnection()) {
			one.setAutoCommit(false);
			other.setAutoCommit(false);
			assertThat(Jdbc.text(one, "select 1")).isEqualTo("1");
			assertThat(Jdbc.text(other, "select 1")).isEqualTo("1");
		}
	}

}
