package dev.dbpool.conformance;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

import dev.dbpool.test.Address;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.jspecify.annotations.Nullable;

/**
 * The server that the driver's tests expect.
 */
final class TestServer {

	private final PgFixture fixture = PgFixture.get();

	private final String database = this.fixture.newDatabase();

	private final @Nullable Pooler pooler;

	private final @Nullable Statement console;

	TestServer(boolean pooled) throws SQLException {
		hastenLogins();
		try (Connection connection = this.fixture.connect(this.database, Credentials.SUPERUSER);
				Statement statement = connection.createStatement()) {
			statement.execute("create extension hstore; create extension citext");
			// A plain pool hands on a transaction that a test began as a statement and
			// left
			// open, with its locks.
			statement.execute("alter database " + this.database + " set lock_timeout = '10s'");
		}
		this.pooler = pooled
				? this.fixture.startPoolerWithoutTracking(
						PoolerOptions.transactionMode(20).with("ignore_startup_parameters", "extra_float_digits"))
				: null;
		this.console = (this.pooler != null) ? console(this.pooler) : null;
	}

	/**
	 * There are tens of thousands of them.
	 */
	private void hastenLogins() {
		StringBuilder sql = new StringBuilder("set scram_iterations = 1");
		for (Credentials user : List.of(Credentials.SUPERUSER, Credentials.APPLICATION)) {
			sql.append("; alter role %s password '%s'".formatted(user.username(), user.password()));
		}
		this.fixture.execute(sql.toString());
	}

	private static Statement console(Pooler pooler) throws SQLException {
		return DriverManager
			.getConnection(pooler.address().jdbcUrl("pgbouncer") + "?replication=database&preferQueryMode=simple",
					Credentials.SUPERUSER.username(), Credentials.SUPERUSER.password())
			.createStatement();
	}

	private Address address() {
		return (this.pooler != null) ? this.pooler.address() : this.fixture.postgres();
	}

	/**
	 * Tells the driver's tests where it is, as their documentation says.
	 * @param directory the root of the driver's sources
	 */
	void describe(Path directory) {
		Map.of("build.properties.relative.path", directory.toString(), "test.url.PGHOST", address().host(),
				"test.url.PGPORT", String.valueOf(address().port()), "test.url.PGDBNAME", this.database, "user",
				Credentials.APPLICATION.username(), "password", Credentials.APPLICATION.password(), "privilegedUser",
				Credentials.SUPERUSER.username(), "privilegedPassword", Credentials.SUPERUSER.password())
			.forEach(System::setProperty);
	}

	/**
	 * Returns what an application has to be told about a URL that the driver's tests use.
	 */
	Map<String, String> urls(Way way, String url) {
		if (way != Way.POOLER) {
			return Map.of("spring.datasource.url", url);
		}
		String direct = url.replace(authority(address()), authority(this.fixture.postgres()));
		return Map.of("spring.datasource.url", direct, "db-pool.pooler.url", url);
	}

	private static String authority(Address address) {
		return "//" + address.host() + ":" + address.port() + "/";
	}

	/**
	 * Lets the pooler connect to the database anew.
	 */
	void renew() {
		try {
			if (this.console != null) {
				this.console.execute("RECONNECT");
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The pooler does not reconnect", ex);
		}
	}

}
