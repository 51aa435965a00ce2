import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as advocacy from "advocacy-wasm";
import { ask, run, tables } from "./conformance.mjs";
import { agree, native } from "./native.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const SUITE = fileURLToPath(new URL("../../conformance", import.meta.url));
const CASES = join(SUITE, "cases");
const FILES = readdirSync(join(SUITE, "programmes"));
const PROGRAMMES = Object.fromEntries(
  FILES.map((file) => [file.replace(".json", ""), tables(JSON.parse(readFileSync(join(SUITE, "programmes", file), "utf8")))]),
);

before(() => advocacy.init());

test("every case comes out as natively, bit by bit", () => {
  const cases = native("conformance", CASES);
  assert.ok(cases.length > 0);
  let compared = 0;
  for (const { name, ...given } of cases) {
    const what = `${given.operation}: ${name}`;
    const ours = run(advocacy, given);
    if (given.error) assert.deepEqual(ours.error, given.error, what);
    else agree(ours.output ?? null, given.output ?? null, what);
    compared += 1;
  }
  assert.equal(compared, cases.length);
});

test("every operation has a case", () => {
  const cases = native("conformance", CASES);
  const covered = new Set(cases.map((given) => given.operation));
  assert.deepEqual(advocacy.operations().filter(({ id }) => !covered.has(id)).map(({ id }) => id), []);
});

test("every table and report of a programme comes out as natively, bit by bit", () => {
  const cases = native("programmes", SUITE);
  assert.ok(cases.length > 200);
  assert.deepEqual(new Set(cases.map(({ input }) => input.program)), new Set(Object.keys(PROGRAMMES)));
  const programmes = Object.fromEntries(Object.entries(PROGRAMMES).map(([name, rows]) => [name, new advocacy.Program(rows)]));
  for (const { name, ...given } of cases) {
    const what = `${given.operation}: ${name}`;
    const { output: ours, error } = ask(advocacy, programmes, given);
    assert.deepEqual(error, given.error, what);
    // Whose time-zone table it is, is each one's own.
    for (const said of [ours, given.output]) {
      delete said?.zoneDatabase;
      delete said?.zone_database;
    }
    agree(ours ?? null, given.output ?? null, what);
  }
  for (const programme of Object.values(programmes)) programme.free();
});

test("and in a browser as in Node, bit by bit", async () => {
  const { open } = await import("./browser.mjs");
  const folder = mkdtempSync(join(here, ".conformance-"));
  try {
    cpSync(join(here, "node_modules/advocacy-wasm/dist"), join(folder, "lib"), { recursive: true });
    cpSync(join(here, "conformance.mjs"), join(folder, "conformance.mjs"));
    writeFileSync(join(folder, "index.html"), '<!doctype html><link rel="icon" href="data:,">');
    const cases = native("conformance", CASES);
    const { page, close, heard } = await open(folder);
    try {
      const results = await page.evaluate(async (given) => {
        const [advocacy, { run }] = await Promise.all([import("./lib/index.js"), import("./conformance.mjs")]);
        await advocacy.init();
        return JSON.stringify(JSON.parse(given).map((one) => run(advocacy, one)));
      }, JSON.stringify(cases));
      assert.equal(results, JSON.stringify(cases.map((one) => run(advocacy, one))));
      const asked = native("programmes", SUITE).map(({ operation, input }) => ({ operation, input }));
      const answered = await page.evaluate(async (given) => {
        const [advocacy, { ask }] = await Promise.all([import("./lib/index.js"), import("./conformance.mjs")]);
        const { programmes, asked } = JSON.parse(given);
        const built = Object.fromEntries(Object.entries(programmes).map(([name, rows]) => [name, new advocacy.Program(rows)]));
        return JSON.stringify(asked.map((one) => ask(advocacy, built, one)));
      }, JSON.stringify({ programmes: PROGRAMMES, asked }));
      const here = Object.fromEntries(Object.entries(PROGRAMMES).map(([name, rows]) => [name, new advocacy.Program(rows)]));
      assert.equal(answered, JSON.stringify(asked.map((one) => ask(advocacy, here, one))));
      assert.deepEqual(heard, []);
    } finally {
      await close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
