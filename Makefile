.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast check fix verify attacks chaos bench ways secrets pins clean
SHELL := /bin/bash
# Dozens of programs are started by the tests: compiled anew each time, they would take longer than what they do.
unexport PYTHONDONTWRITEBYTECODE

help: ## Say what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

setup: ## Install everything into .venv (demo and test do it by themselves)
	@./setup.sh test

demo: ## Run the whole service on this machine with the demo course; Ctrl-C stops it
	@./setup.sh demo
	@exec setpriv --pdeathsig TERM .venv/bin/hazi-server demo

test: ## Run the test suite, some minutes; PYTEST_ARGS="-k journey" chooses, --record-durations remembers the seconds
	@./setup.sh test
	@.venv/bin/python -m pytest $(PYTEST_ARGS)

test-fast: ## Run what needs no Redis, no PostgreSQL, no Chromium and no box: under a minute
	@./setup.sh test
	@.venv/bin/python -m pytest -m fast $(PYTEST_ARGS)

check: ## Lint, formatting, types and spelling
	@./setup.sh test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/codespell
	node_modules/.bin/tsc
	node_modules/.bin/biome check

fix: ## Let the linter and the formatter repair what they can
	@./setup.sh test
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	node_modules/.bin/biome check --write

verify: ## Check every assignment: the reference earns full points, the starter less
	@./setup.sh test
	@.venv/bin/python -m pytest -m slow tests/assignments
	@for toml in assignments/*/assignment.toml; do .venv/bin/python -m grader verify "$$(dirname "$$toml")" || exit 1; done

attacks: ## Try the whole attack pack on this machine in every mode; ATTACKS="--only R3" chooses
	@./setup.sh test
	@.venv/bin/python -m grader attack --mode all $(ATTACKS)
	@test -n "$(ATTACKS)" || .ci/walls > tests/attacks/held.sha256

bench: ## Measure the hand-in and the grading against bare programs; writes bench/results.json
	@./setup.sh test
	.venv/bin/python -m bench

ways: ## Count the modules that are entered on the ways people go most often
	@./setup.sh test
	@.venv/bin/python -m bench.ways $(WAYS)

chaos: ## Kill what can be killed in mid-run, and all else that make test has no time for
	@./setup.sh test
	@.venv/bin/python -m pytest -m slow --ignore tests/assignments
	@.venv/bin/python -m pytest -m "hypothesis and not slow" --hypothesis-profile thorough

secrets: ## Make the passwords and keys that docker-compose.yml reads from ./secrets
	@deploy/make-secrets secrets

pins: ## Renew the digests of base images and the hashes of packages, from the network
	@python3 deploy/renew_pins.py

clean: ## Remove caches and what was installed here; var/ with its data stays
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
