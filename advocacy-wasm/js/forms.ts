import { memory } from "./engine.js";

/**
 * Results differ in their numbers and little else. The engine tells what they have in common,
 * their form, apart from the numbers, and a form is read once.
 */

/** An object with 0 for every number that is told on its own, and where those are. */
interface Form {
  record: Record<string, unknown>;
  told: readonly { key: string; what: What }[];
}

/** What is told on its own: a number, a part that one stands for, or what has some within. */
type What = "number" | "part" | Form;

/** The numbers of forms, from a place on, and the definitions and periods that some stand for. */
interface Told {
  numbers: Float64Array;
  at: number;
  parts?: readonly unknown[];
}

/** What an operation of the engine has come to. */
interface Outcome {
  /** Where its numbers lie: that of the form, then those of the result. */
  call(): number;
  /** The form; of a result without one all of it, as JSON. */
  form(): string;
}

/** Forms of short results, by the engine's numbers. There are few: one for each function and choice of options. */
const known = new Map<number, What>();
const MANY = 500;

/** A result as plain objects; what it has in common with others is frozen. */
export function result<T>(outcome: Outcome): T {
  const at = outcome.call() / Float64Array.BYTES_PER_ELEMENT;
  const number = memory()[at]!;
  if (number < 0) return JSON.parse(outcome.form()) as T;
  let form = known.get(number);
  if (!form) {
    if (known.size === MANY) known.clear();
    const [told] = read([JSON.parse(outcome.form())]).told;
    known.set(number, (form = told!.what));
  }
  const by = { numbers: memory(), at: at + 1 };
  return (typeof form === "object" ? cast(form, by) : by.numbers[by.at]) as T;
}

/** An answer of the engine. */
interface Answer {
  /** Forms, parts, and the answer with the form of each measure in its place, as JSON. */
  text(): string;
  /** Where the numbers of the measures lie. */
  numbers(): number;
  free(): void;
}

/**
 * A result of many measures as plain objects. A definition, a period or a note that they have
 * in common is one frozen object.
 */
export function results<T>(answer: Answer): T {
  try {
    const [value, written, parts] = JSON.parse(answer.text()) as [object, object[], object[]];
    parts.forEach((part) => Object.freeze(read(part).record));
    const forms = written.map((form) => read(form, PARTS));
    const at = answer.numbers() / Float64Array.BYTES_PER_ELEMENT;
    return link(value, forms, { numbers: memory(), at, parts }) as T;
  } finally {
    answer.free();
  }
}

/** Puts every measure in its place, in the order they were told. */
function link(value: object, forms: readonly Form[], by: Told): object {
  if (Array.isArray(value)) {
    let measures = false;
    for (let at = 0; at < value.length; at += 1) {
      const inner: unknown = value[at];
      // After a measure its form alone stands for another.
      if (typeof inner === "number") {
        if (measures) value[at] = cast(forms[inner]!, by);
      } else if (typeof inner === "object" && inner !== null) {
        value[at] = link(inner, forms, by);
        measures = "" in inner;
      }
    }
    return value;
  }
  const record = value as Record<string, unknown>;
  const form = record[""];
  if (form !== undefined) return cast(forms[form as number]!, by);
  for (const key in record) {
    const inner = record[key];
    if (typeof inner === "object" && inner !== null) record[key] = link(inner, forms, by);
  }
  return value;
}

/** What numbers stand for where an answer has many measures. */
const PARTS = ["definition", "period"];

function read(object: object, parts: readonly string[] = []): Form {
  const record = object as Record<string, unknown>;
  const told: Form["told"][number][] = [];
  for (const [key, value] of Object.entries(record)) {
    if (typeof value === "number") told.push({ key, what: parts.includes(key) ? "part" : "number" });
    else if (typeof value === "object" && value !== null) {
      const form = read(value);
      if (form.told.length > 0) told.push({ key, what: form });
      else Object.freeze(value);
    }
  }
  return { record, told };
}

function cast({ record, told }: Form, by: Told): Record<string, unknown> {
  return fill(isList(record) ? record.slice() : { ...record }, told, by);
}

/** The same of what lies within: the host copies fast where it sees few kinds of object. */
function inner({ record, told }: Form, by: Told): Record<string, unknown> {
  return fill(isList(record) ? record.slice() : { ...record }, told, by);
}

function isList(record: object): record is unknown[] {
  return Array.isArray(record);
}

function fill(made: object, told: Form["told"], by: Told): Record<string, unknown> {
  const record = made as Record<string, unknown>;
  for (const { key, what } of told) {
    if (what === "number") record[key] = by.numbers[by.at++]!;
    else if (what === "part") record[key] = by.parts![by.numbers[by.at++]!];
    else record[key] = inner(what, by);
  }
  return record;
}
