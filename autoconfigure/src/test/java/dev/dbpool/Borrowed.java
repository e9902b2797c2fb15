package dev.dbpool;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

/**
 * A connection that is really held: an open statement needs a physical one, while a
 * connection that is only open needs none.
 */
public record Borrowed(Connection connection, Statement statement) implements AutoCloseable {

	/**
	 * Borrows without asking the server for anything. Fails as the first statement of an
	 * application would.
	 */
	public static Borrowed from(DataSource dataSource) throws SQLException {
		Connection connection = dataSource.getConnection();
		try {
			return new Borrowed(connection, connection.createStatement());
		}
		catch (SQLException ex) {
			connection.close();
			throw ex;
		}
	}

	@Override
	public void close() throws SQLException {
		try (this.connection; this.statement) {
			// Both are closed, the statement first.
		}
	}

}
