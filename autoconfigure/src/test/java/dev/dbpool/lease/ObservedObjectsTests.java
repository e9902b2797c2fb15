package dev.dbpool.lease;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.CaptureStacks;
import dev.dbpool.jdbc.RecordingTarget;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.core.BaseConnection;

import org.springframework.jdbc.datasource.AbstractDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Every method of what an application holds of a pool that is only observed: does the
 * call arrive with its arguments, and does its answer or its failure come back as it is?
 */
class ObservedObjectsTests {

	private final RecordingTarget driver = new RecordingTarget();

	private final LeasingDataSource dataSource = dataSource();

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DRIVERS_RESULT_SET_META_DATA")
	void everyCallArrivesAndItsAnswerComesBack(Held held) throws Exception {
		for (Method method : RecordingTarget.methods(held.type())) {
			try (Connection connection = this.dataSource.getConnection()) {
				Object object = held.of(connection);
				this.driver.forget();
				Object[] arguments = this.driver.arguments(method);
				Object answer = method.invoke(object, arguments);
				if (!isOurs(method, held)) {
					assertThat(this.driver.received(method, arguments)).describedAs("%s", method).isTrue();
					assertThat(answer).describedAs("%s", method)
						.satisfiesAnyOf(
								(value) -> assertThat(value).isEqualTo(this.driver.value(method.getReturnType())),
								(value) -> assertThat(value).isInstanceOfAny(Connection.class, Statement.class,
										ResultSet.class, DatabaseMetaData.class),
								(value) -> assertThat(method.getName()).isIn("unwrap", "isClosed"));
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DRIVERS_RESULT_SET_META_DATA")
	void everyFailureComesBackAsItIs(Held held) throws Exception {
		for (Method method : RecordingTarget.methods(held.type())) {
			if (isOurs(method, held) || !Set.of(method.getExceptionTypes()).contains(SQLException.class)) {
				continue;
			}
			try (Connection connection = this.dataSource.getConnection()) {
				Object object = held.of(connection);
				SQLException failure = new SQLException();
				this.driver.failAt(method, failure);
				Throwable thrown = catchThrowable(() -> method.invoke(object, this.driver.arguments(method)));
				this.driver.failAt(null, null);
				assertThat(thrown).describedAs("%s", method)
					.isInstanceOfSatisfying(InvocationTargetException.class,
							(ex) -> assertThat(ex.getTargetException()).isSameAs(failure));
			}
			assertThat(this.dataSource.ledger().leases()).describedAs("%s", method).isEmpty();
		}
	}

	/**
	 * What is ours to say: who made an object.
	 */
	private static boolean isOurs(Method method, Held held) {
		return held == Held.DATABASE_META_DATA && method.getName().equals("getConnection");
	}

	private LeasingDataSource dataSource() {
		HikariDataSource pool = new HikariDataSource();
		pool.setMaximumPoolSize(1);
		return LeasingDataSource.observing(new AbstractDataSource() {

			@Override
			public Connection getConnection() {
				return ObservedObjectsTests.this.driver.as(BaseConnection.class);
			}

			@Override
			public Connection getConnection(String username, String password) {
				throw new UnsupportedOperationException();
			}

		}, pool, SqlCheck.NONE, new LeaseSettings(Duration.ofDays(1), Duration.ofDays(1), CaptureStacks.NEVER),
				() -> Instant.EPOCH);
	}

}
