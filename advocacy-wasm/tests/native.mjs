// What native code says, by the tool that also makes the types.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const tool = process.env.ADVOCACY_TOOL ?? fileURLToPath(new URL("../../target/debug/advocacy-wasm-tool", import.meta.url));

export function native(...given) {
  return JSON.parse(execFileSync(tool, given, { maxBuffer: 1 << 30, encoding: "utf8" }));
}

const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());

/** Theirs in our spelling: the keys of records in camelCase, those of data as ours has them. */
export function inOurs(theirs, ours) {
  if (Array.isArray(theirs)) return theirs.map((value, at) => inOurs(value, ours?.[at]));
  if (theirs === null || typeof theirs !== "object") return theirs;
  const spelt = (key) => (Object.hasOwn(Object(ours), key) ? key : camel(key));
  return Object.fromEntries(Object.entries(theirs).map(([key, value]) => [spelt(key), inOurs(value, ours?.[spelt(key)])]));
}

/** Without the nulls: native code leaves out what our shapes keep. */
export function withoutNulls(value) {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutNulls(inner)]));
}

/** Holds ours to theirs, value by value and bit by bit. */
export function agree(ours, theirs, what) {
  assert.deepStrictEqual(withoutNulls(ours), withoutNulls(inOurs(theirs, ours)), what);
}
