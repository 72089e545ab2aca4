# `make help` lists the targets. Everything that is made locally lies in .local/ and .venv/.
SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

STACK ?= installment-shop
UV_VERSION := 0.13.9

ENVIRONMENTS := .local/env
UV := $(ENVIRONMENTS)/tools/bin/uv
RUN := .venv/bin/
LINT := $(ENVIRONMENTS)/lint/bin/
SAM := $(ENVIRONMENTS)/sam/bin/sam
LOCAL := $(RUN)python -m local
ON_PORT := $(if $(PORT),--port $(PORT))
OFFLINE := AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_DEFAULT_REGION=ap-southeast-1 SAM_CLI_TELEMETRY=0

export UV_PYTHON_DOWNLOADS := never
# Every process of a test run would compile all libraries again.
unexport PYTHONDONTWRITEBYTECODE
export SAM_CLI_TELEMETRY := 0

.PHONY: help up down reset test test-unit test-store test-e2e check check-code check-types check-documents check-template check-expanded check-lock format docs site build deploy bench load lock environments

help: ## List the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  \033[1m%-11s\033[0m %s\n", $$1, $$2}'
	@echo "Other tools: .venv/bin/python -m local --help, .venv/bin/python -m bench --help, .venv/bin/python -m tests.alone"

up: environments ## Run the whole shop on this machine (PORT=4566, PARAMETERS="Currency=USD …")
	@$(LOCAL) up $(ON_PORT) $(if $(PARAMETERS),--parameters "$(PARAMETERS)")

down: .venv/.made ## Stop the shop and keep its data
	@$(LOCAL) down $(ON_PORT)

reset: .venv/.made ## Stop the shop and delete its data
	@$(LOCAL) reset $(ON_PORT)

# One worker more than processors: two of them mostly wait for the local cloud.
PYTEST := $(RUN)pytest -n 3 --dist loadgroup
FOR_E2E := environments $(ENVIRONMENTS)/load/.made
# The tests that ARGS names, and those of them that may be end-to-end; all tests are, when ARGS names none.
NAMED := $(filter tests/%,$(ARGS))
WITH_E2E := $(if $(NAMED),$(filter-out tests/unit% tests/store% tests/api%,$(NAMED)),all)

test: .venv/.made $(if $(WITH_E2E),$(FOR_E2E)) ## Run all tests, or those that ARGS names
	$(PYTEST) $(ARGS)

test-unit: .venv/.made ## Run the tests that need Python only (ARGS=…)
	$(PYTEST) $(if $(NAMED),,tests/unit) $(ARGS)

test-store: .venv/.made ## Run the tests of the store and the functions, on DynamoDB Local (ARGS=…)
	$(PYTEST) $(if $(NAMED),,tests/store tests/api) $(ARGS)

test-e2e: $(FOR_E2E) ## Run the tests on a local cloud, with Docker and Chromium if installed (ARGS=…)
	$(PYTEST) $(if $(NAMED),,tests/e2e) $(ARGS)

check: environments $(ENVIRONMENTS)/lint/.made $(ENVIRONMENTS)/site/.made ## Check format, lint, types, documents, template and lock file
	@$(MAKE) -j2 check-types check-code check-documents site check-template check-expanded check-lock

