package dev.dbpool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

import org.springframework.boot.json.JsonParserFactory;
import org.springframework.context.ApplicationContext;

/**
 * What a started {@link TestApplication} answered over HTTP.
 */
public record HttpAnswer(int status, String body) {

	private static final HttpClient CLIENT = HttpClient.newHttpClient();

	/**
	 * Sends a request without credentials.
	 */
	public static HttpAnswer get(ApplicationContext context, String path) {
		String address = "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + path;
		try {
			HttpResponse<String> response = CLIENT.send(
					HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(30)).build(),
					HttpResponse.BodyHandlers.ofString());
			return new HttpAnswer(response.statusCode(), response.body());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	public Map<String, Object> json() {
		return JsonParserFactory.getJsonParser().parseMap(this.body);
	}

	/**
	 * The object at this place of the body.
	 */
	@SuppressWarnings("unchecked")
	public Map<String, Object> json(String... path) {
		Map<String, Object> object = json();
		for (String name : path) {
			object = (Map<String, Object>) object.get(name);
		}
		return object;
	}

}
