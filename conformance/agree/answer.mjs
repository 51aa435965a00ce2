// What JavaScript answers to the questions of `examples/agree`, a line each; with the engine in a
// file, if one is given.
import { createInterface } from "node:readline";
import { readFileSync, writeSync } from "node:fs";
import { tables } from "../../advocacy-wasm/tests/conformance.mjs";

const [module = "advocacy-wasm", engine] = process.argv.slice(2);
const library = await import(module);
await library.init(engine && readFileSync(engine));

const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
function fnv(bytes) {
  let sum = 0x811c9dc5;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193);
  return sum >>> 0;
}

const view = new DataView(new ArrayBuffer(8));

/** Undefined where there is nothing; a number by its bits. */
function plain(value) {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") {
    view.setFloat64(0, value);
    return view.getBigUint64(0).toString(16).padStart(16, "0");
  }
  if (Array.isArray(value)) return value.length ? value.map((inner) => plain(inner) ?? null) : undefined;
  if (typeof value !== "object") return value;
  const fields = Object.entries(value).map(([name, inner]) => [snake(name), plain(inner)]);
  // A browser brings its own table of zones.
  const some = fields.filter(([name, inner]) => inner !== undefined && name !== "zone_database").sort(([a], [b]) => (a < b ? -1 : 1));
  return some.length ? Object.fromEntries(some) : undefined;
}

function answered(rows, { tz, as_of, week_start, where, period, definitions, metrics, by, compare, privacy }) {
  const filter = Object.fromEntries(where.map((term) => [term.dimension, term.except ? { not: term.values } : term.values]));
  const options = { period, timeZone: tz, asOf: as_of, weekStart: week_start, filter, definitions };
  const program = new library.Program(tables(rows), privacy ? { privacy } : {});
  try {
    if (!metrics) return program.report(options);
    const asked = { ...options, by, ...(compare && { compare: camel(compare) }) };
    const table = program.measure(metrics, asked);
    const explained = program.explain(metrics, asked);
    let tally = null;
    if (!privacy) {
      try {
        const counts = program.tally(metrics, asked);
        tally = fnv(counts.toBytes());
        counts.free();
      } catch (error) {
        if (error.code !== "incompatible_tally") throw error;
      }
    }
    return { table, explained, tally };
  } finally {
    program.free();
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { rows, asked } = JSON.parse(line);
  let answer;
  try {
    answer = answered(rows, asked);
  } catch (error) {
    if (!(error instanceof library.AdvocacyError)) throw error;
    answer = { error: { code: error.code, field: error.field, row: error.row } };
  }
  writeSync(1, `${JSON.stringify(plain(answer))}\n`);
}
