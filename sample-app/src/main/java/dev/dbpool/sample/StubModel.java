package dev.dbpool.sample;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * Stands in for a model: slow as one, and without a database.
 */
@RestController
class StubModel {

	private final Executor later;

	StubModel(ModelProperties properties) {
		this.later = CompletableFuture.delayedExecutor(properties.stubDelay().toMillis(), TimeUnit.MILLISECONDS);
	}

	@PostMapping("/stub/v1/chat/completions")
	CompletableFuture<Completion> complete(@RequestBody Completion.Request request) {
		return CompletableFuture.supplyAsync(() -> Completion.of(reply(request.messages())), this.later);
	}

	private static String reply(List<Turn> messages) {
		return "I have read %d message(s), the last one was: %s".formatted(messages.size(),
				messages.get(messages.size() - 1).content());
	}

}
