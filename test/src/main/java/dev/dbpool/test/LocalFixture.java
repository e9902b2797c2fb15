package dev.dbpool.test;

import java.util.Map;

/**
 * The fixture as child processes: embedded PostgreSQL binaries and the PgBouncer of this
 * machine.
 */
final class LocalFixture extends PgFixture {

	private final LocalPostgres postgres = LocalPostgres.start(Map.of("max_connections", "200"));

	LocalFixture() {
		Runtime.getRuntime().addShutdownHook(new Thread(this.postgres::close));
	}

	@Override
	public Address postgres() {
		return this.postgres.address();
	}

	@Override
	public Pooler startPooler(PoolerOptions options) {
		return LocalPooler.start(this.postgres.address(), options);
	}

	@Override
	protected String kind() {
		return "local";
	}

}
