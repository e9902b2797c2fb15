package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Logger;

import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL driver for migration tools, which log their URL: the secret parameters
 * are kept here instead. A tool makes its driver from a class name and passes nothing to
 * it but strings, so they are found by the URL.
 */
public final class MigrationDriver implements Driver {

	// Compared by identity: two applications may keep the same.
	private static final List<Secrets> KEPT = new CopyOnWriteArrayList<>();

	private final Driver delegate = new org.postgresql.Driver();

	/**
	 * Keeps secret parameters of a URL.
	 * @param url the URL without them
	 * @param values values by the PostgreSQL driver's names
	 * @return forgets them when it is closed
	 */
	static Secrets keep(String url, Map<String, String> values) {
		Secrets secrets = new Secrets(url, values);
		KEPT.add(secrets);
		return secrets;
	}

	@Override
	public @Nullable Connection connect(String url, Properties info) throws SQLException {
		Properties complete = new Properties();
		complete.putAll(info);
		for (Secrets secrets : KEPT) {
			if (secrets.url.equals(url)) {
				complete.putAll(secrets.values);
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

		private final Map<String, String> values;

		private Secrets(String url, Map<String, String> values) {
			this.url = url;
			this.values = Map.copyOf(values);
		}

		@Override
		public void close() {
			KEPT.remove(this);
		}

	}

}
