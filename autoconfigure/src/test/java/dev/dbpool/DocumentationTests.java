package dev.dbpool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What readers of the documentation may rely on.
 */
class DocumentationTests {

	private static final Path ROOT = Path.of("..");

	private static final Path README = ROOT.resolve("README.md");

	private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^```.*?^```$");

	private static final Pattern CODE = Pattern.compile("`[^`\n]*`");

	private static final Pattern RELATIVE_LINK = Pattern.compile("]\\((?!https?:)([^)#]*)#?([^)]*)\\)");

	private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

	@Test
	void everyRelativeLinkLeadsSomewhere() throws IOException {
		int links = 0;
		List<String> broken = new ArrayList<>();
		for (Path page : pages()) {
			for (MatchResult link : find(RELATIVE_LINK, CODE.matcher(text(page)).replaceAll(""))) {
				links++;
				Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
				String anchor = link.group(2);
				if (!Files.exists(target) || (!anchor.isEmpty() && !anchors(target).contains(anchor))) {
					broken.add(page + ": " + link.group());
				}
			}
		}
		assertThat(links).isPositive();
		assertThat(broken).isEmpty();
	}

	@Test
	void theReadmeTakesAMinuteToRead() throws IOException {
		assertThat(Files.readAllLines(README)).hasSizeLessThan(150);
	}

	private static List<Path> pages() throws IOException {
		try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
			return Stream.concat(Stream.of(README, ROOT.resolve("CONTRIBUTING.md"), ROOT.resolve("SECURITY.md")), docs)
				.toList();
		}
	}

	/**
	 * As they are made of headings where the documentation is shown.
	 */
	private static List<String> anchors(Path page) throws IOException {
		return find(HEADING, text(page)).stream()
			.map((heading) -> heading.group(1).toLowerCase(Locale.ROOT))
			.map((heading) -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
			.toList();
	}

	private static String text(Path page) throws IOException {
		return CODE_BLOCK.matcher(Files.readString(page)).replaceAll("");
	}

	private static List<MatchResult> find(Pattern pattern, String text) {
		return pattern.matcher(text).results().toList();
	}

}
