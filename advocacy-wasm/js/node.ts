import { readFile } from "node:fs/promises";
import { init as start, type Source } from "./engine.js";

export * from "./index.js";

/** Loads the engine; by default from the `.wasm` file beside this module. */
export function init(source?: Source | Promise<Source>): Promise<WebAssembly.Memory> {
  return start(source ?? readFile(new URL("./advocacy_bg.wasm", import.meta.url)));
}
