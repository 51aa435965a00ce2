import { handOver, type Column } from "./columns.js";
import { core, plain, type Counts, type Loader, type Programme } from "./engine.js";
import { AdvocacyError, invalid, shown } from "./error.js";
import { results } from "./forms.js";
import type { PrivacyPolicy, Tables } from "./generated/catalog.js";
import type { CohortTable, Report, Table, Warning } from "./generated/results.js";
import { snake } from "./names.js";
import { ask, protect, type Metrics, type QueryOptions, type ReportOptions } from "./question.js";
import { zone } from "./zones.js";

export type { Column };

/** How what is handed in is read. */
export interface ReadOptions {
  /** The zone of times in words that state no offset; by default UTC. */
  timeZone?: string;
  /** Hides small groups in whatever the programme is asked; `{}` is the default policy. */
  privacy?: Partial<PrivacyPolicy>;
}

/** A file: its text, its bytes, or a stream of them (a dropped `File` is a `Blob`). */
export type CsvSource = string | Uint8Array | ArrayBuffer | Blob | ReadableStream<Uint8Array>;

/** How files are read. */
export interface CsvOptions extends ReadOptions {
  /** The currency of money that states none. */
  currency?: string;
  /** Called as bytes are read, with all so far. */
  onProgress?: (bytes: number) => void;
}

/** Facts to add to a programme. */
export type Batch = Pick<Tables, "shares" | "activities" | "brandPosts">;

/** Questions asked at once. */
export interface Questions {
  tables?: readonly (QueryOptions & { metrics: Metrics })[];
  cohorts?: readonly QueryOptions[];
}

/** What was asked at once, in the same order. */
export interface Answers {
  tables: Table[];
  cohorts: CohortTable[];
}

const inner = Symbol("inner");

/**
 * A validated programme: what every metric is computed from.
 *
 * It holds memory of the engine until `free()` is called, a `using` block ends, or it is
 * garbage-collected.
 */
export class Program implements Disposable {
  readonly #programme: Programme;

