package dev.dbpool.lease;

import java.lang.ref.Reference;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Has a {@link Lease} of a physical connection while something needs it, and knows what
 * has become of its transaction. What the application sees of it is
 * {@link LogicalConnection}.
 */
abstract class LeaseHolder {

	private static final AtomicIntegerFieldUpdater<LeaseHolder> BEGINNING = AtomicIntegerFieldUpdater
		.newUpdater(LeaseHolder.class, "beginning");

	private static final long PAUSE_NANOS = 100_000;

	private final LeasingDataSource source;

	private final Remembered remembered;

	// Mutable state

	/**
	 * 1 while a physical connection is acquired, and while what a transaction begins with
	 * is sent; never while a statement of the application runs.
	 */
	private volatile int beginning;

	private volatile @Nullable Lease lease;

	/**
	 * Why the transaction cannot go on, until the application has rolled it back.
	 */
	private volatile @Nullable SQLException lost;

	/**
	 * Whether what the transaction begins with has been sent.
	 */
	private volatile boolean begun;

	private volatile boolean closed;

	private boolean hadLease;

	LeaseHolder(LeasingDataSource source) {
		this.source = source;
		this.remembered = source.remembered();
	}

	/**
	 * Returns the lease, with one more of something counted in it. Acquires a physical
	 * connection if there is none.
	 * @param what {@link Lease#STATEMENT} or {@link Lease#CALL}
	 */
	private Lease lease(long what) throws SQLException {
		Lease lease = this.lease;
		if (lease != null && !lease.isBroken() && lease.add(what)) {
			return lease;
		}
		lock();
		try {
			checkUsable();
			lease = this.lease;
			if (lease != null) {
				if (lease.isBroken()) {
					lease.close();
				}
				else if (lease.add(what)) {
					return lease;
				}
			}
			return acquire(what);
		}
		finally {
			unlock();
		}
	}

