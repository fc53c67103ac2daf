# Contact Sheet. `make run` is all that a newcomer needs; `make help` lists the rest.
PYTHON ?= python3
# What Lambda runs: the packages carry its bytecode.
PYTHON_OF_LAMBDA ?= $(firstword $(wildcard $(HOME)/.pyenv/versions/3.13*/bin/python3.13) python3.13)
CHECKOV := 3.3.30

bin := .venv/bin
installed := .venv/.installed
deploy_bin := .venv-deploy/bin
deploy_installed := .venv-deploy/.installed
compile := $(bin)/uv pip compile -q --generate-hashes --no-emit-index-url --no-emit-find-links \
  --no-header --universal --python-version 3.11

.PHONY: help
help:  ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' Makefile | expand -t 24

.PHONY: setup
setup: $(installed)  ## make .venv and install everything into it

$(installed): requirements/dev.txt requirements/installer.txt requirements/setup.sh
	@requirements/setup.sh $(PYTHON) .venv 3.11 3.12 3.13
	@touch $@

.PHONY: run
run: $(installed)  ## serve the app on http://127.0.0.1:8000 (PORT=8000 DATA_DIR=.local)
	@exec $(bin)/python -m local

.PHONY: demo
demo: $(installed)  ## the same with six people and some forty photos (DATA_DIR=.local/demo)
	@exec $(bin)/python -m local --demo

.PHONY: clean-data
clean-data: $(installed)  ## forget everything that `make run` and `make demo` keep
	@$(bin)/python -m local --forget

.PHONY: test
test: lint browser  ## lint, then every test, two at a time (ARGS="-k name" chooses)
	$(bin)/python -m pytest -n 2 --dist worksteal $(ARGS)

.PHONY: test-firefox
test-firefox: $(installed)  ## the browser tests in Debian's Firefox, as far as its driver goes
	@command -v firefox-esr >/dev/null || { echo "Firefox is missing: sudo apt-get install firefox-esr" >&2; exit 1; }
	$(bin)/python -m pytest -n 2 --dist worksteal -m browser --firefox $(ARGS)

.PHONY: browser
browser:
	@requirements/browser.sh

.PHONY: coverage
coverage: $(installed)  ## the tests without a browser, with branch coverage
	$(bin)/python -m pytest -m "not browser" --cov --cov-report=term $(ARGS)

.PHONY: lighthouse
lighthouse: $(installed) browser  ## what Lighthouse says of the demo site (RUNS=3), with npm
	@mkdir -p build/lighthouse
	npm install --silent --no-save --prefix build/lighthouse lighthouse@12.8.2
	$(bin)/python -m benchmarks.lighthouse

.PHONY: screenshots
screenshots: $(installed) browser  ## every page on a phone, a tablet and a laptop, light and dark, to build/screenshots
	$(bin)/python -m tests.browser.screenshots

.PHONY: test-s3
test-s3: $(installed)  ## the upload rules against a Ceph object gateway from Debian's packages
	@requirements/ceph.sh
	$(bin)/python -m pytest tests/functional --ceph $(ARGS)

.PHONY: fuzz
fuzz: $(installed)  ## feed the image reader damaged files (CASES=20000; the tests do 300)
	FUZZ_CASES=$(or $(CASES),20000) $(bin)/python -m pytest -q tests/thumbnails/test_fuzz.py $(ARGS)

.PHONY: lint
lint: $(installed)  ## ruff, mypy, import contracts, CloudFormation
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy
	$(bin)/lint-imports
	$(bin)/cfn-lint deploy/template.yaml

.PHONY: checkov
checkov: $(installed)  ## what Checkov says of the CloudFormation template, in an environment of its own
	$(bin)/uv tool run --quiet checkov@$(CHECKOV) --config-file deploy/checkov.yaml

.PHONY: format
format: $(installed)  ## ruff format, and the fixes that are safe
	$(bin)/ruff check --fix .
	$(bin)/ruff format .

.PHONY: lock
lock: $(installed)  ## make the hashed locks anew; the functions' locks are cut from dev.txt
	cd requirements && ../$(subst pip compile,pip compile --upgrade,$(compile)) dev.in -o dev.txt
	cd requirements && for lock in web thumbnails fanout installer; do \
	  ../$(compile) -c dev.txt $$lock.in -o $$lock.txt || exit 1; done

.PHONY: setup-deploy
setup-deploy: $(deploy_installed)  ## make .venv-deploy, with the Python that Lambda runs

$(deploy_installed): requirements/dev.txt requirements/installer.txt requirements/setup.sh
	@requirements/setup.sh $(PYTHON_OF_LAMBDA) .venv-deploy 3.13
	@touch $@

.PHONY: deploy
deploy: $(deploy_installed)  ## put the site on AWS, or bring it up to date: see docs/deploy.md
	$(deploy_bin)/zappa deploy --all

.PHONY: test-deploy
test-deploy: $(deploy_installed) browser checkov  ## the real deployment, against a stand-in of AWS on loopback
	DEPLOYED=1 $(deploy_bin)/python -m pytest tests/deploy $(ARGS)

.PHONY: python-of-lambda
python-of-lambda:
	@$(PYTHON_OF_LAMBDA) --version

.PHONY: run-deployed
run-deployed: $(deploy_installed)  ## deploy there and keep it up for any browser
	@exec $(deploy_bin)/python -m tests.deploy.run

.PHONY: benchmark-cold-start
benchmark-cold-start: $(deploy_installed)  ## how long a function takes to load
	$(deploy_bin)/python -m benchmarks.cold_start
