package dev.dbpool.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.TestDatabase.Session;
import dev.dbpool.Waiting;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.annotation.DirtiesContext.HierarchyMode;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestContextManager;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Six test classes whose contexts differ, so that Spring keeps a context for each.
 */
class CachedContextsIT {

	private static final TestDatabase database = TestDatabase.create();

	private final List<TestContextManager> tests = new ArrayList<>();

	@AfterEach
	void closeContexts() {
		for (TestContextManager test : this.tests) {
			test.getTestContext().markApplicationContextDirty(HierarchyMode.EXHAUSTIVE);
		}
	}

	@Test
	void onlyTheContextInUseKeepsConnectionsReady() throws Exception {
		List<Class<?>> classes = List.of(First.class, Second.class, Third.class, Fourth.class, Fifth.class,
				Sixth.class);
		List<ApplicationContext> contexts = new ArrayList<>();
		for (Class<?> test : classes) {
			ApplicationContext context = begin(test);
			contexts.add(context);
			assertThat(query(context)).isEqualTo(test.getSimpleName());
			Waiting.await().untilAsserted(() -> {
				Map<String, Long> connected = connected();
				assertThat(connected.remove(test.getSimpleName())).isGreaterThanOrEqualTo(10);
				// The one that a pool was just opening when it was paused.
				assertThat(connected.values()).allMatch((left) -> left <= 1);
			});
			end();
		}
		ApplicationContext first = begin(First.class);
		assertThat(first).as("the cached one").isSameAs(contexts.get(0));
		assertThat(pool(first).getMinimumIdle()).isEqualTo(10);
		assertThat(query(first)).isEqualTo("First");
		assertThat(query(contexts.get(5))).as("a paused pool lends").isEqualTo("Sixth");
		Waiting.await()
			.untilAsserted(() -> assertThat(connected().get("Sixth")).as("that and the one above").isBetween(1L, 2L));
		end();
	}

	private ApplicationContext begin(Class<?> test) throws Exception {
		TestContextManager manager = new TestContextManager(test);
		this.tests.add(manager);
		manager.beforeTestClass();
		return manager.getTestContext().getApplicationContext();
	}

	private void end() throws Exception {
		this.tests.get(this.tests.size() - 1).afterTestClass();
	}

	private static String query(ApplicationContext context) {
		return context.getBean(JdbcTemplate.class)
			.queryForObject("select current_setting('application_name')", String.class);
	}

	private static HikariDataSource pool(ApplicationContext context) {
		return DataSourceUnwrapper.unwrap(context.getBean(DataSource.class), HikariDataSource.class);
	}

	private static Map<String, Long> connected() {
		return database.sessions()
			.stream()
			.collect(Collectors.groupingBy(Session::applicationName, Collectors.counting()));
	}

	@SpringBootTest(classes = TestApplication.class, webEnvironment = WebEnvironment.NONE)
	@TestPropertySource(properties = { "spring.flyway.enabled=false", "spring.liquibase.enabled=false",
			"spring.jmx.enabled=false", "db-pool.probe=false", TestApplication.WITHOUT_JPA })
	abstract static class Cached {

		@DynamicPropertySource
		static void connect(DynamicPropertyRegistry properties) {
			properties.add("spring.datasource.url", () -> database.properties()[0].split("[=?]", 3)[1]);
		}

	}

	@TestPropertySource(properties = "spring.application.name=First")
	static class First extends Cached {

	}

	@TestPropertySource(properties = "spring.application.name=Second")
	static class Second extends Cached {

	}

	@TestPropertySource(properties = "spring.application.name=Third")
	static class Third extends Cached {

	}

	@TestPropertySource(properties = "spring.application.name=Fourth")
	static class Fourth extends Cached {

	}

	@TestPropertySource(properties = "spring.application.name=Fifth")
	static class Fifth extends Cached {

	}

	@TestPropertySource(properties = "spring.application.name=Sixth")
	static class Sixth extends Cached {

	}

}
