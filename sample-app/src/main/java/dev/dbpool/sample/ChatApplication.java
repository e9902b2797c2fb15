package dev.dbpool.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/**
 * The sample application.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ChatApplication {

	/**
	 * Starts it, together with a temporary database where none is configured.
	 * @param args properties as {@code --name=value}
	 */
	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(ChatApplication.class);
		application.addInitializers(new LocalDatabase());
		application.run(args);
	}

}
