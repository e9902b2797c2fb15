package dev.dbpool.lease;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

import dev.dbpool.HttpAnswer;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.Waiting;
import dev.dbpool.Work;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.web.error.ErrorAttributeOptions;
import org.springframework.boot.webmvc.error.DefaultErrorAttributes;
import org.springframework.boot.webmvc.error.ErrorAttributes;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Work as a web server and executors with one thread each see it: the mark of one request
 * or task must not reach the next one on the thread.
 */
class WorkIT {

	private final TestDatabase database = TestDatabase.create();

	private ConfigurableApplicationContext context;

	private Seen seen;

	@BeforeEach
	void start() {
		String[] properties = TestDatabase.with(this.database.properties(), TestApplication.WITHOUT_JPA,
				"server.tomcat.threads.max=1", "server.tomcat.threads.min-spare=1",
				"spring.task.execution.pool.core-size=1", "spring.task.scheduling.pool.size=1");
		String[] arguments = Stream.of(properties).map("--"::concat).toArray(String[]::new);
		this.context = TestApplication.builder(WebApplicationType.SERVLET, WorkApplication.class).run(arguments);
		this.seen = this.context.getBean(Seen.class);
	}

	@AfterEach
	void stop() {
		this.context.close();
	}

	@Test
	void markOfARequestDoesNotReachTheNextOneOnTheThread() {
		String first = get("/lease");
		assertThat(first).startsWith("false, then true");
		assertThat(get("/lease")).isEqualTo(first);
		assertThat(get("/look")).startsWith("false");
	}

	@Test
	void markSurvivesADispatch() {
		assertThat(get("/dispatch")).startsWith("false");
		assertThat(get("/lease-and-dispatch")).startsWith("true");
		assertThat(get("/dispatch")).startsWith("false");
		assertThat(get("/look")).startsWith("false");
	}

	@Test
	void markSurvivesAnErrorDispatch() {
		assertThat(HttpAnswer.get(this.context, "/lease-and-fail").json()).containsEntry("status", 500)
			.containsEntry("continuing", true);
		assertThat(HttpAnswer.get(this.context, "/nowhere").json()).containsEntry("status", 404)
			.containsEntry("continuing", false);
	}

	@Test
	void asynchronousRequestsOfSpringMvcContinue() {
		for (String path : List.of("/callable", "/stream")) {
			assertThat(get(path)).startsWith("false on task-1");
			assertThat(get("/lease-and" + path.replace('/', '-'))).startsWith("true on task-1");
			assertThat(get(path)).startsWith("false on task-1");
			// It begins as a newcomer and has a lease on the executor's thread.
			assertThat(get(path + "-and-lease")).startsWith("false, then true on task-1");
			assertThat(get(path)).startsWith("false on task-1");
		}
		assertThat(this.seen.outside).isNotEmpty().containsOnly(false);
	}

	@Test
	void asyncMethodContinuesItsRequest() {
		get("/async");
		get("/lease-and-async");
		get("/async");
		Waiting.await().until(() -> this.seen.inTasks.size() == 3);
		assertThat(this.seen.inTasks).containsExactly(false, true, false);
		Waiting.await().until(() -> this.seen.outside.size() >= 6);
		assertThat(this.seen.outside).containsOnly(false);
	}

	@Test
	void everyRunOfAScheduledTaskIsWorkOfItsOwn() {
		TaskScheduler scheduler = this.context.getBean(TaskScheduler.class);
		Runnable task = () -> {
			this.seen.inTasks.add(Work.isCurrentContinuing());
			Work.leased();
			this.seen.inTasks.add(!Work.isCurrentContinuing());
		};
		try (Work work = Work.begin(true)) {
			assertThat(work.isContinuing()).isTrue();
			scheduler.schedule(task, (trigger) -> (this.seen.inTasks.size() < 6) ? Instant.now() : null);
			Waiting.await().until(() -> this.seen.inTasks.size() == 6);
			var periodic = scheduler.scheduleAtFixedRate(task, Duration.ofMillis(1));
			Waiting.await().until(() -> this.seen.inTasks.size() >= 12);
			periodic.cancel(false);
		}
		assertThat(this.seen.inTasks).containsOnly(false);
		assertThat(this.seen.outside).isNotEmpty().containsOnly(false);
	}

