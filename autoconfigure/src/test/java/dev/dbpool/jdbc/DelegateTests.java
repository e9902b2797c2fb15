package dev.dbpool.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Every method of the delegates.
 */
class DelegateTests {

	private final RecordingTarget target = new RecordingTarget();

	/**
	 * Fails on a newer JDK if JDBC has a new method there: it would not be passed on.
	 */
	@ParameterizedTest
	@EnumSource
	void everyMethodOfTheInterfaceIsKnown(Delegate delegate) throws NoSuchMethodException {
		for (Method method : RecordingTarget.methods(delegate.type)) {
			Method known = delegate.delegate.getMethod(method.getName(), method.getParameterTypes());
			assertThat(known.getDeclaringClass().getPackageName()).describedAs("%s", method)
				.isEqualTo(delegate.leaves(method) ? "java.sql" : "dev.dbpool.jdbc");
		}
	}

	@ParameterizedTest
	@EnumSource
	void everyCallArrivesAtTheSameMethodWithItsArguments(Delegate delegate) throws Exception {
		for (Method method : delegate.methods()) {
			this.target.forget();
			Object[] arguments = this.target.arguments(method);
			Object result = method.invoke(delegate.to(this.target), arguments);
			assertThat(this.target.received(method, arguments)).describedAs("%s", method).isTrue();
			if (!Set.of("unwrap", "isClosed").contains(method.getName())) {
				assertThat(result).describedAs("%s", method).isEqualTo(this.target.value(method.getReturnType()));
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void everyFailureIsPassedOn(Delegate delegate) throws Exception {
		for (Method method : delegate.methods()) {
			SQLException failure = new SQLClientInfoException();
			this.target.failAt(method, failure);
			assertThatExceptionOfType(InvocationTargetException.class).describedAs("%s", method)
				.isThrownBy(() -> method.invoke(delegate.to(this.target), this.target.arguments(method)))
				.satisfies((ex) -> assertThat(ex.getTargetException()).isSameAs(failure));
		}
	}

	@Test
	void everyCallOfAProxyArrivesAndEveryFailureIsPassedOn() throws Exception {
		DatabaseMetaData metaData = this.target.as(DatabaseMetaData.class);
		DatabaseMetaData proxy = JdbcProxy.of(DatabaseMetaData.class,
				(method, arguments) -> JdbcProxy.invoke(metaData, method, arguments));
		for (Method method : RecordingTarget.methods(DatabaseMetaData.class)) {
			Object[] arguments = this.target.arguments(method);
			method.invoke(proxy, arguments);
			assertThat(this.target.received(method, arguments)).describedAs("%s", method).isTrue();
			RuntimeException failure = new IllegalStateException();
			this.target.failAt(method, failure);
			assertThatExceptionOfType(InvocationTargetException.class).describedAs("%s", method)
				.isThrownBy(() -> method.invoke(proxy, arguments))
				.satisfies((ex) -> assertThat(ex.getTargetException()).isSameAs(failure));
		}
	}

	@Test
	void aProxyIsEqualToItselfAndUnwrapsToItself() throws SQLException {
		JdbcProxy.Handler handler = (method, arguments) -> JdbcProxy.invoke(this.target.as(DatabaseMetaData.class),
				method, arguments);
		DatabaseMetaData proxy = JdbcProxy.of(DatabaseMetaData.class, handler);
		assertThat(proxy).isEqualTo(proxy).isNotEqualTo(JdbcProxy.of(DatabaseMetaData.class, handler));
		assertThat(proxy).hasSameHashCodeAs(proxy);
		assertThat(proxy.unwrap(DatabaseMetaData.class)).isSameAs(proxy);
		assertThat(proxy.isWrapperFor(DatabaseMetaData.class)).isTrue();
		assertThat(proxy.unwrap(Runnable.class)).isSameAs(this.target.as(Runnable.class));
	}

	/**
	 * The delegates, and what each of them leaves to the class that implements it.
	 */
	private enum Delegate {

		CONNECTION(Connection.class, ConnectionDelegate.class, Set.of()),

		STATEMENT(Statement.class, StatementDelegate.class,
				Set.of("execute", "executeQuery", "executeUpdate", "executeLargeUpdate", "executeBatch",
						"executeLargeBatch", "clearBatch", "getResultSet", "getGeneratedKeys", "getConnection",
						"closeOnCompletion", "close")),

		PREPARED_STATEMENT(PreparedStatement.class, PreparedStatementDelegate.class,
				Set.of("execute", "executeQuery", "executeUpdate", "executeLargeUpdate", "executeBatch",
						"executeLargeBatch", "clearBatch", "getResultSet", "getGeneratedKeys", "getConnection",
						"closeOnCompletion", "close", "getMetaData", "getParameterMetaData", "setObject", "setArray",
						"setBlob", "setClob")),

		RESULT_SET(ResultSet.class, ResultSetDelegate.class, Set.of("next", "close", "getStatement", "getMetaData"));

		private final Class<?> type;

		private final Class<?> delegate;

		private final Set<String> left;

		Delegate(Class<?> type, Class<?> delegate, Set<String> left) {
			this.type = type;
			this.delegate = delegate;
			this.left = left;
		}

		/**
		 * The methods that are passed on.
		 */
		List<Method> methods() {
			return RecordingTarget.methods(this.type)
				.stream()
				.filter((method) -> !leaves(method))
				.map((method) -> ReflectionUtils.findMethod(this.delegate, method.getName(),
						method.getParameterTypes()))
				.toList();
		}

		boolean leaves(Method method) {
			int parameters = method.getParameterCount();
			return switch (method.getName()) {
				case "setNull" -> this == PREPARED_STATEMENT && parameters == 3;
				case "addBatch" -> parameters == 1;
				default -> this.left.contains(method.getName());
			};
		}

		Object to(RecordingTarget target) {
			return Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { this.delegate },
					(proxy, method, arguments) -> method.isDefault()
							? InvocationHandler.invokeDefault(proxy, method, arguments) : target.as(this.type));
		}

	}

}
