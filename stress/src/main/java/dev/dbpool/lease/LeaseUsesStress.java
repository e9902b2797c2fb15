package dev.dbpool.lease;

import java.util.concurrent.atomic.AtomicInteger;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A lease ends once, when nothing needs it any more, and never while a call runs in it.
 * Whatever is not named as an outcome is forbidden.
 */
public final class LeaseUsesStress {

	private LeaseUsesStress() {
	}

	/**
	 * A lease without a connection, which counts how often it has ended.
	 */
	static class Lease extends LeaseUses {

		private final AtomicInteger ends = new AtomicInteger();

		private volatile boolean inServerTransaction;

		Lease(long first) {
			super(first, false);
		}

		@Override
		boolean hasOpenTransaction() {
			return this.inServerTransaction;
		}

		void inServerTransaction() {
			this.inServerTransaction = true;
		}

		@Override
		void end() {
			this.ends.incrementAndGet();
		}

		int ends() {
			return this.ends.get();
		}

		/**
		 * Makes a call, if that is possible.
		 * @return 0 if it was refused, 1 if the lease lasted, 2 if it ended meanwhile
		 */
		int call() {
			if (!add(CALL)) {
				return 0;
			}
			int ends = ends();
			Thread.onSpinWait();
			ends += ends();
			remove(CALL);
			return (ends == 0) ? 1 : 2;
		}

	}

