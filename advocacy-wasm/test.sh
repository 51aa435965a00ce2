#!/usr/bin/env bash
# Builds the npm package and the page from a fresh clone and tests both: the packed package in
# Node and, bundled, in Chromium; the page end to end.
set -euo pipefail
cd "$(dirname "$0")"

find_chromium() {
    for place in "${CHROMIUM:-}" /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
        if [ -x "$place" ]; then
            echo "$place"
            return
        fi
    done
}
if [ -z "$(find_chromium)" ]; then
    echo "== Chromium"
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends chromium >/dev/null
fi
CHROMIUM="$(find_chromium)"
export CHROMIUM

echo "== the package"
npm ci --silent --no-fund --no-audit
./build.sh
rm -rf tests/node_modules
mkdir -p tests/node_modules
npm pack --silent --pack-destination tests/node_modules >/dev/null
tar xzf tests/node_modules/*.tgz -C tests/node_modules
rm tests/node_modules/*.tgz
mv tests/node_modules/package tests/node_modules/advocacy-wasm

echo "== the page"
npx tsc -p page
npx vite build page --logLevel warn

echo "== names, parameters, defaults and docs are the core's"
cargo run --quiet -p advocacy-core --example surface | python3 ../conformance/surface.py javascript

echo "== random programmes, byte for byte"
python3 ../conformance/agree 300 --javascript dist/node.js

echo "== tests"
node --test tests/
