package dev.dbpool.benchmarks;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import dev.dbpool.benchmarks.chat.ChatApplication;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The same chat service with and without the starter, under the same load. Client,
 * service and database share this machine.
 */
final class ChatLoads {

	private static final int VIRTUAL_THREADS_SINCE = 21;

	private static final String[] COLUMNS = { "", "clients", "ok/s", "of ideal", "refused", "lost", "p50 ms",
			"p99 ms" };

	private static final Service WITHOUT = new Service("without the starter", "db-pool.enabled=false");

	private static final Service WITHOUT_OPEN_IN_VIEW = new Service("without it, open-in-view off",
			"db-pool.enabled=false", "spring.jpa.open-in-view=false");

	private static final Service WITH = new Service("with the starter", "db-pool.lease.release=after-transaction");

	private final Effort effort;

	ChatLoads(Effort effort) {
		this.effort = effort;
	}

	List<Table> run() throws Exception {
		if (Runtime.version().feature() < VIRTUAL_THREADS_SINCE) {
			Table table = new Table("Chats", "not run");
			table.row("They need virtual threads, so Java %d or newer, and this is Java %d. JAVA_HOME names another."
				.formatted(VIRTUAL_THREADS_SINCE, Runtime.version().feature()));
			return List.of(table);
		}
		try (LocalServer running = new LocalServer()) {
			List<Table> tables = List.of(chats(running.server().direct()), overload(running.server().direct()));
			tables.forEach((table) -> table.note(running.versions()));
			return tables;
		}
	}

	private Table chats(Server server) throws Exception {
		Duration model = Duration.ofSeconds(2);
		Table table = new Table("Chats: pool 10, timeout 5 s, model 2 s", COLUMNS);
		for (Service service : List.of(WITHOUT, WITH)) {
			try (ConfigurableApplicationContext application = start(service, server, 10, 5000, model, Duration.ZERO)) {
				for (int clients : new int[] { 15, 200, 1000 }) {
					double ideal = 1000.0 * clients / model.toMillis();
					LoadResult result = load(table, service, application, clients, model, ideal);
					if (service == WITH && clients == 1000) {
						table.note("at least 0.99 of the ideal with 1000 clients, and no errors: "
								+ verdict(result.okPerSecond().median() >= 0.99 * ideal && result.errors() == 0));
					}
				}
			}
		}
		return table;
	}

	private Table overload(Server server) throws Exception {
		Duration model = Duration.ofMillis(500);
		Duration work = Duration.ofMillis(20);
		Table table = new Table(
				"Overload: pool 2, timeout 1 s, transactions of 20 ms before and after a model of 500 ms", COLUMNS);
		double ideal = 2 * 1000.0 / work.multipliedBy(2).toMillis();
		for (Service service : List.of(WITHOUT, WITHOUT_OPEN_IN_VIEW, WITH)) {
			try (ConfigurableApplicationContext application = start(service, server, 2, 1000, model, work)) {
				LoadResult result = load(table, service, application, 200, model, ideal);
				if (service == WITH) {
					table.note("none lost after its model call: " + verdict(result.lost() == 0));
				}
			}
		}
		return table;
	}

	private ConfigurableApplicationContext start(Service service, Server server, int pool, int timeoutMillis,
			Duration model, Duration work) {
		return new SpringApplicationBuilder(ChatApplication.class).properties(service.properties())
			.run(server.arguments("--server.port=0", "--server.address=127.0.0.1",
					"--server.tomcat.max-keep-alive-requests=-1", "--spring.threads.virtual.enabled=true",
					"--spring.datasource.hikari.maximum-pool-size=" + pool,
					"--spring.datasource.hikari.connection-timeout=" + timeoutMillis,
					"--chat.model-millis=" + model.toMillis(), "--chat.work-millis=" + work.toMillis()));
	}

	private LoadResult load(Table table, Service service, ConfigurableApplicationContext application, int clients,
			Duration model, double ideal) throws Exception {
		String port = application.getEnvironment().getProperty("local.server.port");
		LoadResult result = new Load(URI.create("http://127.0.0.1:" + port), this.effort).run(clients, model);
		String ofIdeal = "%.3f".formatted(result.okPerSecond().median() / ideal);
		System.err.printf("%s, %d clients: %s of the ideal%n", service.title(), clients, ofIdeal);
		table.row(service.title(), String.valueOf(clients), result.okPerSecond().text("%.1f"), ofIdeal,
				String.valueOf(result.refused()), String.valueOf(result.lost()), result.percentile(0.5),
				result.percentile(0.99));
		return result;
	}

	private static String verdict(boolean met) {
		return met ? "met" : "MISSED";
	}

	private record Service(String title, String... properties) {
	}

}
