package dev.dbpool.autoconfigure;

import java.sql.SQLException;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.driver.CredentialsSource;
import dev.dbpool.plan.ConnectionPlan;
import dev.dbpool.plan.ConnectionTarget;
import dev.dbpool.plan.Login;
import org.jspecify.annotations.Nullable;

/**
 * The login to the database, unless a URL has one. A credentials provider of the user's
 * wins over fixed settings, and is asked for each connection.
 *
 * @param provider {@code null} if there is none
 */
record DirectLogin(@Nullable CredentialsSource provider) {

	/**
	 * Whether the provider is asked when this target is connected to.
	 * @param target where to connect
	 */
	boolean isProvidedFor(ConnectionTarget target) {
		return this.provider != null && !target.own().isComplete();
	}

	/**
	 * Asks the provider for the login of the start.
	 * @param direct where to connect
	 * @throws InvalidSettingException if it does not return one
	 */
	Login atStart(ConnectionTarget direct) {
		try {
			return now(direct).login();
		}
		catch (SQLException ex) {
			throw new InvalidSettingException(ex.getMessage() + ".",
					"Make getCredentials() return a user name and a password, or remove the provider and set them.");
		}
	}

	/**
	 * Returns where to connect now.
	 * @param planned where to connect, with the login of the start
	 * @throws SQLException if the provider does not return credentials
	 */
	ConnectionTarget now(ConnectionTarget planned) throws SQLException {
		CredentialsSource source = source(planned);
		if (source == null) {
			return planned;
		}
		Credentials credentials = source.ask();
		return planned.with(new Login(credentials.getUsername(), credentials.getPassword()));
	}

	/**
	 * Returns what the provider is for.
	 * @return a line for the log; {@code null} if there is no provider
	 */
	@Nullable String inWords(ConnectionPlan plan) {
		if (this.provider == null || !isProvidedFor(first(plan))) {
			return null;
		}
		return "credentials of %s from %s, asked for each connection"
			.formatted(isProvidedFor(plan.runtime()) ? "all connections" : "the direct URL", this.provider.name());
	}

	/**
	 * Returns what the user should know about the provider.
	 * @return a warning; {@code null} if there is none
	 */
	@Nullable String warning(ConnectionPlan plan) {
		ConnectionTarget first = first(plan);
		if (this.provider == null || isProvidedFor(first)) {
			return null;
		}
		return "%s has a user name and a password, which win: %s is not asked for credentials"
			.formatted(first.property(), this.provider.name());
	}

	private static ConnectionTarget first(ConnectionPlan plan) {
		return (plan.migration() != null) ? plan.migration() : plan.runtime();
	}

	/**
	 * Gives the provider to the pool, or takes it away where the pooler or a container
	 * has a login of its own.
	 */
	void applyTo(HikariDataSource pool, ConnectionTarget runtime) {
		pool.setCredentialsProvider(source(runtime));
	}

	private @Nullable CredentialsSource source(ConnectionTarget target) {
		return (this.provider != null && isProvidedFor(target))
				? this.provider.withFixed(target.own().username(), target.own().password()) : null;
	}

	@Override
	public String toString() {
		return "DirectLogin[******]";
	}

}
