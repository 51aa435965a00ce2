import type { Comparison, KeyValue, Measure, Unit, Whole } from "advocacy-wasm";
import { texts } from "./texts.js";

// Numbers, dates and money as the reader's locale writes them.
const locale = undefined;

const percent = new Intl.NumberFormat(locale, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
const small = new Intl.NumberFormat(locale, { style: "percent", minimumFractionDigits: 2, maximumFractionDigits: 2 });
const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
const tenth = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
const signed = new Intl.NumberFormat(locale, { signDisplay: "exceptZero", maximumFractionDigits: 1 });
const date = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });

/** A whole number that may be beyond what a number holds. */
export const whole = (value: Whole): string => plain.format(typeof value === "string" ? BigInt(value) : value);

export const short = (value: number): string => compact.format(value);

export function rate(value: number): string {
  return Math.abs(value) < 0.1 ? small.format(value) : percent.format(value);
}

/** A share such as a confidence, without needless digits. */
export const share = (value: number): string => new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(value);

export const points = (value: number): string => signed.format(value);

/** Any number of a sum. */
export function number(value: Whole | null): string {
  if (value === null) return texts.state["missing"]!;
  if (typeof value === "string" || Number.isInteger(value)) return whole(value);
  return fine.format(value);
}

function money(minor: number, currency: string | null): string {
  if (currency === null) return fine.format(minor / 100);
  const format = new Intl.NumberFormat(locale, { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(minor / 10 ** digits);
}

/** A value in its unit. */
export function inUnit(value: Whole, unit: Unit): string {
  const float = Number(value);
  if (typeof unit === "object") return money(float, unit.money);
  switch (unit) {
    case "rate":
      return rate(float);
    case "days":
      return `${tenth.format(float)} ${texts.units.days}`;
    case "bits":
      return `${fine.format(float)} ${texts.units.bits}`;
    case "points":
      return points(float);
    default:
      return Number.isInteger(float) || typeof value === "string" ? whole(value) : fine.format(float);
  }
}

export function value(measure: Measure): string {
  return measure.value === null ? texts.state[measure.state]! : inUnit(measure.value, measure.unit);
}

/** How a value compares: points of rates, else the relative change. */
export function change(measure: Measure, comparison: Comparison): string {
  if (comparison.difference === null) return "";
  if (comparison.difference === 0) return texts.report.unchanged;
  if (measure.unit === "rate" || measure.unit === "points" || comparison.ratio === null) {
    const difference = measure.unit === "rate" ? comparison.difference * 100 : comparison.difference;
    return `${signed.format(difference)}${measure.unit === "rate" ? " pp" : ""}`;
  }
  return new Intl.NumberFormat(locale, { style: "percent", signDisplay: "exceptZero", maximumFractionDigits: 0 }).format(
    comparison.ratio - 1,
  );
}

/** What a row is of. */
export function key(value: KeyValue): string {
  if (value === "none") return texts.report.none;
  if ("name" in value) return value.name;
  if ("bucket" in value) return value.bucket.label;
  return value.thing.label ?? String(value.thing.id);
}

/** What a row is found by. */
export function keyId(value: KeyValue): string {
  if (value === "none") return "(none)";
  if ("name" in value) return value.name;
  if ("bucket" in value) return value.bucket.label;
  return String(value.thing.id);
}

export const day = (text: string): string => date.format(new Date(text));
export const instant = (text: string): string => moment.format(new Date(text));

/** The first and last day of a period. */
export function span(period: { start: string; end: string; zone: string }): string {
  const last = new Date(Date.parse(period.end) - 1);
  let format = date;
  try {
    format = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: period.zone });
  } catch {
    // A fixed offset that this browser does not know: its days are close enough to name.
  }
  return format.formatRange(new Date(period.start), last);
}
