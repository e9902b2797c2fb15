package dev.dbpool.sql;

/**
 * What a token of SQL is.
 */
public enum SqlToken {

	/** White space. */
	SPACE,

	/** A comment, on one or more lines. */
	COMMENT,

	/** A key word, an identifier without quotes, or a parameter. */
	WORD,

	/** An identifier with its quotes. */
	QUOTED_IDENTIFIER,

	/** A string in any notation. */
	STRING,

	/** A number. */
	NUMBER,

	/** One character of something else. */
	SYMBOL

}
