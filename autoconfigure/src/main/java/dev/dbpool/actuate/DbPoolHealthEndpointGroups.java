package dev.dbpool.actuate;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.AdditionalPathsMapper;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.health.actuate.endpoint.AdditionalHealthEndpointPath;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HttpCodeStatusMapper;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;

/**
 * Adds the group {@code db-pool}. The path of a contributor of its own answers 404 unless
 * the user shows details everywhere; a group shows its own. A user's group of that name
 * wins.
 */
public final class DbPoolHealthEndpointGroups implements HealthEndpointGroups, AdditionalPathsMapper {

	private static final String NAME = "db-pool";

	private static final String MEMBER = "dbPool";

	private final HealthEndpointGroups groups;

	/**
	 * Adds the group to others.
	 * @param groups the others
	 */
	public DbPoolHealthEndpointGroups(HealthEndpointGroups groups) {
		this.groups = groups;
	}

	@Override
	public HealthEndpointGroup getPrimary() {
		return this.groups.getPrimary();
	}

	@Override
	public Set<String> getNames() {
		Set<String> names = new LinkedHashSet<>(this.groups.getNames());
		names.add(NAME);
		return names;
	}

	@Override
	public @Nullable HealthEndpointGroup get(String name) {
		HealthEndpointGroup group = this.groups.get(name);
		return (group == null && name.equals(NAME)) ? new DbPoolGroup(getPrimary()) : group;
	}

	@Override
	public @Nullable List<String> getAdditionalPaths(EndpointId endpointId, WebServerNamespace namespace) {
		return (this.groups instanceof AdditionalPathsMapper mapper) ? mapper.getAdditionalPaths(endpointId, namespace)
				: null;
	}

	private record DbPoolGroup(HealthEndpointGroup primary) implements HealthEndpointGroup {

		@Override
		public boolean isMember(String name) {
			// Of several pools, each is a part of the contributor.
			return name.equals(MEMBER) || name.startsWith(MEMBER + "/");
		}

		@Override
		public boolean showComponents(SecurityContext securityContext) {
			return true;
		}

		@Override
		public boolean showDetails(SecurityContext securityContext) {
			return true;
		}

		@Override
		public StatusAggregator getStatusAggregator() {
			return this.primary.getStatusAggregator();
		}

		@Override
		public HttpCodeStatusMapper getHttpCodeStatusMapper() {
			return this.primary.getHttpCodeStatusMapper();
		}

		@Override
		public @Nullable AdditionalHealthEndpointPath getAdditionalPath() {
			return null;
		}

	}

}
