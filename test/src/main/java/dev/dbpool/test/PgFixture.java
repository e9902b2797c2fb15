package dev.dbpool.test;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One PostgreSQL for all tests of a JVM, and as many PgBouncers in front of it as they
 * want. The system property {@code fixture} chooses how it runs: {@code local} (child
 * processes), {@code containers} (Testcontainers) or {@code auto} (containers where a
 * Docker engine answers, else local). Nothing is skipped: what is missing fails the run.
 */
public abstract class PgFixture {

	private static final AtomicInteger databases = new AtomicInteger();

	/**
	 * Returns the fixture of this JVM, started at the first call and stopped with the
	 * JVM.
	 * @return the fixture
	 */
	public static PgFixture get() {
		return Holder.INSTANCE;
	}

	/**
	 * Where the database itself listens.
	 * @return the address
	 */
	public abstract Address postgres();

	/**
	 * Starts a PgBouncer in front of the database.
	 * @param options its settings
	 * @return the running pooler, to be closed by the caller
	 */
	public abstract Pooler startPooler(PoolerOptions options);

	/**
	 * Starts a PgBouncer that tracks no prepared statements, as all of them did before
	 * 1.21.
	 * @param options its other settings
	 * @return the running pooler, to be closed by the caller
	 * @throws SQLException if its console cannot be reached
	 */
	public Pooler startPoolerWithoutTracking(PoolerOptions options) throws SQLException {
		Pooler pooler = startPooler(options);
		// Older ones do not even know the setting.
		if (pooler.show("CONFIG").stream().noneMatch((row) -> "max_prepared_statements".equals(row.get("key")))) {
			return pooler;
		}
		pooler.close();
		return startPooler(options.with("max_prepared_statements", "0"));
	}

	/**
	 * How the fixture runs, for the log.
	 * @return {@code local}, or {@code containers} and their images
	 */
	protected abstract String kind();

	/**
	 * Creates an empty database that {@link Credentials#APPLICATION} owns.
	 * @return its name, new in this server
	 */
	public String newDatabase() {
		String name = "test_" + databases.incrementAndGet();
		execute("create database " + name + " owner " + Credentials.APPLICATION.username());
		return name;
	}

	/**
	 * Runs one statement as the superuser, in the database {@code postgres}.
	 * @param sql the statement
	 */
	public void execute(String sql) {
		try (Connection connection = connect("postgres", Credentials.SUPERUSER);
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Failed: " + sql, ex);
		}
	}

	/**
	 * Opens a connection to the database itself.
	 * @param database the database name
	 * @param credentials who logs in
	 * @return the connection, to be closed by the caller
	 * @throws SQLException if the server refuses it
	 */
	public Connection connect(String database, Credentials credentials) throws SQLException {
		return DriverManager.getConnection(postgres().jdbcUrl(database), credentials.username(),
				credentials.password());
	}

	private String describe() {
		try (Pooler pooler = startPooler(PoolerOptions.transactionMode(1));
				Connection connection = connect("postgres", Credentials.SUPERUSER);
				Statement statement = connection.createStatement();
				ResultSet version = statement.executeQuery("show server_version")) {
			version.next();
			return "Fixture: %s, PostgreSQL %s, %s".formatted(kind(), version.getString(1), pooler.version());
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The fixture does not work", ex);
		}
	}

	private static PgFixture start() {
		String choice = System.getProperty("fixture", "auto");
		PgFixture fixture = switch (choice) {
			case "local" -> new LocalFixture();
			case "containers" -> new ContainerFixture();
			case "auto" -> ContainerFixture.isAvailable() ? new ContainerFixture() : new LocalFixture();
			default -> throw new IllegalStateException(
					"fixture is '" + choice + "' but must be 'auto', 'local' or 'containers'");
		};
		System.out.println(fixture.describe());
		return fixture;
	}

	private static final class Holder {

		static final PgFixture INSTANCE = start();

	}

}