check-code:
	$(RUN)ruff format --check .
	$(RUN)ruff check .
	$(RUN)check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(RUN)check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(RUN)check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/*.yml

check-types:
	$(RUN)mypy

check-documents:
	$(RUN)python -m contract --check
	$(LOCAL) translate --check
	$(LOCAL) assets --check
	$(RUN)python -m local.node redocly lint docs/openapi.json

check-template: # with the cfn-lint that SAM CLI contains
	$(OFFLINE) $(SAM) validate --lint --template template.yaml

check-expanded:
	$(RUN)python -m local.expanded all .local/expanded-all.json
	$(RUN)python -m local.expanded none .local/expanded-none.json
	@# W2001 is an unused parameter: SAM itself uses some of them while it expands.
	$(RUN)cfn-lint --ignore-checks W2001 -- .local/expanded-all.json .local/expanded-none.json
	$(LINT)checkov --config-file checkov.yaml

check-lock:
	$(UV) lock --check --quiet
	$(UV) export $(EXPORT) | cmp -s - layers/shared/requirements.txt || { echo "layers/shared/requirements.txt is out of date: make lock" >&2; exit 1; }

format: .venv/.made ## Format the code and fix what the linter can
	$(RUN)ruff format .
	$(RUN)ruff check --fix .

docs: .venv/.made ## Write the OpenAPI document, the Postman collection, the data model and the architecture
	$(RUN)python -m contract

site: .venv/.made $(ENVIRONMENTS)/site/.made ## Make a site of the documents in .local/site; fails for a broken link
	$(RUN)python -m local.site
	$(ENVIRONMENTS)/site/bin/zensical build --clean --strict --config-file .local/site.toml

build: environments ## Build for AWS: Lambda's Python 3.13 on arm64, without Docker
	"$$(local/lambda-python.sh "$(abspath $(ENVIRONMENTS)/tools/bin)")" -m compileall -q --invalidation-mode checked-hash functions
	SHOP_BUILD=aws SHOP_UV="$(abspath $(UV))" SHOP_PYTHON="$$(local/lambda-python.sh "$(abspath $(ENVIRONMENTS)/tools/bin)")" $(SAM) build

deploy: build ## Deploy to AWS with your credentials and samconfig.toml (STACK=…, ARGS=…)
	$(SAM) deploy --stack-name "$(STACK)" $(ARGS)

bench: environments $(ENVIRONMENTS)/bench/.made ## Measure cold starts, requests, memory sizes, calls and units (ARGS=…)
	@$(RUN)python -m bench $(ARGS)

load: up $(ENVIRONMENTS)/load/.made ## Load the running shop, then audit it (USERS=20, SECONDS=60, URL=…)
	@$(LOCAL) load $(ON_PORT) $(if $(USERS),--users $(USERS)) $(if $(SECONDS),--seconds $(SECONDS)) $(if $(URL),--url "$(URL)")

EXPORT := --frozen --quiet --no-default-groups --no-emit-project --no-annotate --no-header --format requirements-txt

lock: $(UV) ## Update the lock file and the layer's requirements from pyproject.toml
	$(UV) lock
	$(UV) export $(EXPORT) > layers/shared/requirements.txt

environments: $(UV)
	@$(MAKE) -s -j4 .venv/.made $(ENVIRONMENTS)/cloud/.made $(ENVIRONMENTS)/sam/.made

# PYTHON=… chooses the Python of all environments. Another choice than before creates them again.
$(ENVIRONMENTS)/python: $(if $(PYTHON),FORCE)
	@mkdir -p $(@D)
	@python=$$(local/python.sh) && { test "$$python" = "$$(cat $@ 2>/dev/null)" || echo "$$python" > $@; }

FORCE:

$(UV): $(ENVIRONMENTS)/python
	@echo "Preparing the environments with $$(cat $<) …"
	@"$$(cat $<)" -m venv --clear $(ENVIRONMENTS)/tools
	@$(ENVIRONMENTS)/tools/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

BUILT_WITH = $(ENVIRONMENTS)/tools/bin/python
# The benchmark measures the Python that Lambda runs.
$(ENVIRONMENTS)/bench/.made: BUILT_WITH = $$(local/lambda-python.sh $(ENVIRONMENTS)/tools/bin)

.venv/.made: $(UV) uv.lock
	@UV_PROJECT_ENVIRONMENT=.venv $(UV) sync --quiet --frozen --python $(ENVIRONMENTS)/tools/bin/python
	@touch $@

$(ENVIRONMENTS)/%/.made: $(UV) uv.lock
	@UV_PROJECT_ENVIRONMENT=$(ENVIRONMENTS)/$* $(UV) sync --quiet --frozen --only-group $* --python "$(BUILT_WITH)"
	@touch $@
