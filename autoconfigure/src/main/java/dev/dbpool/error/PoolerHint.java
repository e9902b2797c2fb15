package dev.dbpool.error;

/**
 * What an error of a pooler means, as it is shown below that error in a stack trace. It
 * has no stack trace of its own: it is one line more in the log.
 */
final class PoolerHint extends Exception {

	PoolerHint(PoolerErrors.Explanation explanation) {
		super(explanation.happened() + " " + explanation.action(), null, false, false);
	}

}
