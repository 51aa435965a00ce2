/** What the library refuses, with a stable code and a place. */
export class AdvocacyError extends Error {
  override readonly name = "AdvocacyError";
  /** The stable code, the same in every language: `"unknown_id"`. */
  readonly code: string;
  /** The table it is in. */
  readonly table: string | null;
  /** The column, option or argument it is in. */
  readonly field: string | null;
  /** The row it is at, from 0, as an index into what was handed in. */
  readonly row: number | null;
  /** The line of a file it is on, from 1. */
  readonly line: number | null;

  constructor(
    message: string,
    code: string,
    table?: string | null,
    field?: string | null,
    row?: number | null,
    line?: number | null,
  ) {
    super(message);
    this.code = code;
    this.table = table ?? null;
    this.field = field ?? null;
    this.row = row ?? null;
    this.line = line ?? null;
  }
}

/** A value of a kind that is not taken. */
export function invalid(message: string, table?: string, field?: string, row?: number): AdvocacyError {
  const place = [table && field ? `${table}.${field}` : (field ?? table), row === undefined ? undefined : `row ${row}`];
  const where = place.filter(Boolean).join(" ");
  return new AdvocacyError(where ? `${message} (${where})` : message, "invalid_value", table, field, row);
}

/** A name outside a closed set. */
export function unknownName(what: string, given: string, known: Iterable<string>): AdvocacyError {
  const message = `${JSON.stringify(given)} is not a known ${what}; known: ${[...known].join(", ")} (${what})`;
  return new AdvocacyError(message, "unknown_name", null, what);
}

/** A value as a message shows it. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 80));
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  return String(value);
}
