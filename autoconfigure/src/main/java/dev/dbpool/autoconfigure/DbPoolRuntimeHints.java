package dev.dbpool.autoconfigure;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;

import com.zaxxer.hikari.HikariConfig;
import dev.dbpool.driver.KeepaliveSocketFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * What a native image cannot see: what is made from its name, and proxies.
 */
class DbPoolRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		// Made by migration tools.
		hints.reflection().registerType(MigrationDriver.class, MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS);
		// Made by the PostgreSQL driver.
		hints.reflection().registerType(KeepaliveSocketFactory.class, MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS);
		// Copied field by field where a pool is only observed.
		hints.reflection().registerType(HikariConfig.class, MemberCategory.ACCESS_DECLARED_FIELDS);
		for (Class<?> proxied : new Class<?>[] { CallableStatement.class, Connection.class, DatabaseMetaData.class,
				ParameterMetaData.class, PreparedStatement.class, ResultSet.class, Statement.class }) {
			hints.proxies().registerJdkProxy(proxied);
		}
	}

}
