package dev.dbpool.test;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The fixture as child processes: embedded PostgreSQL binaries and the PgBouncer of this
 * machine.
 */
final class LocalFixture extends PgFixture {

	private final LocalPostgres postgres = LocalPostgres.start(Map.of("max_connections", "200"));

	private final List<Pooler> poolers = new CopyOnWriteArrayList<>();

	LocalFixture() {
		Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
	}

	private void stop() {
		this.poolers.forEach(Pooler::close);
		this.postgres.close();
	}

	@Override
	public Address postgres() {
		return this.postgres.address();
	}

	@Override
	public Pooler startPooler(PoolerOptions options) {
		Pooler pooler = LocalPooler.start(this.postgres.address(), options);
		this.poolers.add(pooler);
		return pooler;
	}

	@Override
	protected String kind() {
		return "local";
	}

}
