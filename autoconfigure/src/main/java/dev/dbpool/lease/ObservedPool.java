package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;

import javax.sql.DataSource;

import dev.dbpool.queue.Place;
import org.postgresql.core.BaseConnection;

/**
 * Measures what an application does with the connections of a pool, and leaves it all as
 * it is: each is borrowed when the application asks for it, waits as long as the pool
 * says, fails as the pool fails, and goes back when the application closes it.
 * Thread-safe.
 */
final class ObservedPool {

	private final DataSource target;

	private final Leases leases;

	private final PeakCount used;

	private final PeakCount needed;

	private final LongAdder heldNanos = new LongAdder();

	private final LongAdder busyNanos = new LongAdder();

	private final LeaseKinds kinds = new LeaseKinds();

	/**
	 * Creates it.
	 * @param target what connections are borrowed from
	 * @param leases whose ledger shows them
	 */
	ObservedPool(DataSource target, Leases leases, InstantSource clock) {
		this.target = target;
		this.leases = leases;
		this.used = new PeakCount(clock);
		this.needed = new PeakCount(clock);
	}

	Connection borrow() throws SQLException {
		Connection physical;
		try {
			physical = this.target.getConnection();
		}
		catch (SQLTransientConnectionException ex) {
			this.leases.ledger().timedOut();
			throw ex;
		}
		Connection observed = null;
		try {
			observed = observed(physical);
			return observed;
		}
		finally {
			if (observed == null) {
				physical.close();
			}
		}
	}

	private Connection observed(Connection physical) throws SQLException {
		BaseConnection driver = this.leases.pool().driver(physical);
		Place place = this.leases.pool().tryEnter();
		// There is none where the pool has become smaller than what is borrowed from it.
		ObservedLease lease = new ObservedLease(this.needed, (place != null) ? place : new Place(), driver,
				this.leases.recordsStacks());
		lease.place().begin(lease);
		this.used.up();
		return ObservedConnection.of(this, lease, physical);
	}

	/**
	 * Called before the connection goes back to the pool: the next borrower finds a free
	 * place.
	 */
	void end(ObservedLease lease) {
		lease.close();
		this.used.down();
		LeaseSnapshot last = lease.snapshot();
		this.heldNanos.add(last.age().toNanos());
		this.busyNanos.add(last.busy().toNanos());
		this.kinds.add(last);
		lease.addTo(lease.place());
		this.leases.pool().leave(lease.place());
	}

	SqlCheck check() {
		return this.leases.rules().check();
	}

	/**
	 * Returns what was measured so far, the leases of this moment included.
	 */
	Observation observation() {
		long held = this.heldNanos.sum();
		long busy = this.busyNanos.sum();
		for (LeaseSnapshot lease : this.leases.ledger().leases()) {
			held += lease.age().toNanos();
			busy += lease.busy().toNanos();
		}
		// The figures are read one after the other.
		double idleShare = (held > 0) ? 1 - Math.min(1.0, (double) busy / held) : 0;
		return new Observation(this.used.peak(), this.needed.peak(), idleShare, this.kinds.mostIdle());
	}

}
