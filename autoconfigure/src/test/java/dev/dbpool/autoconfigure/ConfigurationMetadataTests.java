package dev.dbpool.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an IDE and the reference say about the properties.
 */
class ConfigurationMetadataTests {

	@Test
	void everyPropertyHasADescription() throws IOException {
		assertThat(metadata()).isNotEmpty()
			.allSatisfy((name, property) -> assertThat(property.path("description").asString("")).as(name)
				.isNotBlank()
				.endsWith("."));
	}

	@Test
	void theReferenceListsEveryPropertyWithItsDefault() throws IOException {
		Path reference = Path.of("..", "docs", "reference.md");
		Map<String, String> rows = Files.readAllLines(reference)
			.stream()
			.filter((line) -> line.startsWith("| `db-pool."))
			.map((line) -> line.split("\\|"))
			.collect(Collectors.toMap((cells) -> cells[1].strip().replace("`", ""),
					(cells) -> cells[2].strip().replace("`", "")));
		Map<String, String> defaults = new TreeMap<>();
		metadata().forEach((name, property) -> {
			if (name.startsWith("db-pool.")) {
				defaults.put(name, property.path("defaultValue").asString(""));
			}
		});
		assertThat(rows.keySet()).isEqualTo(defaults.keySet());
		defaults.forEach((name, value) -> {
			if (!value.isEmpty()) {
				assertThat(rows.get(name)).as(name).isEqualTo(value);
			}
		});
	}

	private static Map<String, JsonNode> metadata() throws IOException {
		URL resource = DbPoolProperties.class.getResource("/META-INF/spring-configuration-metadata.json");
		assertThat(resource).isNotNull();
		try (InputStream stream = DbPoolProperties.class.getProtectionDomain()
			.getCodeSource()
			.getLocation()
			.toURI()
			.resolve("META-INF/spring-configuration-metadata.json")
			.toURL()
			.openStream()) {
			JsonNode properties = JsonMapper.builder().build().readTree(stream).path("properties");
			return StreamSupport.stream(properties.spliterator(), false)
				.collect(Collectors.toMap((property) -> property.path("name").asString(), (property) -> property));
		}
		catch (java.net.URISyntaxException ex) {
			throw new IOException(ex);
		}
	}

}