	/**
	 * Two calls are the last that keeps a closed lease.
	 */
	@JCStressTest
	@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "It ended once.")
	@State
	public static class TwoLastCalls extends Lease {

		public TwoLastCalls() {
			super(CALL + CALL | CLOSED);
		}

		@Actor
		public void one() {
			remove(CALL);
		}

		@Actor
		public void other() {
			remove(CALL);
		}

		@Arbiter
		public void ends(I_Result result) {
			result.r1 = ends();
		}

	}

	/**
	 * A statement and the call in it end beside a transaction.
	 */
	@JCStressTest
	@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "It ended once.")
	@State
	public static class StatementAndTransactionEnd extends Lease {

		public StatementAndTransactionEnd() {
			super(STATEMENT + CALL + CALL | TRANSACTION);
		}

		@Actor
		public void statement() {
			remove(CALL + STATEMENT);
		}

		@Actor
		public void transaction() {
			endTransaction();
			remove(CALL);
		}

		@Arbiter
		public void ends(I_Result result) {
			result.r1 = ends();
		}

	}

	/**
	 * A transaction ends while a statement is opened.
	 */
	@JCStressTest
	@Outcome(id = { "1, 0", "0, 1" }, expect = Expect.ACCEPTABLE, desc = "It lasts for the statement, or refused it.")
	@State
	public static class TransactionEndsAndStatementOpens extends Lease {

		public TransactionEndsAndStatementOpens() {
			super(CALL | TRANSACTION);
		}

		@Actor
		public void transaction() {
			endTransaction();
			remove(CALL);
		}

		@Actor
		public void statement(II_Result result) {
			result.r1 = add(STATEMENT) ? 1 : 0;
		}

		@Arbiter
		public void ends(II_Result result) {
			result.r2 = ends();
		}

	}

	/**
	 * The last statement is closed while another one is opened.
	 */
	@JCStressTest
	@Outcome(id = { "1, 0", "0, 1" }, expect = Expect.ACCEPTABLE, desc = "It lasts for the new one, or refused it.")
	@State
	public static class StatementClosesAndAnotherOpens extends Lease {

		public StatementClosesAndAnotherOpens() {
			super(STATEMENT);
		}

		@Actor
		public void close() {
			remove(STATEMENT);
		}

		@Actor
		public void open(II_Result result) {
			result.r1 = add(STATEMENT) ? 1 : 0;
		}

		@Arbiter
		public void ends(II_Result result) {
			result.r2 = ends();
		}

	}

	/**
	 * The connection is closed while a call begins.
	 */
	@JCStressTest
	@Outcome(id = { "0, 1", "1, 1" }, expect = Expect.ACCEPTABLE, desc = "The call was refused, or kept the lease.")
	@State
	public static class CloseAndCall extends Lease {

		public CloseAndCall() {
			super(STATEMENT | TRANSACTION | PINNED);
		}

		@Actor
		public void close() {
			update(0, CLOSED);
		}

		@Actor
		public void use(II_Result result) {
			result.r1 = call();
		}

		@Arbiter
		public void ends(II_Result result) {
			result.r2 = ends();
		}

	}

	/**
	 * The connection is closed while its statement is.
	 */
	@JCStressTest
	@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "It ended once.")
	@State
	public static class CloseAndStatementCloses extends Lease {

		public CloseAndStatementCloses() {
			super(STATEMENT);
		}

		@Actor
		public void close() {
			update(0, CLOSED);
		}

		@Actor
		public void statement() {
			if (add(CALL)) {
				remove(CALL + STATEMENT);
			}
			else {
				remove(STATEMENT);
			}
		}

		@Arbiter
		public void ends(I_Result result) {
			result.r1 = ends();
		}

	}

	/**
	 * The watcher takes a lease back, and ends it itself, while the statement is closed.
	 */
	@JCStressTest
	@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "It ended once.")
	@State
	public static class ReclaimAndStatementCloses extends Lease {

		public ReclaimAndStatementCloses() {
			super(STATEMENT);
		}

		@Actor
		public void reclaim() {
			if (change(0, CLOSED)) {
				end();
			}
		}

		@Actor
		public void statement() {
			remove(STATEMENT);
		}

		@Arbiter
		public void ends(I_Result result) {
			result.r1 = ends();
		}

	}

	/**
	 * The connection is aborted while a call ends and another one begins.
	 */
	@JCStressTest
	@Outcome(id = { "0, 0, 1", "0, 1, 1", "1, 0, 1", "1, 1, 1" }, expect = Expect.ACCEPTABLE,
			desc = "It ended once, after abort and calls.")
	@State
	public static class AbortAndCall extends Lease {

		public AbortAndCall() {
			super(CALL + STATEMENT | TRANSACTION);
		}

		@Actor
		public void abort(III_Result result) {
			if (add(CALL)) {
				result.r1 = 1 + ends();
				update(-CALL, BROKEN | CLOSED);
			}
		}

		@Actor
		public void use(III_Result result) {
			remove(CALL + STATEMENT);
			result.r2 = call();
		}

		@Arbiter
		public void ends(III_Result result) {
			result.r3 = ends();
		}

	}

	/**
	 * The connection is found broken while a call begins.
	 */
	@JCStressTest
	@Outcome(id = { "0, 1, 1", "1, 1, 1" }, expect = Expect.ACCEPTABLE,
			desc = "The call was refused, or kept the lease, which is broken and ended once.")
	@State
	public static class BreakAndCall extends Lease {

		public BreakAndCall() {
			super(CALL + STATEMENT | PINNED);
		}

		@Actor
		public void breakDown() {
			update(0, BROKEN);
			remove(CALL);
		}

		@Actor
		public void use(III_Result result) {
			result.r1 = call();
		}

		@Arbiter
		public void ends(III_Result result) {
			result.r2 = isBroken() ? 1 : 0;
			result.r3 = ends();
		}

	}

	/**
	 * Two threads find the connection broken.
	 */
	@JCStressTest
	@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "It ended once.")
	@State
	public static class BreakTwice extends Lease {

		public BreakTwice() {
			super(CALL + CALL + STATEMENT | TRANSACTION);
		}

		@Actor
		public void one() {
			update(0, BROKEN);
			remove(CALL);
		}

		@Actor
		public void other() {
			update(0, BROKEN);
			remove(CALL + STATEMENT);
		}

		@Arbiter
		public void ends(I_Result result) {
			result.r1 = ends();
		}

	}

	/**
	 * A call pins the lease while the statement is closed.
	 */
	@JCStressTest
	@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "It lasts, and is pinned.")
	@State
	public static class PinAndStatementCloses extends Lease {

		public PinAndStatementCloses() {
			super(CALL + STATEMENT);
		}

		@Actor
		public void pin() {
			update(0, PINNED);
			remove(CALL);
		}

		@Actor
		public void statement() {
			remove(STATEMENT);
		}

		@Arbiter
		public void ends(II_Result result) {
			result.r1 = ends();
			result.r2 = isPinned() ? 1 : 0;
		}

	}

	/**
	 * A call leaves the server in a transaction while the statement is closed.
	 */
	@JCStressTest
	@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "It lasts.")
	@State
	public static class ServerBeginsAndStatementCloses extends Lease {

		public ServerBeginsAndStatementCloses() {
			super(CALL + STATEMENT);
		}

		@Actor
		public void begin() {
			inServerTransaction();
			remove(CALL);
		}

		@Actor
		public void statement() {
			remove(STATEMENT);
		}

		@Arbiter
		public void ends(I_Result result) {
			result.r1 = ends();
		}

	}

	/**
	 * Two threads begin to use an observed connection that nothing needed: however they
	 * meet, each beginning has its end.
	 */
	@JCStressTest
	@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "as many ends as beginnings")
	@State
	public static class BeginAgain {

		private final Lease lease = new Lease(LeaseUses.ENDED);

		private final AtomicInteger beginnings = new AtomicInteger();

		@Actor
		public void first() {
			call();
		}

		@Actor
		public void second() {
			call();
		}

		private void call() {
			boolean added = this.lease.add(LeaseUses.CALL);
			while (!added) {
				if (this.lease.beginAgain(LeaseUses.CALL)) {
					this.beginnings.incrementAndGet();
					added = true;
				}
				else {
					added = this.lease.add(LeaseUses.CALL);
				}
			}
			this.lease.remove(LeaseUses.CALL);
		}

		@Arbiter
		public void balance(I_Result result) {
			result.r1 = this.beginnings.get() - this.lease.ends();
		}

	}

}
