package dev.dbpool.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;

/**
 * Where Flyway connects.
 */
final class PlannedFlywayConnectionDetails implements FlywayConnectionDetails, AutoCloseable {

	private final MigrationTarget target;

	private final MigrationDriver.@Nullable Secrets secrets;

	PlannedFlywayConnectionDetails(MigrationTarget target) {
		this.target = target;
		this.secrets = target.keepSecrets();
	}

	@Override
	public @Nullable String getUsername() {
		return this.target.username();
	}

	@Override
	public @Nullable String getPassword() {
		return this.target.password();
	}

	@Override
	public @Nullable String getJdbcUrl() {
		return this.target.jdbcUrl();
	}

	@Override
	public @Nullable String getDriverClassName() {
		String driver = this.target.driverClassName();
		return (driver != null) ? driver : FlywayConnectionDetails.super.getDriverClassName();
	}

	@Override
	public void close() {
		if (this.secrets != null) {
			this.secrets.close();
		}
	}

}
