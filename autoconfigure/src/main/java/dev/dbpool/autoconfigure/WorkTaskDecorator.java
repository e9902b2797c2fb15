package dev.dbpool.autoconfigure;

import java.util.concurrent.Delayed;

import dev.dbpool.Work;

import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.task.TaskDecorator;

/**
 * Makes a unit of work of each task. A task that continuing work submits is part of that
 * work; each run of a scheduled task is separate work. It must see the task before other
 * decorators do, and so is the innermost of them.
 */
class WorkTaskDecorator implements TaskDecorator, PriorityOrdered {

	@Override
	public Runnable decorate(Runnable task) {
		// A scheduler submits the next run from within the last one, which must not
		// hand on its mark.
		boolean continuing = !(task instanceof Delayed) && Work.isCurrentContinuing();
		return () -> {
			Work work = Work.begin(continuing);
			try {
				task.run();
			}
			finally {
				work.close();
			}
		};
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
