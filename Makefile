# Needs make, bash, a Python 3.11 to 3.13 and a package registry; everything else is set up here.
BIN := .venv/bin
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header $(LOCK_FLAGS)
PYTEST := $(BIN)/python -m pytest
QUICK := $(addprefix integration_tests/,test_complete_sync.py kills/test_resume.py test_acceptance.py)

step = @printf '\n==> %s\n' $(1)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup test test-all lint format audit demo destinations form bench bench-long soak soak-generators docs site dist image lock clean

help: ## List these verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.ready ## Make .venv with the connector and every tool of its development

test: lint ## In two minutes: format, lint, types, unit tests, one complete sync, kills and resumes, acceptance
	$(call step,'unit tests with a tenth of the generated cases')
	GENERATED_CASES_FACTOR=0.1 $(PYTEST) unit_tests -n 2
	$(call step,'one complete sync; kills and resumes; the acceptance suite of the CDK')
	$(PYTEST) $(QUICK) -n 2 --dist loadfile

test-all: test ## Everything, which is what CI runs: also all generated cases, all integration tests, and the image
	$(call step,'all generated cases of the properties')
	$(PYTEST) unit_tests -m hypothesis -n 2
	$(call step,'all other integration tests')
	$(PYTEST) integration_tests $(QUICK:%=--ignore %) -n 2 --dist loadfile
	$(call step,'image')
	scripts/image_check.sh

lint: setup ## Check format, lint and types
	$(call step,'format')
	$(BIN)/ruff format --check .
	$(call step,'lint')
	$(BIN)/ruff check .
	$(call step,'types')
	$(BIN)/mypy

format: setup ## Format the code and fix what ruff can fix
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

audit: .venv-audit/.ready setup ## Compare every pinned dependency with a database of known vulnerabilities
	@$(BIN)/python -m scripts.audit .venv-audit/bin/pip-audit

demo: .venv-demo/.ready setup ## Sync a simulated account into DuckDB, twice, and draw a picture of it (ARGS=--explain says what each step proves)
	@$(BIN)/python -m demo $(ARGS)

destinations: .venv-demo/.ready setup ## Sync all streams through PyAirbyte into DuckDB and PostgreSQL, and compare types and values
	$(PYTEST) integration_tests/destinations -n 2

form: .venv-form/.ready setup ## Render the spec as a form in a headless browser, test it, and draw docs/form.png
	@$(BIN)/python -m integration_tests.form
	$(PYTEST) integration_tests/form

bench: setup ## Measure speed, memory and quota against the floor; write benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks

bench-long: setup ## The same, and a million tickets
	$(BIN)/python -m benchmarks --long

soak: setup $(if $(SUITES),,soak-generators) ## Run the reliability suites at full length and write docs/reliability.md (SUITES names some)
	@$(BIN)/python -m integration_tests.soak $(SUITES)

soak-generators: setup ## Generate 25 times as many cases for each property of the unit tests
	$(call step,'properties')
	GENERATED_CASES_FACTOR=25 $(PYTEST) unit_tests -m hypothesis -n 2

docs: setup ## Write what follows from the manifest: streams.md, permissions.md and coverage.md in docs/, the tests' snapshot of the catalog
	$(BIN)/python -m scripts.make_stream_docs
	$(BIN)/python -m scripts.make_permission_docs
	$(BIN)/python -m scripts.make_coverage_docs
	$(BIN)/python -m unit_tests.test_catalog

site: setup ## Build the documentation as a static site in build/site
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build

dist: setup ## Build wheel and source distribution in dist/, each byte as at the last time
	$(BIN)/python -m hatchling build

image: ## Build the Docker image with docker, podman or buildah
	scripts/build_image.sh

lock: .venv/.locked ## Pin every dependency again (LOCK_FLAGS are handed to uv, e.g. --upgrade)
	$(LOCK) pyproject.toml -o requirements/connector.txt
	$(LOCK) --group build -o requirements/build.txt
	$(LOCK) pyproject.toml --group dev -c requirements/connector.txt -o requirements/dev.txt
	$(LOCK) --group demo -o requirements/demo.txt
	$(LOCK) --group audit -o requirements/audit.txt
	$(LOCK) --group form -o requirements/form.txt
	$(BIN)/python -m scripts.make_sbom

clean: ## Remove environments, caches and outputs
	rm -rf .venv .venv-audit .venv-demo .venv-form build dist demo/output integration_tests/.generated
	rm -rf .coverage .hypothesis .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.locked: requirements/dev.txt scripts/make_venv.sh scripts/find_python.sh
	@scripts/make_venv.sh .venv requirements/dev.txt 3.11 3.13
	@touch $@

.venv/.ready: .venv/.locked pyproject.toml
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	@$(BIN)/python -m pip check
	@touch $@

# PyAirbyte needs a Python below 3.13.
.venv-demo/.ready: requirements/demo.txt scripts/make_venv.sh scripts/find_python.sh
	@scripts/make_venv.sh .venv-demo requirements/demo.txt 3.11 3.12
	@touch $@

.venv-audit/.ready: requirements/audit.txt scripts/make_venv.sh scripts/find_python.sh
	@scripts/make_venv.sh .venv-audit requirements/audit.txt 3.11 3.13
	@touch $@

.venv-form/.ready: requirements/form.txt scripts/make_venv.sh scripts/find_python.sh
	@scripts/make_venv.sh .venv-form requirements/form.txt 3.11 3.13
	@touch $@
