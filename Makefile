# Everything a developer runs. `make test` is what CI runs; `make check` reads without running.
PY := .venv/bin/python
TEMPLATES = $(shell git ls-files '*.html' | grep -v '^docs/')
TYPED = $(shell git ls-files '*/services.py' '*/services/*.py' '*/selectors.py' '*/selectors/*.py')

.PHONY: install quickstart test test-sqlite test-postgres check bench lock catalogue shots

install: ## the locked environment, for people and for tests
	test -x $(PY) || python3 -m venv .venv
	$(PY) -m pip install --quiet -r requirements-test.lock

quickstart:
	$(PY) manage.py quickstart

test: test-sqlite test-postgres ## the whole suite on SQLite, then on PostgreSQL what the database can change

test-sqlite:
	$(PY) -m pytest -n 2 --dist loadfile

test-postgres: # pages in a browser and whole processes have been seen once
	$(PY) -m tests.servers.postgres $(PY) -m pytest -n 2 --dist loadfile -m "not browser and not servers"

check:
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/djade --target-version 5.2 --check $(TEMPLATES)
	.venv/bin/lint-imports
	$(PY) -m mypy $(TYPED)
	DJANGO_SETTINGS_MODULE=config.settings.test $(PY) manage.py makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=config.settings.test $(PY) manage.py catalogue --check

bench:
	$(PY) -m bench.run

lock: ## after a change of pyproject.toml's dependencies
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links --upgrade -q -o requirements.lock
	uv pip compile pyproject.toml --group test --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links --upgrade -q -o requirements-test.lock

catalogue: ## gather the sentences of the code into locale/en, compile; needs Debian's gettext
	$(PY) manage.py catalogue

shots: ## the README's pictures, from a running quickstart
	$(PY) docs/shots.py
