package dev.dbpool.autoconfigure;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.dbpool.DirectDataSource;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.TransactionSettings;
import dev.dbpool.lease.LeasingDataSource;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanWrapper;
import org.springframework.beans.BeanWrapperImpl;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabase;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/**
 * Stops the start-up if the application has {@link TransactionSettings} and a data source
 * whose transactions would begin without them: they could read and write another tenant's
 * data. Looks at each data source when it is created, before anything can query it, and
 * in the end at those that were created before this.
 */
class TransactionSettingsCheck implements BeanPostProcessor, SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(TransactionSettingsCheck.class);

	private final ConfigurableListableBeanFactory beans;

	private final DataSourceOwner owner;

	private final Set<String> checked = ConcurrentHashMap.newKeySet();

	TransactionSettingsCheck(ConfigurableListableBeanFactory beans, Environment environment) {
		this.beans = beans;
		this.owner = new DataSourceOwner(beans, environment);
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String name) {
		if (bean instanceof DataSource dataSource) {
			check(name, dataSource);
		}
		return bean;
	}

	@Override
	public void afterSingletonsInstantiated() {
		for (String name : this.beans.getBeanNamesForType(DataSource.class, false, false)) {
			if (this.beans.containsSingleton(name)) {
				// A factory may make it only now, and then it has been checked.
				DataSource dataSource = this.beans.getBean(name, DataSource.class);
				if (!this.checked.contains(name)) {
					check(name, dataSource);
				}
			}
		}
	}

	private void check(String name, DataSource dataSource) {
		List<String> settings = AllTransactionSettings.names(this.beans).toList();
		this.checked.add(name);
		if (settings.isEmpty() || targets(dataSource).allMatch(TransactionSettingsCheck::appliesSettings)
				|| isDirect(name, dataSource) || this.owner.isLeftAlone(name)) {
			return;
		}
		String subject = ((settings.size() > 1) ? "The beans '" : "The bean '") + String.join("', '", settings)
				+ "' of type TransactionSettings";
		if (this.owner.isTest(dataSource)) {
			logger.warn(subject + " has no effect in this test: an embedded database replaces the data source");
			return;
		}
		if (this.owner.isDbPool() && targets(dataSource).allMatch(TransactionSettingsCheck::isOtherDatabase)) {
			return;
		}
		throw new InvalidSettingException(
				"%s would not be in force for the data source '%s': %s. Its transactions could read and write another tenant's data."
					.formatted(subject, name, this.owner.reason()),
				this.owner.action(name));
	}

	/**
	 * Whether it is meant to be outside of the runtime, whose transactions have the
	 * settings.
	 */
	private boolean isDirect(String name, DataSource dataSource) {
		return dataSource instanceof DirectConnections
				|| this.beans.findAnnotationOnBean(name, DirectDataSource.class) != null;
	}

	/**
	 * Returns what gives out the connections, behind proxies and routers.
	 */
	private static Stream<DataSource> targets(@Nullable DataSource dataSource) {
		if (dataSource instanceof AbstractRoutingDataSource routing && !routing.getResolvedDataSources().isEmpty()) {
			return Stream
				.concat(routing.getResolvedDataSources().values().stream(),
						Stream.ofNullable(routing.getResolvedDefaultDataSource()))
				.flatMap(TransactionSettingsCheck::targets);
		}
		if (dataSource instanceof DelegatingDataSource delegating && !appliesSettings(delegating)) {
			return targets(delegating.getTargetDataSource());
		}
		return Stream.ofNullable(dataSource);
	}

	private static boolean appliesSettings(DataSource dataSource) {
		if (dataSource instanceof LeasingDataSource leasing) {
			return leasing.appliesTransactionSettings();
		}
		try {
			return !(dataSource instanceof DelegatingDataSource) && dataSource.isWrapperFor(LeasingDataSource.class)
					&& dataSource.unwrap(LeasingDataSource.class).appliesTransactionSettings();
		}
		catch (SQLException | RuntimeException ex) {
			// As from a router that has no target now.
			return false;
		}
	}

	/**
	 * Whether it is known not to be PostgreSQL, without a connection.
	 */
	private static boolean isOtherDatabase(DataSource dataSource) {
		if (dataSource instanceof EmbeddedDatabase) {
			return true;
		}
		BeanWrapper properties = new BeanWrapperImpl(dataSource);
		return Stream.of("jdbcUrl", "url", "URL")
			.filter(properties::isReadableProperty)
			.map(properties::getPropertyValue)
			.anyMatch((url) -> url instanceof String text && isOtherDatabase(text));
	}

	private static boolean isOtherDatabase(String url) {
		return url.startsWith("jdbc:") && !url.contains("postgres")
				&& DatabaseDriver.fromJdbcUrl(url) != DatabaseDriver.UNKNOWN;
	}

}
