# Everything a person or CI does here. A machine needs Python 3.11 or newer with pip, git and make; the rest is fetched.
.DEFAULT_GOAL := help
ARGS ?=
BIN := .venv/bin
UV := $(shell command -v uv || echo .uv/bin/uv)
UV_VERSION := 0.13.9
PROJECTS := $(wildcard pyproject.toml */pyproject.toml */*/pyproject.toml)

.PHONY: help
help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: up
up: .venv/synced ## Run the whole platform here; Ctrl-C stops it (ARGS=--detach leaves it running)
	@$(BIN)/onedoor up $(ARGS)

.PHONY: demo
demo: .venv/synced ## Play one story through all five services of the platform that runs here
	@$(BIN)/onedoor demo

.PHONY: down
down: .venv/synced ## Stop a platform left running
	@$(BIN)/onedoor down

.PHONY: test
test: .venv/synced ## Run the tests on real servers, files side by side (ARGS are pytest's; `-n 0`: one after the other)
	$(BIN)/pytest --numprocesses=auto --dist=loadfile $(ARGS)

.PHONY: lint
lint: .venv/synced ## Check style and layout
	$(BIN)/ruff check
	$(BIN)/ruff format --check

.PHONY: types
types: .venv/synced ## Check types, strictly
	$(BIN)/mypy libs/common/src deploy/src $(wildcard services/*/src)

.PHONY: imports
imports: .venv/synced ## Check that no room imports what it must not
	$(BIN)/lint-imports

.PHONY: check
check: lint types imports ## lint, types and imports: what to run before a commit

.PHONY: contracts
contracts: .venv/synced ## Write the published contracts anew from the code
	$(BIN)/python -m onedoor.contracts
	$(BIN)/python deploy/container/nats_conf.py

.PHONY: fuzz
fuzz: .venv/synced ## Send nonsense to every route of every service
	$(BIN)/pytest --numprocesses=auto --dist=load tests/fuzz $(ARGS)

.PHONY: bench
bench: .venv/synced ## Measure, print a table and write .onedoor/bench.json
	PYTHONPATH=services/customer-account/training $(BIN)/python tests/bench/run.py $(ARGS)

.PHONY: sync
sync: .venv/synced ## Install what uv.lock says into .venv

.venv/synced: uv.lock $(PROJECTS) | $(UV)
	$(UV) sync --frozen --all-packages --all-extras
	@touch $@

# uv in a folder of its own: a Python managed by the system refuses plain pip, and one without ensurepip makes no venv.
.uv/bin/uv:
	@rm -rf .uv
	@(python3 -m venv .uv && .uv/bin/python -m pip install --quiet uv==$(UV_VERSION)) >/dev/null 2>&1 \
		|| (rm -rf .uv && python3 -m pip install --quiet --target .uv uv==$(UV_VERSION))
	@test -x $@
