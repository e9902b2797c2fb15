package dev.dbpool.conformance;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Comparison}.
 */
class ComparisonTests {

	private final Results control = results("A#passes()", "A#differs()");

	@Test
	void isAsExpectedWhereNothingDiffers() {
		Comparison comparison = compare(results("A#passes()", "A#differs()"), Set.of());
		assertThat(comparison.isAsExpected()).isTrue();
		assertThat(comparison.passed()).isEqualTo(2);
	}

	@Test
	void whatDoesNotPassIsUnexpected() {
		Comparison comparison = compare(results("A#passes()"), Set.of());
		assertThat(comparison.isAsExpected()).isFalse();
		assertThat(comparison.unexpected()).containsExactly("A#differs()");
		assertThat(comparison.passed()).isEqualTo(1);
	}

	@Test
	void acceptsWhatIsListed() {
		Comparison comparison = compare(results("A#passes()"), Set.of("A#differs()"));
		assertThat(comparison.isAsExpected()).isTrue();
		assertThat(comparison.accepted()).containsExactly("A#differs()");
		assertThat(comparison.passed()).isEqualTo(1);
	}

	@Test
	void whatIsListedAndPassesIsOutdated() {
		Comparison comparison = compare(this.control, Set.of("A#differs()"));
		assertThat(comparison.isAsExpected()).isFalse();
		assertThat(comparison.outdated()).containsExactly("A#differs()");
	}

	@Test
	void whatIsListedAndDoesNotExistIsOutdated() {
		assertThat(compare(this.control, Set.of("A#renamed()")).outdated()).containsExactly("A#renamed()");
	}

	@Test
	void whatPassesHereOnlyDoesNotCount() {
		Comparison comparison = compare(results("A#passes()", "A#differs()", "A#other()"), Set.of());
		assertThat(comparison.isAsExpected()).isTrue();
		assertThat(comparison.passed()).isEqualTo(2);
	}

	private Comparison compare(Results results, Set<String> listed) {
		return Comparison.of(Way.ON_CLOSE, this.control, results, listed);
	}

	private static Results results(String... passed) {
		return new Results(Set.copyOf(List.of(passed)));
	}

}
