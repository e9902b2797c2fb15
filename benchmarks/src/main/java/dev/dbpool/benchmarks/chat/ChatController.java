package dev.dbpool.benchmarks.chat;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * Authenticates, reads the history, waits for the model, saves the answer.
 */
@RestController
class ChatController {

	private final Accounts accounts;

	private final ChatService chats;

	private final long modelMillis;

	ChatController(Accounts accounts, ChatService chats, @Value("${chat.model-millis}") long modelMillis) {
		this.accounts = accounts;
		this.chats = chats;
		this.modelMillis = modelMillis;
	}

	@PostMapping("/chat")
	String chat(@RequestParam String key) throws InterruptedException {
		long account = this.accounts.findByApiKey(key).orElseThrow().id();
		int turns = this.chats.history(account).size();
		Thread.sleep(this.modelMillis);
		String answer = "Answer to turn " + turns;
		try {
			this.chats.save(account, answer);
		}
		catch (RuntimeException ex) {
			// Paid for and lost: the load driver counts these apart.
			throw new ResponseStatusException(HttpStatus.GONE, answer, ex);
		}
		return answer;
	}

}
