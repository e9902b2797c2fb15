#!/bin/sh
# What Testcontainers relies on in the official image: three variables, and a
# server that says twice that it is ready, the first time while it is set up.
set -eu
echo "$POSTGRES_PASSWORD" >/tmp/password
initdb --username="$POSTGRES_USER" --pwfile=/tmp/password --auth-local=trust --auth-host=scram-sha-256
rm /tmp/password
echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
pg_ctl start --wait --options="-c listen_addresses=''"
[ "$POSTGRES_DB" = postgres ] || createdb --username="$POSTGRES_USER" "$POSTGRES_DB"
pg_ctl stop --wait --mode=fast
exec "$@" -c listen_addresses='*'
