package dev.dbpool.driver;

import java.sql.SQLException;

import com.zaxxer.hikari.HikariCredentialsProvider;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import dev.dbpool.sql.Masking;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLState;

/**
 * A credentials provider of the application's, which may fail in any way: whatever goes
 * wrong in it is a failure to connect, and says which provider it was.
 *
 * @param name what messages call it
 * @param provider the provider
 */
public record CredentialsSource(String name, HikariCredentialsProvider provider) implements HikariCredentialsProvider {

	/**
	 * Takes the provider of a pool away from it.
	 */
	static @Nullable CredentialsSource takenFrom(HikariDataSource pool) {
		HikariCredentialsProvider provider = pool.getCredentialsProvider();
		if (provider == null) {
			return null;
		}
		pool.setCredentialsProvider(null);
		return (provider instanceof CredentialsSource source) ? source
				: new CredentialsSource("the provider " + provider.getClass().getName(), provider);
	}

	/**
	 * Returns this source with parts that do not come from the provider.
	 * @param username the user name; {@code null} for the provider's
	 * @param password the password; {@code null} for the provider's
	 * @return a source of the same name
	 */
	public CredentialsSource withFixed(@Nullable String username, @Nullable String password) {
		return new CredentialsSource(this.name, () -> {
			Credentials provided = this.provider.getCredentials();
			return (provided != null) ? Credentials.of((username != null) ? username : provided.getUsername(),
					(password != null) ? password : provided.getPassword()) : null;
		});
	}

	/**
	 * Asks the provider.
	 * @return credentials that have a user name
	 * @throws SQLException if the provider does not return such
	 */
	public Credentials ask() throws SQLException {
		Credentials credentials;
		try {
			credentials = this.provider.getCredentials();
		}
		// Not every language checks exceptions.
		catch (Exception ex) {
			Exception masked = masked(ex);
			throw failure("it threw " + masked.getMessage(), masked);
		}
		if (credentials == null) {
			throw failure("it returned null", null);
		}
		if (credentials.getUsername() == null || credentials.getUsername().isEmpty()) {
			throw failure("the user name is missing", null);
		}
		return credentials;
	}

	private SQLException failure(String problem, @Nullable Exception cause) {
		return new SQLException("No credentials from " + this.name + ": " + problem,
				PSQLState.CONNECTION_UNABLE_TO_CONNECT.getState(), cause);
	}

	/**
	 * Also keeps a failure to reach what the provider asks from being taken for one to
	 * reach the database, or a client that has gone away.
	 */
	private static Exception masked(Throwable failure) {
		Throwable cause = failure.getCause();
		Exception masked = new IllegalStateException(
				failure.getClass().getName() + ": " + Masking.mask(String.valueOf(failure.getMessage())),
				(cause != null) ? masked(cause) : null);
		masked.setStackTrace(failure.getStackTrace());
		return masked;
	}

	@Override
	public Credentials getCredentials() {
		return this.provider.getCredentials();
	}

	@Override
	public String toString() {
		return this.name;
	}

}
