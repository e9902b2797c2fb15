package dev.dbpool.autoconfigure;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ApplicationContextEvent;
import org.springframework.context.event.ContextPausedEvent;
import org.springframework.context.event.ContextRestartedEvent;

/**
 * Lets the pools keep no connections ready while their context is paused. Spring's tests
 * keep contexts for later test classes, and pause them until then: their pools together
 * would need more connections than the database has.
 */
class ContextPause implements ApplicationListener<ApplicationContextEvent> {

	private final ManagedPools pools;

	private final ApplicationContext context;

	ContextPause(ManagedPools pools, ApplicationContext context) {
		this.pools = pools;
		this.context = context;
	}

	@Override
	public void onApplicationEvent(ApplicationContextEvent event) {
		// The events of child contexts come here, too.
		if (event.getApplicationContext() != this.context) {
			return;
		}
		if (event instanceof ContextPausedEvent) {
			this.pools.pause();
		}
		else if (event instanceof ContextRestartedEvent) {
			this.pools.restart();
		}
	}

	/**
	 * A restart must not overtake a pause.
	 */
	@Override
	public boolean supportsAsyncExecution() {
		return false;
	}

}
