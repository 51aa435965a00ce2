import assert from "node:assert/strict";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as advocacy from "advocacy-wasm";
import { run } from "./conformance.mjs";
import { agree, native } from "./native.mjs";

before(() => advocacy.init());

test("every case comes out as natively, bit by bit", () => {
  const cases = native("conformance", fileURLToPath(new URL("../../conformance/cases", import.meta.url)));
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
  const cases = native("conformance", fileURLToPath(new URL("../../conformance/cases", import.meta.url)));
  const covered = new Set(cases.map((given) => given.operation));
  assert.deepEqual(advocacy.operations().filter(({ id }) => !covered.has(id)).map(({ id }) => id), []);
});
