import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as advocacy from "advocacy-wasm";
import { run } from "./conformance.mjs";
import { agree, native } from "./native.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const CASES = fileURLToPath(new URL("../../conformance/cases", import.meta.url));

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
      assert.deepEqual(heard, []);
    } finally {
      await close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
