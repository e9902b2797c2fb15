package dev.dbpool.guard;

import java.util.List;

/**
 * Where in the application something was called.
 */
final class CallSite {

	private static final List<String> FRAMEWORKS = List.of("java.", "javax.", "jakarta.", "jdk.", "sun.",
			"com.sun.proxy.", "org.springframework.", "org.hibernate.", "com.zaxxer.hikari.", "org.postgresql.",
			"dev.dbpool.guard.", "dev.dbpool.lease.");

	private CallSite() {
	}

	/**
	 * Finds the first frame that belongs to no framework.
	 * @return the frame as in a stack trace
	 */
	static String find() {
		return StackWalker.getInstance()
			.walk((frames) -> frames.filter((frame) -> FRAMEWORKS.stream().noneMatch(frame.getClassName()::startsWith))
				.findFirst()
				.map(StackWalker.StackFrame::toString)
				.orElse("unknown"));
	}

}
