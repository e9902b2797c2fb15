# Homebrew does not put its JDK into the path.
export PATH := /opt/homebrew/opt/openjdk/bin:/usr/local/opt/openjdk/bin:$(PATH)

MAVEN = mvn --batch-mode --no-transfer-progress $(MVNFLAGS)

.PHONY: help run test test-containers format setup

help:
	@echo 'make run              start the sample application'
	@echo 'make test             build everything and run all tests'
	@echo 'make test-containers  the same with Docker containers'
	@echo 'make format           format the sources'

run: setup
	@$(MAVEN) --quiet package --projects sample-app --also-make -DskipTests
	@exec $${JAVA_HOME:+$$JAVA_HOME/bin/}java -jar sample-app/target/db-pool-sample-app-*.jar

test: setup
	@$(MAVEN) verify -Dfixture=local

test-containers: setup
	@$(MAVEN) verify -Dfixture=containers

format: setup
	@$(MAVEN) --quiet io.spring.javaformat:spring-javaformat-maven-plugin:apply

setup:
	@scripts/setup
