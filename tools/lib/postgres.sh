# shellcheck shell=bash
# SPDX-FileCopyrightText: The tinhso authors
# SPDX-License-Identifier: Apache-2.0

# To be sourced: a PostgreSQL of our own, in a folder, on a free port of 127.0.0.1, for as long as a script runs.
# PostgreSQL refuses to be root; root runs it as the user postgres.

postgres_data=
postgres_url=

postgres_bin_dir() {
  local d
  d=$(find /usr/lib/postgresql -maxdepth 2 -name bin -type d 2>/dev/null | sort -V | tail -n 1)
  if [ -z "$d" ] && command -v initdb >/dev/null; then d=$(dirname "$(readlink -f "$(command -v initdb)")"); fi
  printf '%s' "$d"
}

as_postgres() {
  if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

stop_postgres() {
  [ -n "$postgres_data" ] || return 0
  as_postgres "$postgres_bin/pg_ctl" -D "$postgres_data" -m immediate -w stop >/dev/null 2>&1
  postgres_data=
}

free_port() {
  local p
  while :; do
    p=$((20000 + RANDOM % 30000))
    (exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null || { echo "$p"; return; }
  done
}

# start_postgres FOLDER [SETTING=VALUE…] sets postgres_url. The settings come after the defaults, which are durable.
start_postgres() {
  local folder=$1 password port setting options
  shift
  postgres_bin=$(postgres_bin_dir)
  [ -n "$postgres_bin" ] || { echo "PostgreSQL is missing: apt-get install postgresql" >&2; return 1; }
  password=$(head -c 32 /dev/urandom | sha256sum | cut -c1-40)
  mkdir -p "$folder/pg"
  printf '%s' "$password" >"$folder/pg/password"
  [ "$(id -u)" != 0 ] || chown -R postgres "$folder/pg"
  chmod 700 "$folder/pg"
  as_postgres "$postgres_bin/initdb" -D "$folder/pg/data" -U tinhso --pwfile="$folder/pg/password" --auth=scram-sha-256 \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log"; return 1; }
  options="-c listen_addresses=127.0.0.1 -c max_connections=200 -c shared_buffers=128MB"
  for setting in "$@"; do options="$options -c $setting"; done
  for _ in 1 2 3 4 5; do
    port=$(free_port)
    if as_postgres "$postgres_bin/pg_ctl" -D "$folder/pg/data" -l "$folder/pg/log" -w -t 60 -o "-p $port -k $folder/pg $options" start >/dev/null 2>&1; then
      postgres_data=$folder/pg/data
      postgres_url="postgres://tinhso:$password@127.0.0.1:$port/postgres?sslmode=disable"
      echo "PostgreSQL $(cat "$folder/pg/data/PG_VERSION") on 127.0.0.1:$port"
      return 0
    fi
  done
  cat "$folder/pg/log"
  return 1
}
