import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

/**
 * Nothing leaves the tab: no connection of any kind is allowed, not even to where the page
 * came from. The worker is made from the page's own bytes, so that the policy holds in it
 * too, and the engine comes with it.
 *
 * The one style named by its hash is what the charting library puts into every chart; the
 * end-to-end test fails should another version bring another.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src blob:",
  "style-src 'self' 'sha256-jSYQUrW7J0b3jPqhZP9C2Xh1PyJKHKXd4s0fpGGKrww='",
  "img-src data:",
  "connect-src 'none'",
  "form-action 'none'",
  "base-uri 'none'",
].join("; ");

const policy: Plugin = {
  name: "policy",
  // While developing, the server talks to the page.
  apply: "build",
  transformIndexHtml: () => [
    {
      tag: "meta",
      attrs: { "http-equiv": "Content-Security-Policy", content: POLICY },
      injectTo: "head-prepend",
    },
  ],
};

/** The engine is within the worker; the file the package would fetch by itself is not needed. */
const oneEngine: Plugin = {
  name: "one-engine",
  apply: "build",
  generateBundle(_, bundle) {
    for (const name of Object.keys(bundle)) if (name.endsWith(".wasm")) delete bundle[name];
  },
};

const from = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: from("."),
  base: "./",
  plugins: [policy, oneEngine],
  resolve: {
    alias: [
      { find: /^advocacy-wasm\/advocacy\.wasm/, replacement: from("../dist/advocacy_bg.wasm") },
      { find: /^advocacy-wasm$/, replacement: from("../dist/index.js") },
    ],
  },
  assetsInclude: ["**/*.wasm"],
  worker: { format: "es" },
  build: { outDir: "dist", emptyOutDir: true, target: "es2022", chunkSizeWarningLimit: 4000 },
});
