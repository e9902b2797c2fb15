package dev.dbpool.lease;

import java.io.PrintWriter;
import java.io.StringWriter;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Runs parts of a task that must continue whatever happens in one of them. Each kind of
 * failure is logged once.
 */
public final class Unstoppable {

	private static final Log logger = LogFactory.getLog(Unstoppable.class);

	private final Once once = new Once(logger);

	/**
	 * Runs one part.
	 * @param part may throw anything
	 */
	public void run(Runnable part) {
		try {
			part.run();
		}
		catch (Throwable ex) {
			// An Error as well: the executor would silently end the task.
			tell(ex);
		}
	}

	private void tell(Throwable failure) {
		try {
			this.once.warn(failure.getClass().getName(), () -> inWords(failure));
		}
		catch (Throwable ex) {
			// Logging itself failed, or memory is exhausted.
		}
	}

	private static String inWords(Throwable failure) {
		StringWriter text = new StringWriter();
		failure.printStackTrace(new PrintWriter(text.append("The watcher goes on after: "), true));
		return text.toString();
	}

}
