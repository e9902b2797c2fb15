package dev.dbpool.sample;

import java.time.Instant;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/**
 * One message of a conversation.
 */
@Entity
@Table(name = "messages")
class Message {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private long id;

	private long conversationId;

	private String role;

	private String content;

	private Instant createdAt;

	@SuppressWarnings("NullAway.Init")
	protected Message() {
		// For JPA.
	}

	Message(long conversationId, Turn turn, Instant createdAt) {
		this.conversationId = conversationId;
		this.role = turn.role();
		this.content = turn.content();
		this.createdAt = createdAt;
	}

	Turn turn() {
		return new Turn(this.role, this.content);
	}

}
