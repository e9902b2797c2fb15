package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.InstantSource;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.MetricsTrackerFactory;
import dev.dbpool.TransactionSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * The pool as the application sees it. Its connections are logical ones, which cost
 * nothing until they are used, and have a physical one only while they need it: see
 * {@link ConnectionRules#afterTransaction()}. Thread-safe.
 * <p>
 * {@code getConnection()} never waits and never fails; the first use does, with an
 * {@link SQLTransientConnectionException} as from Hikari if no physical connection was
 * available in time. Not so if the pool is only {@linkplain #observing observed}.
 */
public final class LeasingDataSource extends DelegatingDataSource {

	private final Leases leases;

	private final @Nullable ObservedPool observed;

	/**
	 * Wraps a pool.
	 * @param target what physical connections are borrowed from, the pool or a wrapper of
	 * it
	 * @param pool the pool itself
	 * @param rules how connections behave
	 * @param settings what makes a lease a suspect
	 */
	public LeasingDataSource(DataSource target, HikariDataSource pool, ConnectionRules rules, LeaseSettings settings) {
		this(target, new Leases(new PhysicalPool(target, pool, rules.serverConnections()), rules, settings, true),
				null);
	}

	private LeasingDataSource(DataSource target, Leases leases, @Nullable ObservedPool observed) {
		super(target);
		this.leases = leases;
		this.observed = observed;
	}

	/**
	 * Wraps a pool that is only observed. Its connections are those of the pool: they are
	 * borrowed by {@code getConnection()}, which fails as the pool does, and last until
	 * they are closed.
	 * @param target what connections are borrowed from, the pool or a wrapper of it
	 * @param pool the pool itself
	 * @param check sees the SQL of each statement, and refuses nothing
	 * @param settings what makes a lease a suspect, which the ledger counts but does not
	 * log
	 * @param clock tells when something was measured
	 * @return the data source
	 */
	public static LeasingDataSource observing(DataSource target, HikariDataSource pool, SqlCheck check,
			LeaseSettings settings, InstantSource clock) {
		ConnectionRules rules = ConnectionRules.direct(false, check);
		Leases leases = new Leases(new PhysicalPool(target, pool, rules.serverConnections()), rules, settings, false);
		return new LeasingDataSource(target, leases, new ObservedPool(target, leases, clock));
	}

	@Override
	public Connection getConnection() throws SQLException {
		return (this.observed != null) ? this.observed.borrow() : new LogicalConnection(this.leases);
	}

	/**
	 * Returns what was measured of a pool that is only observed.
	 * @return the figures since the start; {@code null} if the pool is managed
	 */
	public @Nullable Observation observation() {
		return (this.observed != null) ? this.observed.observation() : null;
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
