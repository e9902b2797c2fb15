package dev.dbpool.autoconfigure;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches where db-pool manages a pool: Spring Boot's, or one that is handed over.
 */
class OnManagedPoolsCondition extends SpringBootCondition implements ConfigurationCondition {

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("Managed pools");
		ConfigurableListableBeanFactory beans = context.getBeanFactory();
		if (beans == null || !beans.containsBean("dbPoolManagedPools")) {
			return ConditionOutcome.noMatch(message.because("db-pool is off"));
		}
		if (beans.containsBean(PoolPlanner.MAIN)
				&& beans.getBeanNamesForType(StartUpPlan.class, true, false).length > 0) {
			return ConditionOutcome.match(message.foundExactly("Spring Boot's data source"));
		}
		return OwnPools.of(context.getEnvironment()).isEmpty()
				? ConditionOutcome.noMatch(message.because("there is no pool"))
				: ConditionOutcome.match(message.foundExactly(OwnPools.PREFIX));
	}

}
