package dev.dbpool.sql;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class SessionStateTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					set statement_timeout = 3000                          | SETTING | statement_timeout
					SET search_path TO tenant1                            | SEARCH_PATH | search_path
					set session "Search_Path" = 'a'                       | SEARCH_PATH | search_path
					set schema 'tenant1'                                  | SEARCH_PATH | search_path
					SET SESSION work_mem = '64MB'                         | SETTING | work_mem
					set session characteristics as transaction read only  | SETTING | default_transaction_read_only
					set session characteristics as transaction isolation level serializable | ISOLATION | default_transaction_isolation
					set default_transaction_isolation to serializable     | ISOLATION | default_transaction_isolation
					set time zone 'UTC'                                   | SETTING | timezone
					set names 'UTF8'                                      | SETTING | client_encoding
					reset all                                             | SETTING | all settings
					reset role                                            | SETTING | role
					reset search_path                                     | SETTING | search_path
					reset session authorization                           | SETTING | session_authorization
					set role admin                                        | ROLE | role
					set session authorization admin                       | ROLE | session_authorization
					set session role admin                                | ROLE | role
					/* why */ set -- this @ x = 1                          | SETTING | x
					set app.tenant = 'acme'                               | CUSTOM_SETTING | app.tenant
					set session."x" = 1                                   | CUSTOM_SETTING | session.x
					set hnsw.ef_search = 100                              | SETTING | hnsw.ef_search
					set row_security = off                                | PROTECTION | row_security
					set session_replication_role to replica               | PROTECTION | session_replication_role
					set synchronous_commit = off                          | PROTECTION | synchronous_commit
					begin; set x.y = 1; commit                            | CUSTOM_SETTING | x.y
					set work_mem = '1MB'; set search_path = a             | SEARCH_PATH | search_path
					set role a; set search_path = a                       | ROLE | role
					select set_config('app.tenant', 'acme', false)        | CUSTOM_SETTING | app.tenant
					select set_config('app.tenant', $1, 'false')          | CUSTOM_SETTING | app.tenant
					select pg_catalog."set_config"('ROLE', ?, ' F ')      | ROLE | role
					select set_config(?, ?, false)                        | CUSTOM_SETTING | a setting
					select set_config(concat('search_', 'path'), ?, false) | CUSTOM_SETTING | a setting
					select set_config('a secret', 'b', false)             | SETTING | a setting
					select set_config('a', f(1, 2), false) from t         | SETTING | a
					select set_config('a', 'b', false::boolean)           | SETTING | a
					select set_config(setting_name => 'a', new_value => 'b', is_local => false) | SETTING | a
					select set_config('a', set_config('b.c', 'd', false), true) | CUSTOM_SETTING | b.c
					select pg_advisory_lock(1), set_config('search_path', '', false) | SEARCH_PATH | search_path
					""")
	void recognisesSettings(String sql, SessionState state, String parameter) {
		assertThat(find(sql)).isEqualTo(new SessionStatement(state, parameter));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			select 1; listen news                                 | LISTEN
			unlisten *                                            | LISTEN
			select pg_advisory_lock(1)                            | ADVISORY_LOCK
			select pg_try_advisory_lock ( 1, 2 )                  | ADVISORY_LOCK
			select * from (select pg_advisory_lock_shared(1)) x   | ADVISORY_LOCK
			select pg_advisory_unlock_all()                       | ADVISORY_LOCK
			prepare q as select 1                                 | PREPARE
			deallocate all                                        | PREPARE
			declare c cursor with hold for select 1               | HOLD_CURSOR
			create temp table t (id int)                          | TEMPORARY
			create temporary table t as select 1                  | TEMPORARY
			create local temporary table t (id int) on commit delete rows | TEMPORARY
			create or replace temp view v as select 1             | TEMPORARY
			select 1 into temp t                                  | TEMPORARY
			create table pg_temp.t (id int)                       | TEMPORARY
			create unlogged table if not exists "pg_temp".t (id int) | TEMPORARY
			create table pg_temp.t as select 1                    | TEMPORARY
			create table pg_temp_3.t (id int)                     | TEMPORARY
			create or replace view pg_temp.v as select 1          | TEMPORARY
			create or replace function pg_temp.f() returns int language sql as 'select 1' | TEMPORARY
			create procedure pg_temp.p() language sql as 'select 1' | TEMPORARY
			create sequence if not exists pg_temp.s               | TEMPORARY
			create type pg_temp.c as (x int)                      | TEMPORARY
			create domain pg_temp.d as int                        | TEMPORARY
			create aggregate pg_temp.a (int) (sfunc = f)          | TEMPORARY
			select 1 into pg_temp.t                               | TEMPORARY
			select 1 as x into table pg_temp . t from u           | TEMPORARY
			select 1 into local temporary table t                 | TEMPORARY
			with q as (select 1) select * into "pg_temp".t from q | TEMPORARY
			load 'auto_explain'                                   | LOAD
			discard all                                           | DISCARD
			""")
	void recognises(String sql, SessionState state) {
		assertThat(find(sql)).isEqualTo(new SessionStatement(state, ""));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ";", "select 1", "set local statement_timeout = 3000", "SET LOCAL ROLE admin",
			"set transaction isolation level serializable", "set constraints all deferred",
			"begin; set local x = 1; select 2; commit", "update t set x = 1",
			"insert into t values (1) on conflict do update set x = 2", "select 'set x = 1'",
			"select 'it''s; set x = 1'", "select E'\\'; set x = 1; --'", "select $$ ; set x = 1; $$",
			"select $a$ $$; listen x; $a$", "-- set x = 1", "/* set x = 1; /* listen y */ ; set z = 1 */ select 1",
			"select \"set\" from \"listen\"", "select set_config('a', 'b', true)", "select set_config('a', 'b', ?)",
			"select set_config('a', 'b', $1)", "select set_config('a', 'false', true)",
			"select set_config('a', set_config('b', 'c', true), true)", "set transaction_isolation = 'serializable'",
			"set transaction_read_only = on", "select pg_advisory_xact_lock(1)", "select pg_try_advisory_xact_lock(1)",
			"select (select count(*) from pg_locks where locktype = 'advisory')", "select pg_advisory_lock from t",
			"prepare transaction 'x'", "commit prepared 'x'", "declare c cursor for select 1",
			"create temp table t (id int) on commit drop", "create table temp (id int)", "create table t (temp int)",
			"create function f() returns int language sql set search_path = x as 'select 1'",
			"alter role app set search_path = x", "do $$ begin perform set_config('a', 'b', false); end $$",
			"notify news", "select listen from t", "{call f(?)}", "explain select 1", "lock table t", "select 1 into t",
			"create table t as select * from pg_temp.u", "create table t (like pg_temp.u)",
			"create index on pg_temp.t (id)", "create trigger g before insert on pg_temp.t execute function f()",
			"create table pg_temp.t (id int) on commit drop", "insert into pg_temp.t values (1)",
			"with q as (insert into pg_temp.t values (1) returning id) select * from q",
			"with q as (insert into temp values (1) returning id) select * from q", "create table pg_temp (id int)",
			"select * into t from pg_temp.u", "create table \"PG_TEMP\".t (id int)", "drop table pg_temp.t",
			"merge into pg_temp.t using u on true when matched then delete", "'unterminated", "\"unterminated",
			"/* unterminated", "$a$ unterminated", "select $1", "select a$b$c from t" })
	void givesNoFalseAlarm(String sql) {
		assertThat(find(sql)).isNull();
	}

	/**
	 * Finds what is in a text, in which {@code @} is a line break.
	 */
	private static @Nullable SessionStatement find(String sql) {
		return SessionStatement.find(sql.replace('@', '\n'));
	}

}
