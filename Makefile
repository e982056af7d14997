# The front door: each target is a thin call. What needs more than a line lives in scripts/ or xtask/.
# `make demo` and `make test` are all a fresh machine needs: Rust, a C compiler, Node 20 and Python 3.

SHELL := /bin/bash
LISTEN ?= 127.0.0.1:8080
# Where cargo puts its builds, also when the environment says so.
TARGET := $(or $(CARGO_TARGET_DIR),target)
BROWSER_BUILD := $(abspath $(TARGET)/debug/shouwen)
UNIT := $(if $(shell command -v cargo-nextest),nextest run,test)
NPM_CI := npm ci --no-audit --no-fund --loglevel=error

.NOTPARALLEL:
.PHONY: help demo test lint unit doc e2e pictures bench bench-million props fuzz soak

help: ## what can be made
	@sed -nE 's/^([a-z0-9-]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST)

demo: tools web/node_modules/.package-lock.json ## builds, composes the demo city, serves it on LISTEN
	cargo build --locked --profile demo -p shouwen
	exec $(TARGET)/demo/shouwen demo --listen $(LISTEN)

test: tools lint unit doc e2e ## everything: format, lints, unit, property, store, HTTP and browser tests
	@echo 'make test: all passed'

lint: web/node_modules/.package-lock.json ## format, clippy, rules of the house, types of the browser code
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	cargo xtask check
	npm run --silent --prefix web check

unit: web/node_modules/.package-lock.json ## every test but the browser's, on SQLite and on a private PostgreSQL, with a real mail server
	@scripts/need.sh postgresql exim openssl libfaketime
	cargo $(UNIT) --locked --workspace

doc: web/node_modules/.package-lock.json ## the documentation of the code, warnings are errors
	RUSTDOCFLAGS='-D warnings' cargo doc --locked --workspace --no-deps

e2e: web/node_modules/.package-lock.json e2e/node_modules/.package-lock.json ## the browser tests
	@scripts/need.sh chromium cjk-font
	cargo build --locked -p shouwen
	SHOUWEN_BIN=$(BROWSER_BUILD) npm run --silent --prefix e2e test

pictures: web/node_modules/.package-lock.json e2e/node_modules/.package-lock.json ## the README's pictures, of the real pages
	@scripts/need.sh chromium cjk-font
	cargo build --locked -p shouwen
	SHOUWEN_BIN=$(BROWSER_BUILD) npm run --silent --prefix e2e pictures

bench: web/node_modules/.package-lock.json ## the figures to reach, each beside its reference
	@scripts/need.sh postgresql postgis
	cargo bench --locked --workspace --benches --no-fail-fast

bench-million: web/node_modules/.package-lock.json ## a branch of a million complaints on both engines: an hour, 60 GB
	@scripts/need.sh postgresql
	cargo bench --locked -p shouwen --bench product -- million

props: ## the property tests, a hundred times as long
	PROPTEST_CASES=$(or $(CASES),25600) cargo test --locked -p domain -p ran -p store -p app

fuzz: ## every parser reachable from outside, FUZZ_SECONDS (60) each; needs cargo-fuzz and a nightly toolchain
	@scripts/need.sh cargo cc nightly cargo-fuzz
	scripts/fuzz.sh $(TARGETS)

soak: ## WALKS random walks (200,000 unless told), the clocks minute by minute, kill -9 ROUNDS times on each engine (50)
	@scripts/need.sh postgresql
	SHOUWEN_WALKS=$(or $(WALKS),200000) cargo test --locked -p domain --test walks -- --nocapture
	SHOUWEN_EVERY_MINUTE=1 cargo test --locked --release -p domain --test clock_suite
	SHOUWEN_KILL_ROUNDS=$(or $(ROUNDS),50) cargo test --locked -p shouwen --test kill -- --nocapture

crash: ## nodes, databases, disks, lines and clocks struck under load, ROUNDS times on each engine (100); SHOUWEN_CRASH_SEED repeats a run
	@scripts/need.sh postgresql libfaketime
	SHOUWEN_CRASH_ROUNDS=$(or $(ROUNDS),100) cargo test --locked -p shouwen --test crash -- --nocapture --test-threads 1

.PHONY: crash tools
tools:
	@scripts/need.sh cargo cc node npm

%/node_modules/.package-lock.json: %/package-lock.json %/package.json
	cd $* && $(NPM_CI)
	@touch $@
