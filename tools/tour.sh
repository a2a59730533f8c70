#!/usr/bin/env bash
# SPDX-FileCopyrightText: The tinhso authors
# SPDX-License-Identifier: Apache-2.0

# Takes the ten pictures of docs/tour.md anew, into docs/images/tour: a demonstration with a year of work is started in
# a folder of its own, on a clock of its own, and a browser walks through three weeks of it. The year comes from data/cache
# where it was made before: make tour. START is the Sunday evening on which it begins: captions carry the days.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/lib/postgres.sh

work=$(mktemp -d /tmp/tinhso-tour.XXXXXX)
program=
finish() {
  code=$?
  trap - EXIT
  [ -z "$program" ] || { kill "$program" && wait "$program"; } 2>/dev/null || true
  rm -rf "$work"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

start=${START:-2026-11-01}
port=$(free_port)
base=http://127.0.0.1:$port
"${TINHSO:-bin/tinhso}" demo --data "$work/data" --listen "127.0.0.1:$port" --year "${YEAR:-3000}" --cache "${CACHE:-data/cache/tour}" \
  --clock-control --from "${start}T19:40" >"$work/log" 2>&1 &
program=$!
until node -e 'fetch(process.argv[1]).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))' "$base/"; do
  kill -0 "$program" 2>/dev/null || { cat "$work/log"; exit 1; }
  sleep 1
done
cd tests/journeys
BASE_URL=$base OUT="$work/pictures" CLOCK="$work/data/clock.sock" START=$start node tour.mjs
mkdir -p ../../docs/images/tour
rm -f ../../docs/images/tour/*.png
cp "$work"/pictures/*.png ../../docs/images/tour/
