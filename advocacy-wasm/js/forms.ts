/**
 * Results differ in their numbers and little else. The engine tells what they have in common,
 * their form, apart from the numbers, and a form is read once.
 */

/** An object with 0 for every number that is told on its own, and where those are. */
interface Form {
  record: Record<string, unknown>;
  told: readonly (readonly [key: string, form: Form | undefined])[];
}

/** The numbers of a form, from a place on, and the definitions and periods, if numbers stand for them. */
interface Told {
  numbers: ArrayLike<number>;
  at: number;
  parts?: readonly unknown[];
}

/** Forms of short results, of which there are few: one for each function and choice of options. */
const known = new Map<string, Form>();
const MANY = 500;
/** The last one: a text is sooner compared than looked up. */
let last: readonly [written: string, form: Form] | undefined;

/** A result as plain objects; what it has in common with others is frozen. */
export function result<T>(written: string, numbers: Float64Array): T {
  if (numbers.length === 0) return JSON.parse(written) as T;
  if (last?.[0] !== written) {
    let form = known.get(written);
    if (!form) {
      if (known.size === MANY) known.clear();
      known.set(written, (form = read([JSON.parse(written)])));
    }
    last = [written, form];
  }
  const [made] = cast(last[1], { numbers, at: 0 }) as unknown as [T];
  return made;
}

/**
 * A result of many measures as plain objects. A definition, a period or a note that they have
 * in common is one frozen object.
 */
export function results<T>(text: string): T {
  const [value, written, parts] = JSON.parse(text) as [T, object[], object[]];
  parts.forEach((part) => Object.freeze(read(part).record));
  const forms = written.map(read);
  const fill = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    const record = value as Record<string, unknown>;
    const numbers = record[""] as number[] | undefined;
    if (numbers) return cast(forms[numbers[0]!]!, { numbers, at: 1, parts });
    for (const key in record) record[key] = fill(record[key]);
    return value;
  };
  return fill(value) as T;
}

function read(object: object): Form {
  const record = object as Record<string, unknown>;
  const told: [string, Form | undefined][] = [];
  for (const [key, value] of Object.entries(record)) {
    if (typeof value === "number") told.push([key, undefined]);
    else if (typeof value === "object" && value !== null) {
      const form = read(value);
      if (form.told.length > 0) told.push([key, form]);
      else Object.freeze(value);
    }
  }
  return { record, told };
}

function cast({ record, told }: Form, by: Told): Record<string, unknown> {
  const made = Array.isArray(record) ? (record.slice() as unknown as Form["record"]) : { ...record };
  for (const [key, form] of told) {
    if (form) made[key] = cast(form, by);
    else {
      const number = by.numbers[by.at++]!;
      made[key] = by.parts && (key === "definition" || key === "period") ? by.parts[number] : number;
    }
  }
  return made;
}
