import { core, type Watch } from "./engine.js";
import { invalid, shown } from "./error.js";

const inner = Symbol("guard");

/**
 * Remembers whom the answered requests were about, and refuses one that would tell by
 * subtraction what no answer shows. Keep one for each reader and programme.
 */
export class Guard implements Disposable {
  /** @internal */
  readonly [inner]: Watch;

  constructor() {
    this[inner] = new (core().Watch)();
  }

  /** Gives the memory back; the guard is of no use afterwards. */
  free(): void {
    this[inner].free();
  }

  [Symbol.dispose](): void {
    this.free();
  }
}

/** The engine's side of a guard. */
export function watch(guard: unknown): Watch {
  if (!(guard instanceof Guard)) throw invalid(`a guard is a Guard, not ${shown(guard)}`, undefined, "guard");
  return guard[inner];
}
