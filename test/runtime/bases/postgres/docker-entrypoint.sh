#!/usr/bin/env bash
set -eo pipefail
case "${1-}" in -*) set -- postgres "$@" ;; esac
if [ "$1" = postgres ] && [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA"
  chown -R postgres "$PGDATA" /var/run/postgresql
  chmod 700 "$PGDATA"
  exec gosu postgres "$BASH_SOURCE" "$@"
fi
if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
  initdb --username "${POSTGRES_USER:-postgres}" --pwfile <(printf '%s\n' "$POSTGRES_PASSWORD") --auth-host scram-sha-256
  echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  pg_ctl --options "-c listen_addresses=''" --wait start
  if [ "${POSTGRES_DB:-postgres}" != postgres ]; then
    psql --username "${POSTGRES_USER:-postgres}" --dbname postgres --command "CREATE DATABASE \"$POSTGRES_DB\""
  fi
  for file in /docker-entrypoint-initdb.d/*.sql; do
    if [ -f "$file" ]; then
      psql -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname "${POSTGRES_DB:-postgres}" --file "$file"
    fi
  done
  pg_ctl --mode fast --wait stop
fi
exec "$@"
