# Ordrett. `make demo` and `make test` install what is missing and do the rest.
SHELL := /bin/bash
BIN := .build/release/ordrett
SOURCES := Package.swift $(shell find Sources Pipelines -type f 2>/dev/null)
DEMO := demo

# Exit code 3: all is done but what waits for a signature.
DEMO_RUN = $(BIN) run $(1) || [ $$? -eq 3 ]

.PHONY: demo test build accuracy kill shards slurm bench clean help completions

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

demo: $(BIN) ## install, build, run the whole pipeline on SampleAudio, sign, and share (results in demo/)
	@$(call DEMO_RUN,Pipelines/intervju.yaml SampleAudio --out $(DEMO))
	@$(call DEMO_RUN,Pipelines/fokusgruppe.yaml SampleAudio/fokusgruppe.flac --out $(DEMO)/fokusgruppe)
	@# In a study a person reads first; here the truth is known, and Scripts/check-demo.py looks for it.
	@$(BIN) audit sign --all --by "make demo" --study $(DEMO)
	@$(BIN) audit sign --all --by "make demo" --study $(DEMO)/fokusgruppe
	@$(BIN) run Pipelines/intervju.yaml SampleAudio --out $(DEMO)
	@$(BIN) run Pipelines/fokusgruppe.yaml SampleAudio/fokusgruppe.flac --out $(DEMO)/fokusgruppe
	@echo "Share from $(DEMO)/deling; keep $(DEMO)/fortrolig to yourself."

build: $(BIN) ## release build

$(BIN): $(SOURCES) | .build/packages-installed
	swift build -c release --product ordrett
	@touch $(BIN)

.build/packages-installed: Scripts/install-packages.sh
	@Scripts/install-packages.sh build
	@mkdir -p .build && touch $@

test: ## install what tests need, and run them
	@Scripts/install-packages.sh test
	swift test

accuracy: $(BIN) ## measure on ../shared/data, where it is
	@Scripts/accuracy/run.sh $(BIN)

kill: $(BIN) ## kill a batch at random moments and fill a small disk (KILLS=200)
	@Scripts/check-kill.py $(BIN) --kills $(or $(KILLS),20) --fills $(or $(FILLS),5)

shards: $(BIN) ## divide a batch into shares and gather them
	@Scripts/check-shards.py $(BIN)

slurm: $(BIN) ## the same on a Slurm of its own, with a node killed midway (as root)
	@Tests/Slurm/check-slurm.py $(BIN)

bench: ## time the hot paths
	cd Benchmarks && swift run -c release ordrett-bench

completions: $(BIN) ## shell completions into completions/
	@mkdir -p completions
	@for shell in bash zsh fish; do $(BIN) --generate-completion-script $$shell > completions/ordrett.$$shell; done

clean: ## remove what was built and the demo's results
	rm -rf .build $(DEMO)
