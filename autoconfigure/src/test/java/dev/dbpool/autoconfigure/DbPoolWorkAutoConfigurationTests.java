package dev.dbpool.autoconfigure;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import dev.dbpool.Work;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.task.SimpleAsyncTaskExecutorBuilder;
import org.springframework.boot.task.SimpleAsyncTaskSchedulerBuilder;
import org.springframework.boot.task.ThreadPoolTaskSchedulerBuilder;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where work is told to begin, and that users keep their seams. Nothing here connects.
 */
class DbPoolWorkAutoConfigurationTests {

	private static final AutoConfigurations CONFIGURATIONS = AutoConfigurations.of(DbPoolAutoConfiguration.class,
			DbPoolWorkAutoConfiguration.class, DataSourceAutoConfiguration.class, TaskExecutionAutoConfiguration.class,
			TaskSchedulingAutoConfiguration.class);

	private static final String[] PROPERTIES = { "spring.datasource.url=jdbc:postgresql://db.example/app",
			"db-pool.budget.detect=false", "db-pool.probe=false" };

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(CONFIGURATIONS)
		.withPropertyValues(PROPERTIES);

	private final WebApplicationContextRunner webContextRunner = new WebApplicationContextRunner()
		.withConfiguration(CONFIGURATIONS)
		.withPropertyValues(PROPERTIES);

	@Test
	void requestsAndTasksAreWork() {
		this.webContextRunner.run((context) -> {
			assertThat(context).hasBean("dbPoolWorkFilter").hasSingleBean(WorkTaskDecorator.class);
			FilterRegistrationBean<?> filter = context.getBean("dbPoolWorkFilter", FilterRegistrationBean.class);
			assertThat(filter.getFilter()).isInstanceOf(WorkFilter.class);
			assertThat(filter.isAsyncSupported()).isTrue();
			assertThat(filter.isMatchAfter()).isFalse();
		});
	}

	@Test
	void tasksAreWorkWithoutAWebStack() {
		this.contextRunner
			.withClassLoader(new FilteredClassLoader("jakarta.servlet", "org.springframework.web",
					"org.springframework.boot.web"))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("dbPoolWorkFilter")
				.hasSingleBean(WorkTaskDecorator.class));
	}

	@Test
	void thereIsNoFilterWithoutAServer() {
		this.contextRunner.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean("dbPoolWorkFilter")
			.hasSingleBean(WorkTaskDecorator.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "db-pool.enabled=false", "spring.datasource.url=jdbc:h2:mem:own" })
	void stepsAsideWithThePlan(String property) {
		this.webContextRunner.withPropertyValues(property)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("dbPoolWorkFilter")
				.doesNotHaveBean(TaskDecorator.class));
	}

	@Test
	void taskContinuesItsSubmitter() {
		this.contextRunner.run((context) -> {
			AsyncTaskExecutor executor = context.getBean(AsyncTaskExecutor.class);
			assertThat(isContinuing(executor)).isFalse();
			try (Work work = Work.begin(false)) {
				assertThat(work.isContinuing()).isFalse();
				assertThat(isContinuing(executor)).isFalse();
			}
			try (Work work = Work.begin(true)) {
				assertThat(work.isContinuing()).isTrue();
				assertThat(isContinuing(executor)).isTrue();
				assertThat(isContinuing(context.getBean(SimpleAsyncTaskExecutorBuilder.class).build())).isTrue();
				assertThat(isContinuing(context.getBean(SimpleAsyncTaskSchedulerBuilder.class).build())).isTrue();
			}
			assertThat(isContinuing(executor)).isFalse();
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { FirstDecorator.class, OrdinaryDecorator.class, LastDecorator.class })
	void decoratorsOfTheUserAreApplied(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(configuration, Decorated.class).run((context) -> {
			assertThat(context).hasNotFailed();
			try (Work work = Work.begin(true)) {
				assertThat(work.isContinuing()).isTrue();
				assertApplied(context, context.getBean(AsyncTaskExecutor.class));
				assertApplied(context, context.getBean(SimpleAsyncTaskExecutorBuilder.class).build());
			}
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { FirstDecorator.class, OrdinaryDecorator.class, LastDecorator.class })
	void decoratorsOfTheUserAreAppliedByAScheduler(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(configuration, Decorated.class).run((context) -> {
			var scheduler = context.getBean(ThreadPoolTaskSchedulerBuilder.class).build();
			scheduler.initialize();
			try (Work work = Work.begin(true)) {
				assertThat(work.isContinuing()).isTrue();
				assertThat(isContinuing(scheduler)).isFalse();
				assertThat(context.getBean(Decorated.class).by).containsExactly("user");
			}
			finally {
				scheduler.shutdown();
			}
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { FirstDecorator.class, OrdinaryDecorator.class, LastDecorator.class })
	void whoAsksForOneDecoratorGetsTheUsers(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(configuration, Decorated.class, Injecting.class)
			.run((context) -> assertThat(context.getBean(Injected.class).decorator())
				.isSameAs(context.getBean("users", TaskDecorator.class))
				.isSameAs(context.getBeanProvider(TaskDecorator.class).getIfUnique()));
	}

	private static void assertApplied(ApplicationContext context, AsyncTaskExecutor executor) throws Exception {
		Decorated decorated = context.getBean(Decorated.class);
		decorated.by.clear();
		assertThat(isContinuing(executor)).isTrue();
		assertThat(decorated.by).containsExactly("user");
	}

	private static boolean isContinuing(AsyncTaskExecutor executor) throws Exception {
		return executor.submit(Work::isCurrentContinuing).get(60, TimeUnit.SECONDS);
	}

	static class Decorated {

		final Queue<String> by = new ConcurrentLinkedQueue<>();

		TaskDecorator decorator() {
			return (task) -> () -> {
				this.by.add("user");
				task.run();
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FirstDecorator {

		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		TaskDecorator users(Decorated decorated) {
			return decorated.decorator();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OrdinaryDecorator {

		@Bean
		TaskDecorator users(Decorated decorated) {
			return decorated.decorator();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LastDecorator {

		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		TaskDecorator users(Decorated decorated) {
			return decorated.decorator();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Injecting {

		@Bean
		Injected injected(TaskDecorator decorator) {
			return new Injected(decorator);
		}

	}

	record Injected(TaskDecorator decorator) {

	}

}
