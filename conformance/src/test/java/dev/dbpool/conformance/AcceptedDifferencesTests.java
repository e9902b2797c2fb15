package dev.dbpool.conformance;

import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link AcceptedDifferences}.
 */
class AcceptedDifferencesTests {

	private static final Pattern ALL = Pattern.compile(".*");

	@Test
	void aReasonIsForTheTestsBelowIt() {
		AcceptedDifferences accepted = parse("# A comment", "", "after-transaction, pooler: One reason.",
				"\ttest.A#one()", "\ttest.A[2]#two()[1]", "on-close: Another one: see there.", "\ttest.B#three()");
		assertThat(accepted.of(Way.AFTER_TRANSACTION, ALL)).containsExactlyInAnyOrder("test.A#one()",
				"test.A[2]#two()[1]");
		assertThat(accepted.of(Way.POOLER, ALL)).hasSize(2);
		assertThat(accepted.of(Way.ON_CLOSE, ALL)).containsExactly("test.B#three()");
	}

	@Test
	void aSelectionOfClassesNeedsTheirsOnly() {
		AcceptedDifferences accepted = parse("on-close: A reason.", "\ttest.A#one()", "\ttest.A[2]#two()[1]",
				"\ttest.A$Inner#three()", "\ttest.AB#four()");
		assertThat(accepted.of(Way.ON_CLOSE, Pattern.compile("org\\.postgresql\\.test\\.A"))).hasSize(3);
	}

	@Test
	void nothingIsAcceptedWithoutAReason() {
		assertThatIllegalStateException().isThrownBy(() -> parse("\ttest.A#one()"));
		assertThatIllegalStateException().isThrownBy(() -> parse("on-close:", "\ttest.A#one()"));
		assertThatIllegalStateException().isThrownBy(() -> parse("on-close", "\ttest.A#one()"));
	}

	@Test
	void nothingIsListedTwice() {
		assertThatIllegalStateException()
			.isThrownBy(() -> parse("on-close: A reason.", "\ttest.A#one()", "on-close: Another.", "\ttest.A#one()"))
			.withMessageContaining("test.A#one() is listed twice for on-close");
	}

	@Test
	void eachWayIsKnown() {
		assertThatIllegalArgumentException().isThrownBy(() -> parse("on-closed: A reason.", "\ttest.A#one()"));
	}

	private static AcceptedDifferences parse(String... lines) {
		return AcceptedDifferences.parse(List.of(lines));
	}

}
