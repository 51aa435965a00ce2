#!/usr/bin/env bash
# Everything that is checked of the Python package, from a fresh clone: builds
# the wheel, installs it into a virtual environment and into an empty one, and
# runs the tests and the type checkers against what was installed.
set -euo pipefail
cd "$(dirname "$0")"
venv=../target/venv
python=${PYTHON:-python3}

echo "== environment"
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
# shellcheck source=/dev/null
source "$venv/bin/activate"
pip install --quiet --disable-pip-version-check -r requirements-dev.txt

echo "== wheel"
# The stubs are read out of the symbols, which nobody else needs: built with
# them once, packed without.
built=../target/wheels/built
rm -rf ../target/wheels
maturin build --quiet --profile wheel --out "$built"
wheel unpack --dest "$built" "$built"/*.whl
strip "$built"/*/advocacy/_advocacy*.so
wheel pack --dest-dir ../target/wheels "$built"/*/
wheel=$(echo ../target/wheels/*.whl)
size=$(stat -c %s "$wheel")
echo "$(basename "$wheel"): $size bytes"
[ "$size" -le 3000000 ] || { echo "the wheel is larger than 3 MB"; exit 1; }
pip install --quiet --disable-pip-version-check --force-reinstall --no-deps "$wheel"

echo "== an empty environment"
empty=$(mktemp -d)
trap 'rm -rf "$empty"' EXIT
"$python" -m venv "$empty"
"$empty/bin/pip" install --quiet --disable-pip-version-check --no-index "$wheel"
(cd "$empty" && bin/python -c '
import advocacy as adv
assert adv.sample().report("2025-Q3").headline.total["shares"].value > 0
assert adv.enps([10, 9, 7, 3]).value == 25.0
')

# From here on `advocacy` is what was installed, not the sources beside.
echo "== stubs"
python scripts/stubs.py --check

echo "== names, parameters, defaults and docs are the core's"
cargo run --quiet -p advocacy-core --example surface | python ../conformance/surface.py python

echo "== tests"
python -m pytest --quiet

echo "== random programmes, byte for byte"
python ../conformance/agree 300 --python python

echo "== types"
python scripts/cells.py tutorial/from_csv_to_findings.ipynb > ../target/tutorial.py
python -m mypy
python -m mypy ../target/tutorial.py
python -m mypy.stubtest advocacy --ignore-missing-stub \
    --mypy-config-file pyproject.toml --allowlist scripts/stubtest-allow.txt
python -m pyright
