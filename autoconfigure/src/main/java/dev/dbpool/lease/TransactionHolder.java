package dev.dbpool.lease;

import java.lang.ref.Reference;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import dev.dbpool.driver.Disconnects;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Has the transaction of this connection begun, and can it go on? Sends what a
 * transaction begins with before its first statement, and refuses everything once the
 * physical connection was lost within it.
 */
abstract class TransactionHolder extends LeaseHolder {

	// Mutable state

	/**
	 * Why the transaction cannot go on, until the application has rolled it back.
	 */
	private volatile @Nullable SQLException lost;

	/**
	 * Whether what the transaction begins with has been sent.
	 */
	private volatile boolean begun;

	TransactionHolder(Leases leases) {
		super(leases);
	}

	/**
	 * Returns this as the application holds it.
	 */
	abstract Connection connection();

	@Override
	final void checkNotLost() throws SQLException {
		SQLException lost = this.lost;
		if (lost != null) {
			throw lostException(lost);
		}
	}

	@Override
	final SQLException lost(SQLException failure) {
		if (!requested().autoCommit()) {
			this.lost = failure;
		}
		return failure;
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
	 * Returns the exception for a statement that has outlived its lease.
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
		if (requested().autoCommit()) {
			rules().checkAutoCommit(requested().schema());
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
			return rules().preamble(requested().isolation(), !lease.isPinned(), requested().schema());
		}
		catch (SQLException ex) {
			throw lost(ex);
		}
		catch (RuntimeException | Error ex) {
			lost(new SQLException("The settings of the transaction are not available: " + ex.getClass().getName(),
					"08006"));
			throw ex;
		}
	}

	/**
	 * Lets the driver do something in this lease for which it may send statements of its
	 * own, one of which may be the first of a transaction.
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

	@Override
	final SQLException failed(Lease lease, SQLException thrown) {
		SQLException failure = Disconnects.withoutStream(thrown);
		try {
			// One that has ended is another holder's business.
			if (lease == currentLease() && lease.isDead()) {
				if (!requested().autoCommit() || lease.isInServerTransaction() || !rules().afterTransaction()) {
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
			leases().pool().countNotices(statement.getWarnings());
		}
	}

	private static SQLException lostException(SQLException cause) {
		return new SQLException(
				"The physical connection was lost within this transaction, or could not be acquired for it: "
						+ "the transaction has no effect. Roll it back",
				"08006", cause);
	}

	final void checkTransaction(String action) throws SQLException {
		checkOpen();
		if (requested().autoCommit()) {
			throw new SQLException("Cannot " + action + " when autoCommit is enabled.", "25P01");
		}
	}

	final void commitTransaction() throws SQLException {
		if (!end(Connection::commit)) {
			throw new SQLException(
					"The connection was closed or aborted before the transaction was committed: it has no effect",
					"08006");
		}
	}

	/**
	 * Ends the transaction.
	 * @param action how
	 * @return {@code false} if it had begun and its lease is gone, so that the server has
	 * rolled it back
	 */
	final boolean end(Action action) throws SQLException {
		Lease lease = currentLease();
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
		Lease lease = currentLease();
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
		Lease lease = currentLease();
		// A transaction begins at the server, not where it is asked for.
		boolean inTransaction = (lease != null && !lease.isBroken()) ? lease.isActive() && lease.hasBegun()
				: this.begun;
		if (inTransaction) {
			throw new SQLException("Cannot change the transaction " + what + " in the middle of a transaction",
					"25001");
		}
	}

	/**
	 * Sets the schema of each transaction, including one that has begun.
	 */
	final void setTransactionSchema(@Nullable String schema) throws SQLException {
		checkOpen();
		if (requested().autoCommit() || !isInServerTransaction()) {
			requested().schema(schema);
			return;
		}
		String sql = rules().setSchema(schema);
		requested().schema(schema);
		query((connection) -> {
			try (Statement statement = connection.createStatement()) {
				return statement.execute(sql);
			}
		});
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
		Lease lease = currentLease();
		if (lease != null && !requested().autoCommit()) {
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

	/**
	 * Asks for metadata. What comes with a result counts as an open statement.
	 */
	final @Nullable Object metaData(Use<@Nullable Object> use, Wrapper<ResultSet, ResultSet> wrapper)
			throws SQLException {
		Lease lease = lease(Lease.STATEMENT);
		if (!lease.add(Lease.CALL)) {
			lease.remove(Lease.STATEMENT);
			throw closedException();
		}
		boolean open = false;
		lease.busy();
		try {
			if (!requested().autoCommit()) {
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
	 * Whether this will never work again: it was closed, or its physical connection is
	 * lost and no rollback gets it another one.
	 */
	final boolean isOver() throws SQLException {
		if (hasClosed() || (isLost() && requested().autoCommit())) {
			return true;
		}
		Lease lease = currentLease();
		return !rules().afterTransaction() && lease != null && (lease.isBroken() || lease.isDead());
	}

	final boolean isLost() {
		return this.lost != null;
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

}
