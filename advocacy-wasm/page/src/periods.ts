import { texts } from "./texts.js";

/** The quarter that has a month, counted from 0. */
const quarterOf = (month: number) => `${Math.floor(month / 12)}-Q${Math.floor((month % 12) / 3) + 1}`;
const monthOf = (month: number) => `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`;

function latestMonth(latest: string | null): number {
  const date = latest ? new Date(latest) : new Date();
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** The last quarter that is complete in the data. */
export function usual(latest: string | null): string {
  return quarterOf(latestMonth(latest) - 3);
}

/** Periods to choose from, the newest first, by kind. */
export function periods(latest: string | null): [name: string, labels: string[]][] {
  const last = latestMonth(latest);
  const several = (count: number, of: (at: number) => string) => Array.from({ length: count }, (_, at) => of(at));
  const T = texts.report;
  return [
    [T.quarters, several(8, (at) => quarterOf(last - 3 * at))],
    [T.months, several(18, (at) => monthOf(last - at))],
    [T.years, several(3, (at) => String(Math.floor(last / 12) - at))],
  ];
}