  /**
   * A programme of these tables: each an array of rows or an object of columns.
   *
   * @throws {AdvocacyError} the first thing wrong with them, with table, field and row
   */
  constructor(tables: Tables, options: ReadOptions = {}) {
    if (tables !== null && typeof tables === "object" && inner in tables) {
      this.#programme = tables[inner] as Programme;
      return;
    }
    this.#programme = load((loader) => {
      if (typeof tables !== "object" || tables === null) throw invalid(`tables are an object, not ${shown(tables)}`);
      if (options.privacy) protect(loader, options.privacy);
      handOver(loader, tables, zone(options.timeZone));
    }).build();
  }

  /**
   * Everything wrong with these tables, in table order; empty when a programme can be made
   * of them. What stops the reading is the last one.
   */
  static problems(tables: Tables, options: ReadOptions = {}): AdvocacyError[] {
    try {
      return load((loader) => handOver(loader, tables, zone(options.timeZone))).problems() as AdvocacyError[];
    } catch (error) {
      if (error instanceof AdvocacyError) return [error];
      throw error;
    }
  }

  /**
   * A programme of CSV files, by table: a header line of column names, lists separated by `;`.
   *
   * @throws {AdvocacyError} the first thing wrong with them, with table, field, row and line
   */
  static async fromCsv(files: Record<string, CsvSource>, options: CsvOptions = {}): Promise<Program> {
    const programme = (await readCsv(files, options)).build();
    return new Program({ [inner]: programme } as Tables);
  }

  /** Everything wrong with these files; what stops the reading of one is the last. */
  static async csvProblems(files: Record<string, CsvSource>, options: CsvOptions = {}): Promise<AdvocacyError[]> {
    try {
      return (await readCsv(files, options)).problems() as AdvocacyError[];
    } catch (error) {
      if (error instanceof AdvocacyError) return [error];
      throw error;
    }
  }

  /**
   * Adds facts: rows or columns of `shares`, `activities` and `brandPosts`, of people, content
   * and accounts the programme knows. What was asked before is then answered by counting only
   * what was added; the answers are those of a programme made anew of all rows.
   *
   * A row whose id is known is a later observation of it, and takes its place: all is counted
   * anew then, as with the first row of a network that is new.
   *
   * @throws {AdvocacyError} the first thing wrong with it, rows counted from the batch's first;
   * `unknown_name` for another table. The programme is then what it was.
   */
  add(batch: Batch, options: Pick<ReadOptions, "timeZone"> = {}): void {
    load((loader) => {
      if (typeof batch !== "object" || batch === null) throw invalid(`a batch is an object, not ${shown(batch)}`);
      handOver(loader, batch, zone(options.timeZone));
    }).addTo(this.#programme);
  }

  /**
   * Metrics × dimensions × period × filter × definitions → a table of measures. A column is
   * named as it was asked for.
   *
   * @throws {AdvocacyError} for names that are not known and options that do not fit
   */
  measure(metrics: Metrics, options: QueryOptions = {}): Table {
    const { from } = options;
    return results(
      ask(metrics, options, (question) =>
        from ? this.#programme.measureFrom(question, from[inner]) : this.#programme.measure(question),
      ),
    );
  }

  /**
   * Several questions at once, which share the passes over the facts: tables, and cohorts of
   * members by when they began.
   *
   * @throws {AdvocacyError} for the first question that cannot be asked
   */
  answer({ tables = [], cohorts = [] }: Questions): Answers {
    const asked = new (core().Questions)();
    try {
      for (const { metrics, ...options } of tables) ask(metrics, options, (question) => asked.table(question));
      for (const options of cohorts) ask([], options, (question) => asked.cohorts(question));
      return results(this.#programme.answer(asked));
    } finally {
      asked.free();
    }
  }

  /**
   * The report of a period: headline numbers beside the period before, week by week,
   * networks, teams, campaigns, content, rankings, retention.
   *
   * @throws {AdvocacyError} for a period that cannot be, and options that do not fit
   */
  report(options: ReportOptions): Report {
    const { from } = Object(options) as ReportOptions;
    return results(
      ask([], options, (question) =>
        from ? this.#programme.reportFrom(question, from[inner]) : this.#programme.report(question),
      ),
    );
  }

  /**
   * How the numbers of a row came about, in words: the sum as a person would check it by hand,
   * definition, period, coverage, interval and notes.
   *
   * @param key the row's, one value a dimension (a thing's is its id); without it, the total
   * @returns null for a row that is not there
   */
  explain(metrics: Metrics, options: QueryOptions = {}, key: readonly (string | number)[] = []): string | null {
    return ask(metrics, options, (question) => this.#programme.explain(question, key.map(String))) ?? null;
  }

  /** What `measure` needs of these facts, counted: state `asOf` when batches are to be merged. */
  tally(metrics: Metrics, options: QueryOptions = {}): Tally {
    return new Tally(ask(metrics, options, (question) => this.#programme.tally(question)));
  }

  /** What `report` needs of these facts, counted: state `asOf` when batches are to be merged. */
  reportTally(options: ReportOptions): Tally {
    return new Tally(ask([], options, (question) => this.#programme.reportTally(question)));
  }

  /** What was odd about the input. */
  get warnings(): Warning[] {
    return plain(this.#programme.warnings());
  }

  /** The latest instant in the data; null without facts. */
  get latest(): string | null {
    return this.#programme.latest() ?? null;
  }

  /** The currency that money is in unless it says otherwise. */
  get currency(): string | null {
    return this.#programme.currency() ?? null;
  }

  /** Gives the memory back; the programme is of no use afterwards. */
  free(): void {
    this.#programme.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }
}

/**
 * Counts that merge: what a query or a report needs of some facts, without the facts.
 *
 * `tally(A ∪ B)` is `tally(A).merge(tally(B))`, exactly and in any order. A tally is raw
 * personal data.
 */
export class Tally implements Disposable {
  /** @internal */
  readonly [inner]: Counts;

  /** @internal */
  constructor(counts: Counts) {
    this[inner] = counts;
  }

  /**
   * Reads the serialised form, of any language.
   *
   * @throws {AdvocacyError} `corrupt_tally` for anything else
   */
  static fromBytes(bytes: Uint8Array): Tally {
    if (!(bytes instanceof Uint8Array)) throw invalid(`bytes are a Uint8Array, not ${shown(bytes)}`);
    return new Tally(core().Counts.fromBytes(bytes));
  }

  /** The serialised form: the same bytes in every language. */
  toBytes(): Uint8Array {
    return this[inner].toBytes();
  }

  /**
   * Both batches' counts.
   *
   * @throws {AdvocacyError} `incompatible_tally` unless both count the same up to the same `asOf`
   */
  merge(other: Tally): Tally {
    if (!(other instanceof Tally)) throw invalid(`a tally is wanted, not ${shown(other)}`);
    return new Tally(this[inner].merge(other[inner]));
  }

  /** Facts after this instant were not counted. */
  get asOf(): string {
    return this[inner].asOf();
  }

  /** Gives the memory back; the tally is of no use afterwards. */
  free(): void {
    this[inner].free();
  }

  [Symbol.dispose](): void {
    this.free();
  }
}

/** Tables put together by `fill`, freed should that fail. */
function load(fill: (loader: Loader) => void): Loader {
  const loader = new (core().Tables)();
  try {
    fill(loader);
    return loader;
  } catch (error) {
    loader.free();
    throw error;
  }
}

async function readCsv(files: Record<string, CsvSource>, options: CsvOptions): Promise<Loader> {
  const where = zone(options.timeZone);
  const loader = new (core().Tables)();
  try {
    if (options.currency) loader.currency(options.currency);
    if (options.privacy) protect(loader, options.privacy);
    let bytes = 0;
    for (const [name, source] of Object.entries(files)) {
      loader.csv(snake(name), where);
      for await (const chunk of chunks(source)) {
        loader.push(chunk);
        bytes += chunk.length;
        options.onProgress?.(bytes);
      }
      loader.end();
    }
    return loader;
  } catch (error) {
    loader.free();
    throw error;
  }
}

async function* chunks(source: CsvSource): AsyncGenerator<Uint8Array> {
  if (typeof source === "string") yield new TextEncoder().encode(source);
  else if (source instanceof Uint8Array) yield source;
  else if (source instanceof ArrayBuffer) yield new Uint8Array(source);
  else {
    // Not every browser's streams can be iterated yet.
    const reader = (source instanceof ReadableStream ? source : source.stream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  }
}
