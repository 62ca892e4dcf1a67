# make run     installs what is missing, builds, replays a record of fixtures/ with the shipped model: JSON lines on stdout
# make test    the same set-up, then every test
# make help    the other targets

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
.PHONY: help setup build run test lint bench install uninstall clean fixtures fuzz model card

PREFIX ?= /usr/local
DESTDIR ?=
SYSTEMDDIR ?= $(PREFIX)/lib/systemd/system
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
TMPFILESDIR ?= $(PREFIX)/lib/tmpfiles.d
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR ?= $(PREFIX)/share/zsh/site-functions
FISHDIR ?= $(PREFIX)/share/fish/vendor_completions.d
RECORD ?= fixtures/synthetic-ectopy
SPEED ?= max
FILTER ?=
MODEL ?= default
FUZZ ?= header annotations record samples model
SECONDS_EACH ?= 60

# The programs and the tests are built apart: testing needs internal symbols, which the programs do not carry.
# The Swift runtime is linked in, so that an installed program needs no toolchain.
BUILD := swift build -c release --static-swift-stdlib
TEST := swift test -c release --scratch-path .build/testing -Xswiftc -enable-testing --disable-xctest
PROGRAMS := .build/release

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

setup: ## install the Debian packages that are missing (asks nothing)
	@scripts/setup

build: setup ## build beatd and beatlab, optimised
	@$(BUILD) --product beatd >&2
	@$(BUILD) --product beatlab >&2

run: setup ## replay a record of fixtures/ (RECORD=… SPEED=max|1|…) with the shipped model; JSON lines on stdout
	@$(BUILD) --product beatd >&2
	@$(PROGRAMS)/beatd replay $(RECORD) --speed $(SPEED)

test: setup ## build and run every test (FILTER=regex for some)
	@if [ "$${CI:-}" = true ] && [ ! -d "$${BEATD_DATA:-../shared/data}" ]; then \
	    echo "test: no recordings in $${BEATD_DATA:-../shared/data}; set BEATD_DATA to where they are" >&2; exit 1; fi
	@mkdir -p .build
	@$(TEST) $(if $(FILTER),--filter '$(FILTER)') 2>&1 | tee .build/test.log
	@grep -aoE 'Test run with [0-9]+ tests.*' .build/test.log | tail -n 1

lint: setup ## format, warnings (errors in every build), lines per file, documentation
	@scripts/lint

bench: build ## measure beside the peers (Benchmarks/)
	@$(MAKE) --no-print-directory -C Benchmarks

fuzz: ## fuzz the readers of WFDB files, streams and models, a minute each (FUZZ="header record" SECONDS_EACH=60)
	@for parser in $(FUZZ); do scripts/fuzz $$parser $(SECONDS_EACH); done

fixtures: setup ## remake the synthetic records and compare them with those in fixtures/
	@$(BUILD) --product beatlab >&2
	@BEATLAB=$(PROGRAMS)/beatlab fixtures/remake

model: build ## train a shipped model anew (MODEL=default, small or small-single-lead: configs/*.parts), and compare
	@BEATLAB=$(PROGRAMS)/beatlab MODEL=$(MODEL) scripts/model

card: build ## write docs/MODEL_CARD.md from a run over the test sets (a look at DS2: docs/RESULTS.md)
	@$(PROGRAMS)/beatlab card --model models/default.safetensors --output docs/MODEL_CARD.md ds2 svdb-held-out

install: build ## install programs, model and systemd unit under PREFIX (DESTDIR for packaging)
	install -D -s -m 755 $(PROGRAMS)/beatd $(DESTDIR)$(PREFIX)/bin/beatd
	install -D -s -m 755 $(PROGRAMS)/beatlab $(DESTDIR)$(PREFIX)/bin/beatlab
	for program in beatd beatlab; do \
	    install -d $(DESTDIR)$(BASHDIR) $(DESTDIR)$(ZSHDIR) $(DESTDIR)$(FISHDIR); \
	    $(PROGRAMS)/$$program --generate-completion-script bash > $(DESTDIR)$(BASHDIR)/$$program; \
	    $(PROGRAMS)/$$program --generate-completion-script zsh > $(DESTDIR)$(ZSHDIR)/_$$program; \
	    $(PROGRAMS)/$$program --generate-completion-script fish > $(DESTDIR)$(FISHDIR)/$$program.fish; \
	done
	install -d $(DESTDIR)$(PREFIX)/share/beatd
	install -m 644 models/*.safetensors $(DESTDIR)$(PREFIX)/share/beatd/
	install -d $(DESTDIR)$(SYSTEMDDIR) $(DESTDIR)$(SYSUSERSDIR) $(DESTDIR)$(TMPFILESDIR)
	sed 's|@PREFIX@|$(PREFIX)|g' systemd/beatd.service > $(DESTDIR)$(SYSTEMDDIR)/beatd.service
	install -m 644 systemd/beatd.sysusers $(DESTDIR)$(SYSUSERSDIR)/beatd.conf
	install -m 644 systemd/beatd.tmpfiles $(DESTDIR)$(TMPFILESDIR)/beatd.conf

uninstall: ## remove what install put in place
	rm -f $(DESTDIR)$(PREFIX)/bin/beatd $(DESTDIR)$(PREFIX)/bin/beatlab
	rm -f $(foreach program,beatd beatlab,$(DESTDIR)$(BASHDIR)/$(program) $(DESTDIR)$(ZSHDIR)/_$(program) $(DESTDIR)$(FISHDIR)/$(program).fish)
	rm -f $(DESTDIR)$(SYSTEMDDIR)/beatd.service $(DESTDIR)$(SYSUSERSDIR)/beatd.conf $(DESTDIR)$(TMPFILESDIR)/beatd.conf
	rm -rf $(DESTDIR)$(PREFIX)/share/beatd

clean: ## remove everything that was built
	rm -rf .build Benchmarks/.build
