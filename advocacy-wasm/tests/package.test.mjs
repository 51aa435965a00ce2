// What is published: its size, its types, and what bundlers make of it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = fileURLToPath(new URL(".", import.meta.url));
const installed = join(here, "node_modules/advocacy-wasm");
const dist = join(installed, "dist");
const require = createRequire(import.meta.url);

const gzipped = (...files) => gzipSync(Buffer.concat(files.map((file) => readFileSync(file))), { level: 9 }).length;
const scripts = (folder) => readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".js")).map((name) => join(folder, name));

test("the size stays within its budget", () => {
  const budget = JSON.parse(readFileSync(join(here, "budget.json"), "utf8"));
  const sizes = { engine: gzipped(join(dist, "advocacy_bg.wasm")), glue: gzipped(...scripts(dist)) };
  console.log(`gzipped: engine ${sizes.engine} bytes, glue ${sizes.glue} bytes`);
  for (const part of ["engine", "glue"]) {
    assert.ok(sizes[part] <= budget[part], `${part}: ${sizes[part]} bytes gzipped, the budget is ${budget[part]}`);
  }
});

test("only what is needed is in the package", () => {
  const files = readdirSync(installed, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  for (const { name } of files) assert.match(name, /(\.js|\.d\.ts|\.wasm|^package\.json|^README\.md|^LICENSE-.*)$/);
  const { exports } = require("advocacy-wasm/package.json");
  for (const path of Object.values(exports).flatMap((path) => (typeof path === "string" ? path : Object.values(path)))) readFileSync(join(installed, path));
});

const APP = `
import { enps, init, Program, sample } from "advocacy-wasm";
await init(globalThis.engine);
const program = new Program(sample());
const report = program.report({ period: "2025-Q3", timeZone: "Europe/Madrid" });
document.title = \`\${enps([10, 9, 7, 3]).measure.value} \${report.headline.columns.length}\`;
`;

/** A folder beside the installed package, with a small application. */
function application() {
  const folder = mkdtempSync(join(here, ".bundle-"));
  writeFileSync(join(folder, "app.js"), APP);
  writeFileSync(join(folder, "index.html"), PAGE("app.js"));
  return folder;
}

const PAGE = (script) => `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="./${script}"></script>`;

const BUNDLERS = {
  async vite(folder) {
    const { build } = await import("vite");
    await build({ root: folder, base: "./", logLevel: "error", build: { outDir: "out", target: "es2022" } });
  },
  async webpack(folder) {
    const webpack = require("webpack");
    const stats = await new Promise((done, failed) =>
      webpack(
        { mode: "production", context: folder, entry: "./app.js", target: ["web", "es2022"], output: { path: join(folder, "out"), filename: "app.js", module: true, publicPath: "auto" }, experiments: { outputModule: true }, performance: false },
        (error, stats) => (error ? failed(error) : done(stats)),
      ),
    );
    assert.equal(stats.hasErrors(), false, stats.toString({ all: false, errors: true }));
    writeFileSync(join(folder, "out/index.html"), PAGE("app.js"));
  },
  // esbuild leaves addresses alone: the engine is copied beside the bundle.
  async esbuild(folder) {
    const { build } = await import("esbuild");
    await build({ absWorkingDir: folder, entryPoints: ["app.js"], bundle: true, format: "esm", platform: "browser", target: "es2022", outdir: "out" });
    writeFileSync(join(folder, "out/advocacy_bg.wasm"), readFileSync(require.resolve("advocacy-wasm/advocacy.wasm")));
    writeFileSync(join(folder, "out/index.html"), PAGE("app.js"));
  },
  // No bundler at all: a static server and an import map.
  async none(folder) {
    mkdirSync(join(folder, "out"));
    for (const name of readdirSync(dist, { recursive: true })) {
      if (!/\.(js|wasm)$/.test(name)) continue;
      mkdirSync(join(folder, "out/lib", name, ".."), { recursive: true });
      writeFileSync(join(folder, "out/lib", name), readFileSync(join(dist, name)));
    }
    writeFileSync(join(folder, "out/app.js"), APP);
    const map = '<script type="importmap">{"imports":{"advocacy-wasm":"./lib/index.js"}}</script>';
    writeFileSync(join(folder, "out/index.html"), PAGE("app.js").replace("<script", `${map}<script`));
  },
};

for (const [name, bundle] of Object.entries(BUNDLERS)) {
  test(`runs in a browser by way of ${name}`, async () => {
    const { open } = await import("./browser.mjs");
    const folder = application();
    try {
      await bundle(folder);
      const { page, close, heard } = await open(join(folder, "out"));
      try {
        await page.waitForFunction(() => document.title !== "", null, { timeout: 20_000 }).catch(() => assert.fail(heard.join("\n")));
        assert.match(await page.title(), /^25 \d+$/);
        assert.deepEqual(heard, []);
      } finally {
        await close();
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

test("the types are right, strictly", () => {
  const folder = mkdtempSync(join(here, ".types-"));
  try {
    writeFileSync(join(folder, "use.ts"), readFileSync(join(here, "types.ts")));
    const tsc = join(here, "../node_modules/.bin/tsc");
    for (const [module, resolution] of [["nodenext", "nodenext"], ["esnext", "bundler"]]) {
      const flags = ["--ignoreConfig", "--noEmit", "--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--target", "es2022", "--lib", "es2022,dom", "--types", ""];
      execFileSync(tsc, [...flags, "--module", module, "--moduleResolution", resolution, join(folder, "use.ts")], { stdio: "pipe", encoding: "utf8" });
    }
  } catch (error) {
    assert.fail(error.stdout ?? error);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
