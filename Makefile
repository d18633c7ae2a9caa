# Two commands: `make demo` and `make test`. Each installs what it needs into .venv first.
PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null || echo .venv/bin/uv)
RUN := .venv/bin/

.PHONY: demo test lint bench dev install
.DEFAULT_GOAL := demo

demo: install            ## Simulate a retailer, run everything, export an audience.
	$(RUN)rundblick demo

test: install            ## The checks and the tests.
	$(RUN)ruff check . && $(RUN)ruff format --check . && $(RUN)mypy
	$(RUN)lint-imports
	$(RUN)pytest

lint: install            ## Mend what can be mended, then check.
	$(RUN)ruff check --fix . && $(RUN)ruff format . && $(RUN)mypy && $(RUN)lint-imports

bench: install           ## Speed, memory and accuracy, as ratios against baselines of the same run.
	$(RUN)python -m benchmarks

dev: install             ## Dagster's UI and the pages, on this machine only.
	$(RUN)rundblick dev --workspace .demo

install: .venv/.installed

.venv/.installed: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "make: $(PYTHON) is older than 3.11. Name a newer one: make PYTHON=python3.12"; exit 2; }
	@command -v uv >/dev/null 2>&1 || [ -x .venv/bin/uv ] || \
	  { $(PYTHON) -m venv .venv && .venv/bin/python -m pip install --quiet uv; }
	$(UV) sync --frozen --inexact --compile-bytecode --python $(PYTHON)
	@touch $@
