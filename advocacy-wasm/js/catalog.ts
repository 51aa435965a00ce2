import { core, plain } from "./engine.js";
import type { Listing, Operation, OptionInfo, TableSchema } from "./generated/results.js";

function once<T>(make: () => string): () => T {
  let known: T | undefined;
  return () => (known ??= plain<T>(make()));
}

/** Every metric: id, title, unit, formula in words, source, options, and the parameters of its scalar form. */
export const metrics: () => readonly Listing[] = once(() => core().metrics());

/** Every option of the definitions: what it decides, its choices and its default. */
export const options: () => readonly OptionInfo[] = once(() => core().options());

/** Every option of a privacy policy: what it decides, its choices and its default. */
export const privacyOptions: () => readonly OptionInfo[] = once(() => core().privacyOptions());

/** Every table of a programme and its columns. */
export const schemas: () => readonly TableSchema[] = once(() => core().schemas());

/** The dimensions that split a metric; custom tags, `tag:NAME`, come on top. */
export const dimensions: () => readonly string[] = once(() => core().dimensions());

/** Every function for counts, answers and samples in hand: parameters, formula, unit, source. */
export const operations: () => readonly Operation[] = once(() => core().operations());
