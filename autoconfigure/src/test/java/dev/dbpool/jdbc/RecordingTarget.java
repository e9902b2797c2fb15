package dev.dbpool.jdbc;

import java.io.InputStream;
import java.io.Reader;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.sql.JDBCType;
import java.sql.SQLType;
import java.sql.SQLWarning;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Arrays;
import java.util.Calendar;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * What is at the other end of a delegate: writes down what arrives, and answers with a
 * value of the right type, always the same, or with a failure. It stands in for an object
 * of the driver only where it matters that it was called.
 */
public final class RecordingTarget implements InvocationHandler {

	private final Map<Class<?>, Object> values = new ConcurrentHashMap<>();

	private final List<Call> calls = new CopyOnWriteArrayList<>();

	private Method failing;

	private Throwable failure;

	/**
	 * The methods of an interface, those of its parents included.
	 */
	public static List<Method> methods(Class<?> type) {
		return Stream.of(type.getMethods()).filter((method) -> !Modifier.isStatic(method.getModifiers())).toList();
	}

	public <T> T as(Class<T> type) {
		return type.cast(value(type));
	}

	/**
	 * Makes one method throw.
	 */
	public void failAt(Method method, Throwable failure) {
		this.failing = method;
		this.failure = failure;
	}

	/**
	 * Returns arguments for a method, all of which are distinguishable from each other by
	 * their type or position.
	 */
	public Object[] arguments(Method method) {
		return Stream.of(method.getParameterTypes()).map(this::value).toArray();
	}

	public boolean received(Method method, Object... arguments) {
		return this.calls.stream().anyMatch((call) -> call.is(method) && Arrays.equals(call.arguments(), arguments));
	}

	public boolean received(Method method) {
		return this.calls.stream().anyMatch((call) -> call.is(method));
	}

	public void forget() {
		this.calls.clear();
	}

	@Override
	public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
		Object[] given = (arguments != null) ? arguments : new Object[0];
		if (method.getDeclaringClass() == Object.class) {
			return switch (method.getName()) {
				case "equals" -> proxy == given[0];
				case "hashCode" -> System.identityHashCode(proxy);
				default -> "RecordingTarget";
			};
		}
		Call call = new Call(method, given);
		this.calls.add(call);
		if (this.failing != null && call.is(this.failing)) {
			throw this.failure;
		}
		return switch (method.getName()) {
			case "isClosed" -> false;
			case "unwrap" -> value((Class<?>) given[0]);
			default -> value(method.getReturnType());
		};
	}

	/**
	 * Returns the value of a type.
	 */
	public Object value(Class<?> type) {
		return (type != void.class) ? this.values.computeIfAbsent(type, this::make) : null;
	}

	private Object make(Class<?> type) {
		if (type.isArray()) {
			return Array.newInstance(type.getComponentType(), 1);
		}
		if (type.isEnum()) {
			return type.getEnumConstants()[0];
		}
		return switch (type.getName()) {
			case "boolean" -> true;
			case "byte" -> (byte) 8;
			case "short" -> (short) 8;
			// A valid isolation level as well.
			case "int" -> 8;
			case "long" -> 8L;
			case "float" -> 8f;
			case "double" -> 8d;
			case "java.lang.String" -> "text";
			case "java.lang.Class" -> Runnable.class;
			case "java.lang.Object" -> new Object();
			case "java.math.BigDecimal" -> BigDecimal.TEN;
			case "java.io.InputStream" -> InputStream.nullInputStream();
			case "java.io.Reader" -> Reader.nullReader();
			case "java.net.URL" -> url();
			case "java.sql.Date" -> new java.sql.Date(8);
			case "java.sql.Time" -> new Time(8);
			case "java.sql.Timestamp" -> new Timestamp(8);
			case "java.sql.SQLWarning" -> new SQLWarning();
			case "java.util.concurrent.Executor" -> (Executor) Runnable::run;
			case "java.util.Calendar" -> Calendar.getInstance();
			case "java.util.Properties" -> new Properties();
			default -> (type == SQLType.class) ? JDBCType.OTHER : proxy(type);
		};
	}

	private Object proxy(Class<?> type) {
		return Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { type }, this);
	}

	private static URL url() {
		try {
			return URI.create("http://localhost").toURL();
		}
		catch (MalformedURLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private record Call(Method method, Object[] arguments) {

		/**
		 * Whether this is a method, however its interface is called.
		 */
		boolean is(Method other) {
			return this.method.getName().equals(other.getName())
					&& Arrays.equals(this.method.getParameterTypes(), other.getParameterTypes());
		}

	}

}
