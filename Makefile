# make demo    generate the NFS example into a new folder and check it
# make test    everything that has to hold: lint, types, contracts, tests
# Both set up a private environment in .venv; nothing outside this folder is touched, except that
# a missing nix is installed on a Debian-like system when you are root.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo test lint examples bench clean

help:
	@sed -n 's/^# make/make/p' Makefile

.venv/.ready: pyproject.toml .ci/setup
	@.ci/setup "$(PYTHON)"
	@touch $@

demo: .venv/.ready
	@.ci/setup nix
	@target="$$(mktemp -d)/nfs-demo" && PATH="$(CURDIR)/$(BIN):$$PATH" \
	  nxc-scaffold new "$$target" --stack nfs --defaults

test: .venv/.ready lint
	@.ci/setup nix
	$(BIN)/pytest --numprocesses auto

lint: .venv/.ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# make examples  write generated_examples/, the README's tables and the man page anew
examples: .venv/.ready
	$(BIN)/python tests/tools/examples.py
	$(BIN)/python tests/tools/reference.py
	$(BIN)/python tests/tools/screens.py
	$(BIN)/nxc-scaffold man > man/nxc-scaffold.1

# make bench   compare start-up and `new` with cookiecutter and copier
bench: .venv/.ready
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[bench]'
	$(BIN)/python tests/tools/bench.py

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
