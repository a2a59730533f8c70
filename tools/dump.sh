#!/usr/bin/env bash
# SPDX-FileCopyrightText: The tinhso authors
# SPDX-License-Identifier: Apache-2.0

# Keeps what today's program leaves behind, on both databases, in tests/upgrade/dumps/DATE-COMMIT, for every later
# program to start on. To be committed with each landing: make dump
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/lib/postgres.sh

work=$(mktemp -d /tmp/tinhso-dump.XXXXXX)
chmod 755 "$work"
program=
finish() {
  code=$?
  trap - EXIT
  [ -z "$program" ] || kill "$program" 2>/dev/null || true
  stop_postgres
  rm -rf "$work"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

target=tests/upgrade/dumps/$(date +%Y%m%d)-$(git rev-parse --short HEAD)

# fill FOLDER [ARGS…] runs a demo there until it answers, and ends it as an operator would.
fill() {
  local folder=$1 port tries
  shift
  port=$(free_port)
  mkdir -p "$folder"
  bin/tinhso demo --empty --data "$folder" --listen "127.0.0.1:$port" "$@" >"$work/log" 2>&1 &
  program=$!
  for tries in $(seq 1 600); do
    kill -0 "$program" 2>/dev/null || { cat "$work/log"; return 1; }
    if node -e 'fetch(process.argv[1]).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))' "http://127.0.0.1:$port/"; then break; fi
    [ "$tries" -lt 600 ] || { cat "$work/log"; return 1; }
    sleep 0.1
  done
  kill -TERM "$program"
  wait "$program" || true
  program=
}

pack() { tar -C "$1" --sort=name --owner=0 --group=0 -czf "$2" .; }

mkdir -p "$target"
fill "$work/sqlite"
pack "$work/sqlite" "$target/sqlite.tar.gz"

start_postgres "$work"
fill "$work/postgres" --database "$postgres_url"
pack "$work/postgres" "$target/postgres.tar.gz"
"$postgres_bin/pg_dump" --no-owner --no-privileges --inserts --rows-per-insert=200 "$postgres_url" | gzip -9n >"$target/postgres.sql.gz"
du -sh "$target"