	private String get(String path) {
		HttpAnswer answer = HttpAnswer.get(this.context, path);
		assertThat(answer.status()).as(path).isEqualTo(200);
		return answer.body();
	}

	private static String look() {
		return Work.isCurrentContinuing() + " on " + Thread.currentThread().getName();
	}

	private static String lease() {
		boolean before = Work.isCurrentContinuing();
		Work.leased();
		return before + ", then " + look();
	}

	static class Seen {

		final Queue<Boolean> inTasks = new ConcurrentLinkedQueue<>();

		final Queue<Boolean> outside = new ConcurrentLinkedQueue<>();

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	@EnableScheduling
	static class WorkApplication {

		@Bean
		Seen seen() {
			return new Seen();
		}

		@Bean
		Tasks tasks(Seen seen) {
			return new Tasks(seen);
		}

		@Bean
		Requests requests(Tasks tasks) {
			return new Requests(tasks);
		}

		@Bean
		TaskDecorator looksAroundTheTask(Seen seen) {
			return (task) -> () -> {
				seen.outside.add(Work.isCurrentContinuing());
				task.run();
				seen.outside.add(Work.isCurrentContinuing());
			};
		}

		@Bean
		ErrorAttributes errorAttributes() {
			return new DefaultErrorAttributes() {

				@Override
				public Map<String, Object> getErrorAttributes(WebRequest request, ErrorAttributeOptions options) {
					Map<String, Object> attributes = super.getErrorAttributes(request, options);
					attributes.put("continuing", Work.isCurrentContinuing());
					return attributes;
				}

			};
		}

	}

	static class Tasks {

		private final Seen seen;

		Tasks(Seen seen) {
			this.seen = seen;
		}

		@Async
		void look() {
			this.seen.inTasks.add(Work.isCurrentContinuing());
			Work.leased();
		}

	}

	@RestController
	static class Requests {

		private final Tasks tasks;

		Requests(Tasks tasks) {
			this.tasks = tasks;
		}

		@GetMapping("/look")
		String look() {
			return WorkIT.look();
		}

		@GetMapping("/lease")
		String lease() {
			return WorkIT.lease();
		}

		@GetMapping("/dispatch")
		void dispatch(HttpServletRequest request, HttpServletResponse response) {
			request.startAsync(request, response).dispatch("/look");
		}

		@GetMapping("/lease-and-dispatch")
		void leaseAndDispatch(HttpServletRequest request, HttpServletResponse response) {
			Work.leased();
			dispatch(request, response);
		}

		@GetMapping("/lease-and-fail")
		void leaseAndFail(HttpServletResponse response) throws IOException {
			Work.leased();
			response.sendError(500);
		}

		@GetMapping("/callable")
		Callable<String> callable() {
			return WorkIT::look;
		}

		@GetMapping("/lease-and-callable")
		Callable<String> leaseAndCallable() {
			Work.leased();
			return WorkIT::look;
		}

		@GetMapping("/callable-and-lease")
		Callable<String> callableAndLease() {
			return WorkIT::lease;
		}

		@GetMapping("/stream")
		StreamingResponseBody stream() {
			return (out) -> out.write(WorkIT.look().getBytes());
		}

		@GetMapping("/lease-and-stream")
		StreamingResponseBody leaseAndStream() {
			Work.leased();
			return stream();
		}

		@GetMapping("/stream-and-lease")
		StreamingResponseBody streamAndLease() {
			return (out) -> out.write(WorkIT.lease().getBytes());
		}

		@GetMapping("/async")
		void async() {
			this.tasks.look();
		}

		@GetMapping("/lease-and-async")
		void leaseAndAsync() {
			Work.leased();
			this.tasks.look();
		}

	}

}
