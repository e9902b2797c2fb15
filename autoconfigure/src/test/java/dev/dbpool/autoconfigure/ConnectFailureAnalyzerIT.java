package dev.dbpool.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.test.Address;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import dev.dbpool.test.Relay;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What a user reads whose application starts without its database or its pooler.
 */
@ExtendWith(OutputCaptureExtension.class)
class ConnectFailureAnalyzerIT {

	private static final String DIRECT = "spring.datasource.url";

	private static final String JPA = "spring.jpa.show-sql=false";

	@ParameterizedTest
	@ValueSource(strings = { "spring.flyway.enabled=true", "spring.liquibase.enabled=true",
			"spring.sql.init.mode=always", JPA })
	void databaseIsDown(String user, CapturedOutput output) throws IOException {
		Address closed = closedPort();
		fails(user, DIRECT + "=" + url(closed));
		assertAnalysis(
				output, "Could not connect to %s:%d, which %s points to. The connection was refused"
					.formatted(closed.host(), closed.port(), DIRECT),
				"Start the server, or correct host and port in " + DIRECT + ".");
	}

	@Test
	void ownUrlOfAMigrationTool(CapturedOutput output) throws IOException {
		Address closed = closedPort();
		fails(DIRECT + "=" + url(PgFixture.get().postgres()), "spring.flyway.enabled=true",
				"spring.flyway.url=" + closed.jdbcUrl("app"));
		assertAnalysis(output, "to %s:%d, which spring.flyway.url points to.".formatted(closed.host(), closed.port()),
				"in spring.flyway.url.");
	}

	@Test
	void poolerIsDown(CapturedOutput output) {
		TestDatabase database = TestDatabase.create();
		Pooler pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(1));
		String[] properties = database.properties(pooler);
		pooler.close();
		fails(properties);
		assertAnalysis(output, "which db-pool.pooler.url points to. The connection was refused",
				"Start the server, or correct host and port in db-pool.pooler.url.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.flyway.enabled=true", JPA })
	void hostIsUnknown(String user, CapturedOutput output) {
		fails(user, DIRECT + "=postgres://app:hidden@db.invalid/app");
		assertAnalysis(output, "Could not connect to db.invalid:5432, which %s points to.".formatted(DIRECT),
				"Correct the host name in " + DIRECT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "loginTimeout=1", "socketTimeout=1" })
	void serverIsSilent(String limit, CapturedOutput output) {
		try (Relay relay = Relay.to(PgFixture.get().postgres())) {
			relay.silenceNew(true);
			fails("spring.flyway.enabled=true", DIRECT + "=" + url(relay.address()) + "?" + limit);
		}
		assertAnalysis(output, "Nothing answered in time", "open them in firewalls and security groups");
	}

	@Test
	void serverHangsUp(CapturedOutput output) {
		try (Relay relay = Relay.to(PgFixture.get().postgres())) {
			relay.refuseNew(true);
			fails("spring.flyway.enabled=true", DIRECT + "=" + url(relay.address()));
		}
		assertAnalysis(output, "The connection was ended before the login was complete.",
				"Look at the log of the server.");
	}

	@Test
	void severalServers(CapturedOutput output) throws IOException {
		Address closed = closedPort();
		fails("spring.flyway.enabled=true",
				DIRECT + "=jdbc:postgresql://[::1]:%d,127.0.0.1:%d/app".formatted(closed.port(), closed.port()));
		assertAnalysis(output,
				"Could not connect to [::1]:%d,127.0.0.1:%d, which".formatted(closed.port(), closed.port()),
				"in " + DIRECT);
	}

	private static String url(Address address) {
		return address.uri(Credentials.APPLICATION, "postgres");
	}

	private static Address closedPort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			return new Address("127.0.0.1", socket.getLocalPort());
		}
	}

	private static void fails(String... properties) {
		assertThatException().isThrownBy(() -> TestApplication.start(TestApplication.class, properties).close());
	}

	private static void assertAnalysis(CapturedOutput output, String happened, String action) {
		assertThat(output).contains("APPLICATION FAILED TO START", happened, "The driver said: ", action)
			.doesNotContain(Credentials.APPLICATION.password(), "hidden");
	}

}
