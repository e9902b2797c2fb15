package dev.dbpool.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * Makes proxies of large interfaces that are called seldom. A native image needs a hint
 * for each of them.
 */
public final class JdbcProxy {

	private JdbcProxy() {
	}

	/**
	 * Creates a proxy. It is equal to itself only.
	 * @param <T> the type of the interface
	 * @param type the interface
	 * @param handler what handles all calls but {@code equals} and {@code hashCode}
	 * @return the proxy
	 */
	public static <T> T of(Class<T> type, Handler handler) {
		return type.cast(Proxy.newProxyInstance(JdbcProxy.class.getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> switch (method.getName()) {
					case "equals" -> arguments != null && proxy == arguments[0];
					case "hashCode" -> System.identityHashCode(proxy);
					case "unwrap" -> isOf(arguments, proxy) ? proxy : handler.handle(method, arguments);
					case "isWrapperFor" -> isOf(arguments, proxy) ? true : handler.handle(method, arguments);
					default -> handler.handle(method, arguments);
				}));
	}

	/**
	 * As {@link #of(Class, Handler)}, but {@code unwrap} and {@code isWrapperFor} are
	 * handled like any other call: the proxy does not show that it is there.
	 * @param <T> the type of the interface
	 * @param type the interface
	 * @param handler what handles all calls but {@code equals} and {@code hashCode}
	 * @return the proxy
	 */
	public static <T> T transparent(Class<T> type, Handler handler) {
		return type.cast(Proxy.newProxyInstance(JdbcProxy.class.getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> switch (method.getName()) {
					case "equals" -> arguments != null && proxy == arguments[0];
					case "hashCode" -> System.identityHashCode(proxy);
					default -> handler.handle(method, arguments);
				}));
	}

	private static boolean isOf(Object @Nullable [] arguments, Object proxy) {
		return arguments != null && arguments[0] instanceof Class<?> type && type.isInstance(proxy);
	}

	/**
	 * Calls a method.
	 * @param target the object to call it on
	 * @param method the method
	 * @param arguments its arguments, {@code null} if there are none
	 * @return what it returns
	 * @throws SQLException what it throws; a checked exception of another type as its
	 * cause
	 */
	public static @Nullable Object invoke(Object target, Method method, Object @Nullable [] arguments)
			throws SQLException {
		try {
			return method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			Throwable thrown = ex.getTargetException();
			if (thrown instanceof RuntimeException unchecked) {
				throw unchecked;
			}
			if (thrown instanceof Error error) {
				throw error;
			}
			throw (thrown instanceof SQLException failure) ? failure : new SQLException(thrown);
		}
		catch (IllegalAccessException ex) {
			throw new SQLException(ex);
		}
	}

	/**
	 * Handles the calls of one proxy.
	 */
	@FunctionalInterface
	public interface Handler {

		/**
		 * Handles one call.
		 * @param method the method that was called
		 * @param arguments its arguments, {@code null} if there are none
		 * @return what the caller gets
		 * @throws SQLException what the caller gets instead
		 */
		@Nullable Object handle(Method method, Object @Nullable [] arguments) throws SQLException;

	}

}
