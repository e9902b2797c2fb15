package dev.dbpool.autoconfigure;

import java.sql.DatabaseMetaData;

import dev.dbpool.lease.KeepaliveSocketFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * What a native image cannot see: what is made from its name, and the proxy of metadata.
 */
class DbPoolRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		// Made by migration tools.
		hints.reflection().registerType(MigrationDriver.class, MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS);
		// Made by the PostgreSQL driver.
		hints.reflection().registerType(KeepaliveSocketFactory.class, MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS);
		hints.proxies().registerJdkProxy(DatabaseMetaData.class);
	}

}
