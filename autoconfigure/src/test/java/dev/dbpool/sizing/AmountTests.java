package dev.dbpool.sizing;

import dev.dbpool.InvalidSettingException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AmountTests {

	@ParameterizedTest
	@CsvSource({ "0,100,0", "20,100,20", "20%,100,20", "20 %,100,20", "20%,101,21", "20%,99,20", "1%,1,1", "0%,100,0",
			"25%,1,1", "25%,4,1", "25%,5,2", "150%,2,3", "100%,2147483647,2147483647", "999999999,1,999999999" })
	void isANumberOrAPercentageRoundedUp(String text, int whole, long expected) {
		assertThat(Amount.parse("p", text).of(whole)).isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "-1", "some", "20%%", "1.5", "1e3", "%", "10000000000", "0x10" })
	void refusesAnythingElse(String text) {
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(() -> Amount.parse("some.property", text))
			.withMessage("some.property is '" + text
					+ "', which is neither a number nor a percentage of 0 or more. Set some.property to something like 2 or 25%.");
	}

}
