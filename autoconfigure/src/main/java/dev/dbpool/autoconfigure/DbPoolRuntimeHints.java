package dev.dbpool.autoconfigure;

import java.sql.DatabaseMetaData;

import dev.dbpool.lease.PhysicalDriver;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * What a native image cannot see: the driver that Hikari makes from its name, and the
 * proxy of metadata.
 */
class DbPoolRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.reflection().registerType(PhysicalDriver.class, MemberCategory.INVOKE_DECLARED_CONSTRUCTORS);
		hints.proxies().registerJdkProxy(DatabaseMetaData.class);
	}

}
