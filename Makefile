# SPDX-FileCopyrightText: The tinhso authors
# SPDX-License-Identifier: Apache-2.0

# Two commands matter: `make demo` and `make test`. The others are parts of them.

SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

LISTEN ?= 127.0.0.1:8080
DATA   ?= data/demo
PACK   ?= an-giang
YEAR   ?= full

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
TOOLS   := $(CURDIR)/bin/tools

export CGO_ENABLED := 0

.PHONY: help demo test bench walk build web generate lint fmt module tour dump tools clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

demo: build ## a running province: builds, fills it on the first start, prints the address and the accounts
	bin/tinhso demo --data $(DATA) --listen $(LISTEN) --pack $(PACK) --year $(YEAR)

test: ## everything: generated files, lint, both databases, a browser, crashes, upgrades
	@tools/test.sh

bench: build ## measures this machine into docs/benchmarks.md; PART=search: one part alone
	@[ -e tests/journeys/node_modules/.package-lock.json ] || npm ci --prefix tests/journeys --no-audit --no-fund --loglevel=error
	@[ -e tests/lighthouse/node_modules/.package-lock.json ] || npm ci --prefix tests/lighthouse --ignore-scripts --no-audit --no-fund --loglevel=error
	BENCH_PART=$(PART) TINHSO_BINARY=$(CURDIR)/bin/tinhso go test -tags bench -count=1 -timeout 6h -v -run '^TestBench$$' ./tests/bench/

walk: build ## every page in a browser, in both languages, on phone and desktop, with axe and by keyboard
	@[ -e tests/journeys/node_modules/.package-lock.json ] || npm ci --prefix tests/journeys --no-audit --no-fund --loglevel=error
	WALK=full TINHSO_BINARY=$(CURDIR)/bin/tinhso go test -tags system -count=1 -timeout 60m -v -run 'TestJourneys/all/^walk$$' ./tests/journeys/

build: web ## one static binary, bin/tinhso
	go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/tinhso ./cmd/tinhso

web: ## styles, scripts and fonts into web/dist, when their sources changed
	@tools/web.sh

generate: tools ## templ → Go, and the documents that tests write
	$(TOOLS)/templ generate -log-level error
	$(TOOLS)/gofumpt -w $$(tools/gofiles.sh)
	@if [ -d internal/app ]; then UPDATE_DOCS=1 TINHSO_TEST_SQLITE_ONLY=1 go test -count=1 ./internal/app/...; fi

fmt: tools ## gofumpt and import order, templ fmt
	$(TOOLS)/gofumpt -w $$(tools/gofiles.sh)
	$(TOOLS)/golangci-lint fmt
	$(TOOLS)/templ fmt -log-level error internal

lint: tools ## golangci-lint with our configuration
	$(TOOLS)/golangci-lint config verify
	$(TOOLS)/golangci-lint run

module: tools ## name=fees: a new module that compiles and passes its tests
	@test -n "$(name)" || { echo 'say which: make module name=fees' >&2; exit 2; }
	go run -C tools ./scaffold -root $(CURDIR) -name $(name)
	$(TOOLS)/templ generate -log-level error
	$(TOOLS)/gofumpt -w internal/modules/$(name)

tour: build ## the ten pictures of docs/tour.md, on a demonstration with a year of work
	@[ -e tests/journeys/node_modules/.package-lock.json ] || npm ci --prefix tests/journeys --no-audit --no-fund --loglevel=error
	@tools/tour.sh

dump: build ## this landing's schema and a little data, for tests/upgrade
	@tools/dump.sh

tools: ## templ, gofumpt, golangci-lint, govulncheck as tools/go.mod pins them
	@mkdir -p $(TOOLS) && go build -C tools -o $(TOOLS)/ tool

clean: ## what was built; the data of demos stays
	rm -rf bin .cache web/dist/* web/node_modules tests/journeys/node_modules tests/clients/node_modules tests/lighthouse/node_modules tests/journeys/out
