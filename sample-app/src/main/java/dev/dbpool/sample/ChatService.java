package dev.dbpool.sample;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Everything that touches the database, in three short transactions.
 */
@Service
class ChatService {

	private final Users users;

	private final Conversations conversations;

	private final Messages messages;

	ChatService(Users users, Conversations conversations, Messages messages) {
		this.users = users;
		this.conversations = conversations;
		this.messages = messages;
	}

	/**
	 * Finds out who is calling.
	 * @param apiKey the caller's key
	 * @return the user's id, or empty for an unknown key
	 */
	@Transactional(readOnly = true)
	Optional<Long> authenticate(String apiKey) {
		return this.users.findByApiKeyHash(hash(apiKey)).map(User::id);
	}

	/**
	 * Loads a conversation.
	 * @param userId whose it must be
	 * @param conversationId its id, or {@code null} for one that is yet to begin
	 * @return its messages, oldest first, or empty if this user has no such conversation
	 */
	@Transactional(readOnly = true)
	Optional<List<Turn>> history(long userId, @Nullable Long conversationId) {
		if (conversationId == null) {
			return Optional.of(List.of());
		}
		if (!this.conversations.existsByIdAndUserId(conversationId, userId)) {
			return Optional.empty();
		}
		return Optional
			.of(this.messages.findByConversationIdOrderById(conversationId).stream().map(Message::turn).toList());
	}

	/**
	 * Saves a question and its reply.
	 * @param userId who asked
	 * @param conversationId where, or {@code null} to begin a conversation
	 * @param question the question
	 * @param reply the reply
	 * @return the conversation's id
	 */
	@Transactional
	long save(long userId, @Nullable Long conversationId, String question, String reply) {
		long id = (conversationId != null) ? conversationId : this.conversations.save(new Conversation(userId)).id();
		Instant now = Instant.now();
		Stream.of(Turn.user(question), Turn.assistant(reply))
			.forEach((turn) -> this.messages.save(new Message(id, turn, now)));
		return id;
	}

	// Plain SHA-256 suits API keys, which are long and random; passwords need more.
	private static String hash(String apiKey) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(apiKey.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(digest);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
