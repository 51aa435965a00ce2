import { schemas } from "./catalog.js";
import type { HostZone, Loader } from "./engine.js";
import { invalid, shown, unknownName } from "./error.js";
import { snake } from "./names.js";
import type { ColumnSchema, ColumnType } from "./generated/results.js";

/** Values of one type, copied into the engine's memory once. */
export type TypedArray =
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** Which rows are known: one flag a row, or one bit a row, the lowest first (Arrow's layout). */
export interface Mask {
  /** One flag a row; what is not 0 is known. */
  validity?: Uint8Array | readonly boolean[];
  /** One bit a row; a set bit is known. */
  bits?: Uint8Array;
}

/** A column: its values in an array, typed or not, or with what else is to be said of them. */
export type Column =
  | TypedArray
  | readonly unknown[]
  | (Mask & {
      /** The values. */
      values: TypedArray;
      /** Of times: the unit since 1970; by default milliseconds, of 64-bit integers microseconds. */
      unit?: "s" | "ms" | "us" | "ns";
    })
  | (Mask & {
      /** For each row, which of the names it is. */
      codes: TypedArray;
      /** The names. */
      names: readonly string[];
    });

const PER_SECOND = { s: 1, ms: 1e3, us: 1e6, ns: 1e9 } as const;

/** Hands every table over, rows or columns. */
export function handOver(loader: Loader, tables: object, zone: HostZone): void {
  for (const [name, table] of Object.entries(tables) as [string, unknown][]) {
    if (name === "currency") {
      if (table != null) loader.currency(String(table));
      continue;
    }
    if (table === undefined || table === null) continue;
    if (typeof table !== "object") throw invalid(`a table is rows or columns, not ${shown(table)}`, name);
    new Hand(loader, snake(name), zone).table(table);
  }
}

/** Hands one table over. */
class Hand {
  readonly #loader: Loader;
  readonly #table: string;
  readonly #zone: HostZone;
  readonly #columns: ReadonlyMap<string, ColumnSchema>;

  constructor(loader: Loader, table: string, zone: HostZone) {
    const schema = schemas().find((schema) => schema.name === table);
    if (!schema) throw unknownName("table", table, schemas().map((schema) => schema.name));
    this.#loader = loader;
    this.#table = table;
    this.#zone = zone;
    this.#columns = new Map(schema.columns.map((column) => [column.name, column]));
    loader.table(table);
  }

  table(table: object): void {
    if (Array.isArray(table)) return this.#rows(table);
    for (const [name, column] of Object.entries(table) as [string, Column | null | undefined][]) {
      if (column !== undefined && column !== null) this.#column(snake(name), column);
    }
  }

  #rows(rows: readonly unknown[]): void {
    const keys = new Set<string>();
    rows.forEach((row, at) => {
      if (typeof row !== "object" || row === null) throw this.#wrong("a row is an object", row, undefined, at);
      for (const key in row) keys.add(key);
    });
    for (const key of keys) {
      this.#cells(snake(key), (rows as readonly Record<string, unknown>[]).map((row) => row[key]));
    }
    // Without rows there are no keys; the columns that must be there are, and are empty.
    if (rows.length === 0) {
      for (const column of this.#columns.values()) if (column.required) this.#cells(column.name, []);
    }
  }

  #column(name: string, column: Column): void {
    if (Array.isArray(column)) return this.#cells(name, column);
    if (isTyped(column)) return this.#typed(name, column);
    if (typeof column !== "object") throw this.#wrong("a column is an array", column, name);
    const given = column as Mask & { values?: unknown; codes?: unknown; names?: unknown; unit?: keyof typeof PER_SECOND };
    if (given.bits !== undefined) this.#loader.bits(given.bits);
    else if (given.validity !== undefined) {
      this.#loader.flags(given.validity instanceof Uint8Array ? given.validity : Uint8Array.from(given.validity, Number));
    }
    if (isTyped(given.codes) && Array.isArray(given.names)) {
      const codes = given.codes;
      const names = given.names.map(String);
      if (codes instanceof Uint8Array) this.#loader.names8(name, codes, names);
      else this.#loader.names(name, codes instanceof Uint32Array ? codes : as(Uint32Array, codes), names);
    } else if (isTyped(given.values)) {
      this.#typed(name, given.values, given.unit);
    } else {
      throw this.#wrong("a column is an array, { values } or { codes, names }", column, name);
    }
  }

  #typed(name: string, values: TypedArray, unit?: keyof typeof PER_SECOND): void {
    const loader = this.#loader;
    if (unit !== undefined && !(unit in PER_SECOND)) throw this.#wrong("a unit is s, ms, us or ns", unit, name);
    switch (this.#columns.get(name)?.holds) {
      case "time":
        if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
          const ticks = values instanceof BigInt64Array ? values : BigInt64Array.from(values);
          return loader.time(name, ticks, PER_SECOND[unit ?? "us"]);
        }
        const factor = 1000 / PER_SECOND[unit ?? "ms"];
        return loader.millis(name, bits(factor === 1 ? doubles(values) : doubles(values).map((tick) => tick * factor)));
      case "flag":
        return loader.bool(name, as(Uint8Array, values));
    }
    if (values instanceof Uint8Array) return loader.u8(name, values);
    if (values instanceof Uint16Array) return loader.u16(name, values);
    if (values instanceof Uint32Array) return loader.u32(name, values);
    if (values instanceof BigUint64Array) return loader.u64(name, values);
    if (values instanceof Int32Array) return loader.i32(name, values);
    if (values instanceof BigInt64Array) return loader.i64(name, values);
    if (values instanceof Float32Array || values instanceof Float64Array) return loader.f64(name, doubles(values));
    loader.i32(name, as(Int32Array, values));
  }

  /** A column of whatever JavaScript has, read by what the column holds. */
  #cells(name: string, values: readonly unknown[]): void {
    const holds = this.#columns.get(name)?.holds;
    // The engine warns of a column it does not know.
    if (holds === undefined) return this.#loader.u8(name, new Uint8Array(values.length));
    READERS[holds].call(this, name, values);
  }

  _ids(name: string, values: readonly unknown[]): void {
    let text = false;
    let long = false;
    this.#each(name, values, (value) => {
      if (typeof value === "string") text = true;
      else if (typeof value === "bigint") long = true;
      else if (!Number.isSafeInteger(value)) return "an id is text or a whole number";
      else long ||= (value as number | 0) !== value;
      return undefined;
    });
    if (text) return this.#names(name, values.map((value) => (value == null ? value : String(value))));
    this.#mask(values);
    if (!long) return this.#loader.i32(name, Int32Array.from(values, (value) => (value ?? 0) as number));
    this.#loader.i64(name, BigInt64Array.from(values, (value) => BigInt((value ?? 0) as number)));
  }

  _texts(name: string, values: readonly unknown[]): void {
    this.#each(name, values, (value) => (typeof value === "string" ? undefined : "text is wanted"));
    this.#names(name, values);
  }

  /** Texts as codes: what occurs often crosses the boundary once. */
  #names(name: string, values: readonly unknown[]): void {
    const known = new Map<string, number>();
    const codes = new Uint32Array(values.length);
    values.forEach((value, row) => {
      if (value === undefined || value === null) return;
      let code = known.get(value as string);
      if (code === undefined) known.set(value as string, (code = known.size));
      codes[row] = code;
    });
    this.#mask(values);
    this.#loader.names(name, codes, [...known.keys()]);
  }

  _lists(name: string, values: readonly unknown[]): void {
    const texts: string[] = [];
    const offsets = new Int32Array(values.length + 1);
    const isText = (value: unknown) => typeof value === "string";
    this.#each(name, values, (value) =>
      Array.isArray(value) && value.every(isText) ? undefined : "a list of texts is wanted",
    );
    values.forEach((value, row) => {
      texts.push(...((value ?? []) as string[]));
      offsets[row + 1] = texts.length;
    });
    this.#loader.lists(name, offsets, texts);
  }

  _times(name: string, values: readonly unknown[]): void {
    let text = false;
    this.#each(name, values, (value) => {
      if (typeof value === "string") text = true;
      else if (typeof value !== "number" && !(value instanceof Date)) return "a time is a Date, milliseconds or text";
      return undefined;
    });
    this.#mask(values);
    if (!text) return this.#loader.millis(name, bits(Float64Array.from(values, (value) => Number(value ?? 0))));
    const words = values.map((value, row) => {
      if (typeof value === "string") return value;
      if (value == null) return "";
      const date = new Date(value as number | Date);
      if (Number.isNaN(date.getTime())) throw this.#wrong("a time is a Date, milliseconds or text", value, name, row);
      return date.toISOString();
    });
    this.#loader.instants(name, words, this.#zone);
  }

  _counts(name: string, values: readonly unknown[]): void {
    let long = false;
    this.#each(name, values, (value) => {
      if (typeof value === "bigint") long = true;
      else if (typeof value !== "number") return "a whole number is wanted";
      else if (value > Number.MAX_SAFE_INTEGER) return "a number beyond 2^53 - 1 is not exact; hand a BigInt over";
      return undefined;
    });
    const whole = (value: unknown, row: number): bigint => {
      if (typeof value === "number" && !Number.isInteger(value)) throw this.#wrong("a whole number is wanted", value, name, row);
      const big = BigInt((value ?? 0) as number | bigint);
      if (big !== BigInt.asIntN(64, big)) throw this.#wrong("a number is beyond 64 bits", value, name, row);
      return big;
    };
    this.#mask(values);
    if (long) return this.#loader.i64(name, BigInt64Array.from(values, whole));
    this.#loader.f64(name, Float64Array.from(values, (value) => (value ?? 0) as number));
  }

  _numbers(name: string, values: readonly unknown[]): void {
    this.#each(name, values, (value) => (typeof value === "number" ? undefined : "a number is wanted"));
    this.#mask(values);
    this.#loader.f64(name, Float64Array.from(values, (value) => (value ?? 0) as number));
  }

  _flags(name: string, values: readonly unknown[]): void {
    this.#each(name, values, (value) => (typeof value === "boolean" ? undefined : "true or false is wanted"));
    this.#mask(values);
    this.#loader.bool(name, Uint8Array.from(values, Number));
  }

  /** The rows that are known, unless all are. */
  #mask(values: readonly unknown[]): void {
    if (values.some((value) => value === undefined || value === null)) {
      this.#loader.flags(Uint8Array.from(values, (value) => Number(value !== undefined && value !== null)));
    }
  }

  /** Looks at every value that is known; what `look` says is wrong with one is thrown. */
  #each(name: string, values: readonly unknown[], look: (value: unknown) => string | undefined): void {
    for (let row = 0; row < values.length; row += 1) {
      const value = values[row];
      if (value === undefined || value === null) continue;
      const wrong = look(value);
      if (wrong !== undefined) throw this.#wrong(wrong, value, name, row);
    }
  }

  #wrong(what: string, value: unknown, field?: string, row?: number) {
    return invalid(`${what}, not ${shown(value)}`, this.#table, field, row);
  }
}

/** How a cell of each type is read. */
const READERS: Record<ColumnType, (this: Hand, name: string, values: readonly unknown[]) => void> = {
  id: Hand.prototype._ids,
  name: Hand.prototype._texts,
  text: Hand.prototype._texts,
  names: Hand.prototype._lists,
  time: Hand.prototype._times,
  count: Hand.prototype._counts,
  minor: Hand.prototype._counts,
  number: Hand.prototype._numbers,
  flag: Hand.prototype._flags,
};

function isTyped(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function doubles(values: TypedArray): Float64Array {
  return values instanceof Float64Array ? values : as(Float64Array, values);
}

/** The bits of each, where they lie: the engine makes instants of them in their place. */
function bits(values: Float64Array): BigInt64Array {
  return new BigInt64Array(values.buffer, values.byteOffset, values.length);
}

/** The values in an array of another type; `from` would take them one by one. */
function as<T>(type: { new (values: ArrayLike<number>): T; from(values: ArrayLike<unknown>, map: (value: unknown) => number): T }, values: TypedArray): T {
  const isLong = values instanceof BigInt64Array || values instanceof BigUint64Array;
  return isLong ? type.from(values, Number) : new type(values);
}
