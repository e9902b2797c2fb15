package dev.dbpool.sizing;

import dev.dbpool.InvalidSettingException;

/**
 * The pools of the fleet would need more connections than there are.
 */
public class BudgetExceededException extends InvalidSettingException {

	/**
	 * Creates the exception.
	 * @param reason the arithmetic that does not fit
	 * @param action the ways out
	 */
	public BudgetExceededException(String reason, String action) {
		super(reason, action);
	}

}
