package dev.dbpool.autoconfigure;

import java.util.Arrays;

import dev.dbpool.OutsideOfTransactionException;
import dev.dbpool.TransactionSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Names the beans by which a statement was refused at start-up.
 */
class OutsideOfTransactionFailureAnalyzer extends AbstractFailureAnalyzer<OutsideOfTransactionException> {

	private final String settingsBean;

	OutsideOfTransactionFailureAnalyzer(@Nullable BeanFactory beans) {
		String[] names = (beans instanceof ListableBeanFactory listable)
				? BeanFactoryUtils.beanNamesForTypeIncludingAncestors(listable, TransactionSettings.class, true, false)
				: new String[0];
		this.settingsBean = (names.length == 1) ? "The bean '" + names[0] + "' of type TransactionSettings"
				: "One of the beans " + Arrays.toString(names) + " of type TransactionSettings";
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, OutsideOfTransactionException cause) {
		String asker = asker(rootFailure);
		return new FailureAnalysis(
				"%s requires each transaction to begin with the settings %s. %s executed a statement outside of a transaction, which would have run without them."
					.formatted(this.settingsBean, cause.settings(),
							(asker != null) ? "The bean '" + asker + "'" : "The application"),
				"Execute the statement in a transaction (TransactionTemplate, @Transactional). If it does not concern a tenant, "
						+ "use a connection from @DirectDataSource, or let the bean return no settings for it.",
				cause);
	}

	/**
	 * Returns the bean that could not be created, the innermost if others needed it.
	 */
	private static @Nullable String asker(Throwable failure) {
		String name = null;
		for (Throwable next = failure; next != null; next = next.getCause()) {
			if (next instanceof BeanCreationException creation) {
				name = creation.getBeanName();
			}
		}
		return name;
	}

}
