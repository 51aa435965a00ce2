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

cargo build --quiet -p advocacy-wasm-tool
# Every browser and Node that is still looked after has SIMD. Small functions are put where they
# are called, which at "z" they are not: iterators cost calls, and calls cost time and bytes.
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="-C target-feature=+simd128 -C llvm-args=-inline-threshold=40"
cargo build --quiet --profile wasm --target wasm32-unknown-unknown -p advocacy-wasm
tool="$target/debug/advocacy-wasm-tool"

rm -rf build dist js/generated
mkdir -p build dist
"$tool" types "$root/advocacy-core/src" js/generated
"$tool" glue "$target/wasm32-unknown-unknown/wasm/advocacy_wasm.wasm" build/glue
# Features by name: with all of them the optimiser writes a module that V8 refuses. Higher levels
# (-Oz too) write a smaller module that is larger when compressed, by an eighth. Functions are
# put in the order of their names, which are left out at the end: side by side, what was made of
# one generic function compresses as one. Of functions only tiny ones are put where they are
# called, which costs next to nothing and saves browsers calls and functions to compile.
npx wasm-opt -O1 --inlining-optimizing --always-inline-max-function-size=6 \
    --one-caller-inline-max-function-size=0 --flexible-inline-max-function-size=0 --dce \
    --vacuum --duplicate-function-elimination --remove-unused-module-elements \
    --reorder-functions-by-name --enable-simd --enable-bulk-memory \
    --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals \
    --enable-reference-types --enable-multivalue \
    build/glue/advocacy_bg.wasm -o dist/advocacy_bg.wasm

cp build/glue/advocacy.js build/glue/advocacy.d.ts js/generated/
npx tsc -p .
cp build/glue/advocacy.d.ts dist/generated/
# A library prints nothing; the two names are the glue's own.
npx esbuild build/js/*.js build/js/generated/*.js --outdir=dist --outbase=build/js \
    --minify --drop:console '--mangle-props=^__(wbg_ptr|destroy_into_raw)$' --log-level=error
cp "$root"/LICENSE-APACHE "$root"/LICENSE-MIT .
