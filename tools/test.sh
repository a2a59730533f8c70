#!/usr/bin/env bash
# SPDX-FileCopyrightText: The tinhso authors
# SPDX-License-Identifier: Apache-2.0

# Runs everything that says whether tinhso is fit to land: `make test`.
#
# It needs Go, git, Node and make. As root on Debian it installs the rest (PostgreSQL, Chromium, gcc for the
# race detector, poppler-utils, openssl, xmlsec1, fonts); elsewhere it says in one line what to install. It starts a PostgreSQL of its own in a
# temporary directory and stops it again, also after Ctrl-C. It goes on after a failure, so that one run shows all of them.
#
# TEST_POSTGRES_URL          use this server (its user may create databases) and start none
# TINHSO_TEST_SQLITE_ONLY=1  a developer's hurry: no PostgreSQL. A run like this proves half.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

work=$(mktemp -d /tmp/tinhso-test.XXXXXX)
chmod 755 "$work" # the postgres user walks through it
failed=() passed=0
. tools/lib/postgres.sh
bin=$PWD/bin
tools=$bin/tools

finish() {
  code=$?
  trap - EXIT INT TERM HUP
  [ -z "$beside_pid" ] || { pkill -TERM -P "$beside_pid"; kill "$beside_pid"; wait "$beside_pid"; } 2>/dev/null
  stop_postgres
  rm -rf "$work"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# step NAME COMMAND… runs it, shows its output, and remembers how it went.
step() {
  local name=$1 began=$SECONDS
  shift
  printf '\n== %s\n' "$name"
  if "$@"; then
    passed=$((passed + 1))
    printf -- '-- ok, %d s\n' $((SECONDS - began))
  else
    failed+=("$name")
    printf -- '-- FAILED, %d s: %s\n' $((SECONDS - began)) "$name"
  fi
}

# beside NAME COMMAND… begins a step that waits for the disk more than it works: other
# steps go on meanwhile. It is told, and counted, where `met` asks for it.
beside_pid='' beside_name='' beside_began=0
beside() {
  beside_name=$1 beside_began=$SECONDS
  shift
  "$@" >"$work/beside.log" 2>&1 &
  beside_pid=$!
}

met() {
  local code=0
  wait "$beside_pid" || code=$?
  beside_pid=''
  printf 'begun %d s ago, beside the steps above\n' $((SECONDS - beside_began))
  cat "$work/beside.log"
  return "$code"
}

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

# ---- what must be on the machine

lacking() {
  command -v gcc >/dev/null || echo gcc libc6-dev
  if [ "${TINHSO_TEST_SQLITE_ONLY:-}" != 1 ] && [ -z "${TEST_POSTGRES_URL:-}" ] && [ -z "$(postgres_bin_dir)" ]; then echo postgresql; fi
  command -v chromium >/dev/null || echo chromium
  command -v pdftotext >/dev/null || echo poppler-utils
  command -v certutil >/dev/null || echo libnss3-tools
  command -v openssl >/dev/null || echo openssl
  command -v xmlsec1 >/dev/null || echo xmlsec1
  if ! tesseract --list-langs 2>/dev/null | grep -qx vie; then echo tesseract-ocr tesseract-ocr-vie; fi
  if ! command -v fc-list >/dev/null || [ -z "$(fc-list :lang=vi 2>/dev/null | head -n 1)" ]; then echo fontconfig fonts-dejavu-core; fi
}

provide() {
  local missing
  for c in go git node npm make; do command -v "$c" >/dev/null || die "$c is missing: tinhso needs Go 1.26.8, git, Node 20 with npm, and make."; done
  missing=$(lacking | xargs)
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ] || [ ! -e /etc/debian_version ]; then
    die "Missing on this machine. On Debian: sudo apt-get install $missing"
  fi
  echo "installing $missing"
  # RUNLEVEL=1: the packages' own services are not started; this run brings its own server.
  # shellcheck disable=SC2086
  if ! { apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } \
    >"$work/apt.log" 2>&1; then
    tail -n 20 "$work/apt.log" >&2
    die "apt-get could not install: $missing"
  fi
  missing=$(lacking | xargs)
  [ -z "$missing" ] || die "Still missing after apt-get: $missing"
}

# ---- the steps

postgres_for_tests() {
  if [ "${TINHSO_TEST_SQLITE_ONLY:-}" = 1 ]; then
    echo "TINHSO_TEST_SQLITE_ONLY=1: without PostgreSQL, this run proves half"
  elif [ -n "${TEST_POSTGRES_URL:-}" ]; then
    echo "using the server of TEST_POSTGRES_URL"
  else
    # Off, because these databases live for minutes. tests/crash starts a server of its own, with fsync on.
    start_postgres "$work" fsync=off synchronous_commit=off full_page_writes=off || return 1
    export TEST_POSTGRES_URL=$postgres_url
  fi
}

build() { make --no-print-directory build; }

# What is generated and committed must be what its source makes today. Compared by content, not by git: a
# change that is not committed yet is no fault.
generated() {
  local before after
  before=$(find internal -name '*_templ.go' -exec sha256sum {} + 2>/dev/null | sort -k2)
  "$tools/templ" generate -log-level error || return 1
  after=$(find internal -name '*_templ.go' -exec sha256sum {} + 2>/dev/null | sort -k2)
  [ "$before" = "$after" ] && return 0
  echo "templates and their Go differ; they are written now, commit them:"
  diff <(printf '%s\n' "$before") <(printf '%s\n' "$after") | awk '{print $3}' | sort -u
  return 1
}

