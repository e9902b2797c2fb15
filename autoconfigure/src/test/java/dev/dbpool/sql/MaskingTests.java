package dev.dbpool.sql;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class MaskingTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					jdbc:postgresql://h/db?a=b                           | jdbc:postgresql://h/db?a=b
					postgres://u:p@h/db                                  | postgres://******@h/db
					postgres://u:p@q@h/db                                | postgres://******@h/db
					u:p@h                                                | ******@h
					jdbc:postgresql://h/db?user=u&password=p&ssl=true    | jdbc:postgresql://h/db?user=******&password=******&ssl=true
					jdbc:postgresql://h/db?PASSWORD=p&sslpassword=q      | jdbc:postgresql://h/db?PASSWORD=******&sslpassword=******
					jdbc:postgresql://h/db?accessToken=p                 | jdbc:postgresql://h/db?accessToken=******
					""")
	void masks(String text, String expected) {
		assertThat(Masking.mask(text)).isEqualTo(expected);
	}

	@Test
	void stripsControlCharacters() {
		assertThat(Masking.mask("a\nb\u001b[31mc\u009b1m")).isEqualTo("a?b?[31mc?1m");
	}

	/**
	 * A server may repeat a statement of any length.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "?", "?password", ";token&", "a" })
	@Timeout(60)
	void masksLongTexts(String part) {
		String text = "?x" + part.repeat(100_000) + "=1&password=hidden";
		assertThat(Masking.mask(text)).hasSizeGreaterThan(100_000).doesNotContain("hidden");
	}

}
