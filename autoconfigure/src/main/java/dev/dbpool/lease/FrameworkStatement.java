package dev.dbpool.lease;

import java.lang.StackWalker.StackFrame;
import java.util.List;

/**
 * Tells what frameworks ask on their own behalf from what the application asks through
 * them.
 */
final class FrameworkStatement {

	/**
	 * Hibernate's start, and the end of a schema that lasts as long as it; Spring Boot's
	 * scripts for the tables of its modules, and its health.
	 */
	private static final List<String> OWN_WORK = List.of("org.hibernate.boot.", "org.hibernate.jpa.boot.",
			"org.hibernate.tool.schema.internal.SchemaDropperImpl$DelayedDropActionImpl",
			"org.springframework.boot.jdbc.init.", "org.springframework.boot.jdbc.health.");

	/**
	 * What hands on whatever it is asked: Hibernate too, which executes the application's
	 * queries as well.
	 */
	private static final List<String> TRANSPARENT = List.of("java.", "javax.", "jdk.", "sun.", "com.sun.",
			"org.hibernate.", "org.springframework.jdbc.", "com.zaxxer.hikari.", "org.postgresql.",
			"dev.dbpool.driver.", "dev.dbpool.jdbc.", "dev.dbpool.lease.",
			// Wrappers of data sources that observe.
			"net.ttddyy.", "com.p6spy.", "io.opentelemetry.");

	private FrameworkStatement() {
	}

	/**
	 * Whether the statement that this thread is about to execute is a framework's own:
	 * whether no code of the application is nearer to it than a framework that is at its
	 * own work. It walks the stack, which takes microseconds.
	 */
	static boolean isRunning() {
		return StackWalker.getInstance()
			.walk((frames) -> frames.map(StackFrame::getClassName)
				.filter((name) -> isOneOf(OWN_WORK, name) || !isOneOf(TRANSPARENT, name))
				.findFirst()
				.filter((name) -> isOneOf(OWN_WORK, name))
				.isPresent());
	}

	private static boolean isOneOf(List<String> prefixes, String name) {
		for (String prefix : prefixes) {
			if (name.startsWith(prefix)) {
				return true;
			}
		}
		return false;
	}

}
