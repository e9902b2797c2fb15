create table seen as
	select pg_backend_pid() as pid, inet_client_port() as client_port,
		current_setting('application_name') as application_name, session_user as login,
		(select count(*) from pg_stat_activity where datname = current_database()
			and application_name = current_setting('application_name')) as sessions;
