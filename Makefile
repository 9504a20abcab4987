# SPDX-License-Identifier: AGPL-3.0-or-later
# Two commands are all a fresh machine needs: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
INSTALL := $(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: help setup setup-test demo test lint messages bench

help: ## What can be done here
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(VENV)/.installed ## The virtual environment, from the lock file

setup-test: $(VENV)/.installed-test

demo: setup ## Fill instance/ with the fictional programme and serve it on http://127.0.0.1:8000
	@$(RUN)/casework demo --unless-filled
	@$(RUN)/casework serve

test: setup-test ## The whole suite; says loudly what it had to leave out
	@scripts/prepare-tests
	@$(RUN)/python -m pytest -q -n 4 --dist load

lint: setup-test ## Style, types and messages
	@$(RUN)/ruff check .
	@$(RUN)/ruff format --check .
	@$(RUN)/mypy
	@$(RUN)/python scripts/messages.py missing

messages: setup-test ## Bring new messages into the catalogues
	@$(RUN)/python scripts/messages.py update

bench: setup-test ## The measured ratios
	@$(RUN)/casework bench

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Casework needs Python 3.11 or newer." if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@$(INSTALL) -r requirements.lock
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-test: requirements-test.lock $(VENV)/.installed
	@$(INSTALL) -r requirements-test.lock
	@touch $@
