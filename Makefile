# Everything a developer runs. `make test` is what CI runs; `make check` reads without running.
PY := .venv/bin/python
TEMPLATES = $(shell git ls-files '*.html' | grep -v '^docs/')
TYPED = $(shell git ls-files '*/services.py' '*/services/*.py' '*/selectors.py' '*/selectors/*.py')

.PHONY: install quickstart test test-sqlite test-postgres check bench lock catalogue shots
.PHONY: proofs proof-f5 proof-f9 proof-f10 proof-f12 proof-outbox proof-mutants

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

# The figures of reliability in full size: one line of JSON each, with its seed and what its twin did (tests/proofs)
proof-f5 proof-f9 proof-f10 proof-f12 proof-outbox proof-mutants:
	@$(PY) -m tests.proofs $(PROOF_OF_$@)

PROOF_OF_proof-f5 = malformed
PROOF_OF_proof-f9 = injection
PROOF_OF_proof-f10 = sheets
PROOF_OF_proof-f12 = foreign
PROOF_OF_proof-outbox = outbox
PROOF_OF_proof-mutants = mutants

proofs: proof-f5 proof-f9 proof-f10 proof-f12 proof-outbox proof-mutants ## an hour and a half on two cores

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
