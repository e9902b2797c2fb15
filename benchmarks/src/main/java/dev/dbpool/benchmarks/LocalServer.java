package dev.dbpool.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

import dev.dbpool.test.Credentials;
import dev.dbpool.test.LocalPooler;
import dev.dbpool.test.LocalPostgres;
import dev.dbpool.test.PoolerOptions;

/**
 * A PostgreSQL on this machine with a PgBouncer in front of it, and what the benchmarks
 * read and write.
 */
final class LocalServer implements AutoCloseable {

	private static final String DATABASE = "benchmarks";

	private static final int SERVER_CONNECTIONS = 10;

	private final LocalPostgres postgres;

	private final LocalPooler pooler;

	private final String postgresVersion;

	LocalServer() throws SQLException {
		// A run that is broken off must not leave them behind.
		this.postgres = LocalPostgres.start(Map.of());
		Runtime.getRuntime().addShutdownHook(new Thread(this.postgres::close));
		this.pooler = LocalPooler.start(this.postgres.address(), PoolerOptions.transactionMode(SERVER_CONNECTIONS));
		Runtime.getRuntime().addShutdownHook(new Thread(this.pooler::close));
		execute("postgres", Credentials.SUPERUSER,
				"create database " + DATABASE + " owner " + Credentials.APPLICATION.username());
		execute(DATABASE, Credentials.APPLICATION, """
				create table item (id int primary key, amount int not null);
				insert into item select i, i from generate_series(1, 1000) i;
				create table account (id bigint primary key, api_key text not null unique);
				insert into account select i, 'key-' || i from generate_series(1, 1000) i;
				create table message (id bigint generated always as identity primary key,
					account_id bigint not null references account, content text not null);
				create index on message (account_id, id);
				""");
		execute(DATABASE, Credentials.SUPERUSER, "vacuum analyze");
		try (Connection connection = connect(DATABASE, Credentials.SUPERUSER)) {
			this.postgresVersion = "PostgreSQL " + connection.getMetaData().getDatabaseProductVersion();
		}
	}

	Server server() {
		return new Server(this.postgres.address().jdbcUrl(DATABASE), this.pooler.address().jdbcUrl(DATABASE));
	}

	private void execute(String database, Credentials user, String sql) throws SQLException {
		try (Connection connection = connect(database, user); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private Connection connect(String database, Credentials user) throws SQLException {
		return DriverManager.getConnection(this.postgres.address().jdbcUrl(database), user.username(), user.password());
	}

	/**
	 * The versions of both.
	 */
	String versions() {
		return this.postgresVersion + ", " + this.pooler.version();
	}

	@Override
	public void close() {
		this.pooler.close();
		this.postgres.close();
	}

}
