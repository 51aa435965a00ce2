#!/usr/bin/env bash
# Builds the npm package into dist/: the engine, small for browsers and fast for Node, its glue,
# the types and functions made from the core, and what is written by hand in js/.
set -euo pipefail
cd "$(dirname "$0")"
root=..
target="${CARGO_TARGET_DIR:-$root/target}"

rustup target list --installed 2>/dev/null | grep -qx wasm32-unknown-unknown ||
    rustup target add wasm32-unknown-unknown
[ -d node_modules ] || npm ci --no-fund --no-audit

cargo build --quiet -p advocacy-wasm-tool
tool="$target/debug/advocacy-wasm-tool"
rm -rf build dist js/generated
mkdir -p build dist
"$tool" types "$root/advocacy-core/src" js/generated

# An engine by a profile, with its glue. Every browser and Node that is still looked after has
# SIMD. Features by name: with all of them the optimiser writes a module that V8 refuses. Its
# higher levels (-Oz too) write a smaller module that is larger when compressed, by an eighth.
# Functions are put in the order of their names, which are left out at the end: side by side,
# what was made of one generic function compresses as one. Of functions only tiny ones are put
# where they are called, which costs next to nothing and saves calls and functions to compile.
engine() {
    local profile=$1 name=$2 flags=$3 glue="build/$1"
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="-C target-feature=+simd128 $flags" \
        cargo build --quiet --profile "$profile" --target wasm32-unknown-unknown -p advocacy-wasm
    "$tool" glue "$target/wasm32-unknown-unknown/$profile/advocacy_wasm.wasm" "$glue"
    npx wasm-opt -O1 --inlining-optimizing --always-inline-max-function-size=6 \
        --one-caller-inline-max-function-size=0 --flexible-inline-max-function-size=0 --dce \
        --vacuum --duplicate-function-elimination --remove-unused-module-elements \
        --reorder-functions-by-name --enable-simd --enable-bulk-memory \
        --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals \
        --enable-reference-types --enable-multivalue \
        "$glue/advocacy_bg.wasm" -o "dist/$name.wasm"
}
# What is downloaded is small. Small functions are put where they are called, which at "z" they
# are not: iterators cost calls, and calls cost time and bytes.
engine wasm advocacy_bg "-C llvm-args=-inline-threshold=40"
# What is read from a disk is fast. The glue of both is the same.
engine wasm-fast advocacy_fast ""
cmp build/wasm/advocacy.js build/wasm-fast/advocacy.js

glue=build/wasm
cp "$glue/advocacy.js" "$glue/advocacy.d.ts" js/generated/
npx tsc -p .
cp "$glue/advocacy.d.ts" dist/generated/
# A library prints nothing; the two names are the glue's own.
npx esbuild build/js/*.js build/js/generated/*.js --outdir=dist --outbase=build/js \
    --minify --drop:console '--mangle-props=^__(wbg_ptr|destroy_into_raw)$' --log-level=error
cp "$root"/LICENSE-APACHE "$root"/LICENSE-MIT .
