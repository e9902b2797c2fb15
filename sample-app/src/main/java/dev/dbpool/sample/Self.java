package dev.dbpool.sample;

import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * The address of this application, known once its web server runs.
 */
@Component
class Self {

	private final Environment environment;

	Self(Environment environment) {
		this.environment = environment;
	}

	String url() {
		return "http://127.0.0.1:" + this.environment.getRequiredProperty("local.server.port");
	}

}
