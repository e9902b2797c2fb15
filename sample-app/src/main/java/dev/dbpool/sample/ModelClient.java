package dev.dbpool.sample;

import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;
import org.springframework.util.CollectionUtils;
import org.springframework.util.StringUtils;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/**
 * Talks to an OpenAI-compatible service over HTTP.
 */
@Component
class ModelClient {

	private final ModelProperties properties;

	private final Self self;

	private final RestClient http;

	ModelClient(ModelProperties properties, Self self, RestClient.Builder http) {
		this.properties = properties;
		this.self = self;
		this.http = http.build();
	}

	/**
	 * Asks the model, which may take its time.
	 * @param history the conversation so far
	 * @param question the new message
	 * @return the reply
	 * @throws ModelException if there is none
	 */
	String reply(List<Turn> history, String question) {
		List<Turn> messages = Stream.concat(history.stream(), Stream.of(Turn.user(question))).toList();
		try {
			Completion completion = this.http.post().uri(baseUrl() + "/chat/completions").headers((headers) -> {
				if (StringUtils.hasText(this.properties.apiKey())) {
					headers.setBearerAuth(this.properties.apiKey());
				}
			}).body(new Completion.Request(this.properties.name(), messages)).retrieve().body(Completion.class);
			return text(completion);
		}
		catch (RestClientException ex) {
			throw new ModelException("The model did not answer", ex);
		}
	}

	private String baseUrl() {
		String configured = this.properties.baseUrl();
		return StringUtils.hasText(configured) ? configured : this.self.url() + "/stub/v1";
	}

	private static String text(@Nullable Completion completion) {
		if (completion == null || CollectionUtils.isEmpty(completion.choices())) {
			throw new ModelException("The model answered without a reply", null);
		}
		return completion.choices().get(0).message().content();
	}

	/**
	 * The model failed; the database did not.
	 */
	static final class ModelException extends RuntimeException {

		ModelException(String message, @Nullable Throwable cause) {
			super(message, cause);
		}

	}

}
