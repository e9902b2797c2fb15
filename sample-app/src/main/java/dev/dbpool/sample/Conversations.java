package dev.dbpool.sample;

import org.springframework.data.repository.Repository;

/**
 * The conversations in the database.
 */
interface Conversations extends Repository<Conversation, Long> {

	boolean existsByIdAndUserId(long id, long userId);

	Conversation save(Conversation conversation);

}