formatted() {
  local odd
  # shellcheck disable=SC2046
  odd=$("$tools/gofumpt" -l $(tools/gofiles.sh)) || return 1
  [ -z "$odd" ] || { printf 'make fmt would change:\n%s\n' "$odd"; return 1; }
}

tidy() {
  go mod tidy -diff && (cd tools && go mod tidy -diff)
}

# go vet is one of these linters, with everything it has (.golangci.yml).
lint() { "$tools/golangci-lint" config verify && "$tools/golangci-lint" run && (cd tools && "$tools/golangci-lint" run --config ../.golangci.yml); }

vulnerabilities() {
  local log=$work/vuln.log code=0
  timeout 180 "$tools/govulncheck" ./... >"$log" 2>&1 || code=$?
  case $code in
    0) tail -n 3 "$log" ;;
    3) cat "$log"; return 1 ;; # govulncheck's own code for: found something that is called
    *) echo "notice: the vulnerability database is out of reach; nothing was checked"; tail -n 2 "$log" ;;
  esac
}

# Where several goroutines or processes meet, the race detector looks on.
raced='^tinhso.vn/internal/(platform/db|kernel/(jobs|events|workflow|audit))(/|$)'

# go_test LOG ARGS… hides what passed without a word and keeps the rest.
go_test() {
  local log=$1
  shift
  go test -timeout 40m "$@" 2>&1 | tee "$work/$log.log" | grep -v 'no test files'
  return "${PIPESTATUS[0]}"
}

unit() {
  local packages
  packages=$(go list ./... | grep -vE "$raced")
  # shellcheck disable=SC2086
  go_test unit $packages
}

race() {
  local packages
  packages=$(go list ./... | grep -E "$raced")
  [ -n "$packages" ] || return 0
  # shellcheck disable=SC2086
  CGO_ENABLED=1 go_test race -race $packages
}

journeys() {
  if [ ! -e tests/journeys/node_modules/.package-lock.json ] || [ tests/journeys/package-lock.json -nt tests/journeys/node_modules/.package-lock.json ]; then
    npm ci --prefix tests/journeys --no-audit --no-fund --loglevel=error || return 1
  fi
  local code=0
  TINHSO_BINARY=$bin/tinhso go_test journeys -tags system -count=1 -v ./tests/journeys/ || code=1
  go_test midnight -tags system -count=1 -v -run 'TestJourney(AtMidnight|OfAVisit)' ./internal/app/ || code=1 # on a clock of the test's own
  return "$code"
}

clients() {
  if [ ! -e tests/clients/node_modules/.package-lock.json ] || [ tests/clients/package-lock.json -nt tests/clients/node_modules/.package-lock.json ]; then
    npm ci --prefix tests/clients --no-audit --no-fund --loglevel=error || return 1
  fi
  TINHSO_BINARY=$bin/tinhso go_test clients -tags system -count=1 -v ./tests/clients/
}

crash() { TINHSO_BINARY=$bin/tinhso go_test crash -tags system -count=1 ./tests/crash/; }

large() { TINHSO_BINARY=$bin/tinhso go_test large -tags system -count=1 ./tests/large/; }

upgrade() { TINHSO_BINARY=$bin/tinhso go_test upgrade -tags system -count=1 ./tests/upgrade/; }

own_tools() { (cd tools && go test ./...); }

slowest() {
  printf '\n== the ten slowest packages\n'
  cat "$work"/*.log 2>/dev/null | awk '/^(ok|FAIL)[ \t]/ && $3 ~ /s$/ {s = $3; sub(/s$/, "", s); printf "%8.1f s  %s\n", s, $2}' | sort -rn | head -n 10
}

provide
step "PostgreSQL for this run" postgres_for_tests
step "tools as pinned" make --no-print-directory tools
step "the program" build
beside "kill -9 loses nothing" crash
step "generated files are current" generated
step "formatting" formatted
step "go.mod is tidy" tidy
step "golangci-lint" lint
step "known vulnerabilities" vulnerabilities
step "tests" unit
step "tests watched for races" race
step "tests of the tools" own_tools
step "$beside_name" met
step "journeys in a browser" journeys
step "OpenID clients of others" clients
step "a large file in little memory" large
step "every landed database migrates" upgrade
slowest

# What a busy machine spoilt once is no failure, and is not kept quiet (ADR 0107).
unsteady() {
  local found
  found=$(grep -h 'ONLY AT THE SECOND TIME' "$work"/*.log 2>/dev/null) || return 0
  printf '\n== went only at the second time: read what the first said, above\n%s\n' "$found"
}

unsteady
printf '\n%d steps passed, %d failed, %d min %d s\n' "$passed" "${#failed[@]}" $((SECONDS / 60)) $((SECONDS % 60))
for f in ${failed[@]+"${failed[@]}"}; do printf 'FAILED: %s\n' "$f"; done
[ ${#failed[@]} = 0 ]
