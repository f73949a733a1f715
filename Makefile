PYTHON ?= python3
UV ?= uv
# Tests wait for servers, browsers and signers for as long as they compute.
JOBS ?= 4
VENV = .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check
LOCK = $(UV) pip compile pyproject.toml --group build --universal --python-version 3.11 \
	--generate-hashes --no-annotate --no-header --no-emit-index-url --quiet

# Where the environment forbids to write bytecode, every server that a test starts would compile the program again.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help test lint format bench demo serve lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

test: lint ## check everything and run the tests, JOBS at a time; PYTEST_ARGS="-k seal" is passed on
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

lint: $(VENV)/.test ## check style, types and layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.test ## mend what ruff can mend
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/.test ## measure beside yardsticks into build/bench.json; BENCH_ARGS="--quick" is passed on
	$(BIN)/python -m tests.benchmarks $(BENCH_ARGS)

demo: $(VENV)/.runtime ## show the ledger at work
	$(BIN)/ledger demo $(DEMO_ARGS)

serve: $(VENV)/.runtime ## start the server; SERVE_ARGS="--port 8001" is passed on
	$(BIN)/ledger serve $(SERVE_ARGS)

lock: ## pin again after a change of pyproject.toml (needs uv); LOCK_ARGS=--upgrade moves the pins
	$(LOCK) $(LOCK_ARGS) --output-file requirements.lock
	$(LOCK) $(LOCK_ARGS) --extra test --constraints requirements.lock --output-file requirements-test.lock

clean: ## remove the virtual environment, caches and builds
	rm -rf $(VENV) .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	find ledger api tests -type d -name __pycache__ -prune -exec rm -rf {} +

# A changed pin starts from an empty environment, so that nothing no longer asked for stays in it.
$(VENV)/.created: requirements.lock requirements-test.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.runtime: $(VENV)/.created pyproject.toml
	$(PIP) install --quiet --require-hashes -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: $(VENV)/.runtime
	$(PIP) install --quiet --require-hashes -r requirements-test.lock
	@touch $@
