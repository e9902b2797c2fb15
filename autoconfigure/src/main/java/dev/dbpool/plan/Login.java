package dev.dbpool.plan;

import java.util.Properties;

import dev.dbpool.sql.Masking;
import org.jspecify.annotations.Nullable;

/**
 * User name and password.
 *
 * @param username the role, {@code null} to leave it to the driver
 * @param password its password, {@code null} to leave it to the driver
 */
public record Login(@Nullable String username, @Nullable String password) {

	/**
	 * No user name and no password.
	 */
	public static final Login NONE = new Login(null, null);

	/**
	 * Returns this login, with what it lacks taken from another one.
	 * @param other where to look
	 * @return the complete login
	 */
	public Login orElse(Login other) {
		return new Login((this.username != null) ? this.username : other.username,
				(this.password != null) ? this.password : other.password);
	}

	/**
	 * Whether nothing is left to anyone else.
	 * @return {@code true} if there are both a user name and a password
	 */
	public boolean isComplete() {
		return this.username != null && this.password != null;
	}

	/**
	 * Returns this login as the driver wants it.
	 * @return new connection properties with {@code user} and {@code password}, as far as
	 * known
	 */
	public Properties toProperties() {
		Properties properties = new Properties();
		if (this.username != null) {
			properties.setProperty("user", this.username);
		}
		if (this.password != null) {
			properties.setProperty("password", this.password);
		}
		return properties;
	}

	@Override
	public String toString() {
		return "Login[" + Masking.MASK + "]";
	}

}
