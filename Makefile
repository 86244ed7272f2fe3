# Reception Rota. `make run` and `make test` are all most people need; `make help` lists the rest.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT

.DEFAULT_GOAL := help
.PHONY: help setup run demo test e2e lint format bench i18n clean

help: ## Show what there is
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 12

setup: $(VENV)/.installed .env compiled ## Virtual environment, secrets, message catalogues

$(VENV)/.installed: requirements.lock pyproject.toml
	@echo "Setting up the virtual environment (about 1 minute the first time) …"
	@bash tools/make_venv.sh $(PYTHON) $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.env: | $(VENV)/.installed
	@$(BIN)/python -m tools.secrets_file

.PHONY: compiled
compiled: | $(VENV)/.installed
	@$(BIN)/python -m tools.catalogues compile

run: setup ## Set up, load the demo county when empty, serve http://127.0.0.1:8000
	@exec $(BIN)/python -m tools.run

demo: setup ## Load the demo county into an empty database and publish its rosters
	@$(BIN)/flask db upgrade && $(BIN)/flask demo load

test: setup ## Every test on SQLite, then those that touch the database on a throw-away PostgreSQL
	@bash tools/test_prerequisites.sh
	@echo "On SQLite:"
	@$(BIN)/pytest -n auto $(ARGS)
	@echo "On PostgreSQL:"
	@bash tools/with_postgresql.sh $(BIN)/pytest -n auto tests/integration tests/whole_app tests/chaos $(ARGS)

e2e: setup ## Only the tests in a real browser
	@bash tools/test_prerequisites.sh
	@$(BIN)/pytest -m e2e $(ARGS)

lint: setup ## ruff, mypy --strict, djlint, import-linter, catalogues
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/djlint app --check && $(BIN)/djlint app --lint
	@$(BIN)/lint-imports
	@$(BIN)/python -m tools.catalogues check

format: setup ## Format everything
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format . ; $(BIN)/djlint app --reformat --quiet || true

i18n: setup ## Bring the message catalogues in line with the code
	@$(BIN)/python -m tools.catalogues update && $(BIN)/python -m tools.catalogues check

bench: setup ## Measured figures with machine, peer and ratio
	@$(BIN)/python -m benchmarks.roster --time-limit 20 --baseline-limit 20
	@for name in county pages start candidates bookings bulletin feeds screens; do $(BIN)/python -m benchmarks.$$name || exit 1; done
	@bash tools/with_postgresql.sh $(BIN)/python -m benchmarks.notices

clean: ## Remove the virtual environment and caches (never the data in var/)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
