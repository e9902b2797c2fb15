package dev.dbpool.autoconfigure;

import dev.dbpool.actuate.ConnectionUse;
import dev.dbpool.plan.ConnectionPlan;
import dev.dbpool.plan.ConnectionTarget;
import dev.dbpool.plan.Masking;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * Where a migration tool connects: what the user set for the tool wins, the plan fills
 * in. With a URL of its own, nothing of the plan is used; with a user of its own, not the
 * plan's password.
 */
record MigrationTarget(@Nullable String url, @Nullable String user, @Nullable String ownPassword,
		@Nullable String driver, ConnectionTarget planned) {

	String jdbcUrl() {
		return (this.url != null) ? this.url : this.planned.url().toJdbcUrl();
	}

	@Nullable String username() {
		return (this.url != null || this.user != null) ? this.user : this.planned.login().username();
	}

	@Nullable String password() {
		return (this.url != null || this.user != null || this.ownPassword != null) ? this.ownPassword
				: this.planned.login().password();
	}

	@Nullable String driverClassName() {
		return (this.driver != null || this.url != null) ? this.driver : Driver.class.getName();
	}

	static ConnectionUse use(String tool, @Nullable String url, ConnectionTarget planned) {
		return (url != null) ? new ConnectionUse(tool, Masking.mask(url), "spring." + tool + ".url")
				: new ConnectionUse(tool, planned.toString(), ConnectionPlan.DIRECT_URL);
	}

	@Override
	public String toString() {
		return "MigrationTarget[" + Masking.mask(jdbcUrl()) + "]";
	}

}
