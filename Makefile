# make run · make test · make soak · make bench. Needs Python 3.11 or newer, make and git; nothing else.
PYTHON ?= python3
UV_VERSION := 0.13.8
BIN := .venv/bin

.PHONY: run setup test lint soak bench translations browser clean

run: setup
	@$(BIN)/kiosk demo
	@$(BIN)/kiosk serve

setup: .venv/ready
	@$(BIN)/python tools/catalogues.py compile

.venv/ready: uv.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	@$(BIN)/uv sync --frozen --quiet --inexact
	@touch $@

translations: .venv/ready
	@$(BIN)/python tools/catalogues.py update
	@$(BIN)/python tools/catalogues.py compile

test: setup browser
	@$(BIN)/python tools/checks.py

soak: setup browser
	@$(BIN)/pytest -q -m soak -n 2 --durations=0

bench: setup
	@$(BIN)/python tools/bench.py

browser: .venv/ready
	@$(BIN)/python tools/browser.py

clean:
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
