package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLTransientConnectionException;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.MetricsTrackerFactory;
import dev.dbpool.TransactionSettings;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * The pool as the application sees it. Its connections are logical ones, which cost
 * nothing until they are used, and have a physical one only while they need it: see
 * {@link ConnectionRules#afterTransaction()}. Thread-safe.
 * <p>
 * {@code getConnection()} never waits and never fails; the first use does, with an
 * {@link SQLTransientConnectionException} as from Hikari if no physical connection was
 * available in time.
 */
public final class LeasingDataSource extends DelegatingDataSource {

	private final Leases leases;

	/**
	 * Wraps a pool.
	 * @param target what physical connections are borrowed from, the pool or a wrapper of
	 * it
	 * @param pool the pool itself
	 * @param rules how connections behave
	 * @param settings what makes a lease a suspect
	 */
	public LeasingDataSource(DataSource target, HikariDataSource pool, ConnectionRules rules, LeaseSettings settings) {
		super(target);
		this.leases = new Leases(new PhysicalPool(target, pool, rules.serverConnections()), rules, settings);
	}

	@Override
	public Connection getConnection() {
		return new LogicalConnection(this.leases);
	}

	/**
	 * Returns the ledger of its leases.
	 * @return always the same
	 */
	public LeaseLedger ledger() {
		return this.leases.ledger();
	}

	/**
	 * Returns the pool below the leases.
	 * @return always the same
	 */
	public PhysicalPool pool() {
		return this.leases.pool();
	}

	/**
	 * Whether transactions begin with the {@link TransactionSettings} of the application.
	 * @return {@code false} if there are none
	 */
	public boolean appliesTransactionSettings() {
		return this.leases.rules().settings() != TransactionSettings.NONE;
	}

	/**
	 * Publishes the pool's metrics, with what happens in front of the pool added. Has no
	 * effect on a pool that is measured already, as one is for which the user chose a
	 * factory or a registry.
	 * @param factory makes the tracker that publishes
	 */
	public void measureWith(MetricsTrackerFactory factory) {
		pool().measureWith(factory);
	}

}
