package dev.dbpool.autoconfigure;

import java.io.IOException;

import dev.dbpool.Work;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;

/**
 * Makes a unit of work of each request. Its dispatches may run on several threads, one
 * after the other, so the request carries the mark from each to the next.
 */
class WorkFilter implements Filter {

	private static final String CONTINUING = WorkFilter.class.getName() + ".CONTINUING";

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		boolean continuing = request.getAttribute(CONTINUING) != null;
		try (Work work = Work.begin(continuing)) {
			try {
				chain.doFilter(request, response);
			}
			finally {
				if (work.isContinuing() && !continuing) {
					request.setAttribute(CONTINUING, true);
				}
			}
		}
	}

}
