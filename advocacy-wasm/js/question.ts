import { core, type HostZone, type Question } from "./engine.js";
import { AdvocacyError, invalid, shown, unknownName } from "./error.js";
import type { Definitions, DimensionName, MetricName, PrivacyPolicy } from "./generated/catalog.js";
import { snake } from "./names.js";
import { type Guard, watch } from "./guard.js";
import type { Tally } from "./program.js";
import { zone } from "./zones.js";

/** A metric asked for under a name and definitions of its own. */
export interface MetricAs {
  metric: MetricName;
  /** The column's name; by default the metric's. */
  as?: string;
  /** What differs from the question's definitions. */
  definitions?: Definitions;
}

/** Values a dimension must have, or must not have; `""` is none. */
export type Filter = { [dimension in DimensionName]?: string | readonly string[] | { not: string | readonly string[] } };

/** What holds for a query and for a report. */
export interface ReportOptions {
  /** `2025-Q3`, `2025-07`, `2025-W31`, `2025`, `2025-07-01..2025-10-01`, … */
  period: string;
  /** The zone that days, weeks and local times are meant in; by default UTC. */
  timeZone?: string;
  /** As things stood at this instant; by default the latest in the data. */
  asOf?: Date | string;
  /** By default Monday. */
  weekStart?: "monday" | "sunday";
  /** Only these facts and people. */
  filter?: Filter;
  /** How things are counted. */
  definitions?: Definitions;
  /**
   * Hides small groups and what would give them away: the options that differ from the
   * default policy; with the programme's own policy, the stricter of each.
   */
  privacy?: Partial<PrivacyPolicy>;
  /**
   * Remembers the answer, and refuses it where it would tell of few people beside earlier ones;
   * not with `from`.
   */
  guard?: Guard;
  /** Counts made before, perhaps of other batches, in place of the programme's own. */
  from?: Tally;
}

/** What is asked of a programme. */
export interface QueryOptions extends Omit<ReportOptions, "period"> {
  /** By default the whole years of the data. */
  period?: string;
  /** Dimensions to split by, outermost first. */
  by?: DimensionName | readonly DimensionName[];
  /** A baseline beside every measure. */
  compare?: "previousPeriod" | "samePeriodLastYear" | Filter;
  /** The column to order rows by. */
  largestFirst?: string;
  /** The column to order rows by. */
  smallestFirst?: string;
  /** No more than so many rows. */
  limit?: number;
  /** A ranking: the first rows by a column, without the unnamed and those who opted out. */
  top?: { rows: number; by: string };
}

export type Metrics = MetricName | MetricAs | readonly (MetricName | MetricAs)[];

type Setter = (question: Question, value: never, zone: HostZone, asked: readonly string[]) => void;

const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

/** How each option is put to the engine. */
const SETTERS: Record<keyof QueryOptions, Setter> = {
  period: (question, value: unknown) => question.period(text("period", value)),
  timeZone: () => undefined,
  asOf: (question, value: unknown) => question.asOf(value instanceof Date ? instant(value) : text("asOf", value)),
  weekStart: (question, value: unknown) => question.weekStart(text("weekStart", value)),
  filter: (question, value: Filter) =>
    terms("filter", value, (name, values, except) => question.filter(name, values, except)),
  definitions: (question, value: Definitions) => define(question, value, false),
  privacy: (question, value: Partial<PrivacyPolicy>) => protect(question, value),
  guard: (question, value: unknown) => question.guard(watch(value)),
  from: () => undefined,
  by: (question, value: DimensionName | readonly DimensionName[]) =>
    list(value).forEach((name) => question.by(text("by", name))),
  compare: (question, value: string | Filter) =>
    typeof value === "string"
      ? question.compare(value)
      : terms("compare", value, (name, values, except) => question.compareWith(name, values, except)),
  largestFirst: (question, value: unknown, _, asked) => question.order(column("largestFirst", value, asked), true),
  smallestFirst: (question, value: unknown, _, asked) => question.order(column("smallestFirst", value, asked), false),
  limit: (question, value: unknown) => question.limit(rows("limit", value), false),
  top: (question, value: { rows: unknown; by: unknown }, _, asked) => {
    question.order(column("top", value.by, asked), true);
    question.limit(rows("top", value.rows), true);
  },
};

/** Puts a question together, asks it, and frees it whatever comes. */
export function ask<T>(metrics: Metrics, options: QueryOptions, use: (question: Question) => T): T {
  if (typeof options !== "object" || options === null) throw invalid(`options are an object, not ${shown(options)}`);
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(SETTERS, name)) throw unknownName("option", name, Object.keys(SETTERS));
  }
  const where = zone(options.timeZone);
  const question = new (core().Question)(where);
  try {
    // Definitions come first: a column's own are made of them.
    set(question, "definitions", options, where, []);
    const asked = list(metrics).map((metric) => add(question, metric));
    for (const name of Object.keys(options) as (keyof QueryOptions)[]) {
      if (name !== "definitions") set(question, name, options, where, asked);
    }
    return use(question);
  } finally {
    question.free();
  }
}

function set(question: Question, name: keyof QueryOptions, options: QueryOptions, where: HostZone, asked: readonly string[]) {
  const value = options[name];
  if (value !== undefined && value !== null) SETTERS[name](question, value as never, where, asked);
}

function add(question: Question, given: MetricName | MetricAs): string {
  const { metric, as = metric, definitions } = typeof given === "string" ? { metric: given } as MetricAs : Object(given) as MetricAs;
  question.column(text("metrics", as), text("metrics", metric));
  if (definitions) define(question, definitions, true);
  return as;
}

function define(question: Question, definitions: Definitions, last: boolean): void {
  for (const [option, choice] of Object.entries(definitions)) {
    if (choice !== undefined) question.define(option, choice === null ? "none" : String(choice), last);
  }
}

/** What takes a policy: the default one, and option by option what differs from it. */
interface Protected {
  protect(): void;
  privacy(option: string, choice: string): void;
}

/** Puts a policy to what takes one; `{}` is the default policy. */
export function protect(taker: Protected, policy: Partial<PrivacyPolicy>): void {
  if (typeof policy !== "object") throw invalid(`a policy is an object, not ${shown(policy)}`, undefined, "privacy");
  taker.protect();
  for (const [option, choice] of Object.entries(policy)) {
    if (choice !== undefined) taker.privacy(option, choice === null ? "none" : String(choice));
  }
}

function terms(field: string, filter: Filter, add: (name: string, values: string[], except: boolean) => void): void {
  if (typeof filter !== "object") throw invalid(`a filter is an object, not ${shown(filter)}`, undefined, field);
  for (const [name, value] of Object.entries(filter)) {
    if (value === undefined) continue;
    const except = typeof value === "object" && "not" in value;
    add(name, list(except ? value.not : (value as string | readonly string[])).map(String), except);
  }
}

function text(field: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw invalid(`text is wanted, not ${shown(value)}`, undefined, field);
}

function instant(date: Date): string {
  if (Number.isNaN(date.getTime())) throw invalid("the date is invalid", undefined, "asOf");
  return date.toISOString();
}

/** A column by the name it was asked under, in either spelling. */
function column(field: string, value: unknown, asked: readonly string[]): string {
  const name = text(field, value);
  return asked.find((known) => known === name || snake(known) === snake(name)) ?? name;
}

function rows(field: string, value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff) return value;
  throw new AdvocacyError(`${shown(value)} is no number of rows (${field})`, "invalid_option", null, field);
}
