package dev.dbpool.benchmarks.chat;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;

/**
 * What was said.
 */
@Entity
class Message {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private long id;

	private long accountId;

	private String content;

	protected Message() {
		// For JPA.
	}

	Message(long accountId, String content) {
		this.accountId = accountId;
		this.content = content;
	}

}
