package dev.dbpool.autoconfigure;

import javax.sql.DataSource;

import dev.dbpool.TransactionSettings;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Sees to it that {@link TransactionSettings} are in force. On its own, because they must
 * not vanish where db-pool is off, steps aside or is excluded.
 */
@AutoConfiguration
@ConditionalOnClass({ DataSource.class, DelegatingDataSource.class, DatabaseDriver.class })
@Import(TransactionSettingsCheck.class)
public final class TransactionSettingsAutoConfiguration {

}
