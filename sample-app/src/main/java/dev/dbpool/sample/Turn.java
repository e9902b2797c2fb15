package dev.dbpool.sample;

/**
 * One message of a conversation, in the words of the chat completions protocol.
 *
 * @param role {@code user} or {@code assistant}
 * @param content the text
 */
record Turn(String role, String content) {

	static Turn user(String content) {
		return new Turn("user", content);
	}

	static Turn assistant(String content) {
		return new Turn("assistant", content);
	}

}
