import initialise, * as engine from "./generated/advocacy.js";
import { AdvocacyError } from "./error.js";

export type { Counts, HostZone, Programme, Question, Tables as Loader, Watch } from "./generated/advocacy.js";

/** Where the engine comes from: its bytes, a compiled module, an address, or what `fetch` gave. */
export type Source = BufferSource | WebAssembly.Module | URL | string | Request | Response;

let started: Promise<WebAssembly.Memory> | undefined;
let space: WebAssembly.Memory | undefined;
let doubles = new Float64Array(0);

/**
 * Loads the engine; call it once, before anything else, and await it. Calling it again gives
 * the same promise.
 *
 * @param source where from; by default the `.wasm` file beside this module
 * @returns the memory the engine works in
 */
export function init(source?: Source | Promise<Source>): Promise<WebAssembly.Memory> {
  started ??= load(source).catch((error: unknown) => {
    started = undefined;
    throw error;
  });
  return started;
}

async function load(source?: Source | Promise<Source>): Promise<WebAssembly.Memory> {
  const { memory } = await initialise({
    module_or_path: source ?? new URL("./advocacy_bg.wasm", import.meta.url),
  });
  return (space = memory);
}

/** The engine, once it is loaded. */
export function core(): typeof engine {
  if (!space) throw new AdvocacyError("the engine is not loaded: await init() first", "not_initialised");
  return engine;
}

/** The engine's memory as numbers; it is another array once that has grown. */
export function memory(): Float64Array {
  if (space && doubles.buffer !== space.buffer) doubles = new Float64Array(space.buffer);
  return doubles;
}

/** A result as plain objects. */
export function plain<T>(text: string): T {
  return JSON.parse(text) as T;
}
