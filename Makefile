# Everything is done by `make`; .venv is made and kept current on the way.
# PORT=9000 make run   moves it;   PYTEST_ADDOPTS="-k board" make test   passes options on.

PYTHON ?= python3
BOOTSTRAP = $(PYTHON) bin/bootstrap.py
PORT ?= 8000
export PORT

.DEFAULT_GOAL := help
.PHONY: help run test check lock assets messages gallery bench

help: ## list the targets
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## */  make \1\t/' | expand -t 18

run: ## start the whole product, with demo data the first time (PORT=8000)
	@$(BOOTSTRAP) python -m trm.serving

test: ## run all tests (installs what they need)
	@$(BOOTSTRAP) --dev --browser python -m pytest -n logical --dist loadgroup

check: ## linters, types, import contracts, templates, migrations, OpenAPI, assets
	@$(BOOTSTRAP) --dev python bin/check.py

lock: ## pin requirements*.in into requirements*.txt, with hashes
	@$(BOOTSTRAP) --dev sh bin/lock.sh

assets: ## build CSS and JavaScript into static/dist (needs node)
	@npm ci --no-fund --no-audit
	@npm run build

messages: ## gather translatable strings, and compile the catalogues
	@$(BOOTSTRAP) --dev python bin/messages.py

gallery: ## every page in both themes, languages and widths, into var/gallery
	@$(BOOTSTRAP) --dev --browser python -m tests.gallery

bench: ## measure, each figure against a reference of the same run
	@$(BOOTSTRAP) --dev python -m bench
