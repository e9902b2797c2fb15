package dev.dbpool.plan;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
		assertThat(Masking.mask("a\nb\u001b[31mc")).isEqualTo("a?b?[31mc");
	}

}
