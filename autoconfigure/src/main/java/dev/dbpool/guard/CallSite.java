package dev.dbpool.guard;

import java.lang.StackWalker.StackFrame;
import java.util.Iterator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Where SQL comes from.
 */
final class CallSite {

	private CallSite() {
	}

	/**
	 * Finds the place in the application that sends SQL.
	 * @return the frame as in a stack trace; that of a library where no application is
	 * involved
	 */
	static String find() {
		return StackWalker.getInstance().walk(CallSite::of);
	}

	static String of(Stream<StackFrame> frames) {
		@Nullable StackFrame library = null;
		for (Iterator<StackFrame> rest = frames.iterator(); rest.hasNext();) {
			StackFrame frame = rest.next();
			if (Libraries.isPlumbing(frame.getClassName())) {
				continue;
			}
			if (!Libraries.isLibrary(frame.getClassName())) {
				return frame.toString();
			}
			library = (library != null) ? library : frame;
		}
		return (library != null) ? library.toString() : "thread " + Thread.currentThread().getName();
	}

}
