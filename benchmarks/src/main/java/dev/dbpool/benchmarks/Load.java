package dev.dbpool.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

import org.springframework.core.task.VirtualThreadTaskExecutor;

/**
 * Many clients, each of whom sends a chat as soon as the last one was answered.
 */
final class Load {

	private static final int OK = 200;

	private static final int LOST = 410;

	private static final int NO_ANSWER = 0;

	private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final VirtualThreadTaskExecutor threads = new VirtualThreadTaskExecutor("client-");

	private final URI application;

	private final Effort effort;

	Load(URI application, Effort effort) {
		this.application = application;
		this.effort = effort;
	}

	/**
	 * Sends chats for as long as the effort says.
	 * @param clients how many at once
	 * @param wait what one chat takes at best: the clients begin spread over this time
	 * @return what was answered after the warm-up
	 */
	LoadResult run(int clients, Duration wait) throws InterruptedException, ExecutionException {
		long start = System.nanoTime();
		long from = start + Duration.ofSeconds(this.effort.loadWarmUpSeconds()).toNanos();
		long to = from + Duration.ofSeconds(this.effort.loadSeconds()).toNanos();
		List<Future<List<Answer>>> all = new ArrayList<>();
		for (int i = 0; i < clients; i++) {
			Duration delay = wait.multipliedBy(i).dividedBy(clients);
			HttpRequest chat = HttpRequest.newBuilder(this.application.resolve("/chat?key=key-" + (i + 1)))
				.POST(HttpRequest.BodyPublishers.noBody())
				.build();
			all.add(start(() -> {
				Thread.sleep(delay.toMillis());
				return chatUntil(to, chat);
			}));
		}
		List<Answer> measured = new ArrayList<>();
		for (Future<List<Answer>> client : all) {
			client.get().stream().filter((answer) -> answer.end() >= from && answer.end() < to).forEach(measured::add);
		}
		return new LoadResult(measured, from, this.effort.loadSeconds());
	}

	private <T> Future<T> start(Callable<T> client) {
		FutureTask<T> task = new FutureTask<>(client);
		this.threads.execute(task);
		return task;
	}

	private List<Answer> chatUntil(long end, HttpRequest chat) throws InterruptedException {
		List<Answer> answers = new ArrayList<>();
		while (System.nanoTime() < end) {
			long start = System.nanoTime();
			answers.add(new Answer(send(chat), start, System.nanoTime()));
		}
		return answers;
	}

	private int send(HttpRequest chat) throws InterruptedException {
		try {
			return this.http.send(chat, BodyHandlers.discarding()).statusCode();
		}
		catch (IOException ex) {
			return NO_ANSWER;
		}
	}

	/**
	 * What a client got.
	 *
	 * @param status the HTTP status
	 * @param start when it was sent, in nanoseconds
	 * @param end when it was answered, in nanoseconds
	 */
	record Answer(int status, long start, long end) {

		boolean isOk() {
			return this.status == OK;
		}

		boolean isLost() {
			return this.status == LOST;
		}

		double millis() {
			return (this.end - this.start) / 1e6;
		}

	}

}
