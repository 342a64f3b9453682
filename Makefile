# `make run` and `make test` need only Python 3.11 or newer, make and git.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test coverage check docs benchmark soak dev lock clean help

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

run: .venv/.ready ## read the sample reports, compare, publish warehouse/duixian.duckdb
	$(BIN)/duixian run

test: .venv/.ready ## the whole suite
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

coverage: .venv/.ready ## the whole suite with the lines that it runs, which takes twice the time
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder --cov --cov-report=term

check: .venv/.ready ## style, types, security rules, known vulnerabilities of what is locked
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m tests.audit

docs: .venv/.ready ## the documentation as pages, in docs-site/index.html
	$(BIN)/mkdocs build -q --strict

dev: .venv/.ready ## Dagster's UI on this machine, with its history in .dagster/
	mkdir -p .dagster && cp dagster.yaml .dagster/
	DAGSTER_HOME=$(CURDIR)/.dagster $(BIN)/dagster dev -h 127.0.0.1 -w workspace.yaml

benchmark: .venv/.ready ## what reading costs beside one warm jieba.lcut: REPORTS=folder, COUNTS="100 1000"
	$(BIN)/python -m tests.benchmark $(REPORTS) --reports $(COUNTS)

soak: .venv/.ready ## runs killed at fifty moments, watched, on full disks, two at once: a table of what came; properties at length
	$(BIN)/python -m tests.faults
	$(BIN)/python -m pytest -n auto --hypothesis-profile=thorough tests/pipelines

lock: .venv/.ready ## renew requirements.lock from pyproject.toml
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --group dev --all-extras \
	  pyproject.toml -o requirements.lock

# uv is pinned with its hashes too and installs ten times as fast; where it cannot reach packages, pip does
.venv/.ready: requirements.lock requirements-uv.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --require-hashes -r requirements-uv.lock
	$(BIN)/uv pip sync -q --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock \
	  || $(BIN)/python -m pip install -q --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation --no-index -e .
	touch $@

clean: ## remove the environment and what was published here
	rm -rf .venv .dagster warehouse/builds warehouse/inspect warehouse/partitions warehouse/.locks warehouse/site warehouse/duixian.duckdb docs-site
