package dev.dbpool.autoconfigure;

import dev.dbpool.actuate.ConnectionUse;
import dev.dbpool.plan.ConnectionTarget;
import dev.dbpool.sql.Masking;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * Where a migration tool connects: what the user set for the tool wins, the plan fills
 * in. If the tool has its own URL, nothing of the plan is used; if it has its own user,
 * the plan's password is not used.
 */
record MigrationTarget(@Nullable String url, @Nullable String user, @Nullable String ownPassword,
		@Nullable String driver, ConnectionTarget planned, DirectLogin login) {

	String jdbcUrl() {
		if (this.url != null) {
			return this.url;
		}
		return this.planned.url().withoutSecrets().toJdbcUrl();
	}

	@Nullable String username() {
		return (this.url != null || this.user != null) ? this.user : this.planned.login().username();
	}

	@Nullable String password() {
		return (this.url != null || this.user != null || this.ownPassword != null) ? this.ownPassword
				: this.planned.login().password();
	}

	@Nullable String driverClassName() {
		if (needsOurDriver()) {
			return MigrationDriver.class.getName();
		}
		return (this.driver != null || this.url != null) ? this.driver : Driver.class.getName();
	}

	/**
	 * Keeps what the tool's driver adds.
	 * @return forgets it when it is closed; {@code null} if there is nothing
	 */
	MigrationDriver.@Nullable Secrets keepSecrets() {
		return needsOurDriver() ? MigrationDriver.keep(jdbcUrl(), this.planned, this.login) : null;
	}

	private boolean needsOurDriver() {
		return this.url == null && (!this.planned.url().secrets().isEmpty() || this.login.isProvidedFor(this.planned));
	}

	static ConnectionUse use(String tool, @Nullable String url, ConnectionTarget planned) {
		return (url != null) ? new ConnectionUse(tool, Masking.mask(url), "spring." + tool + ".url")
				: new ConnectionUse(tool, planned.toString(), planned.property());
	}

	@Override
	public String toString() {
		return "MigrationTarget[" + Masking.mask(jdbcUrl()) + "]";
	}

}
