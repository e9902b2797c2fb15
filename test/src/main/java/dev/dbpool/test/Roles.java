package dev.dbpool.test;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The roles that every server of this kit has.
 */
final class Roles {

	private Roles() {
	}

	static void create(Address address) {
		try (Connection connection = DriverManager.getConnection(address.jdbcUrl("postgres"),
				Credentials.SUPERUSER.username(), Credentials.SUPERUSER.password());
				Statement statement = connection.createStatement()) {
			statement.execute("alter role %s password '%s'".formatted(Credentials.SUPERUSER.username(),
					Credentials.SUPERUSER.password()));
			statement.execute("create role %s login password '%s'".formatted(Credentials.APPLICATION.username(),
					Credentials.APPLICATION.password()));
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Could not create the roles of the test server", ex);
		}
	}

}
