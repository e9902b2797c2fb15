package dev.dbpool.sample;

import java.util.List;

import org.springframework.data.repository.Repository;

/**
 * The messages in the database.
 */
interface Messages extends Repository<Message, Long> {

	List<Message> findByConversationIdOrderById(long conversationId);

	Message save(Message message);

}
