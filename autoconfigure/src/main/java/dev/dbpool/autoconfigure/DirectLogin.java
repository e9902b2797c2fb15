package dev.dbpool.autoconfigure;

import java.sql.SQLException;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariCredentialsProvider;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.plan.ConnectionTarget;
import dev.dbpool.plan.Login;
import dev.dbpool.sql.Masking;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * The login to the database, unless a URL has one. A credentials provider of the user's
 * wins over fixed settings, and is asked for each connection, as by the pool.
 *
 * @param provider {@code null} if there is none
 * @param atStart what the connections are planned with
 */
record DirectLogin(@Nullable HikariCredentialsProvider provider, Login atStart) {

	private static final Log logger = LogFactory.getLog(DirectLogin.class);

	private static final String PROPERTY = HikariSettings.PREFIX + ".credentials-provider-class-name";

	static DirectLogin of(Environment environment, Login fixed) {
		String name = Binder.get(environment).bind(PROPERTY, String.class).orElse("");
		if (!StringUtils.hasText(name)) {
			return new DirectLogin(null, fixed);
		}
		HikariCredentialsProvider provider = create(name);
		try {
			return new DirectLogin(provider, ask(provider));
		}
		catch (SQLException ex) {
			// The pool asks again.
			logger.warn(ex.getMessage());
			return new DirectLogin(provider, fixed);
		}
	}

	private static HikariCredentialsProvider create(String name) {
		HikariConfig config = new HikariConfig();
		try {
			config.setCredentialsProviderClassName(name);
		}
		catch (RuntimeException ex) {
			throw new InvalidSettingException(PROPERTY, name, "but db-pool cannot create an object of it.",
					"Name a public class that implements HikariCredentialsProvider and has a public constructor "
							+ "without arguments.");
		}
		return config.getCredentialsProvider();
	}

	private static Login ask(HikariCredentialsProvider provider) throws SQLException {
		try {
			Credentials credentials = provider.getCredentials();
			return new Login(credentials.getUsername(), credentials.getPassword());
		}
		catch (RuntimeException ex) {
			throw new SQLException(
					PROPERTY + " did not return credentials: " + Masking.mask(String.valueOf(ex.getMessage())), ex);
		}
	}

	/**
	 * Returns where to connect now.
	 * @param planned where to connect, with the login of the start
	 */
	ConnectionTarget now(ConnectionTarget planned) throws SQLException {
		return (this.provider != null && planned.login().equals(this.atStart)) ? planned.with(ask(this.provider))
				: planned;
	}

	/**
	 * Keeps the pool from asking the provider if the pooler has its own login.
	 */
	void applyTo(HikariDataSource pool, Login runtime) {
		if (this.provider != null && !runtime.equals(this.atStart)) {
			pool.setCredentialsProvider(null);
		}
	}

	@Override
	public String toString() {
		return "DirectLogin[******]";
	}

}
