import { core } from "./engine.js";
import { AdvocacyError, invalid, shown } from "./error.js";
import { result } from "./forms.js";
import { snake } from "./names.js";
import { zone } from "./zones.js";

/** A whole number from 0 up. */
export type Whole = number | bigint;
/** Numbers. */
export type Numbers = ArrayLike<number> | readonly bigint[] | BigInt64Array | BigUint64Array;
/** Answers; null is a blank. */
export type Scores = ArrayLike<number | null>;
/** Flags. */
export type Flags = readonly boolean[];
/** Texts. */
export type Texts = readonly string[];
/** Ids; null is nobody in particular. */
export type Ids = readonly (string | number | null)[] | Int32Array | Uint32Array;
/** Instants. */
export type Instants = readonly (Date | string)[];
/** A scale of answers: a known one, or one of your own. */
export type Scale = "0-10" | "1-10" | { min: number; max: number; passiveFrom: number; promoterFrom: number };
/** A sample: its values, or what sums them up. */
export type Sample =
  | Numbers
  | { n: number; mean: number; variance: number }
  | { successes: number; trials: number };

/** A function of the library, which can also say how it came to its result. */
export type Explained<F extends (...given: never[]) => unknown> = F & {
  /** The sum as a person would check it by hand; null where the result has none. */
  explain(...given: Parameters<F>): string | null;
};

type Arguments = InstanceType<ReturnType<typeof core>["Arguments"]>;

/** What arguments are handed over in, from call to call: to make one takes as long as a short sum. */
let spare: Arguments | undefined;

/**
 * The function of the operation at that place of the list: with the places of what it must have,
 * handed over one by one, and of what it may have, by name.
 */
export function operation<F extends (...given: never[]) => unknown>(
  place: number,
  must: readonly number[],
  may: Readonly<Record<string, number>>,
): Explained<F> {
  const call = <T>(given: readonly unknown[], use: (given: Arguments) => T): T => {
    // An argument may itself call a function while it is read.
    const handed = spare ?? new (core().Arguments)(place);
    spare = undefined;
    try {
      handed.renew(place);
      must.forEach((at, position) => hand(handed, at, given[position]));
      if (given.length > must.length) options(handed, given[must.length], may);
      return use(handed);
    } finally {
      handed.clear();
      if (spare) handed.free();
      else spare = handed;
    }
  };
  const plainly = (...given: unknown[]) => call(given, result);
  const explain = (...given: unknown[]) => call(given, (handed) => handed.explain()) ?? null;
  return Object.assign(plainly, { explain }) as unknown as Explained<F>;
}

function options(handed: Arguments, given: unknown, may: Readonly<Record<string, number>>): void {
  if (given === undefined || given === null) return;
  if (typeof given !== "object") throw invalid(`options are an object, not ${shown(given)}`);
  for (const [name, value] of Object.entries(given)) {
    // The engine says what is wrong with a name it does not know.
    const at = Object.hasOwn(may, name) ? may[name]! : handed.place(snake(name));
    if (name === "tz" && typeof value === "string") handed.zone(at, zone(value, name));
    else hand(handed, at, value);
  }
}

/** Hands an argument over as it lies in memory, where it does. */
function hand(handed: Arguments, at: number, value: unknown): void {
  switch (typeof value) {
    case "undefined":
      return;
    case "number":
      return handed.number(at, value);
    case "string":
      return handed.text(at, value);
    case "boolean":
      return handed.flag(at, value);
    case "bigint":
      return handed.whole(at, String(value));
    case "object":
      break;
    default:
      throw invalid(`${shown(value)} is no argument`);
  }
  if (value === null) return;
  if (value instanceof Uint8Array) return handed.u8(at, value);
  if (value instanceof Float64Array) return handed.f64(at, value);
  if (value instanceof BigInt64Array) return handed.i64(at, value);
  if (value instanceof BigUint64Array) return handed.json(at, JSON.stringify(Array.from(value), exact));
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    // Fractions stay what they are, whole numbers may be ids.
    const numbers = new Float64Array(value as Int32Array | Float32Array);
    return value instanceof Float32Array ? handed.f64(at, numbers) : handed.wholes(at, numbers);
  }
  switch (Array.isArray(value) && value.length > 0 && held(value)) {
    case "bytes":
      return handed.u8(at, new Uint8Array(value as number[]));
    case "wholes":
      return handed.wholes(at, new Float64Array(value as number[]));
    case "numbers":
      return handed.f64(at, new Float64Array(value as number[]));
  }
  handed.json(at, JSON.stringify(value, exact));
}

/** What all values of a list are, if they are numbers. */
function held(values: readonly unknown[]): "bytes" | "wholes" | "numbers" | undefined {
  let whole = true;
  let small = true;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at];
    if (typeof value !== "number") return undefined;
    whole &&= Number.isSafeInteger(value);
    small &&= value >= 0 && value <= 0xff;
  }
  return !whole ? "numbers" : small ? "bytes" : "wholes";
}

/** Keys as the core has them; nothing that JSON would lose without a word. */
function exact(_: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new AdvocacyError(`${value} is not a finite number`, "not_finite");
  }
  if (typeof value === "bigint") {
    if (value !== BigInt.asIntN(53, value)) throw invalid(`${value} is beyond what a list may hold`);
    return Number(value);
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [snake(key), inner]));
}
