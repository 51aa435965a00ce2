// What native code says, by the tool that also makes the types.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const tool = process.env.ADVOCACY_TOOL ?? fileURLToPath(new URL("../../target/debug/advocacy-wasm-tool", import.meta.url));

export function native(...given) {
  return JSON.parse(execFileSync(tool, given, { maxBuffer: 1 << 30, encoding: "utf8" }));
}

/** Our keys as the core spells them, without the nulls that keep our shapes the same. */
export function asCore(value) {
  if (Array.isArray(value)) return value.map(asCore);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(entries.map(([key, inner]) => [key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), asCore(inner)]));
}

/** Only the nulls; data keys stay as they are. */
export function withoutNulls(value) {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutNulls(inner)]));
}
