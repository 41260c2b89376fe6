# The two commands that matter: make demo, make test.
SHELL := /bin/bash
# The first Python that is new enough; a name on the path may be a shim that leads nowhere.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for one in python3 python3.14 python3.13 python3.12 python3.11; do $$one -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$one && break; done)
BIN := .venv/bin

.PHONY: install demo test bench lint lock clean

install: .venv/installed

# The lock names every package: pip need resolve nothing, and is not led astray by a newer release.
.venv/installed: requirements-dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Context Sidecar needs Python 3.11 or newer; set PYTHON=/path/to/it."; exit 1; }
	@test -x $(BIN)/python || { echo "Making the virtual environment in .venv …"; $(PYTHON) -m venv .venv; }
	@echo "Installing pinned packages (about a minute the first time) …"
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: install
	@$(BIN)/sidecar demo

# Tests wait for browsers and servers more than they compute, so two cores have work for three. All
# workers must find the tests in one order, which a fixed hash seed gives. Compiled files are kept,
# whatever the environment says: many tests start processes of their own.
WORKERS ?= 3
test: install
	@tests/setup
	@PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile

lint: install
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

# BENCH="hot cold --runs 1 --json" says what, how often, and in which form.
bench: install
	@cd tests && ../$(BIN)/python -m bench $(BENCH)

lock: install
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml --all-extras --output-file requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml --group dev --constraint requirements.txt --output-file requirements-dev.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header tests/support/warehouses/requirements.in --constraint requirements.txt --output-file tests/support/warehouses/requirements.txt

clean:
	rm -rf .venv .artifacts .data
