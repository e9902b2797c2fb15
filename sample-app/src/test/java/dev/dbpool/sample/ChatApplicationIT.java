package dev.dbpool.sample;

import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.UseMainMethod;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application as {@code make run} starts it: nothing is configured but a quick model.
 */
@SpringBootTest(useMainMethod = UseMainMethod.ALWAYS, webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = "sample.model.stub-delay=10ms")
class ChatApplicationIT {

	private static final String ADA = "Bearer demo-key-ada";

	private static final String GRACE = "Bearer demo-key-grace";

	@LocalServerPort
	private int port;

	private RestTestClient http;

	@BeforeEach
	void connect() {
		this.http = RestTestClient.bindToServer().baseUrl("http://127.0.0.1:" + this.port).build();
	}

	@Test
	void goesOnWithAConversation() {
		ChatController.Answer first = answer(chat(ADA, Map.of("message", "Hello")));
		assertThat(first.reply()).isEqualTo("I have read 1 message(s), the last one was: Hello");
		ChatController.Answer second = answer(
				chat(ADA, Map.of("conversationId", first.conversationId(), "message", "And?")));
		assertThat(second.conversationId()).isEqualTo(first.conversationId());
		assertThat(second.reply()).isEqualTo("I have read 3 message(s), the last one was: And?");
	}

	@Test
	void refusesAnUnknownKeyAndNoKey() {
		chat("Bearer wrong", Map.of("message", "Hello")).expectStatus()
			.isUnauthorized()
			.expectHeader()
			.valueEquals(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
			.expectBody()
			.jsonPath("$.status")
			.isEqualTo(401);
		chat("", Map.of("message", "Hello")).expectStatus().isUnauthorized();
	}

	@Test
	void doesNotFindTheConversationOfSomebodyElse() {
		long conversation = answer(chat(ADA, Map.of("message", "Hello"))).conversationId();
		chat(GRACE, Map.of("conversationId", conversation, "message", "Hello")).expectStatus().isNotFound();
		chat(ADA, Map.of("conversationId", conversation + 1000, "message", "Hello")).expectStatus().isNotFound();
	}

	@Test
	void refusesABlankMessage() {
		chat(ADA, Map.of("message", " ")).expectStatus()
			.isBadRequest()
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON);
		chat(ADA, Map.of()).expectStatus().isBadRequest();
	}

	@Test
	void chatsFifteenTimesAtOnce() {
		this.http.post()
			.uri("/demo/chats")
			.header(HttpHeaders.AUTHORIZATION, ADA)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(ManyChats.Outcome[].class)
			.value((outcomes) -> assertThat(outcomes).hasSize(15)
				.allSatisfy((outcome) -> assertThat(outcome.status()).isEqualTo(200)));
	}

	@Test
	void showsThePoolWhereOperatorsLookForIt() {
		this.http.get()
			.uri("/health/db-pool")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.status")
			.isEqualTo("UP")
			.jsonPath("$.components.dbPool.status")
			.isEqualTo("UP")
			.jsonPath("$.components.dbPool.details")
			.value((Map<String, Object> details) -> assertThat(details).containsOnlyKeys("state", "size", "maxOverflow",
					"maximum", "total", "checkedOut", "checkedIn", "overflow", "waiting", "invalid", "timeouts", "via",
					"budget"))
			.jsonPath("$.components.dbPool.details.via")
			.isEqualTo("transaction-pooler")
			.jsonPath("$.components.dbPool.details.maximum")
			.isEqualTo(20);
	}

	@Test
	void showsReportMetricsAndPage() {
		this.http.get().uri("/dbpool").exchange().expectStatus().isOk();
		assertThat(text("/prometheus")).contains("hikaricp_connections");
		assertThat(text("/")).contains("/health/db-pool");
	}

	@Test
	void exposesNothingElse() {
		for (String endpoint : new String[] { "env", "beans", "configprops", "heapdump", "loggers", "metrics" }) {
			this.http.get().uri("/" + endpoint).exchange().expectStatus().isNotFound();
		}
	}

	private RestTestClient.ResponseSpec chat(String authorization, Map<String, Object> body) {
		return this.http.post()
			.uri("/chat")
			.header(HttpHeaders.AUTHORIZATION, authorization)
			.contentType(MediaType.APPLICATION_JSON)
			.body(body)
			.exchange();
	}

	private ChatController.Answer answer(RestTestClient.ResponseSpec response) {
		return response.expectStatus().isOk().expectBody(ChatController.Answer.class).returnResult().getResponseBody();
	}

	private String text(String path) {
		return this.http.get()
			.uri(path)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.returnResult()
			.getResponseBody();
	}

}