	/**
	 * Two threads that begin on one connection at the same time are rare, and a lock
	 * object for each connection would cost more than all the rest: the second thread
	 * parks and tries again.
	 */
	private void lock() {
		boolean interrupted = false;
		while (!BEGINNING.compareAndSet(this, 0, 1)) {
			LockSupport.parkNanos(this, PAUSE_NANOS);
			// With the flag set it would not pause.
			interrupted |= Thread.interrupted();
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private void unlock() {
		BEGINNING.lazySet(this, 0);
	}

	private Lease acquire(long what) throws SQLException {
		Lease lease = null;
		boolean ready = false;
		try {
			lease = this.source.acquire(this, what, this.hadLease);
			this.remembered.applyTo(lease.physical(), rules());
			ready = true;
		}
		catch (SQLException ex) {
			throw lost(Disconnects.withoutStream(ex));
		}
		catch (RuntimeException | Error ex) {
			lost(new SQLException("No physical connection could be had: " + ex.getClass().getName(), "08006"));
			throw ex;
		}
		finally {
			if (!ready && lease != null) {
				abandon(lease, what);
			}
		}
		this.hadLease = true;
		// Not before the physical connection is as it should be: another thread may use
		// it from here on.
		this.lease = lease;
		if (this.closed) {
			// Somebody closed this meanwhile, and may not have seen the lease.
			abandon(lease, what);
			throw closedException();
		}
		return lease;
	}

	/**
	 * As after any failure within a transaction, nothing that follows may take effect
	 * without what failed.
	 */
	private SQLException lost(SQLException failure) {
		if (!this.remembered.autoCommit()) {
			this.lost = failure;
		}
		return failure;
	}

	private static void abandon(Lease lease, long what) {
		lease.close();
		lease.remove(what);
	}

	/**
	 * Called before a statement is executed. The first one of a transaction is preceded
	 * by what was asked for the transaction. {@link Lease#executed()} must follow.
	 */
	final void execute(Lease lease, String sql, @Nullable String pin) throws SQLException {
		checkUsable();
		if (!lease.execute(sql)) {
			throw ended(lease);
		}
		boolean begun = false;
		try {
			if (pin != null) {
				lease.pin(pin);
			}
			begin(lease, true);
			begun = true;
		}
		finally {
			if (!begun) {
				lease.executed();
			}
		}
	}

	/**
	 * Returns what somebody is told whose statement has outlived its lease.
	 */
	private SQLException ended(Lease lease) {
		if (!lease.isBroken()) {
			return new SQLException("This statement has been closed", "55000");
		}
		return lost(new SQLException("The physical connection of this statement was lost: make a new one", "08006"));
	}

	/**
	 * Begins the transaction, unless it has begun.
	 * @param always whether a statement follows; otherwise the driver may speak to the
	 * server by itself, which matters only if there is something to say before
	 */
	private void begin(Lease lease, boolean always) throws SQLException {
		if (this.remembered.autoCommit()) {
			rules().checkAutoCommit();
			return;
		}
		if (this.begun && lease.hasBegun()) {
			return;
		}
		// Before the lock: the application says what it wants, and may take its time.
		String preamble = preamble(lease);
		if (!always && preamble.isEmpty()) {
			return;
		}
		lock();
		try {
			// It may have ended by a COMMIT that was sent as a statement.
			if (!this.begun || !lease.hasBegun()) {
				// Before anything is sent: if the connection dies by it, that was within
				// the transaction.
				lease.beginTransaction(TransactionSynchronizationManager.getCurrentTransactionName());
				if (!preamble.isEmpty()) {
					try (Statement statement = lease.physical().createStatement()) {
						statement.execute(preamble);
					}
				}
				this.begun = true;
			}
		}
		catch (SQLException ex) {
			throw failed(lease, ex);
		}
		finally {
			unlock();
		}
	}

	private String preamble(Lease lease) throws SQLException {
		try {
			// What was set for a pinned session is not known.
			return rules().preamble(this.remembered.isolation(), !lease.isPinned());
		}
		catch (SQLException ex) {
			throw lost(ex);
		}
		catch (RuntimeException | Error ex) {
			lost(new SQLException("The settings of the transaction could not be had: " + ex.getClass().getName(),
					"08006"));
			throw ex;
		}
	}

	/**
	 * Lets the driver do something in this lease that it may do by statements of its own,
	 * which may be the first of a transaction.
	 */
	final <T> T ask(Lease lease, Question<T> question) throws SQLException {
		checkUsable();
		if (!lease.add(Lease.CALL)) {
			throw ended(lease);
		}
		lease.busy();
		try {
			begin(lease, false);
			return question.ask();
		}
		catch (SQLException ex) {
			throw failed(lease, ex);
		}
		finally {
			lease.executed();
			Reference.reachabilityFence(this);
		}
	}

	/**
	 * Adds to a failure what it means, and remembers it if the transaction is lost by it.
	 */
	final SQLException failed(Lease lease, SQLException thrown) {
		SQLException failure = Disconnects.withoutStream(thrown);
		try {
			// One that has ended is another holder's business.
			if (lease == this.lease && lease.isDead()) {
				if (!this.remembered.autoCommit() || lease.isInServerTransaction() || !rules().afterTransaction()) {
					this.lost = failure;
				}
				lease.breakDown();
			}
		}
		catch (SQLException ex) {
			failure.addSuppressed(ex);
		}
		return rules().explain().apply(failure);
	}

	/**
	 * Checks SQL before it is sent.
	 * @return why the lease must last until this is closed, if it must
	 */
	final @Nullable String check(String sql) throws SQLException {
		return rules().check().check(sql);
	}

	final void noticed(Statement statement) throws SQLException {
		if (rules().throughTransactionPooler()) {
			this.source.countNotices(statement.getWarnings());
		}
	}

	final void checkUsable() throws SQLException {
		if (this.closed) {
			throw closedException();
		}
		SQLException lost = this.lost;
		if (lost != null) {
			throw lostException(lost);
		}
	}

	final void checkOpen() throws SQLException {
		if (this.closed) {
			throw closedException();
		}
	}

	private static SQLException closedException() {
		return new SQLException("This connection has been closed", "08003");
	}

	private static SQLException lostException(SQLException cause) {
		return new SQLException("The physical connection was lost within this transaction, or could not be had for it: "
				+ "nothing of it takes effect. Roll it back", "08006", cause);
	}

	final void checkTransaction(String action) throws SQLException {
		checkOpen();
		if (this.remembered.autoCommit()) {
			throw new SQLException("Cannot " + action + " when autoCommit is enabled.", "25P01");
		}
	}

	final void commitTransaction() throws SQLException {
		if (!end(Connection::commit)) {
			throw new SQLException("The connection was closed or aborted before the transaction was committed: "
					+ "nothing of it takes effect", "08006");
		}
	}

	/**
	 * Ends the transaction.
	 * @param action how
	 * @return {@code false} if it had begun and its lease is gone, so that the server has
	 * rolled it back
	 */
	final boolean end(Action action) throws SQLException {
		Lease lease = this.lease;
		if (lease == null || !lease.add(Lease.CALL)) {
			boolean gone = this.begun;
			this.begun = false;
			return !gone;
		}
		lease.busy();
		try {
			action.on(lease.physical());
			return true;
		}
		catch (SQLException ex) {
			throw failed(lease, ex);
		}
		finally {
			this.begun = false;
			lease.endTransaction();
			if (rules().afterTransaction()) {
				this.lost = null;
			}
			lease.executed();
		}
	}

	/**
	 * Ends a transaction that was lost. Where a lease lasts until close, the connection
	 * stays lost.
	 * @return why it was lost; {@code null} if it was not
	 */
	final @Nullable SQLException endLost() throws SQLException {
		SQLException lost = this.lost;
		if (lost == null) {
			return null;
		}
		Lease lease = this.lease;
		if (lease != null && lease.isBroken() && !rules().afterTransaction()) {
			this.begun = false;
		}
		else {
			this.lost = null;
			// What was lost, the server has rolled back already; not so where it began
			// anew.
			end(Connection::rollback);
		}
		return lostException(lost);
	}

	final void checkOutsideOfTransaction(String what) throws SQLException {
		checkOpen();
		Lease lease = this.lease;
		// A transaction begins at the server, not where it is asked for.
		boolean inTransaction = (lease != null && !lease.isBroken()) ? lease.isActive() && lease.hasBegun()
				: this.begun;
		if (inTransaction) {
			throw new SQLException("Cannot change the transaction " + what + " in the middle of a transaction",
					"25001");
		}
	}

	/**
	 * Does something on the physical connection if there is one; otherwise it is done
	 * when there is.
	 */
	final void withLease(Action action) throws SQLException {
		Lease lease = this.lease;
		if (lease == null || lease.isBroken() || !lease.add(Lease.CALL)) {
			return;
		}
		try {
			action.on(lease.physical());
		}
		catch (SQLException ex) {
			throw failed(lease, ex);
		}
		finally {
			lease.remove(Lease.CALL);
		}
	}

	/**
	 * Uses a physical connection for one call.
	 */
	final <T> T use(Use<T> use) throws SQLException {
		Lease lease = lease(Lease.CALL);
		lease.busy();
		try {
			return use.of(lease.physical());
		}
		catch (SQLException ex) {
			throw failed(lease, ex);
		}
		finally {
			lease.executed();
			Reference.reachabilityFence(this);
		}
	}

	/**
	 * As {@link #use(Use)}, for what the driver does by a statement of its own.
	 */
	final <T> T query(Use<T> query) throws SQLException {
		return use((connection) -> {
			beginTransaction();
			return query.of(connection);
		});
	}

	/**
	 * Begins the transaction, if this is in one. Called within a call.
	 */
	private void beginTransaction() throws SQLException {
		Lease lease = this.lease;
		if (lease != null && !this.remembered.autoCommit()) {
			begin(lease, true);
		}
	}

	/**
	 * Makes something that may use the physical connection later, so that the lease has
	 * to last: until the transaction ends or the open statements are closed, where there
	 * are any, otherwise until this is closed.
	 */
	final <T> T make(String what, Use<T> use) throws SQLException {
		Lease lease = lease(Lease.CALL);
		lease.busy();
		try {
			begin(lease, true);
			T result = use.of(lease.physical());
			if (!lease.isInTransaction() && !lease.hasStatements()) {
				lease.pin(what);
			}
			return result;
		}
		catch (SQLException ex) {
			throw failed(lease, ex);
		}
		finally {
			lease.executed();
			Reference.reachabilityFence(this);
		}
	}

	/**
	 * Does what only this session will know, so that the lease lasts until this is
	 * closed.
	 */
	final void pinned(String reason, Action action) throws SQLException {
		query((connection) -> {
			action.on(connection);
			pin(reason);
			return reason;
		});
	}

	private void pin(String reason) {
		Lease lease = this.lease;
		if (lease != null) {
			lease.pin(reason);
		}
	}

	/**
	 * Called where something leaves that may be used when nothing of ours is reachable.
	 */
	final void escape(String reason) {
		Lease lease = this.lease;
		if (lease != null) {
			lease.escape(reason);
		}
	}

	final <S extends Statement> S statement(Use<S> use, Wrapper<S> wrapper) throws SQLException {
		Lease lease = lease(Lease.STATEMENT);
		boolean open = false;
		try {
			S statement = wrapper.wrap(lease, use.of(lease.physical()));
			open = true;
			return statement;
		}
		catch (SQLException ex) {
			throw failed(lease, ex);
		}
		finally {
			if (!open) {
				lease.remove(Lease.STATEMENT);
			}
		}
	}

	/**
	 * Asks for metadata. What comes with a result counts as an open statement.
	 */
	final @Nullable Object metaData(MetaDataUse use, Wrapper<ResultSet> wrapper) throws SQLException {
		Lease lease = lease(Lease.STATEMENT);
		if (!lease.add(Lease.CALL)) {
			lease.remove(Lease.STATEMENT);
			throw closedException();
		}
		boolean open = false;
		lease.busy();
		try {
			if (!this.remembered.autoCommit()) {
				begin(lease, false);
			}
			Object result = use.of(lease.physical());
			if (result instanceof ResultSet rows && rows.getStatement() != null) {
				result = wrapper.wrap(lease, rows);
				open = true;
			}
			return result;
		}
		catch (SQLException ex) {
			throw failed(lease, ex);
		}
		finally {
			lease.executed();
			if (!open) {
				lease.remove(Lease.STATEMENT);
			}
		}
	}

	/**
	 * Breaks the physical connection off, if there is one, whatever runs on it.
	 * @param executor does it
	 */
	final void breakOff(Executor executor) {
		Lease lease = this.lease;
		boolean open = !this.closed;
		this.closed = true;
		if (open && lease != null) {
			// Given back afterwards: nobody else may get it alive.
			boolean accepted = false;
			try {
				executor.execute(lease::abort);
				accepted = true;
			}
			finally {
				if (!accepted) {
					lease.close();
				}
			}
		}
	}

	/**
	 * Ends the lease, as soon as nothing runs in it. Never waits for that.
	 */
	final void letGo() {
		this.closed = true;
		Lease lease = this.lease;
		if (lease != null) {
			lease.close();
		}
	}

	/**
	 * Whether this will never work again: it was closed, or its physical connection is
	 * lost and no rollback gets it another one.
	 */
	final boolean isOver() throws SQLException {
		if (this.closed || (isLost() && this.remembered.autoCommit())) {
			return true;
		}
		Lease lease = this.lease;
		return !rules().afterTransaction() && lease != null && (lease.isBroken() || lease.isDead());
	}

	final boolean isLost() {
		return this.lost != null;
	}

	/**
	 * Whether the server is in a transaction of this connection, as far as the driver
	 * knows; then what it says of itself is exact.
	 */
	final boolean isInServerTransaction() {
		Lease lease = this.lease;
		return lease != null && !lease.isBroken() && lease.isInServerTransaction();
	}

	/**
	 * Whether this has a session for itself, whose settings SQL may have changed.
	 */
	final boolean hasSession() {
		Lease lease = this.lease;
		return lease != null && !lease.isBroken() && lease.isActive() && lease.isPinned();
	}

	final Remembered remembered() {
		return this.remembered;
	}

	final LeasingDataSource source() {
		return this.source;
	}

	final ConnectionRules rules() {
		return this.source.rules();
	}

	/**
	 * Returns the physical connection; {@code null} if there is none.
	 */
	final @Nullable Connection physical() {
		Lease lease = this.lease;
		return (lease != null && lease.isActive()) ? lease.physical() : null;
	}

	/**
	 * Something that is done on a physical connection.
	 */
	@FunctionalInterface
	interface Action {

		void on(Connection connection) throws SQLException;

	}

	/**
	 * Something that is got from a physical connection.
	 *
	 * @param <T> what it is
	 */
	@FunctionalInterface
	interface Use<T> {

		T of(Connection connection) throws SQLException;

	}

	/**
	 * Something that the driver is asked.
	 *
	 * @param <T> the answer
	 */
	@FunctionalInterface
	interface Question<T> {

		T ask() throws SQLException;

	}

	/**
	 * Something that is asked for metadata.
	 */
	@FunctionalInterface
	interface MetaDataUse {

		@Nullable Object of(Connection connection) throws SQLException;

	}

	/**
	 * Makes of what the driver returns what the application gets.
	 *
	 * @param <T> what it is
	 */
	@FunctionalInterface
	interface Wrapper<T> {

		T wrap(Lease lease, T wrapped) throws SQLException;

	}

}
