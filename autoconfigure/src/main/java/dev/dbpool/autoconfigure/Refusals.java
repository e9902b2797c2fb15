package dev.dbpool.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import dev.dbpool.InvalidSettingException;
import dev.dbpool.sql.Masking;

/**
 * What stops the start-up; or what would stop it, where the pool is only observed.
 */
final class Refusals {

	private final boolean observes;

	private final List<String> told = new ArrayList<>();

	/**
	 * Creates it.
	 * @param observes whether refusals are told instead of thrown
	 */
	Refusals(boolean observes) {
		this.observes = observes;
	}

	/**
	 * Checks something.
	 * @param check throws an {@link InvalidSettingException} to refuse it
	 */
	void check(Runnable check) {
		decide(() -> {
			check.run();
			return true;
		}, () -> false);
	}

	/**
	 * Decides something.
	 * @param decision throws an {@link InvalidSettingException} where that is not
	 * possible
	 * @param otherwise what is as if nothing had been decided
	 */
	<T> T decide(Supplier<T> decision, Supplier<T> otherwise) {
		try {
			return decision.get();
		}
		catch (InvalidSettingException ex) {
			if (!this.observes) {
				throw ex;
			}
			this.told.add(Masking.printable(String.valueOf(ex.getMessage())));
			return otherwise.get();
		}
	}

	/**
	 * Returns what would be refused, with the way out.
	 */
	List<String> told() {
		return List.copyOf(this.told);
	}

}
