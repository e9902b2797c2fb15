package dev.dbpool.autoconfigure;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import dev.dbpool.InvalidSettingException;
import dev.dbpool.TransactionSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.core.annotation.Order;

/**
 * The settings of all beans together.
 *
 * @param beans the beans, in the order in which their settings are applied
 */
record AllTransactionSettings(List<Bean> beans) implements TransactionSettings {

	/**
	 * Collects the beans.
	 * @return {@link TransactionSettings#NONE} if there are none
	 * @throws InvalidSettingException if two of them disagree already
	 */
	static TransactionSettings of(ListableBeanFactory factory) {
		AllTransactionSettings all = new AllTransactionSettings(
				names(factory).map((name) -> Bean.of(factory, name)).sorted(Bean.order(factory)).toList());
		all.check();
		return all.beans().isEmpty() ? TransactionSettings.NONE : all;
	}

	/**
	 * Returns the names of the beans, without creating them.
	 */
	static Stream<String> names(ListableBeanFactory factory) {
		return Stream
			.of(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(factory, TransactionSettings.class, true, false))
			.filter((name) -> !ScopedProxyUtils.isScopedTarget(name));
	}

	/**
	 * Returns the settings of all beans.
	 * @throws InvalidSettingException if two of them disagree, or one of them returns
	 * {@code null}
	 */
	@Override
	public Map<String, String> get() {
		Union union = new Union();
		for (Bean bean : this.beans) {
			union.add(bean.name(), bean.settings().get());
		}
		return union.settings;
	}

	/**
	 * Checks what the beans return outside of a request. One that throws has nothing to
	 * say there, for example because there is no tenant.
	 */
	void check() {
		Union union = new Union();
		for (Bean bean : this.beans) {
			Map<String, String> settings;
			try {
				settings = bean.settings().get();
			}
			catch (RuntimeException ex) {
				continue;
			}
			union.add(bean.name(), settings);
		}
	}

	/**
	 * One of the beans.
	 */
	record Bean(String name, TransactionSettings settings) {

		static Bean of(ListableBeanFactory factory, String name) {
			return new Bean(name, factory.getBean(name, TransactionSettings.class));
		}

		/**
		 * By {@code @Order} on the bean's method or class, or {@link Ordered}.
		 */
		static Comparator<Object> order(ListableBeanFactory factory) {
			return AnnotationAwareOrderComparator.INSTANCE.withSourceProvider((object) -> {
				Bean bean = (Bean) object;
				Order order = factory.findAnnotationOnBean(bean.name(), Order.class);
				return (order != null) ? (Ordered) order::value : bean.settings();
			});
		}

	}

	/**
	 * Settings, and which bean each of them came from first. PostgreSQL does not
	 * distinguish case in their names.
	 */
	private static final class Union {

		private final Map<String, String> settings = new LinkedHashMap<>();

		private final Map<String, String> beans = new LinkedHashMap<>();

		void add(String bean, @Nullable Map<String, String> more) {
			if (more == null) {
				throw returnsNull(bean, "");
			}
			more.forEach((name, value) -> add(bean, name.toLowerCase(Locale.ROOT), value));
		}

		private void add(String bean, String name, @Nullable String value) {
			if (value == null) {
				throw returnsNull(bean, " for the setting " + name);
			}
			String other = this.beans.putIfAbsent(name, bean);
			String known = this.settings.putIfAbsent(name, value);
			if (known != null && !known.equals(value)) {
				throw new InvalidSettingException(
						"The beans '%s' and '%s' of type TransactionSettings return different values for the setting %s."
							.formatted(other, bean, name),
						"Let one of them leave it out, or both return the same value.");
			}
		}

		private static InvalidSettingException returnsNull(String bean, String where) {
			return new InvalidSettingException(
					"The bean '%s' of type TransactionSettings returns null%s.".formatted(bean, where),
					"Let it return an empty map if there is nothing to set, or throw an exception if a value is unknown.");
		}

	}

}
