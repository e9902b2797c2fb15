package dev.dbpool.autoconfigure;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.core.Ordered;

/**
 * Tells the pool where work begins and ends: with a request, and with a task of Spring
 * Boot's executors and schedulers. It comes last, so that conditions on a missing
 * {@code TaskDecorator} do not find ours.
 */
@AutoConfiguration(after = { DbPoolAutoConfiguration.class, DataSourceAutoConfiguration.class })
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@Conditional(OnManagedPoolsCondition.class)
@ConditionalOnManageMode
public final class DbPoolWorkAutoConfiguration {

	/**
	 * Spring Boot applies all decorators; code that asks for one gets the user's.
	 */
	@Bean
	@Fallback
	WorkTaskDecorator dbPoolWorkTaskDecorator() {
		return new WorkTaskDecorator();
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass({ Filter.class, FilterRegistrationBean.class })
	static class FilterConfiguration {

		@Bean
		FilterRegistrationBean<WorkFilter> dbPoolWorkFilter() {
			FilterRegistrationBean<WorkFilter> registration = new FilterRegistrationBean<>(new WorkFilter());
			// Before other filters, as of sessions and security: they query too.
			registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
			registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR);
			return registration;
		}

	}

}
