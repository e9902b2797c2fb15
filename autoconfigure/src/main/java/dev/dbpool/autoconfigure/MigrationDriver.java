package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Logger;

import dev.dbpool.plan.ConnectionTarget;
import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL driver for migration tools, which log their URL and know one login: the
 * secret parameters are kept here instead, and the credentials provider is asked here for
 * each connection. A tool makes its driver from a class name and passes nothing to it but
 * strings, so what is kept is found by the URL.
 */
public final class MigrationDriver implements Driver {

	// Compared by identity: two applications may keep the same.
	private static final List<Secrets> KEPT = new CopyOnWriteArrayList<>();

	private final Driver delegate = new org.postgresql.Driver();

	/**
	 * Keeps what a tool must not or cannot know.
	 * @param url the URL without secret parameters
	 * @param planned where the tool connects, with the login that it is given
	 * @param login says who logs in instead
	 * @return forgets it when it is closed
	 */
	static Secrets keep(String url, ConnectionTarget planned, DirectLogin login) {
		Secrets secrets = new Secrets(url, planned, login);
		KEPT.add(secrets);
		return secrets;
	}

	@Override
	public @Nullable Connection connect(String url, Properties info) throws SQLException {
		Properties complete = new Properties();
		complete.putAll(info);
		for (Secrets secrets : KEPT) {
			if (secrets.url.equals(url)) {
				secrets.complete(complete);
			}
		}
		return this.delegate.connect(url, complete);
	}

	@Override
	public boolean acceptsURL(String url) throws SQLException {
		return this.delegate.acceptsURL(url);
	}

	@Override
	public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) throws SQLException {
		return this.delegate.getPropertyInfo(url, info);
	}

	@Override
	public int getMajorVersion() {
		return this.delegate.getMajorVersion();
	}

	@Override
	public int getMinorVersion() {
		return this.delegate.getMinorVersion();
	}

	@Override
	public boolean jdbcCompliant() {
		return this.delegate.jdbcCompliant();
	}

	@Override
	public Logger getParentLogger() {
		return Logger.getLogger("org.postgresql");
	}

	/**
	 * What one application keeps here.
	 */
	static final class Secrets implements AutoCloseable {

		private final String url;

		private final ConnectionTarget planned;

		private final DirectLogin login;

		private Secrets(String url, ConnectionTarget planned, DirectLogin login) {
			this.url = url;
			this.planned = planned;
			this.login = login;
		}

		private void complete(Properties properties) throws SQLException {
			// Otherwise the tool has a login of its own, or belongs to another
			// application.
			if (properties.entrySet().containsAll(this.planned.login().toProperties().entrySet())) {
				properties.putAll(this.login.now(this.planned).login().toProperties());
			}
			properties.putAll(this.planned.url().secrets());
		}

		@Override
		public void close() {
			KEPT.remove(this);
		}

	}

}
