package dev.dbpool.benchmarks.chat;

import java.util.List;

import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.repository.Repository;

/**
 * The conversations.
 */
interface Messages extends Repository<Message, Long> {

	List<Message> findTop10ByAccountIdOrderByIdDesc(long accountId);

	Message save(Message message);

	/**
	 * Keeps the server busy, for transactions that take their time.
	 */
	@NativeQuery("select 1 from pg_sleep(:seconds)")
	int work(double seconds);

}
