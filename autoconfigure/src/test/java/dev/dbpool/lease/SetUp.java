package dev.dbpool.lease;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.stream.Stream;

import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.test.PoolerOptions;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The ways in which an application may lease its connections. What JDBC means must not
 * depend on them.
 */
enum SetUp {

	/** On a direct URL, leases end with the transaction. */
	DIRECT,

	/** They do so by default behind a transaction pooler. */
	POOLED,

	/** On a direct URL, they last until the logical connection is closed. */
	ON_CLOSE;

	/**
	 * How many physical connections an application has, and server connections its
	 * pooler, unless a test says otherwise.
	 */
	static final int SIZE = 3;

	/**
	 * For how long after its return Hikari takes a connection to be alive.
	 */
	static final String ALIVE_BYPASS = "com.zaxxer.hikari.aliveBypassWindowMs";

	private static final String RELEASE = "db-pool.lease.release=";

	LeasingApplication start(String... properties) {
		return start(SIZE, properties);
	}

	/**
	 * Starts an application on a database of its own.
	 */
	LeasingApplication start(int size, String... properties) {
		return start(TestDatabase.create(), size, properties);
	}

	LeasingApplication start(TestDatabase database, int size, String... properties) {
		return start(database, TestApplication.class, size, properties);
	}

	LeasingApplication start(TestDatabase database, Class<?> configuration, int size, String... properties) {
		String[] all = TestDatabase.with(properties, TestApplication.WITHOUT_JPA, "db-pool.size=" + size,
				"db-pool.max-overflow=0");
		if (this == DIRECT && Stream.of(properties).noneMatch((property) -> property.startsWith(RELEASE))) {
			all = TestDatabase.with(all, RELEASE + "after-transaction");
		}
		return new LeasingApplication(database,
				(this == POOLED) ? database.fixture().startPooler(PoolerOptions.transactionMode(size)) : null,
				configuration, all);
	}

	/**
	 * Starts one that believes its connections to be alive, as Hikari does for half a
	 * second: so the one that uses a killed connection finds out.
	 */
	LeasingApplication trusting(int size, String... properties) {
		return believing("3600000", size, properties);
	}

	/**
	 * Starts one that validates a connection whenever it is borrowed.
	 */
	LeasingApplication validating(int size, String... properties) {
		return believing("0", size, properties);
	}

	private LeasingApplication believing(String milliseconds, int size, String... properties) {
		System.setProperty(ALIVE_BYPASS, milliseconds);
		try {
			LeasingApplication application = start(size, properties);
			// Hikari reads it when it starts.
			application.jdbc().execute("select 1");
			return application;
		}
		finally {
			System.clearProperty(ALIVE_BYPASS);
		}
	}

	boolean releasesAfterTransaction() {
		return this != ON_CLOSE;
	}

	/**
	 * Runs a test in each set-up whose leases end with the transaction.
	 */
	@Retention(RetentionPolicy.RUNTIME)
	@Target({ ElementType.METHOD, ElementType.TYPE })
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ON_CLOSE")
	@interface AfterTransaction {

	}

}
