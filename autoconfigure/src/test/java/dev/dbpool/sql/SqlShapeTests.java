package dev.dbpool.sql;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class SqlShapeTests {

	/**
	 * {@code @} is a line break.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					select 'topsecret', x                                     | select ?, x
					select '', 'it''s topsecret', x                           | select ?, ?, x
					select 'a' @ 'topsecret', x                               | select ?, x
					select E'it\\'s topsecret', e'\\\\', x                    | select ?, ?, x
					select E'a' @ 'it\\'s topsecret', x                       | select ?, x
					select U&'\\0441topsecret' uescape '!', u&"d\\0061t"      | select ? uescape ?, u&"d\\0061t"
					select B'1001', x'1Ftopsecret', N'topsecret', nx          | select ?, ?, ?, nx
					select $$topsecret$$, $a1$ $$ topsecret $a$ $a1$, x       | select ?, ?, x
					select $1, $2 from t where a$b$c = d$e$f                  | select $1, $2 from t where a$b$c = d$e$f
					select $1$$topsecret$$                                    | select $1?
					select 12.5, .5, 1e5, 1.5E-3, 0x1F, 0b101, 1_000_000, x   | select ?, ?, ?, ?, ?, ?, ?, x
					select t1.c2 from t1 where c2 = -1 limit 10               | select t1.c2 from t1 where c2 = -? limit ?
					select 5-3, 5--3 @ , x                                    | select ?-?, ? , x
					select é1, été from tä2 where naïve = 'topsecret'         | select é1, été from tä2 where naïve = ?
					select /* don't */ * from t where token = 'topsecret'     | select * from t where token = ?
					select * -- it's @ from t where token = 'topsecret'       | select * from t where token = ?
					select "it's" from t where token = 'topsecret'            | select "it's" from t where token = ?
					select "a ""it's"" b" from t where token = 'topsecret'    | select "a ""it's"" b" from t where token = ?
					select /* a /* it's */ topsecret */ x, 'y'                | select x, ?
					select 1 -- old: token = 'topsecret'                      | select ?
					select '/* ', topsecret_column, ' */'                     | select ?, topsecret_column, ?
					select * from t where a like ? escape '\\' and b = 'x'    | select * from t where a like ? escape ? and b = ?
					select data ->> 'topsecret', data ?& ARRAY['a'] from t    | select data ->> ?, data ?& ARRAY[?] from t
					{call f('topsecret')}                                     | {call f(?)}
					""")
	void masksLiteralsAndLeavesCommentsOut(String sql, String shape) {
		String text = sql.replace('@', '\n');
		assertThat(SqlShape.of(text, 200)).isEqualTo(shape);
		assertThat(SqlShape.of(text.replace("\n", "\r\n"), 200)).isEqualTo(shape);
	}

	@ParameterizedTest
	@ValueSource(strings = { "select 'topsecret", "select E'it\\'s topsecret", "select E'topsecret\\",
			"select $$topsecret", "select $a$topsecret$b$", "select /* topsecret", "select /* /* */ topsecret",
			"select -- topsecret" })
	void masksWhatIsNotTerminatedToItsEnd(String sql) {
		assertThat(SqlShape.of(sql, 200)).matches("select( \\?)?");
	}

	/**
	 * With {@code standard_conforming_strings} off, a backslash escapes the quote. What
	 * follows a quote that may be escaped is not known to be no literal.
	 */
	@Test
	void showsNothingThatIsALiteralInEitherReadingOfABackslash() {
		assertThat(SqlShape.of("select 'it\\'s topsecret', x", 200)).isEqualTo("select ?...");
		assertThat(SqlShape.of("select 'a\\'' , topsecret, 'x', 'y'", 200)).isEqualTo("select ?...");
		assertThat(SqlShape.of("select 'C:\\\\', x", 200)).isEqualTo("select ?, x");
	}

	@Test
	void staysOnOneLineAndKeepsToItsLength() {
		assertThat(SqlShape.of("  select\n\t1 ,\u001b[31m \"a\u0000\nb\" \u0085\u2028", 200))
			.isEqualTo("select ? , [? \"a b\"");
		assertThat(SqlShape.of("select abcdef", 9)).isEqualTo("select ab...");
		assertThat(SqlShape.of("select abcdef", 13)).isEqualTo("select abcdef");
		assertThat(SqlShape.of("select a\uD83D\uDE00b", 9)).isEqualTo("select a...");
		assertThat(SqlShape.of("select a\uD83D\uDE00b", 10)).isEqualTo("select a\uD83D\uDE00...");
	}

	@ParameterizedTest
	@ValueSource(strings = { "'", "E'\\", "\"", "$$", "$a$", "/*", "/* ", "--", "-", "1", "a", "(", "\\'", "'' ", " ",
			"''", "é", "\uD83D", "1.", "$", "U&" })
	void takesATextOfAnySizeAndContent(String part) {
		String sql = "select topsecret_column, '" + part.repeat(2_000_000) + "'";
		assertThat(SqlShape.of(sql, 200)).startsWith("select topsecret_column, ").hasSizeLessThanOrEqualTo(203);
		assertThat(SqlShape.of(part.repeat(2_000_000), 200)).hasSizeLessThanOrEqualTo(203);
		assertThat(SqlShape.of(part.repeat(2_000_000), Integer.MAX_VALUE)).isNotNull();
	}

}
