package dev.dbpool.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches where the application hands over pools of its own.
 */
class OnOwnPoolsCondition extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("Own pools");
		OwnPools own = OwnPools.of(context.getEnvironment());
		return own.isEmpty() ? ConditionOutcome.noMatch(message.because("none is handed over"))
				: ConditionOutcome.match(message.foundExactly(OwnPools.PREFIX));
	}

}
