package dev.dbpool.conformance;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Never hands out the same physical connection twice in a row, so that what outlives a
 * lease shows.
 */
final class RotatingDataSource extends DelegatingDataSource {

	// Mutable state

	private @Nullable PGConnection last;

	RotatingDataSource(DataSource pool) {
		super(pool);
	}

	@Override
	public synchronized Connection getConnection() throws SQLException {
		Connection connection = super.getConnection();
		if (connection.unwrap(PGConnection.class) == this.last) {
			Connection previous = connection;
			try {
				connection = super.getConnection();
			}
			finally {
				previous.close();
			}
		}
		this.last = connection.unwrap(PGConnection.class);
		return connection;
	}

}
