#!/usr/bin/env bash
# SPDX-FileCopyrightText: The tinhso authors
# SPDX-License-Identifier: Apache-2.0

# Lists the Go files people write: not what templ makes, not what npm brings.
set -euo pipefail
cd "$(dirname "$0")/.."
find . \( -name node_modules -o -name .git -o -path ./bin -o -path ./data \) -prune -o -name '*.go' ! -name '*_templ.go' -print
