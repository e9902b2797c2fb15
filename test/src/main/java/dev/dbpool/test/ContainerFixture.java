package dev.dbpool.test;

import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Network;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The fixture as containers. Testcontainers removes them when the JVM ends.
 */
final class ContainerFixture extends PgFixture {

	private static final String POSTGRES_IMAGE = System.getProperty("fixture.postgres.image", "postgres:17");

	private static final String BASE_IMAGE = System.getProperty("fixture.base.image", "debian:trixie-slim");

	private static final String POSTGRES_ALIAS = "db";

	private final Network network = Network.newNetwork();

	private final PostgreSQLContainer postgres = new PostgreSQLContainer(
			DockerImageName.parse(POSTGRES_IMAGE).asCompatibleSubstituteFor("postgres"));

	private final ImageFromDockerfile poolerImage = new ImageFromDockerfile("db-pool-test/pgbouncer", false)
		.withFileFromClasspath("Dockerfile", "dev/dbpool/test/Dockerfile")
		.withBuildArg("BASE", BASE_IMAGE);

	ContainerFixture() {
		this.postgres.withNetwork(this.network)
			.withNetworkAliases(POSTGRES_ALIAS)
			.withDatabaseName("postgres")
			.withUsername(Credentials.SUPERUSER.username())
			.withPassword(Credentials.SUPERUSER.password())
			.withCommand("postgres", "-c", "fsync=off", "-c", "max_connections=200")
			.start();
		Roles.create(postgres());
	}

	static boolean isAvailable() {
		try {
			return DockerClientFactory.instance().isDockerAvailable();
		}
		catch (NoClassDefFoundError ex) {
			// Users of this module may leave Testcontainers out.
			return false;
		}
	}

	@Override
	public Address postgres() {
		return new Address(this.postgres.getHost(), this.postgres.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT));
	}

	@Override
	public Pooler startPooler(PoolerOptions options) {
		return ContainerPooler.start(this.poolerImage, this.network,
				new Address(POSTGRES_ALIAS, PostgreSQLContainer.POSTGRESQL_PORT), options);
	}

	@Override
	protected String kind() {
		return "containers (%s, PgBouncer on %s)".formatted(POSTGRES_IMAGE, BASE_IMAGE);
	}

}
