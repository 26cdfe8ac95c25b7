# The habits of the project. `make demo` and `make test` do all their own set-up in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check format bench accuracy train lock clean

demo: $(VENV)/.stamp-run
	$(BIN)/cordially demo

test: $(VENV)/.stamp-dev
	$(BIN)/python -m pytest

check: $(VENV)/.stamp-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.stamp-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.stamp-dev
	$(BIN)/python -m tests.bench

accuracy: $(VENV)/.stamp-dev
	$(BIN)/python -m tests.accuracy

# The learner's libraries stay out of .venv: nothing else needs them.
train: $(VENV)-train/.stamp
	$(VENV)-train/bin/python -m tests.training

# Exact pins with hashes, no host named; needs uv.
lock:
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --upgrade -q -o requirements.lock
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --upgrade -q -c requirements.lock -o requirements-dev.lock
	uv pip compile pyproject.toml --group train --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --upgrade -q -c requirements-dev.lock -o requirements-train.lock

clean:
	rm -rf $(VENV) $(VENV)-train build dist *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Cordially needs Python 3.11 or newer; $$($(PYTHON) --version) was found. Try: make PYTHON=python3.12 demo"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "The venv module is missing; on Debian: apt install python3-venv"; exit 1; }

$(VENV)/.stamp-run: $(VENV)/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.stamp-dev: $(VENV)/.stamp-run requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)-train/.stamp: requirements-train.lock pyproject.toml
	@$(PYTHON) -m venv $(VENV)-train
	$(VENV)-train/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-train.lock
	$(VENV)-train/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
