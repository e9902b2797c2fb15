package dev.dbpool.lease;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.CaptureStacks;
import dev.dbpool.TransactionSettings;
import dev.dbpool.jdbc.RecordingTarget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.core.BaseConnection;

import org.springframework.jdbc.datasource.AbstractDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Every method of what an application holds: does the call arrive at the driver's object
 * with its arguments, does its answer come back, and is each failure explained that may
 * come from the server?
 */
class LogicalObjectsTests {

	/**
	 * What comes back as an object of ours.
	 */
	private static final Set<Class<?>> WRAPPED = Set.of(Connection.class, Statement.class, PreparedStatement.class,
			CallableStatement.class, ResultSet.class, ResultSetMetaData.class, ParameterMetaData.class,
			DatabaseMetaData.class);

	private final RecordingTarget driver = new RecordingTarget();

	private final List<SQLException> explained = new ArrayList<>();

	private final LeasingDataSource dataSource = dataSource();

	private SQLException connectFailure;

	/**
	 * Fails on a newer JDK if JDBC has a new method there, which would not reach the
	 * driver.
	 */
	@ParameterizedTest
	@EnumSource
	void everyMethodOfTheInterfaceIsKnown(Held held) throws Exception {
		try (Connection connection = this.dataSource.getConnection()) {
			Class<?> type = held.of(connection).getClass();
			Set<String> inherited = new TreeSet<>();
			for (Method method : RecordingTarget.methods(held.type())) {
				Method known = type.getMethod(method.getName(), method.getParameterTypes());
				if (known.getDeclaringClass().getPackageName().equals("java.sql")) {
					inherited.add(method.getName());
				}
			}
			assertThat(inherited).isEqualTo(held.inherited());
		}
	}

	@ParameterizedTest
	@EnumSource
	void everyCallArrivesAndItsAnswerComesBack(Held held) throws Exception {
		for (Method method : methods(held)) {
			try (Connection connection = connectWithLease()) {
				Object object = held.of(connection);
				this.driver.forget();
				Object[] arguments = this.driver.arguments(method);
				Object answer = method.invoke(object, arguments);
				// In the caller's executor, which the driver does not need then.
				boolean arrived = method.getName().equals("abort") ? this.driver.received(method)
						: this.driver.received(method, arguments);
				assertThat(arrived).describedAs("%s", method).isTrue();
				if (!WRAPPED.contains(method.getReturnType()) && !method.getName().matches("unwrap|isClosed")) {
					assertThat(answer).describedAs("%s", method).isEqualTo(this.driver.value(method.getReturnType()));
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void everyFailureThatMayComeFromTheServerIsExplained(Held held) throws Exception {
		Set<String> wrong = new TreeSet<>();
		for (Method method : methods(held)) {
			try (Connection connection = connectWithLease()) {
				Object object = held.of(connection);
				SQLException failure = new SQLClientInfoException();
				this.driver.failAt(method, failure);
				Throwable thrown = catchThrowable(() -> method.invoke(object, this.driver.arguments(method)));
				this.driver.failAt(null, null);
				boolean passedOn = thrown instanceof InvocationTargetException ex && ex.getTargetException() == failure;
				boolean explained = this.explained.contains(failure);
				if (explained != held.asksServer(method) || passedOn != held.reports(method)) {
					wrong.add(method + ": " + (passedOn ? "passed on" : "not passed on")
							+ (explained ? ", explained" : ", not explained"));
				}
			}
		}
		assertThat(wrong).isEmpty();
	}

	@Test
	void aFailureToConnectIsExplained() throws Exception {
		SQLException failure = new SQLException();
		this.connectFailure = failure;
		try (Connection connection = this.dataSource.getConnection()) {
			assertThat(catchThrowable(connection::createStatement)).isSameAs(failure);
			assertThat(this.explained).contains(failure);
		}
	}

	private static List<Method> methods(Held held) {
		return RecordingTarget.methods(held.type())
			.stream()
			.filter((method) -> !held.inherited().contains(method.getName()))
			.filter((method) -> !held.answers(method))
			.toList();
	}

	/**
	 * An open statement keeps the lease, so that nothing is only remembered.
	 */
	private Connection connectWithLease() throws SQLException {
		Connection connection = this.dataSource.getConnection();
		connection.setAutoCommit(false);
		connection.createStatement();
		return connection;
	}

	private LeasingDataSource dataSource() {
		HikariDataSource pool = new HikariDataSource();
		pool.setMaximumPoolSize(1);
		ConnectionRules rules = new ConnectionRules(false, false, Integer.MAX_VALUE, Connection.TRANSACTION_NONE,
				Connection.TRANSACTION_NONE, null, TransactionSettings.NONE, (sql) -> null, (failure) -> {
					this.explained.add(failure);
					return failure;
				});
		return new LeasingDataSource(new AbstractDataSource() {

			@Override
			public Connection getConnection() throws SQLException {
				if (LogicalObjectsTests.this.connectFailure != null) {
					throw LogicalObjectsTests.this.connectFailure;
				}
				return LogicalObjectsTests.this.driver.as(BaseConnection.class);
			}

			@Override
			public Connection getConnection(String username, String password) {
				throw new UnsupportedOperationException();
			}

		}, pool, rules, new LeaseSettings(Duration.ofDays(1), Duration.ofDays(1), CaptureStacks.NEVER));
	}

}
