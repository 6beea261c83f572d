# The commands of this project. Two are enough on a fresh machine: make setup, make run.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON := .venv/bin/python
READY := .venv/.ready
# Names what failed and what was skipped, with the reason.
PYTEST := $(PYTHON) -m pytest -q -rfEs
CODE := main.py workstation drivers sync ui tests
QML := $(wildcard ui/qml/*.qml ui/qml/*/*.qml)

# A "C" locale makes Qt complain and garbles Chinese file names; C.UTF-8 is always there.
ifneq (,$(filter C POSIX,$(LC_ALL)))
export LC_ALL := C.UTF-8
endif

.PHONY: help setup run test check lint unit rest format bench fuzz test-nightly rig-test lock strings manual-shots docs clean

help: ## this list (命令一览)
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(READY): requirements.lock installer/packages.txt installer/packages.sh installer/setup.sh
	@installer/setup.sh

setup: $(READY) ## Debian packages and .venv (安装依赖)
	@echo "In place (已就绪)."

run: $(READY) ## the whole station with a simulated dock (运行演示)
	$(PYTHON) main.py demo

test: unit rest ## every test but the nightly ones (运行测试)

rest: $(READY)
	$(PYTEST) -n 2 --dist loadfile --durations=40 -m "not nightly and not rig" --ignore=tests/unit

check: lint unit ## style, types, architecture, QML and unit tests (静态检查和单元测试)

unit: $(READY)
	$(PYTEST) -n 2 --dist loadfile -m "not nightly and not rig" tests/unit

lint: $(READY)
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy
	.venv/bin/lint-imports --no-cache
	$(if $(QML),.venv/bin/pyside6-qmllint -I ui/qml --max-warnings 0 $(QML))

format: $(READY) ## put the code into the house's form (统一代码格式)
	$(PYTHON) -m ruff check --fix
	$(PYTHON) -m ruff format

bench: $(READY) ## how fast it is, beside a plain copy (性能测试)
	@installer/packages.sh bench rig || true
	$(PYTHON) -m tests.bench

fuzz: $(READY) ## hostile input for TARGET (or all), SECONDS each (模糊测试)
	$(PYTHON) -m tests.fuzz $(or $(TARGET),all) $(or $(SECONDS),60)

test-nightly: $(READY) ## the long runs (长时间测试)
	$(PYTEST) -m nightly

rig-test: $(READY) ## recorders plugged into a virtual machine (虚拟机接插测试)
	@installer/packages.sh rig || true
	$(PYTEST) -m "rig and not nightly" tests/rig

lock: ## resolve pyproject.toml anew; UPGRADE=1 takes newer versions (更新依赖锁定)
	installer/lock.sh $(if $(UPGRADE),--upgrade)

strings: $(READY) ## rewrite what is made from texts: code table, translations, QML types (更新文字)
	$(PYTHON) -m tests.tools.log_codes
	$(PYTHON) -m tests.tools.strings
	$(PYTHON) -m tests.tools.qml_types

manual-shots: $(READY) ## take the pictures of the manuals anew (重拍手册插图)
	$(PYTHON) -m tests.tools.manual_shots

clean: ## remove what tests and builds left, but not .venv (清理)
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
	find . -path ./.venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
