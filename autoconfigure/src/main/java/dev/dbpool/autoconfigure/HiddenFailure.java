package dev.dbpool.autoconfigure;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.AbstractBeanFactory;

/**
 * What a failure of the start-up hides. Hibernate logs why it got no connection, and then
 * fails with a message of its own that has no cause.
 */
final class HiddenFailure {

	private static final String WITHOUT_CAUSE = "Unable to determine Dialect without JDBC metadata";

	private HiddenFailure() {
	}

	/**
	 * Returns what a connection of the application failed with, if the failure hides it.
	 * @param failure what the application failed with
	 * @param beans its bean factory, in which the singletons are gone by then, but not
	 * the post-processors
	 * @return the failure of the connection; {@code null} if none is hidden
	 */
	static @Nullable SQLException behind(Throwable failure, @Nullable BeanFactory beans) {
		if (!hidesItsCause(failure)) {
			return null;
		}
		for (BeanFactory next = beans; next instanceof AbstractBeanFactory factory; next = factory
			.getParentBeanFactory()) {
			for (BeanPostProcessor processor : factory.getBeanPostProcessors()) {
				if (processor instanceof DataSourcePostProcessor ours && ours.lastFailure() != null) {
					return ours.lastFailure();
				}
			}
		}
		return null;
	}

	private static boolean hidesItsCause(Throwable failure) {
		for (Throwable next = failure; next != null; next = next.getCause()) {
			if (String.valueOf(next.getMessage()).startsWith(WITHOUT_CAUSE)) {
				return true;
			}
		}
		return false;
	}

}
