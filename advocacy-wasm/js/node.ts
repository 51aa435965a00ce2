import { readFile } from "node:fs/promises";
import { init as start, type Source } from "./engine.js";

export * from "./index.js";

/** Loads the engine; by default the one built for speed, from the file beside this module. */
export function init(source?: Source | Promise<Source>): Promise<WebAssembly.Memory> {
  return start(source ?? readFile(new URL("./advocacy_fast.wasm", import.meta.url)));
}
