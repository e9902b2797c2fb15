package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.lease.LeaseSettings;
import dev.dbpool.lease.LeasingDataSource;
import dev.dbpool.lease.SqlCheck;

import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * A pool that is only observed, and still a {@link HikariDataSource}: beans that ask for
 * that type find it. It takes the place of a pool that has not started, and has all of
 * its settings.
 */
final class ObservedHikariDataSource extends HikariDataSource {

	private final LeasingDataSource observed;

	ObservedHikariDataSource(HikariDataSource replaced, SqlCheck check, LeaseSettings settings) {
		replaced.copyStateTo(this);
		this.observed = LeasingDataSource.observing(new Pool(), this, check, settings, InstantSource.system());
	}

	LeasingDataSource observed() {
		return this.observed;
	}

	@Override
	public Connection getConnection() throws SQLException {
		return this.observed.getConnection();
	}

	/**
	 * The pool without the observer.
	 */
	private final class Pool extends AbstractDataSource {

		@Override
		public Connection getConnection() throws SQLException {
			return ObservedHikariDataSource.super.getConnection();
		}

		@Override
		public Connection getConnection(String username, String password) throws SQLException {
			return ObservedHikariDataSource.super.getConnection(username, password);
		}

	}

}
