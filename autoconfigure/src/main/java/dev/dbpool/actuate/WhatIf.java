package dev.dbpool.actuate;

import dev.dbpool.InvalidSettingException;
import dev.dbpool.sizing.Amount;
import dev.dbpool.sizing.ConnectionBudget;
import dev.dbpool.sizing.Fleet;
import dev.dbpool.sizing.PoolSize;
import org.jspecify.annotations.Nullable;

/**
 * The budget of another fleet or another size, answered by the same function that sized
 * the pool. It changes nothing.
 */
record WhatIf(@Nullable String replicas, @Nullable String workers, @Nullable String surge, @Nullable String size,
		@Nullable String maxOverflow) {

	/**
	 * Calculates the budget.
	 * @throws InvalidSettingException if an argument is not valid
	 */
	BudgetReport answer(ConnectionBudget budget, PoolSize current) {
		Fleet fleet = budget.settings().fleet();
		Fleet other = new Fleet(number("workers", this.workers, fleet.workers()),
				number("replicas", this.replicas, fleet.replicas()),
				(this.surge != null) ? Amount.parse("surge", this.surge) : fleet.surge());
		PoolSize asked = PoolSize.of(budget.settings().prefix(), number("size", this.size, current.size()),
				number("maxOverflow", this.maxOverflow, current.maxOverflow()));
		return BudgetReport.of(new ConnectionBudget(budget.settings().with(other)), asked);
	}

	private static int number(String name, @Nullable String text, int current) {
		if (text == null) {
			return current;
		}
		try {
			return Integer.parseInt(text.strip());
		}
		catch (NumberFormatException ex) {
			throw new InvalidSettingException(name, text, "which is not a whole number.", "Write something like 4.");
		}
	}

}
