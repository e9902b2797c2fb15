package dev.dbpool.benchmarks.chat;

import java.util.List;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * The short transactions before and after the model.
 */
@Service
class ChatService {

	private final Messages messages;

	private final double workSeconds;

	ChatService(Messages messages, @Value("${chat.work-millis}") long workMillis) {
		this.messages = messages;
		this.workSeconds = workMillis / 1000.0;
	}

	@Transactional(readOnly = true)
	List<Message> history(long account) {
		work();
		return this.messages.findTop10ByAccountIdOrderByIdDesc(account);
	}

	@Transactional
	void save(long account, String content) {
		work();
		this.messages.save(new Message(account, content));
	}

	private void work() {
		if (this.workSeconds > 0) {
			this.messages.work(this.workSeconds);
		}
	}

}
