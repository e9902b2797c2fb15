package dev.dbpool.sample;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.UseMainMethod;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application with the database, the pooler and the model of its operator.
 */
@SpringBootTest(useMainMethod = UseMainMethod.ALWAYS, webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "sample.model.api-key=secret", "sample.model.name=wise" })
@DirtiesContext
class ConfiguredApplicationIT {

	private static final PgFixture fixture = PgFixture.get();

	private static final String database = fixture.newDatabase();

	private static final Pooler pooler = fixture.startPooler(PoolerOptions.transactionMode(2));

	private static final OperatorsModel model = new OperatorsModel();

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void configure(DynamicPropertyRegistry registry) {
		registry.add(LocalDatabase.DATABASE_URL, () -> fixture.postgres().uri(Credentials.APPLICATION, database));
		registry.add(LocalDatabase.POOLER_URL, () -> pooler.address().uri(Credentials.APPLICATION, database));
		registry.add("sample.model.base-url", model::url);
	}

	@AfterAll
	static void stop() {
		model.close();
		pooler.close();
	}

	@Test
	void usesThemAndStartsNoDatabase(@Autowired ConfigurableEnvironment environment) throws SQLException {
		model.answersWith(HttpStatus.OK, """
				{"id": "1", "choices": [{"index": 0, "message": {"role": "assistant", "content": "Forty-two."}}]}
				""");
		int before = messages();
		chat("What is the answer?").expectStatus().isOk().expectBody().jsonPath("$.reply").isEqualTo("Forty-two.");
		assertThat(model.authorization()).isEqualTo("Bearer secret");
		assertThat(model.question()).contains("\"wise\"", "What is the answer?");
		assertThat(messages() - before).isEqualTo(2);
		assertThat(pooler.show("CLIENTS"))
			.anySatisfy((client) -> assertThat(client).containsEntry("database", database));
		assertThat(environment.getPropertySources().contains(LocalDatabase.NAME)).isFalse();
	}

	@Test
	void saysThatTheModelFailedAndSavesNothing() throws SQLException {
		int before = messages();
		model.answersWith(HttpStatus.INTERNAL_SERVER_ERROR, "{}");
		chat("Hello").expectStatus().isEqualTo(HttpStatus.BAD_GATEWAY);
		model.answersWith(HttpStatus.OK, "{\"choices\": []}");
		chat("Hello").expectStatus().isEqualTo(HttpStatus.BAD_GATEWAY);
		assertThat(messages()).isEqualTo(before);
	}

	private RestTestClient.ResponseSpec chat(String message) {
		return RestTestClient.bindToServer()
			.baseUrl("http://127.0.0.1:" + this.port)
			.build()
			.post()
			.uri("/chat")
			.header(HttpHeaders.AUTHORIZATION, "Bearer demo-key-ada")
			.body(Map.of("message", message))
			.exchange();
	}

	private static int messages() throws SQLException {
		try (Connection connection = fixture.connect(database, Credentials.APPLICATION);
				Statement statement = connection.createStatement();
				ResultSet count = statement.executeQuery("select count(*) from messages")) {
			count.next();
			return count.getInt(1);
		}
	}

}
