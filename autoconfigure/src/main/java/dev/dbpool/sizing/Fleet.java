package dev.dbpool.sizing;

import dev.dbpool.InvalidSettingException;

/**
 * The processes that share a database.
 *
 * @param workers processes per replica, 1 or more
 * @param replicas replicas, 1 or more
 * @param surge extra replicas that are alive during a deploy
 */
public record Fleet(int workers, int replicas, Amount surge) {

	public Fleet {
		atLeastOne("db-pool.budget.workers", workers);
		atLeastOne("db-pool.budget.replicas", replicas);
		if ((replicas + surge.of(replicas)) * workers > Integer.MAX_VALUE) {
			throw new InvalidSettingException("db-pool.budget.replicas", replicas,
					"which with workers '%d' and surge '%s' is more processes than can be counted.".formatted(workers,
							surge),
					"Set workers, replicas and surge to what is really deployed.");
		}
	}

	static void atLeastOne(String property, int value) {
		if (value < 1) {
			throw new InvalidSettingException(property, value, "but must be at least 1.",
					"Set " + property + " to 1 or more.");
		}
	}

	/**
	 * Returns how many processes may be alive at the same time.
	 * @return 1 or more
	 */
	public int processes() {
		return (int) ((this.replicas + this.surge.of(this.replicas)) * this.workers);
	}

	/**
	 * Returns the arithmetic.
	 * @return for example {@code (2 replicas + 1 surge) x 4 workers = 12 processes}
	 */
	String inWords() {
		return "(%s + %d surge) x %s = %s".formatted(count(this.replicas, "replica"), this.surge.of(this.replicas),
				count(this.workers, "worker"), count(processes(), "process"));
	}

	private static String count(int number, String noun) {
		return number + " " + noun + ((number == 1) ? "" : noun.endsWith("s") ? "es" : "s");
	}

}
