# Needs Linux, make, Python 3.11 or newer and its venv module. All else comes from the Python
# index, pinned and hashed, into .venv and .uv-boot; nothing outside this folder is changed.

PYTHON ?= python3
PORT ?= 8000

UV_VERSION := 0.13.9
UV := $(shell uv --version 2>/dev/null | grep -q '^uv $(UV_VERSION)\b' && command -v uv || echo .uv-boot/bin/uv)
SYNC := $(UV) pip sync --quiet --python .venv/bin/python --no-build --require-hashes
COMPILE := $(UV) pip compile --quiet --python-version 3.11 --universal --generate-hashes \
	--custom-compile-command 'make requirements'
RUN := .venv/bin/python

.PHONY: help demo test check core bench requirements check-kobo

help:
	@echo "make demo           run the system on an invented country; ONCE=1: end by itself, PORT=$(PORT)"
	@echo "make test           all checks and all tests; PYTEST='-k name': the checks and some tests"
	@echo "make check          what can be checked without running a test"
	@echo "make core           the tests of the pure core: no service, about a second"
	@echo "make bench          what is fast, measured; ONLY=topic: one topic"
	@echo "make check-kobo     what a real KoBo server does differently; URL=https://… TOKEN_FILE=name.token"
	@echo "make requirements   pin again, after a change of pyproject.toml"

demo: export PORT := $(PORT)
demo: .venv/.embedded
	@$(RUN) -m demo $(if $(ONCE),--once)

test: check
	$(RUN) tests/loopback.py $(RUN) -m pytest $(or $(PYTEST),--cov --cov-report=)
ifndef PYTEST
	$(RUN) -m coverage report --include='*/core/*,*/actions/*,*/actions.py' --fail-under=100
endif

check: .venv/.dev
	.venv/bin/ruff format --check
	.venv/bin/ruff check
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(RUN) -m tests.manage makemigrations --check --dry-run
	$(RUN) -m tests.manage check --deploy --fail-level WARNING

core: .venv/.dev
	@PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 $(RUN) -m pytest tests/core -q -m 'not slow' --hypothesis-profile=quick \
		--confcutdir=tests/core -W ignore::pytest.PytestConfigWarning -p pytest_socket \
		-p _hypothesis_pytestplugin -p pytest_randomly -o addopts='--strict-markers --disable-socket'

bench: .venv/.dev
	@$(RUN) -m bench $(ONLY)

check-kobo: .venv/.embedded
	@$(RUN) -m demo.check_kobo --url '$(URL)' --token-file '$(TOKEN_FILE)' \
		$(if $(ALLOW_PRIVATE),--allow-private) $(CHECK_KOBO)

requirements: | $(UV)
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) --group embedded -c requirements.txt -o requirements-embedded.txt
	$(COMPILE) --group dev -c requirements.txt -c requirements-embedded.txt -o requirements-dev.txt


# What follows makes .venv. A warm run finds the marks newer than the requirements and fetches
# nothing. The second mark stands on the first: syncing the first takes away what it lacks.

fail = { echo "$(strip $(1))" >&2; exit 1; }
NO_PYTHON = $(PYTHON) is not Python 3.11 or newer: name one, for example make demo PYTHON=python3.12
NO_VENV = $(PYTHON) has no venv module: install it with apt-get install python3-venv
NO_GLIBC = This system is too old for the packages (glibc 2.34): use Debian 12, Ubuntu 22.04 or newer
NO_UV = uv $(UV_VERSION) could not be fetched from the Python index, is there a network? See .uv-boot/log
NO_PACKAGES = The packages could not be fetched from the Python index, is there a network?

.venv/.embedded: requirements.txt requirements-embedded.txt | $(UV)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || $(call fail, $(NO_PYTHON))
	@getconf GNU_LIBC_VERSION 2>/dev/null | awk '{ split($$2, v, "."); exit v[1] == 2 && v[2] < 34 }' \
		|| $(call fail, $(NO_GLIBC))
	@$(RUN) -c '' 2>/dev/null || $(UV) venv --quiet --clear --python $(PYTHON) .venv
	@echo "Fetching what the demo needs ..."
	@$(SYNC) $^ || $(call fail, $(NO_PACKAGES))
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.embedded | $(UV)
	@echo "Fetching what the tests need ..."
	@$(SYNC) requirements.txt requirements-embedded.txt requirements-dev.txt || $(call fail, $(NO_PACKAGES))
	@touch $@

.uv-boot/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || $(call fail, $(NO_PYTHON))
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || $(call fail, $(NO_VENV))
	@echo "Fetching uv $(UV_VERSION) ..."
	@$(PYTHON) -m venv .uv-boot && .uv-boot/bin/python -m pip install uv==$(UV_VERSION) >.uv-boot/log 2>&1 \
		|| $(call fail, $(NO_UV))
