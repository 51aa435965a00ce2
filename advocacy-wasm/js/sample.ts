import { core, plain } from "./engine.js";
import type { Tables } from "./generated/catalog.js";

/**
 * The sample company: about 400 employees from July 2024 to December 2025, made up and the
 * same in every language. Its days are meant in Europe/Madrid, its money in EUR.
 */
export function sample(): Tables {
  return plain(core().sample());
}
