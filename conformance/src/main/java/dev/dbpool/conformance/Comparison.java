package dev.dbpool.conformance;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What is different from the control.
 *
 * @param way the way that is compared with its control
 * @param expected how many tests pass in the control
 * @param accepted those of them that do not pass, as expected
 * @param unexpected those that should pass, and do not
 * @param outdated what is listed as a difference, and is none
 */
record Comparison(Way way, int expected, Set<String> accepted, Set<String> unexpected, Set<String> outdated) {

	static Comparison of(Way way, Results control, Results results, Collection<String> listed) {
		Set<String> different = select(control.passed(), (test) -> !results.passed().contains(test));
		return new Comparison(way, control.passed().size(), select(different, listed::contains),
				select(different, (test) -> !listed.contains(test)),
				select(listed, (test) -> !different.contains(test)));
	}

	private static Set<String> select(Collection<String> tests, Predicate<String> which) {
		return tests.stream().filter(which).collect(Collectors.toCollection(TreeSet::new));
	}

	boolean isAsExpected() {
		return this.unexpected.isEmpty() && this.outdated.isEmpty();
	}

	int passed() {
		return this.expected - this.accepted.size() - this.unexpected.size();
	}

}
