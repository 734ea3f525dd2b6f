# Everything a person or a build machine types. `make help` lists it.
# The targets call modules with the environment's Python, never its scripts: those hold absolute
# paths, and this folder may move or have a space in its name.

VENV := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run install test lint format check evaluate train requirements manage clean install-dev

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

run: install ## Start everything and serve until Ctrl-C (PORT=, DATA_DIR=, WORKERS=, DATABASE_URL=, REDIS_URL=)
	@exec $(VENV) -m deploy.run

install: ## Make .venv with what the service needs
	@sh deploy/python.sh deploy/install.py run

install-dev:
	@sh deploy/python.sh deploy/install.py dev

test: install-dev ## Run all tests against throw-away servers (ARGS= goes to pytest)
	@$(VENV) -m pytest -n 2 --dist worksteal $(ARGS)

lint: install-dev ## Check style, types, imports, migrations
	@$(VENV) -m ruff check .
	@$(VENV) -m ruff format --check .
	@DATABASE_URL=postgresql:///unused REDIS_URL=redis://unused $(VENV) -m mypy . # reads the settings
	@$(VENV) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"
	@$(VENV) -m common.embedded $(VENV) manage.py makemigrations --check --dry-run
	@.venv/bin/hadolint Dockerfile

format: install-dev ## Put the code into the common style
	@$(VENV) -m ruff check --fix .
	@$(VENV) -m ruff format .

evaluate: install-dev ## Read the documents of CORPUS= and compare with their answers (BASELINE=report.json, ARGS=)
	@$(VENV) -m evaluation $(if $(BASELINE),--baseline "$(BASELINE)") $(ARGS) "$(or $(CORPUS),samples)"

TRAINING := var/training/generated

train: install-dev ## Learn the ranker and the confidences from generated documents (and those of CORPUS=, ARGS=)
	@[ -f $(TRAINING)/INDEX.json ] || $(VENV) -m training.generate $(TRAINING) --count 1600 --seed 7 --scan-share 0.03
	@$(VENV) -m training.train --generated $(TRAINING) $(if $(CORPUS),--corpus "$(CORPUS)") $(ARGS)

check: lint test ## What must pass before a change is merged

manage: install ## Run a management command beside `make run` (ARGS="reprocess --dry-run")
	@$(VENV) manage.py $(ARGS)

# Pins for every platform and Python; dev comes first, so that all files agree with it.
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make requirements" $(VENV) -m uv pip compile --quiet --universal \
	--python-version 3.11 --fork-strategy fewest --generate-hashes --no-emit-index-url

requirements: install-dev ## Compile requirements/*.in into pinned *.txt (ARGS=--upgrade renews the pins)
	@$(COMPILE) $(ARGS) requirements/dev.in -o requirements/dev.txt
	@$(COMPILE) $(ARGS) -c requirements/dev.txt requirements/run.in -o requirements/run.txt
	@$(COMPILE) $(ARGS) -c requirements/dev.txt requirements/base.in -o requirements/base.txt

clean: ## Remove the environment and caches (the data in var/ stays)
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis staticfiles
	@find . -name __pycache__ -prune -exec rm -rf {} +
