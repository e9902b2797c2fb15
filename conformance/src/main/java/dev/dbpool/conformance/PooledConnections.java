package dev.dbpool.conformance;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.Assert;

/**
 * Where the driver's tests get their connections: an application for each set of driver
 * properties that they ask for.
 */
public final class PooledConnections {

	private static @Nullable PooledConnections instance;

	private final TestServer server;

	private final Way way;

	// Mutable state

	private final Map<Map<String, String>, ConfigurableApplicationContext> applications = new HashMap<>();

	private final List<Connection> opened = new ArrayList<>();

	PooledConnections(TestServer server, Way way) {
		this.server = server;
		this.way = way;
	}

	/**
	 * Makes these the ones that {@link #open} opens.
	 */
	void install() {
		instance = this;
	}

	/**
	 * Opens a connection, in place of the driver manager.
	 * @param url the URL
	 * @param properties the driver's properties, among others
	 * @return the connection
	 * @throws SQLException if there is none
	 */
	public static Connection open(String url, Properties properties) throws SQLException {
		Assert.state(instance != null, "Nothing is installed");
		return instance.connect(url, properties);
	}

	private synchronized Connection connect(String url, Properties properties) throws SQLException {
		Map<String, String> settings = new TreeMap<>(this.server.urls(this.way, url));
		settings.put("spring.datasource.username", PGProperty.USER.getOrDefault(properties));
		settings.put("spring.datasource.password", PGProperty.PASSWORD.getOrDefault(properties));
		for (PGProperty property : PGProperty.values()) {
			String value = properties.getProperty(property.getName());
			if (value != null && !this.way.leavesOut(property)) {
				settings.put(Way.DRIVER_PROPERTY.formatted(property.getName()), value);
			}
		}
		settings.putAll(this.way.properties());
		ConfigurableApplicationContext application = this.applications.get(settings);
		if (application == null) {
			application = start(settings);
			this.applications.put(settings, application);
		}
		warmUp(pool(application));
		Connection connection = application.getBean(DataSource.class).getConnection();
		this.opened.add(connection);
		return connection;
	}

	private static ConfigurableApplicationContext start(Map<String, String> settings) throws SQLException {
		try {
			return new SpringApplicationBuilder(PooledApplication.class).web(WebApplicationType.NONE)
				.run(settings.entrySet()
					.stream()
					.map((setting) -> "--" + setting.getKey() + "=" + setting.getValue())
					.toArray(String[]::new));
		}
		catch (RuntimeException ex) {
			throw new SQLException("The application did not start", ex);
		}
	}

	/**
	 * An application has connected before it is asked for anything.
	 */
	private static void warmUp(HikariDataSource pool) throws SQLException {
		Connection first = pool.getConnection();
		try {
			pool.getConnection().close();
		}
		finally {
			first.close();
		}
	}

	private static HikariDataSource pool(ConfigurableApplicationContext application) {
		HikariDataSource pool = DataSourceUnwrapper.unwrap(application.getBean(DataSource.class),
				HikariConfigMXBean.class, HikariDataSource.class);
		Assert.state(pool != null, "The application has no pool");
		return pool;
	}

	/**
	 * Closes what was left open.
	 * @return whether anything was opened since the last time
	 */
	synchronized boolean close() {
		boolean used = !this.opened.isEmpty();
		for (Connection connection : this.opened) {
			try {
				connection.close();
			}
			catch (SQLException ex) {
				// A test has broken it.
			}
		}
		this.opened.clear();
		return used;
	}

	/**
	 * Lets nothing of the physical connections of this moment be used again.
	 */
	synchronized void renew() {
		for (ConfigurableApplicationContext application : this.applications.values()) {
			HikariPoolMXBean pool = pool(application).getHikariPoolMXBean();
			if (pool != null) {
				pool.softEvictConnections();
			}
		}
		this.server.renew();
	}

}
