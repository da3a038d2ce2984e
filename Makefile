# Two commands do everything on a machine with Python 3.11 and pip: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
PEERS := .venv-peers
BIN := $(VENV)/bin
JOBS ?= auto
PATIENTS ?= 100000
DEMO ?= demo

.DEFAULT_GOAL := help
.PHONY: help setup peers demo test test-slow check format bench docs requirements clean

help: ## what can be asked of this file
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | sort | expand -t 16

$(BIN)/uv:
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Chevet needs Python 3.11 or later: make PYTHON=python3.11 ..."'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-uv.txt

$(VENV)/.ready: requirements.txt requirements-uv.txt pyproject.toml | $(BIN)/uv
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps --editable .
	@touch $@

setup: $(VENV)/.ready ## the environment in .venv, from pinned and hashed packages

# Programs that need an older numpy, each asked in a process of its own: anonymeter (attacks), pycanon (a second opinion).
$(PEERS)/.ready: requirements-peers.txt | $(BIN)/uv
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(PEERS)
	$(BIN)/uv pip sync --quiet --python $(PEERS)/bin/python --require-hashes requirements-peers.txt
	@touch $@

peers: $(PEERS)/.ready ## the second environment, in .venv-peers: anonymeter and pycanon

demo: setup ## a made-up cohort of 100,000 patients: questions, a patient's page, a consultation, targets, a release
	$(BIN)/chevet demo --out $(DEMO) --patients $(PATIENTS)

test: setup peers check ## every check and every test, in parallel and in random order
	$(BIN)/python -m pytest -n $(JOBS) -m "not slow" -q

test-slow: setup ## the tests that need minutes, or a Spark cluster of their own
	$(BIN)/python -m pytest -m slow -q

check: setup ## style, types and floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: setup ## rewrite the code in the house's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## every quick claim of the README, measured on this machine
	$(BIN)/python -m benchmarks

docs: setup ## the manual, in site/
	$(BIN)/python -m tools.generate_docs
	$(BIN)/mkdocs build --strict --quiet

requirements: $(BIN)/uv ## compile requirements.txt anew from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --quiet --upgrade --python-version 3.11 --extra spark --extra room \
		--group test --group check --group docs --group build \
		--generate-hashes --no-emit-index-url --no-header --output-file requirements.txt
	printf 'anonymeter\npycanon\n' | $(BIN)/uv pip compile - --quiet --upgrade --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --output-file requirements-peers.txt
	echo uv | $(BIN)/uv pip compile - --quiet --upgrade --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --output-file requirements-uv.txt

clean: ## forget the environment, the demo and the built manual
	rm -rf $(VENV) $(PEERS) $(DEMO) site build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
