# `make help` lists the targets. Everything made locally lies in .local/ and .venv/.
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
ON_PORT := $(if $(PORT),--port $(PORT))
LOCAL := $(RUN)python -m local $(ON_PORT)
OFFLINE := AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_DEFAULT_REGION=ap-southeast-1 SAM_CLI_TELEMETRY=0

export UV_PYTHON_DOWNLOADS := never
export SAM_CLI_TELEMETRY := 0

.PHONY: help up down reset sam-local fuzz load postman url admin audit migrate mail remind bench-reminders pictures rotate logs test test-unit test-store test-e2e test-alone bench bench-steps bench-guard bench-cost bench-scale check check-code check-types check-contract check-template check-expanded check-lock contract format lock build deploy smoke sbom vulnerabilities release release-check environments

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  \033[1m%-15s\033[0m %s\n", $$1, $$2}'

up: environments ## Run the whole shop on this machine (PORT=4566, and the two after it; PARAMETERS="Currency=USD …")
	@$(LOCAL) up $(if $(PARAMETERS),--parameters "$(PARAMETERS)")

down: .venv/.made ## Stop it; all data is kept
	@$(LOCAL) down

reset: .venv/.made ## Stop it and wipe the local data
	@$(LOCAL) reset

sam-local: environments ## Serve the API from Lambda's own image, over the local cloud that runs; EVENT=planner calls one function (needs Docker)
	@$(RUN)python -m local.samlocal $(ON_PORT) $(if $(EVENT),--event $(EVENT))

fuzz: up ## Test the running local cloud against its contract (SECONDS=600)
	@$(RUN)python -m contract.fuzz $(ON_PORT) --seconds $(or $(SECONDS),600)

load: up $(ENVIRONMENTS)/load/.made ## Shoppers, payers and an admin at once, then an audit (USERS=20, SECONDS=60, URL=… of make sam-local)
	@$(RUN)python -m local.load $(ON_PORT) --users $(or $(USERS),20) --seconds $(or $(SECONDS),60) $(if $(URL),--url $(URL))

postman: up ## Send the Postman collection to the running local cloud with newman
	@$(RUN)python -m contract.newman $(ON_PORT)

url: .venv/.made ## Print the API's base URL
	@$(LOCAL) url

admin: .venv/.made ## Create or promote an admin: EMAIL=… PASSWORD=… (CLOUD=aws STACK=… on AWS)
	@test -n "$(EMAIL)" && test -n "$(PASSWORD)" || { echo "Usage: make admin EMAIL=… PASSWORD=…" >&2; exit 2; }
ifeq ($(CLOUD),aws)
	@$(RUN)python -m local.admin --stack "$(STACK)" --email "$(EMAIL)" --password "$(PASSWORD)"
else
	@$(LOCAL) admin --email "$(EMAIL)" --password "$(PASSWORD)"
endif

audit: .venv/.made ## Check the whole table, add the ledger up anew and list each difference (CLOUD=aws STACK=… on AWS)
ifeq ($(CLOUD),aws)
	@$(RUN)python -m local.audit --stack "$(STACK)"
else
	@$(LOCAL) audit
endif

migrate: .venv/.made ## Bring the table up to this release's schema, while the shop is open (CLOUD=aws STACK=… on AWS)
ifeq ($(CLOUD),aws)
	@$(RUN)python -m local.migrate --stack "$(STACK)"
else
	@$(LOCAL) migrate
endif

mail: .venv/.made ## Print every mail sent, oldest first, as JSON lines (TO=… for one address)
	@$(LOCAL) mail $(if $(TO),--to "$(TO)")

remind: .venv/.made ## Run the reminders as their schedule does (DATE=YYYY-MM-DD for another day)
	@$(LOCAL) remind $(if $(DATE),--date "$(DATE)")

bench-reminders: .venv/.made ## Plan the reminders of 100,000 customers and say what a million take
	@$(RUN)python -m tests.bench.reminders

pictures: .venv/.made ## Draw every mail into docs/mails/ with Chromium, as phones and desktops show it
	@$(RUN)python -m local.pictures docs/mails

rotate: .venv/.made ## Give the shop another signing key; nobody is logged out
	@$(LOCAL) rotate

logs: .venv/.made ## Print what the functions logged in the last hour
	@$(LOCAL) logs

# One more than there are processors: two of them wait for the local cloud most of the time.
PYTEST := $(RUN)pytest -n 3 --dist loadgroup
FOR_E2E := environments $(ENVIRONMENTS)/load/.made
# The tests that ARGS names, and whether one of them is end-to-end; it is where ARGS names none.
NAMED := $(filter tests/%,$(ARGS))
WITH_E2E := $(if $(NAMED),$(filter-out tests/unit% tests/store% tests/api%,$(NAMED)),all)

test: .venv/.made $(if $(WITH_E2E),$(FOR_E2E)) ## Run all tests, or those that ARGS names
	$(PYTEST) $(ARGS)

test-unit: .venv/.made ## Run the tests that need Python alone (ARGS=…)
	$(PYTEST) $(if $(NAMED),,tests/unit) $(ARGS)

test-store: .venv/.made ## Run the tests of the store and of the functions over it, on DynamoDB Local (ARGS=…)
	$(PYTEST) $(if $(NAMED),,tests/store tests/api) $(ARGS)

test-e2e: $(FOR_E2E) ## Run the tests through a local cloud, with Docker and Chromium where there are any (ARGS=…)
	$(PYTEST) $(if $(NAMED),,tests/e2e) $(ARGS)

test-alone: .venv/.made ## Run each file of tests by itself, to see that none needs another
	@$(RUN)python -m tests.alone

bench: environments $(ENVIRONMENTS)/bench/.made ## Print cold starts, warm requests, memory sizes, calls and units, beside the floor and the peers
	@$(RUN)python -m bench $(ARGS)

bench-steps: environments $(ENVIRONMENTS)/bench/.made ## Print what each step of the cold start buys
	@$(RUN)python -m bench.steps $(ARGS)

bench-guard: environments $(ENVIRONMENTS)/bench/.made ## Fail where modules, bytes, calls or units have become more
	@$(RUN)python -m bench.guard $(ARGS)

bench-cost: environments ## Print what each endpoint costs in two shops, one a hundred times larger
	$(RUN)python -m bench.cost $(ARGS)

bench-scale: .venv/.made ## Print what 1, 100 and 10,000 purchases a second would do, computed from what the store writes
	@$(RUN)python -m bench.scale

check: environments $(ENVIRONMENTS)/lint/.made ## Check format, lint, types, the contract, the template and the lock file
	@$(MAKE) -j2 check-types check-code check-contract check-template check-expanded check-lock

check-code:
	$(RUN)ruff format --check .
	$(RUN)ruff check .
	$(RUN)check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(RUN)check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml

check-types:
	$(RUN)mypy

check-contract:
	$(RUN)python -m contract --check
	$(RUN)python -m local.node redocly lint docs/openapi.json

check-template: # with the cfn-lint that SAM CLI brings
	$(OFFLINE) $(SAM) validate --lint --template template.yaml

check-expanded:
	$(RUN)python -m local.expanded all .local/expanded-all.json
	$(RUN)python -m local.expanded none .local/expanded-none.json
	@# W2001, a parameter that is not used: some are used up by SAM while it expands.
	$(RUN)cfn-lint --ignore-checks W2001 -- .local/expanded-all.json .local/expanded-none.json
	$(LINT)checkov --config-file checkov.yaml

check-lock:
	$(UV) lock --check --quiet
	$(UV) export $(EXPORT) | cmp -s - layers/shared/requirements.txt || { echo "layers/shared/requirements.txt is stale: make lock" >&2; exit 1; }

contract: .venv/.made ## Make the OpenAPI document, the Postman collection and the data model anew from the code
	$(RUN)python -m contract

format: .venv/.made ## Format the code and mend what the linter can
	$(RUN)ruff format .
	$(RUN)ruff check --fix .

EXPORT := --frozen --quiet --no-default-groups --no-emit-project --no-annotate --no-header --format requirements-txt

lock: $(UV) ## Bring the lock file and the layer's requirements up to pyproject.toml
	$(UV) lock
	$(UV) export $(EXPORT) > layers/shared/requirements.txt

build: environments ## Build for AWS: Lambda's Python 3.13 on arm64, without Docker
	"$$(local/lambda-python.sh "$(abspath $(ENVIRONMENTS)/tools/bin)")" -m compileall -q --invalidation-mode checked-hash functions
	SHOP_BUILD=aws SHOP_UV="$(abspath $(UV))" SHOP_PYTHON="$$(local/lambda-python.sh "$(abspath $(ENVIRONMENTS)/tools/bin)")" $(SAM) build

deploy: build ## Deploy to AWS with your credentials, as samconfig.toml says
	$(SAM) deploy --stack-name "$(STACK)" $(ARGS)

smoke: .venv/.made ## See that a shop answers, changing nothing: the local one, URL=… or CLOUD=aws STACK=…
ifeq ($(CLOUD),aws)
	@$(RUN)python -m local.smoke --stack "$(STACK)"
else
	@$(RUN)python -m local.smoke --url "$(or $(URL),$$($(LOCAL) url))"
endif

sbom: $(UV) ## Write .local/sbom.json: what the layer carries, in CycloneDX
	@$(UV) export --frozen --quiet --no-default-groups --format cyclonedx1.5 > .local/sbom.json

vulnerabilities: .venv/.made ## Look up the locked libraries among known vulnerabilities (needs the internet, and says where it had none)
	@$(RUN)python -m local.vulnerabilities

release: environments ## Give what is unreleased a version, and tag it: VERSION=0.2.0
	@$(RUN)python -m local.release make "$(VERSION)"

release-check: .venv/.made ## See that a tag is the version that is written: TAG=v0.2.0
	@$(RUN)python -m local.release check "$(TAG)"

environments: $(UV)
	@$(MAKE) -s -j4 .venv/.made $(ENVIRONMENTS)/cloud/.made $(ENVIRONMENTS)/sam/.made

# PYTHON=… chooses the Python of all environments; they are made anew when it is another than before.
$(ENVIRONMENTS)/python: $(if $(PYTHON),FORCE)
	@mkdir -p $(@D)
	@python=$$(local/python.sh) && { test "$$python" = "$$(cat $@ 2>/dev/null)" || echo "$$python" > $@; }

FORCE:

$(UV): $(ENVIRONMENTS)/python
	@echo "Preparing the environments with $$(cat $<) …"
	@"$$(cat $<)" -m venv --clear $(ENVIRONMENTS)/tools
	@$(ENVIRONMENTS)/tools/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

BUILT_WITH = $(ENVIRONMENTS)/tools/bin/python
# It measures what Lambda runs.
$(ENVIRONMENTS)/bench/.made: BUILT_WITH = $$(local/lambda-python.sh $(ENVIRONMENTS)/tools/bin)

.venv/.made: $(UV) uv.lock
	@UV_PROJECT_ENVIRONMENT=.venv $(UV) sync --quiet --frozen --python $(ENVIRONMENTS)/tools/bin/python
	@touch $@

$(ENVIRONMENTS)/%/.made: $(UV) uv.lock
	@UV_PROJECT_ENVIRONMENT=$(ENVIRONMENTS)/$* $(UV) sync --quiet --frozen --only-group $* --python "$(BUILT_WITH)"
	@touch $@
