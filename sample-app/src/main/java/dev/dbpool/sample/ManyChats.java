package dev.dbpool.sample;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/**
 * Sends many chats at once, for the page: a browser has but six connections to a host.
 */
@RestController
class ManyChats {

	private static final int CHATS = 15;

	private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final Self self;

	ManyChats(Self self) {
		this.self = self;
	}

	@PostMapping("/demo/chats")
	CompletableFuture<List<Outcome>> send(@RequestHeader(HttpHeaders.AUTHORIZATION) String authorization) {
		HttpRequest chat = HttpRequest.newBuilder(URI.create(this.self.url() + "/chat"))
			.header(HttpHeaders.AUTHORIZATION, authorization)
			.header(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE)
			.POST(HttpRequest.BodyPublishers.ofString("{\"message\": \"One of many\"}"))
			.build();
		List<CompletableFuture<Outcome>> chats = Stream.generate(() -> send(chat)).limit(CHATS).toList();
		return CompletableFuture.allOf(chats.toArray(CompletableFuture[]::new))
			.thenApply((done) -> chats.stream().map(CompletableFuture::join).toList());
	}

	private CompletableFuture<Outcome> send(HttpRequest chat) {
		long start = System.nanoTime();
		return this.http.sendAsync(chat, BodyHandlers.discarding())
			.thenApply((response) -> new Outcome(response.statusCode(), (System.nanoTime() - start) / 1_000_000));
	}

	/**
	 * How one chat ended.
	 *
	 * @param status the HTTP status
	 * @param millis how long it took
	 */
	record Outcome(int status, long millis) {
	}

}
