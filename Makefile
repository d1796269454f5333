# The commands of PVENet. `make` alone prints them.

PYTHON = $(shell for python in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV_PYTHON = .venv/bin/python
# Starts what DATABASE_URL and REDIS_URL do not name, runs a management command, and stops again.
MANAGE = $(VENV_PYTHON) manage.py

# Settings of a production server, for the checks that look at them and connect to nothing.
IN_PRODUCTION = env DEBUG=false SECRET_KEY=checked-and-never-used-4d1f9c07b35e8a62-4d1f9c07b35e8a62-KEY \
	DATABASE_URL=postgres://pvenet@localhost/pvenet REDIS_URL=redis://localhost \
	SITE_URL=https://pvenet.example ALLOWED_HOSTS=pvenet.example BEHIND_PROXY=true

.DEFAULT_GOAL := help
.PHONY: help run test check fmt seed openapi messages bench audit install python
.PHONY: style layers types templates settings migrations words api

help: ## Print this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: python ## Start the portal: make run PORT=8080
	@exec $(PYTHON) -m core.launcher run

test: install ## Run all tests: make test ARGS="workshops -x"
	@exec $(VENV_PYTHON) -m pytest $(ARGS)

check: style layers types templates settings migrations words api ## Check all of this (one by one: make -k check)
	@echo "All checks pass."

style: install
	@$(VENV_PYTHON) -m ruff check --quiet .
	@$(VENV_PYTHON) -m ruff format --check --quiet . || { echo "Some files are not in the house format: run make fmt." >&2; exit 1; }

layers: install
	@.venv/bin/lint-imports --no-logo >var/lint-imports.log || { cat var/lint-imports.log >&2; exit 1; }

types: install
	@$(IN_PRODUCTION) .venv/bin/mypy

templates: install
	@$(VENV_PYTHON) -m djlint --lint --quiet templates

settings: install
	@$(IN_PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING

migrations: install
	@$(MANAGE) makemigrations --check --dry-run

words: install
	@$(MANAGE) check_messages

api: install
	@$(IN_PRODUCTION) $(MANAGE) spectacular --file var/openapi.yaml --validate --fail-on-warn
	@diff -u docs/openapi.yaml var/openapi.yaml || { echo "docs/openapi.yaml is not what the code says: run make openapi." >&2; exit 1; }

fmt: install ## Put the code into the house format
	@$(VENV_PYTHON) -m ruff check --fix --quiet .
	@$(VENV_PYTHON) -m ruff format .

seed: install ## Load the demo programme again, the same data each time
	@$(MANAGE) prepare
	@$(MANAGE) load_demo

openapi: install ## Write docs/openapi.yaml, the snapshot that tests compare the API with
	@$(MANAGE) spectacular --file docs/openapi.yaml --validate --fail-on-warn

messages: install ## Collect the words to translate into locale/ur
	@mkdir -p locale
	@$(MANAGE) makemessages --locale ur --extension html,txt,py --no-wrap --add-location file --ignore var --ignore bench
	@$(MANAGE) prepare --only-messages

bench: install ## Measure pages, the API and the reports; writes bench/results.json
	@exec $(VENV_PYTHON) bench/run.py $(ARGS)

audit: install ## Ask the vulnerability database about the pinned packages; needs the network
	@exec $(VENV_PYTHON) -m pip_audit --requirement constraints.txt --no-deps --disable-pip

install: python
	@$(PYTHON) -m core.installer dev

python:
	@test -n "$(PYTHON)" || { \
		found=$$(python3 --version 2>/dev/null || echo "no Python 3"); \
		echo "PVENet needs Python 3.11 or newer, and this computer has $$found: install a newer python3." >&2; exit 1; }
