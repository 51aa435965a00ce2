import { core, type HostZone } from "./engine.js";
import { AdvocacyError } from "./error.js";

// The engine carries no time-zone table: the host has one, and keeps it up to date. A zone is
// handed over as the instants at which its offset changes, found by asking Intl.

const SECOND = 1000;
const WEEK = 7 * 24 * 3600 * SECOND;
/** Offsets are those of the first and last instant before and after these years. */
const FIRST = Date.UTC(1900, 0, 1);
const LAST = Date.UTC(2100, 0, 1);

const zones = new Map<string, HostZone>();

/** The zone of that name, made once. */
export function zone(name = "UTC", field = "timeZone"): HostZone {
  let known = zones.get(name);
  if (known === undefined) {
    known = make(String(name), field);
    zones.set(name, known);
  }
  return known;
}

function make(name: string, field: string): HostZone {
  const { HostZone } = core();
  if (name === "UTC" || /^[+-]/.test(name)) return HostZone.named(name);
  const { initial, at, offsets } = transitions(name, field);
  return HostZone.table(name, initial, Float64Array.from(at), Int32Array.from(offsets));
}

/** When the offset of a zone changes: offsets and instants in seconds. */
export function transitions(name: string, field = "timeZone"): { initial: number; at: number[]; offsets: number[] } {
  const offsetAt = clock(name, field);
  const initial = offsetAt(FIRST);
  const at: number[] = [];
  const offsets: number[] = [];
  let before = initial;
  for (let start = FIRST; start < LAST; start += WEEK) {
    // No two changes have come closer than a week since 1900 without the second being seen
    // in the next step; within a step, changes are found by halving.
    const end = Math.min(start + WEEK, LAST);
    const after = offsetAt(end);
    if (after === before) continue;
    let [low, high] = [start / SECOND, end / SECOND];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offsetAt(middle * SECOND) === before) low = middle;
      else high = middle;
    }
    at.push(high);
    offsets.push(after);
    before = after;
  }
  return { initial, at, offsets };
}

/** The offset from UTC at an instant, by the host's clock of a zone. */
function clock(name: string, field: string): (millis: number) => number {
  const numeric = "numeric";
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    });
  } catch {
    throw unknown(name, field);
  }
  // The host does not mind the case of letters; other languages do.
  const known = format.resolvedOptions().timeZone;
  if (known !== name && known.toLowerCase() === name.toLowerCase()) throw unknown(name, field);
  return (millis) => {
    const [month, day, year, hour, minute, second] = format.format(millis).match(/\d+/g) as string[];
    const local = Date.UTC(+year!, +month! - 1, +day!, +hour!, +minute!, +second!);
    return (local - millis) / SECOND;
  };
}

function unknown(name: string, field: string): AdvocacyError {
  const message = `${JSON.stringify(name)} is not a time zone of this host; allowed are names such as UTC and Europe/Madrid (case matters)`;
  return new AdvocacyError(message, "unknown_zone", null, field);
}
