# The commands to know: setup, demo, test, check, bench. Needs python3.11+, pip, make and git; nothing else.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
UV := .boot/bin/uv
BIN := .venv/bin
# Notebooks run where nothing may be written: their libraries are compiled here, once.
NOTEBOOK_IMPORTS := import ipykernel.kernelapp, matplotlib.pyplot, sklearn.ensemble, sklearn.svm
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
# Environments of runs are rebuilt with it, in the tests too.
export PATH := $(CURDIR)/.boot/bin:$(PATH)

.PHONY: setup demo test check bench lock serve

setup: .venv/.ready

$(UV): Makefile
	@echo "setup: uv, into .boot"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-input --upgrade --target .boot uv==0.13.8
	@touch $(UV)

.venv/.ready: requirements/dev.txt pyproject.toml $(UV)
	@echo "setup: packages, into .venv (about 1.8 GB)"
	@[ -x $(BIN)/python ] || $(UV) venv --quiet --python $(PYTHON) .venv
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -c "$(NOTEBOOK_IMPORTS)"
	@touch $@

demo: setup
	@bash scripts/demo.sh

# A test that fails is tried once more, and the summary names it: a busy machine starves browsers.
test: setup
	@$(BIN)/python -m pytest -n 2 --dist worksteal --reruns 1 -r aR -m "not slow"

check: setup
	@$(BIN)/ruff format --check src tests benchmarks
	@$(BIN)/ruff check src tests benchmarks
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m pytest -q tests/tidy

bench: setup
	@$(BIN)/python benchmarks/run.py
	@$(BIN)/python benchmarks/render.py
	@$(BIN)/python benchmarks/bench_papers.py
	@$(BIN)/python benchmarks/bench_sse.py
	@$(BIN)/python benchmarks/bench_practice.py
	@$(BIN)/python benchmarks/bench_discovery.py

serve: setup
	@$(BIN)/evigate serve

lock: $(UV)
	@$(UV) pip compile pyproject.toml --group dev --universal --python-version 3.11 --quiet --generate-hashes --no-emit-index-url --no-header --no-annotate --output-file requirements/dev.txt
	@$(UV) pip compile pyproject.toml --universal --python-version 3.11 --quiet --generate-hashes --no-emit-index-url --no-header --no-annotate --output-file requirements/base.txt
