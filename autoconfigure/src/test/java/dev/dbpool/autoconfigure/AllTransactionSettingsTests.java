package dev.dbpool.autoconfigure;

import java.util.Collections;
import java.util.List;
import java.util.Map;

import dev.dbpool.InvalidSettingException;
import dev.dbpool.TransactionSettings;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.context.annotation.RequestScope;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What several beans say of one transaction.
 */
class AllTransactionSettingsTests {

	@Test
	void noBeanIsNone() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Empty.class)) {
			assertThat(AllTransactionSettings.of(context)).isSameAs(TransactionSettings.NONE);
		}
	}

	@Test
	void allAreAppliedInOrder() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Ordering.class)) {
			assertThat(AllTransactionSettings.of(context).get()).containsExactly(Map.entry("app.first", "1"),
					Map.entry("app.second", "2"), Map.entry("app.third", "3"), Map.entry("app.last", "4"));
		}
	}

	@Test
	void beansOfAParentAndThoseThatAreNotForInjectionAreApplied() {
		try (AnnotationConfigApplicationContext parent = new AnnotationConfigApplicationContext(Ordering.class);
				AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.setParent(parent);
			RootBeanDefinition definition = new RootBeanDefinition(TransactionSettings.class,
					() -> () -> Map.of("app.hidden", "5"));
			definition.setAutowireCandidate(false);
			context.registerBeanDefinition("hidden", definition);
			context.refresh();
			assertThat(AllTransactionSettings.of(context).get()).containsOnlyKeys("app.first", "app.second",
					"app.third", "app.last", "app.hidden");
		}
	}

	/**
	 * There is no request at start-up.
	 */
	@Test
	void aBeanOfTheRequestIsAskedByItsProxy() {
		try (AnnotationConfigWebApplicationContext context = new AnnotationConfigWebApplicationContext()) {
			context.register(RequestScoped.class);
			context.refresh();
			assertThat(((AllTransactionSettings) AllTransactionSettings.of(context)).beans()).singleElement()
				.satisfies((bean) -> assertThat(bean.name()).isEqualTo("tenant"));
		}
	}

	@Test
	void sameValueTwiceIsFine() {
		assertThat(all(() -> Map.of("search_path", "acme"), () -> Map.of("SEARCH_PATH", "acme")).get())
			.isEqualTo(Map.of("search_path", "acme"));
	}

	@Test
	void differentValuesAreRefusedAtStartAndLater() {
		AllTransactionSettings all = all(() -> Map.of("search_path", "acme"), () -> Map.of("Search_Path", "globex"));
		for (Runnable refused : new Runnable[] { all::check, all::get }) {
			assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(refused::run)
				.withMessage("The beans 'one' and 'two' of type TransactionSettings return different values for the "
						+ "setting search_path. Let one of them leave it out, or both return the same value.");
		}
	}

	@Test
	void oneThatThrowsAtStartHasNothingToSayThere() {
		AllTransactionSettings all = all(() -> {
			throw new IllegalStateException("no tenant");
		}, () -> Map.of("search_path", "globex"));
		all.check();
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(all::get);
	}

	@Test
	void nullIsRefused() {
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(all(Map::of, () -> null)::check)
			.withMessageStartingWith("The bean 'two' of type TransactionSettings returns null. ");
		assertThatExceptionOfType(InvalidSettingException.class)
			.isThrownBy(all(Map::of, () -> Collections.singletonMap("search_path", null))::get)
			.withMessageStartingWith(
					"The bean 'two' of type TransactionSettings returns null for the setting search_path. ");
	}

	private static AllTransactionSettings all(TransactionSettings one, TransactionSettings two) {
		return new AllTransactionSettings(
				List.of(new AllTransactionSettings.Bean("one", one), new AllTransactionSettings.Bean("two", two)));
	}

	@Configuration(proxyBeanMethods = false)
	static class Empty {

	}

	@Configuration(proxyBeanMethods = false)
	static class Ordering {

		@Bean
		TransactionSettings last() {
			return () -> Map.of("app.last", "4");
		}

		@Bean
		@Order(2)
		TransactionSettings second() {
			return () -> Map.of("app.second", "2");
		}

		@Bean
		OrderedSettings third() {
			return new OrderedSettings();
		}

		@Bean
		FirstSettings first() {
			return new FirstSettings();
		}

	}

	@Order(1)
	static class FirstSettings implements TransactionSettings {

		@Override
		public Map<String, String> get() {
			return Map.of("app.first", "1");
		}

	}

	static class OrderedSettings implements TransactionSettings, Ordered {

		@Override
		public Map<String, String> get() {
			return Map.of("app.third", "3");
		}

		@Override
		public int getOrder() {
			return 3;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RequestScoped {

		@Bean
		@RequestScope(proxyMode = ScopedProxyMode.INTERFACES)
		TransactionSettings tenant() {
			return () -> Map.of("search_path", "acme");
		}

	}

}
