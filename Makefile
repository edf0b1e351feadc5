# Each target sets itself up: a machine with Python 3.11 or later, pip and make is enough.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
STAMPS := .stamps
DEMO := demo
SITE := $(BIN)/sphinx-build --quiet --fail-on-warning --keep-going --builder html docs build/site

.DEFAULT_GOAL := help
.PHONY: help demo test browser check format docs pictures bench agreement simulate soak fuzz mutate footprint oldest sbom evaluate clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

demo: $(STAMPS)/package ## make a synthetic sample, train on it, and score five new videos
	@mkdir -p $(DEMO)
	@echo "== 1. A sample of synthetic videos"
	$(BIN)/virality sample $(DEMO)/videos.json --videos 8000
	@echo
	@echo "== 2. A model of what is known before posting, judged on videos that it has not seen"
	$(BIN)/virality train $(DEMO)/videos.json --out $(DEMO)/model.json
	@echo
	@echo "== 3. Scores of five synthetic videos not posted yet, from what their accounts did before"
	$(BIN)/virality sample $(DEMO)/new.json --new 5
	$(BIN)/virality score $(DEMO)/new.json --model $(DEMO)/model.json --history $(DEMO)/videos.json
	@echo
	@echo "The model, of synthetic data, is $(DEMO)/model.json: $(BIN)/virality inspect $(DEMO)/model.json"

test: $(STAMPS)/dev $(STAMPS)/browser $(STAMPS)/node $(STAMPS)/postgres ## run the tests with coverage, on as many cores as there are
	$(BIN)/python -m pytest -n auto --dist loadfile --cov --cov-report=term

browser: $(STAMPS)/browser ## install Chromium, in which the tests look at pages, where it is missing

check: $(STAMPS)/dev ## format, lint, types, import contracts, the documentation
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(SITE)

format: $(STAMPS)/dev ## format the code and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(STAMPS)/dev ## write the pages that the code knows best, and build the site in build/site
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/licences.py
	$(SITE)

pictures: $(STAMPS)/dev $(STAMPS)/browser ## draw the pictures of the README, of the synthetic sample
	$(BIN)/python docs/pictures.py

bench: $(STAMPS)/dev ## measure against peers, in ratios
	$(BIN)/python benchmarks/run.py

agreement: $(STAMPS)/dev $(STAMPS)/node $(STAMPS)/postgres ## compare with scikit-learn, and exports with the library
	$(BIN)/python benchmarks/agreement.py
	PYTHONPATH=tests $(BIN)/python benchmarks/exports.py

simulate: $(STAMPS)/dev ## go through 20 made-up worlds, week by week, with the loop
	$(BIN)/python benchmarks/simulate.py

soak: $(STAMPS)/dev ## ten minutes of full load on the service (takes wrk)
	$(BIN)/python benchmarks/soak.py

fuzz: $(STAMPS)/dev $(STAMPS)/fuzz ## a million inputs to the readers, and 100,000 malformed requests to the service
	$(BIN)/python fuzzing/run.py --inputs 1000000
	$(BIN)/python fuzzing/service.py

mutate: $(STAMPS)/dev $(STAMPS)/mutate ## change the mathematics, a sample of 160 changes, and see whether tests notice
	$(BIN)/python mutation/run.py --map

footprint: $(STAMPS)/dev ## weigh an installation, and time the import
	$(BIN)/python benchmarks/footprint.py

oldest: $(STAMPS)/dev ## test with the oldest versions that the bounds allow
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python build/oldest
	$(BIN)/uv pip install --quiet --python build/oldest/bin/python --resolution lowest-direct --group test \
		--editable ".[database,fast,log,onnx,report,serve,sklearn]"
	build/oldest/bin/python -m pytest -W default -p no:cacheprovider tests/records tests/features tests/log \
		tests/model tests/training tests/test_artefact.py tests/test_bulk.py tests/test_scorer.py

sbom: $(STAMPS)/dev ## write a bill of materials of the core and all extras
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python build/materials
	$(BIN)/uv pip install --quiet --python build/materials/bin/python --constraint constraints.txt \
		".[dask,database,fast,log,onnx,report,serve,sklearn]"
	$(BIN)/cyclonedx-py environment --output-file build/sbom.json build/materials/bin/python

evaluate: $(STAMPS)/dev ## judge foresight: on DATA=folder, or on the sample
	$(BIN)/python benchmarks/evaluate.py $(if $(DATA),--data "$(DATA)")

clean: ## remove what these targets made
	rm -rf $(VENV) $(STAMPS) $(DEMO) build

$(STAMPS)/venv:
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Python 3.11 or later is needed"'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade "pip>=25.1"
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/package: $(STAMPS)/venv pyproject.toml constraints.txt
	$(PIP) install --constraint constraints.txt --editable ".[fast]"
	@touch $@

$(STAMPS)/dev: $(STAMPS)/package
	$(PIP) install --constraint constraints.txt --editable ".[database,fast,log,onnx,report,serve,sklearn]" --group dev
	@touch $@

$(STAMPS)/fuzz: $(STAMPS)/package
	$(PIP) install --constraint constraints.txt --group fuzz
	@touch $@

$(STAMPS)/mutate: $(STAMPS)/package
	$(PIP) install --constraint constraints.txt --group mutate
	@touch $@

# Without one of these programs, and without the right to install it, the tests that need it are skipped and say so.
APT := apt-get install --yes --quiet --no-install-recommends
$(STAMPS)/browser:
	@mkdir -p $(STAMPS)
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update --quiet; $(APT) chromium fonts-dejavu-core; \
	elif sudo -n true 2>/dev/null; then sudo -n apt-get update --quiet; sudo -n $(APT) chromium fonts-dejavu-core; fi; \
	if command -v chromium >/dev/null || command -v chromium-browser >/dev/null; then touch $@; \
	else echo "Chromium is missing; to install it: sudo apt-get install chromium"; fi
$(STAMPS)/node:
	@mkdir -p $(STAMPS)
	@found() { command -v node >/dev/null && command -v tsc >/dev/null; }; \
	if found; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update --quiet; $(APT) nodejs node-typescript; \
	elif sudo -n true 2>/dev/null; then sudo -n apt-get update --quiet; sudo -n $(APT) nodejs node-typescript; fi; \
	if found; then touch $@; else echo "Node or TypeScript is missing; to install them: sudo apt-get install nodejs node-typescript"; fi
$(STAMPS)/postgres:
	@mkdir -p $(STAMPS)
	@found() { command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }; \
	if found; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update --quiet; $(APT) postgresql; \
	elif sudo -n true 2>/dev/null; then sudo -n apt-get update --quiet; sudo -n $(APT) postgresql; fi; \
	if found; then touch $@; else echo "PostgreSQL is missing; to install it: sudo apt-get install postgresql"; fi
