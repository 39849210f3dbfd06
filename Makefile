# Everything runs from .venv/bin; nothing is installed outside the clone.
PY := .venv/bin/python

.PHONY: demo test soak bench docs check setup dev

.venv/.ready: requirements/uv.txt requirements/dev.txt pyproject.toml
	python3 -m venv --without-pip .venv
	python3 -m pip --python $(PY) install --quiet --require-hashes -r requirements/uv.txt
	.venv/bin/uv pip sync --quiet --python $(PY) --require-hashes requirements/dev.txt
	.venv/bin/uv pip install --quiet --python $(PY) --no-deps --no-build-isolation --editable .
	touch .venv/.ready

setup: .venv/.ready

demo: setup
	.venv/bin/xiezhi demo

test: check
	$(PY) -m pytest -n 2 --dist loadgroup

soak: setup
	XIEZHI_SOAK=1 $(PY) -m pytest -n 2 --dist loadgroup tests

bench: setup
	.venv/bin/uv pip install --quiet --python $(PY) --require-hashes -r requirements/bench.txt
	$(PY) -m benchmarks

docs: setup
	env -u XIEZHI_PLATFORMS .venv/bin/xiezhi reference --out docs/reference

check: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

dev: setup
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
