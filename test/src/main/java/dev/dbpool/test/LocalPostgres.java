package dev.dbpool.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * A PostgreSQL as a child process of this one, with the roles of {@link Credentials}, its
 * data in a temporary directory. It does not wait for the disk, so it is not a base for
 * statements about latency or durability. It does not end with the JVM by itself: a hook
 * of its own would stop it under those who still end their work.
 */
public final class LocalPostgres implements AutoCloseable {

	private final EmbeddedPostgres server;

	private LocalPostgres(EmbeddedPostgres server) {
		this.server = server;
	}

	/**
	 * Starts a PostgreSQL and waits until it accepts connections.
	 * @param settings server settings, for example {@code max_connections}
	 * @return the running server
	 */
	public static LocalPostgres start(Map<String, String> settings) {
		EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
			.setConnectConfig("connectTimeout", "20")
			.setRegisterShutdownHook(false);
		settings.forEach(builder::setServerConfig);
		try {
			LocalPostgres postgres = new LocalPostgres(builder.start());
			try {
				Roles.create(postgres.address());
				postgres.checkPasswords();
				return postgres;
			}
			catch (RuntimeException ex) {
				postgres.close();
				throw ex;
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Where the server listens.
	 * @return the address
	 */
	public Address address() {
		return new Address("127.0.0.1", this.server.getPort());
	}

	/**
	 * As every server does but the embedded one.
	 */
	private void checkPasswords() {
		try (Connection connection = DriverManager.getConnection(address().jdbcUrl("postgres"),
				Credentials.SUPERUSER.username(), Credentials.SUPERUSER.password());
				Statement statement = connection.createStatement()) {
			statement.execute("do $$ begin execute format('copy (select %L) to %L', "
					+ "'host all all all scram-sha-256', current_setting('hba_file')); end $$");
			statement.execute("select pg_reload_conf()");
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Could not make the test server check passwords", ex);
		}
	}

	@Override
	public void close() {
		try {
			this.server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
