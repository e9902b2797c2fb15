package dev.dbpool.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * A model service that answers as it is told and remembers what it was asked.
 */
class OperatorsModel implements AutoCloseable {

	private final HttpServer server;

	private volatile HttpStatus status = HttpStatus.OK;

	private volatile String answer = "";

	private volatile String authorization = "";

	private volatile String question = "";

	OperatorsModel() {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.createContext("/v1/chat/completions", this::handle);
		this.server.start();
	}

	private void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			this.authorization = exchange.getRequestHeaders().getFirst(HttpHeaders.AUTHORIZATION);
			this.question = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
			byte[] body = this.answer.getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().set(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE);
			exchange.sendResponseHeaders(this.status.value(), body.length);
			exchange.getResponseBody().write(body);
		}
	}

	String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort() + "/v1";
	}

	void answersWith(HttpStatus status, String answer) {
		this.status = status;
		this.answer = answer;
	}

	String authorization() {
		return this.authorization;
	}

	String question() {
		return this.question;
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
