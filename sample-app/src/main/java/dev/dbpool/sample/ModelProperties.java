package dev.dbpool.sample;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the model is.
 *
 * @param baseUrl what stands before {@code /chat/completions}; empty for the stub
 * @param apiKey sent as a bearer token, unless it is empty
 * @param name the model's name, as the service knows it
 * @param stubDelay how long the stub takes for a reply
 */
@ConfigurationProperties("sample.model")
record ModelProperties(@DefaultValue("") String baseUrl, @DefaultValue("") String apiKey,
		@DefaultValue("stub") String name, @DefaultValue("2s") Duration stubDelay) {

	@Override
	public String toString() {
		return "ModelProperties[baseUrl=" + this.baseUrl + ", name=" + this.name + "]";
	}

}
