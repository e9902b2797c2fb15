package dev.dbpool.sample;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.util.StringUtils;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/**
 * The chat. A few milliseconds of SQL stand before and after seconds of waiting for the
 * model, and nothing here says when the connection is to be given back.
 */
@RestController
class ChatController {

	private static final String BEARER = "Bearer ";

	private final ChatService chats;

	private final ModelClient model;

	ChatController(ChatService chats, ModelClient model) {
		this.chats = chats;
		this.model = model;
	}

	@PostMapping("/chat")
	Answer chat(@RequestHeader(name = HttpHeaders.AUTHORIZATION, defaultValue = "") String authorization,
			@RequestBody Question question) {
		long user = authenticate(authorization);
		String message = question.message();
		if (!StringUtils.hasText(message)) {
			throw problem(HttpStatus.BAD_REQUEST, "The message must not be blank");
		}
		List<Turn> history = this.chats.history(user, question.conversationId())
			.orElseThrow(() -> problem(HttpStatus.NOT_FOUND, "You have no such conversation"));
		String reply = this.model.reply(history, message);
		return new Answer(this.chats.save(user, question.conversationId(), message, reply), reply);
	}

	private long authenticate(String authorization) {
		String key = authorization.startsWith(BEARER) ? authorization.substring(BEARER.length()) : "";
		return this.chats.authenticate(key).orElseThrow(() -> {
			ErrorResponseException problem = problem(HttpStatus.UNAUTHORIZED, "Send a valid API key as bearer token");
			problem.getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, BEARER.trim());
			return problem;
		});
	}

	@ExceptionHandler
	ProblemDetail modelFailed(ModelClient.ModelException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_GATEWAY, ex.getMessage());
	}

	private static ErrorResponseException problem(HttpStatus status, String detail) {
		return new ErrorResponseException(status, ProblemDetail.forStatusAndDetail(status, detail), null);
	}

	/**
	 * What a user sends.
	 *
	 * @param conversationId the conversation to go on with, or {@code null} to begin one
	 * @param message what the user says
	 */
	record Question(@Nullable Long conversationId, @Nullable String message) {
	}

	/**
	 * What the user gets.
	 *
	 * @param conversationId the conversation to go on with
	 * @param reply what the model says
	 */
	record Answer(long conversationId, String reply) {
	}

}
