# Homebrew does not put its JDK into the path.
export PATH := /opt/homebrew/opt/openjdk/bin:/usr/local/opt/openjdk/bin:$(PATH)

MAVEN = mvn --batch-mode --no-transfer-progress $(MVNFLAGS)

.PHONY: help run test test-containers versions conformance stress release bench format setup

help:
	@echo 'make run              start the sample application'
	@echo 'make test             build everything and run all tests'
	@echo 'make test-containers  the same with Docker containers'
	@echo 'make versions         run the tests on the other versions of Spring Boot; BOOT=4.x.y: on that one'
	@echo 'make conformance      run the tests of the PostgreSQL driver over pooled connections; SHORT=1: a selection'
	@echo 'make stress           run the races of leases and queue millions of times; SHORT=1: less often'
	@echo 'make release          build and try what would be uploaded; MVNFLAGS=-Psign: signed'
	@echo 'make bench            measure what a lease costs and gains; BENCH=full: longer'
	@echo 'make format           format the sources'

run: setup
	@$(MAVEN) --quiet package --projects sample-app --also-make -DskipTests
	@exec $${JAVA_HOME:+$$JAVA_HOME/bin/}java -jar sample-app/target/db-pool-sample-app-*.jar

test: setup
	@$(MAVEN) verify -Dfixture=local

test-containers: setup
	@$(MAVEN) verify -Dfixture=containers

versions: setup
	@$(MAVEN) verify --activate-profiles versions --projects versions/supported,versions/unsupported --also-make \
		-DskipTests -Dfixture=local $(if $(BOOT),-Dtested.spring-boot.version=$(BOOT) -Dtested.spring-boot-liquibase.version=$(BOOT))

conformance: setup
	@$(MAVEN) --quiet package --activate-profiles conformance --projects conformance --also-make -Dmaven.test.skip
	@exec $${JAVA_HOME:+$$JAVA_HOME/bin/}java -cp "conformance/target/test-classes:conformance/target/classes:$$(cat conformance/target/classpath)" \
		-Dfixture=local dev.dbpool.conformance.Conformance conformance $(if $(SHORT),short)

# STRESS: options of jcstress, as in make stress STRESS='-m tough'. Its default splits the
# compilation of each race in nine ways; SHORT=1 leaves that to one ordinary JVM.
stress: STRESS ?= -m quick $(if $(SHORT),-iters 3 -sc false -jvmArgs -XX:+TieredCompilation)
stress: setup
	@$(MAVEN) --quiet package --activate-profiles stress --projects stress --also-make -Dmaven.test.skip
	@cd stress/target && exec $${JAVA_HOME:+$$JAVA_HOME/bin/}java -cp "classes:$$(cat classpath)" \
		dev.dbpool.stress.Stress -r results $(STRESS)

release: setup
	@rm -rf target/release
	@$(MAVEN) --quiet clean deploy --activate-profiles release -Dmaven.test.skip -Dmaven.install.skip \
		-DaltDeploymentRepository=release::file:$(CURDIR)/target/release
	@scripts/check-release

# BENCH may also name parts: make bench BENCH='full stub'
bench: setup
	@$(MAVEN) --quiet package --projects benchmarks --also-make -DskipTests
	@exec $${JAVA_HOME:+$$JAVA_HOME/bin/}java -cp "benchmarks/target/classes:$$(cat benchmarks/target/classpath)" \
		dev.dbpool.benchmarks.Benchmarks $(BENCH)

format: setup
	@$(MAVEN) --quiet --activate-profiles conformance,stress,versions io.spring.javaformat:spring-javaformat-maven-plugin:apply

setup:
	@scripts/setup
