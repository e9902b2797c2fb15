package dev.dbpool.autoconfigure;

import java.sql.SQLException;
import java.util.List;

import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.support.DefaultHandlerExceptionResolver;
import org.springframework.web.util.DisconnectedClientHelper;

/**
 * Spring MVC takes an exception whose root says that a connection was cut for a client
 * that has gone away, and answers nothing, with status 200. Where the connection was one
 * to a database, the client is there and waits: such an exception goes on to the handler
 * of what Spring MVC does not know. The application's own handlers still come first.
 * <p>
 * The exceptions of the pool's connections have no such root. This is for those that come
 * from the driver without us, as of its large objects and of other data sources.
 */
class DatabaseFailureConfigurer implements WebMvcConfigurer, Ordered {

	@Override
	public void extendHandlerExceptionResolvers(List<HandlerExceptionResolver> resolvers) {
		resolvers.replaceAll((resolver) -> (resolver instanceof DefaultHandlerExceptionResolver)
				? leavingDatabaseFailures(resolver) : resolver);
	}

	private static HandlerExceptionResolver leavingDatabaseFailures(HandlerExceptionResolver resolver) {
		return (request, response, handler, ex) -> {
			ModelAndView answer = resolver.resolveException(request, response, handler, ex);
			boolean unanswered = answer != null && answer.isEmpty()
					&& response.getStatus() < HttpStatus.BAD_REQUEST.value();
			return (unanswered && isDatabaseFailure(ex)) ? null : answer;
		};
	}

	private static boolean isDatabaseFailure(Exception ex) {
		return DisconnectedClientHelper.isClientDisconnectedException(ex) && hasSqlException(ex);
	}

	private static boolean hasSqlException(Throwable ex) {
		// As Spring MVC itself goes through the causes.
		for (Throwable next = ex, last = null; next != null && next != last; last = next, next = next.getCause()) {
			if (next instanceof SQLException) {
				return true;
			}
		}
		return false;
	}

	/**
	 * The last configurer sees the resolvers that the others have added.
	 */
	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

}
