package dev.dbpool.sample;

import java.util.List;

/**
 * The part of the chat completions protocol that this application speaks: a reply.
 *
 * @param choices alternatives, the first of which counts
 */
record Completion(List<Choice> choices) {

	static Completion of(String reply) {
		return new Completion(List.of(new Choice(Turn.assistant(reply))));
	}

	/**
	 * One alternative.
	 *
	 * @param message the reply
	 */
	record Choice(Turn message) {
	}

	/**
	 * What is asked.
	 *
	 * @param model the model's name
	 * @param messages the conversation so far, the question last
	 */
	record Request(String model, List<Turn> messages) {
	}

}
