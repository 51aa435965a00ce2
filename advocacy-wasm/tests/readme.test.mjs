// The code of the README runs, and prints what its comments say.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";

// This package's page, and the repository's, whose one block prints nothing.
const pages = ["../README.md", "../../README.md"].map((page) => readFileSync(new URL(page, import.meta.url), "utf8"));
const blocks = pages.flatMap((page) => [...page.matchAll(/```js\n([^]*?)```/g)].map(([, code]) => code));

/** What each block prints, line by line. */
const PRINTED = [
  ["25", /low: -44\.15\d+,[^]*method: 'adjusted_wald'/, /^enps = 100 × \(promoters − detractors\) \/ responses = 100 \/ 4 = 25$/m, /'Week by week',[^]*'Networks',[^]*'Teams'/],
  [/\[ 'Data', 0\.5, 0\.05 \], \[ 'Sales', 1, null \]/, "missing", "[ 'employees', 'invited' ]"],
  ["1300 { known: 2, rows: 3 }"],
  ["true negative_count shares likes 1 3"],
  [/^3\n7\n9\n$/],
  [],
];

assert.equal(blocks.length, PRINTED.length);
blocks.forEach((code, at) => {
  test(`block ${at + 1}`, () => {
    const file = fileURLToPath(new URL(`.readme-${at}.mjs`, import.meta.url));
    try {
      // `using` is younger than Node 20.
      writeFileSync(file, transformSync(code, { target: "es2022", format: "esm" }).code);
      const printed = execFileSync(process.execPath, [file], { encoding: "utf8" });
      for (const expected of PRINTED[at]) {
        if (typeof expected === "string") assert.ok(printed.includes(expected), printed);
        else assert.match(printed, expected);
      }
    } finally {
      rmSync(file, { force: true });
    }
  });
});
