package dev.dbpool.conformance;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Set;

import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the driver's tests in one way, in a JVM of its own: they change its properties and
 * its drivers.
 */
public final class DriverTests {

	/**
	 * What would say nothing about a pool and takes minutes, because it logs in again and
	 * again, in vain or with ever new passwords, or through a proxy that lets only one
	 * connection pass.
	 */
	private static final String LOGINS = "org\\.postgresql\\.(jdbc\\.(ConnectionValid|Scram)Test|test\\.(gss|hostchooser|socketfactory|ssl)\\..*"
			+ "|test\\.jdbc2\\.(Connect|Login)TimeoutTest|test\\.util\\.(ObjectFactory|PasswordUtil)Test)";

	/**
	 * What waits for ever for a notification that a transaction pooler does not hand on.
	 */
	private static final String NOTIFICATIONS = "org\\.postgresql\\.test\\.jdbc2\\.NotifyTest";

	private DriverTests() {
	}

	/**
	 * Runs them.
	 * @param arguments the way, the directory of the build, the file for the results, and
	 * a pattern of the classes
	 * @throws SQLException if the server does not work
	 */
	public static void main(String[] arguments) throws SQLException {
		Way way = Way.valueOf(arguments[0]);
		Path build = Path.of(arguments[1]);
		TestServer server = new TestServer(way.pooled());
		server.describe(build.resolve("pgjdbc"));
		PooledConnections connections = new PooledConnections(server, way);
		connections.install();
		try (ResultWriter results = new ResultWriter(Path.of(arguments[2]), connections)) {
			LauncherFactory.create()
				.execute(LauncherDiscoveryRequestBuilder.request()
					.selectors(DiscoverySelectors.selectClasspathRoots(Set.of(build.resolve("test-classes"))))
					.filters(ClassNameFilter.includeClassNamePatterns(arguments[3]),
							ClassNameFilter.excludeClassNamePatterns(LOGINS, way.pooled() ? NOTIFICATIONS : LOGINS))
					// What one test leaves behind must meet the next in the same order.
					.configurationParameter("junit.jupiter.testclass.order.default",
							"org.junit.jupiter.api.ClassOrderer$ClassName")
					.configurationParameter("junit.jupiter.testmethod.order.default",
							"org.junit.jupiter.api.MethodOrderer$MethodName")
					.configurationParameter("junit.jupiter.execution.timeout.default", "2 m")
					.build(), results);
		}
		// Some leave threads behind.
		System.exit(0);
	}

}
