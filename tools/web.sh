#!/usr/bin/env bash
# SPDX-FileCopyrightText: The tinhso authors
# SPDX-License-Identifier: Apache-2.0

# Builds web/ into web/dist. Does nothing when no source is newer than the last build.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -f web/package.json ] || exit 0

stamp=.cache/web.built
mkdir -p .cache web/dist
# A component's style and script live beside its template, so internal/ counts as well.
newer() {
  find web internal/platform/ui \( -name node_modules -o -path web/dist \) -prune -o -type f \
    \( -name '*.css' -o -name '*.ts' -o -name '*.mjs' -o -name '*.js' -o -name '*.json' -o -name '*.woff2' -o -name '*.svg' \) \
    -newer "$stamp" -print -quit 2>/dev/null
}
if [ -e "$stamp" ] && [ -n "$(ls web/dist)" ] && [ -z "$(newer)" ]; then
  exit 0
fi
if ! command -v npm >/dev/null; then
  echo "npm is missing: install Node 20 or later (on Debian: apt-get install nodejs npm)" >&2
  exit 1
fi
if [ ! -e web/node_modules/.package-lock.json ] || [ web/package-lock.json -nt web/node_modules/.package-lock.json ]; then
  npm ci --prefix web --no-audit --no-fund --loglevel=error
fi
npm run --prefix web --silent build
touch "$stamp"
