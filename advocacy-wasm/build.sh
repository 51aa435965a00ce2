#!/usr/bin/env bash
# Builds the npm package into dist/: the engine, its glue, the types and functions made from
# the core, and what is written by hand in js/.
set -euo pipefail
cd "$(dirname "$0")"
root=..
target="${CARGO_TARGET_DIR:-$root/target}"

rustup target list --installed 2>/dev/null | grep -qx wasm32-unknown-unknown ||
    rustup target add wasm32-unknown-unknown
[ -d node_modules ] || npm ci --no-fund --no-audit

cargo build --quiet --profile wasm --target wasm32-unknown-unknown -p advocacy-wasm
cargo build --quiet -p advocacy-wasm-tool
tool="$target/debug/advocacy-wasm-tool"

rm -rf dist js/generated
mkdir -p dist
"$tool" types "$root/advocacy-core/src" js/generated
"$tool" glue "$target/wasm32-unknown-unknown/wasm/advocacy_wasm.wasm" dist/glue
# Features by name: with all of them the optimiser writes a module that V8 refuses.
npx wasm-opt -Oz \
    --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext \
    --enable-mutable-globals --enable-reference-types --enable-multivalue \
    dist/glue/advocacy_bg.wasm -o dist/advocacy_bg.wasm
cp dist/glue/advocacy.js dist/glue/advocacy.d.ts js/generated/
npx tsc -p .
cp dist/glue/advocacy.js dist/generated/
rm -r dist/glue
# Comments are for readers of the source and of the types; browsers need none.
npx esbuild dist/*.js dist/generated/*.js --outdir=dist --outbase=dist --allow-overwrite \
    --minify --line-limit=160 --log-level=error
cp "$root"/LICENSE-APACHE "$root"/LICENSE-MIT .
