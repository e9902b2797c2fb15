package dev.dbpool.test;

/**
 * The fixture as containers.
 */
final class ContainerFixture extends PgFixture {

	static boolean isAvailable() {
		return false;
	}

	@Override
	public Address postgres() {
		throw new UnsupportedOperationException();
	}

	@Override
	public Pooler startPooler(PoolerOptions options) {
		throw new UnsupportedOperationException();
	}

	@Override
	protected String kind() {
		return "containers";
	}

}
