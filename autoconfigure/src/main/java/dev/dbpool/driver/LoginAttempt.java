package dev.dbpool.driver;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;

import org.postgresql.Driver;

/**
 * One attempt to log in. {@code loginTimeout} lets the caller go, but leaves the thread
 * of the driver behind, which waits for the server: therefore each of its waits ends by
 * then, also where nothing limits those of statements.
 */
final class LoginAttempt {

	private static final String SOCKET_TIMEOUT = "socketTimeout";

	private final String url;

	private final Properties properties;

	private final Properties inUrl;

	LoginAttempt(String url, Properties properties) throws SQLException {
		this.url = url;
		this.properties = properties;
		this.inUrl = Driver.parseURL(url, null);
		if (this.inUrl == null) {
			throw new SQLException("The PostgreSQL driver does not understand the pool's URL");
		}
	}

	Connection connect(Driver driver) throws SQLException {
		int limit = (this.inUrl.getProperty(SOCKET_TIMEOUT) == null
				&& "0".equals(this.properties.getProperty(SOCKET_TIMEOUT, "0"))) ? secondsForEachWait() : 0;
		if (limit > 0) {
			this.properties.setProperty(SOCKET_TIMEOUT, String.valueOf(limit));
		}
		Connection connection = driver.connect(this.url, this.properties);
		if (limit > 0) {
			connection.setNetworkTimeout(Runnable::run, 0);
		}
		return connection;
	}

	/**
	 * The driver tries one host after the other, and each first with TLS and then without
	 * unless {@code sslmode} says otherwise.
	 */
	private int secondsForEachWait() {
		int hosts = this.inUrl.getProperty("PGHOST", "").split(",").length;
		return (int) Math.ceil(loginTimeout() / (2 * hosts));
	}

	private float loginTimeout() {
		try {
			return Float
				.parseFloat(this.inUrl.getProperty("loginTimeout", this.properties.getProperty("loginTimeout", "0")));
		}
		catch (NumberFormatException ex) {
			// The driver takes it for none.
			return 0;
		}
	}

}
