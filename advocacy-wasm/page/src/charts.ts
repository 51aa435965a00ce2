import * as Plot from "@observablehq/plot";
import type { Interval, Table } from "advocacy-wasm";
import { h } from "./dom.js";
import { inUnit, key, short, value } from "./format.js";
import { texts } from "./texts.js";

const INK = "var(--ink)";
const FAINT = "var(--line)";
const ACCENT = "var(--accent)";
const QUIET = { fontFamily: "inherit", fontSize: "11px", color: "var(--soft)", overflow: "visible" } as const;

/** A column of a table week by week; what has no value is a gap, and what is withheld says so. */
export function course(table: Table, column: number, title: string, width: number): SVGElement | HTMLElement {
  const points = table.rows.map((row, at) => {
    const measure = row.measures[column]!;
    return {
      at,
      label: key(row.key[0]!),
      value: measure.value === null ? NaN : Number(measure.value),
      low: measure.interval?.low ?? NaN,
      high: measure.interval?.high ?? NaN,
      shown: value(measure),
      isWithheld: measure.state === "suppressed",
    };
  });
  const withheld = runs(points.map((point) => point.isWithheld));
  const room = (width - 52) / points.length;
  const unit = table.total.measures[column]!.unit;
  const ticks = points.filter((_, at) => at % Math.ceil(points.length / 4) === 0).map((point) => point.at);
  return Plot.plot({
    width,
    height: 132,
    marginLeft: 44,
    marginRight: 8,
    marginTop: 12,
    marginBottom: 22,
    style: QUIET,
    ariaLabel: `${title}: ${points.map((point) => `${point.label} ${point.shown}`).join(", ")}`,
    x: { domain: [-0.3, points.length - 0.7], axis: null },
    y: {
      zero: true,
      nice: true,
      ticks: 3,
      tickSize: 0,
      label: null,
      tickFormat: (tick: number) => (unit === "rate" ? inUnit(tick, unit) : short(tick)),
    },
    marks: [
      Plot.gridY({ stroke: FAINT, strokeOpacity: 1, ticks: 3 }),
      Plot.rectX(withheld, { x1: (run: Run) => run.from - 0.4, x2: (run: Run) => run.to + 0.4, fill: FAINT }),
      [true, false].map((isWide) =>
        Plot.text(withheld.filter((run) => (run.to - run.from + 1) * room > 56 === isWide), {
          x: (run: Run) => (run.from + run.to) / 2,
          frameAnchor: "middle",
          rotate: isWide ? 0 : -90,
          text: () => texts.state["suppressed"]!,
          fill: "var(--soft)",
          fontStyle: "italic",
        }),
      ),
      Plot.areaY(points, { x: "at", y1: "low", y2: "high", fill: ACCENT, fillOpacity: 0.12, curve: "monotone-x" }),
      Plot.lineY(points, { x: "at", y: "value", stroke: ACCENT, strokeWidth: 2, curve: "monotone-x" }),
      Plot.dot(points, { x: "at", y: "value", r: 2.4, fill: ACCENT, title: (point) => `${point.label}: ${point.shown}` }),
      Plot.axisX(ticks, { label: null, tickSize: 0, tickFormat: (at: number) => points[at]?.label.replace(/^\d{4}-/, "") ?? "" }),
    ],
  });
}

/** The first and the last of neighbours. */
interface Run {
  from: number;
  to: number;
}

/** Where flags are set, neighbours together. */
function runs(flags: readonly boolean[]): Run[] {
  const found: Run[] = [];
  flags.forEach((flag, at) => {
    const last = found.at(-1);
    if (flag && last?.to === at - 1) last.to = at;
    else if (flag) found.push({ from: at, to: at });
  });
  return found;
}

/** A value within its interval, on its scale. */
export function interval(
  given: Interval,
  at: number,
  domain: [number, number],
  shown: (value: number) => string,
  label: string,
): HTMLElement {
  return fitted("fitted", (wide) => [scale(Math.min(wide, 460), given, at, domain, shown, label)]);
}

function scale(
  width: number,
  given: Interval,
  at: number,
  domain: [number, number],
  shown: (value: number) => string,
  label: string,
): SVGElement | HTMLElement {
  return Plot.plot({
    width,
    height: 64,
    marginLeft: 24,
    marginRight: 24,
    marginTop: 18,
    marginBottom: 24,
    style: QUIET,
    ariaLabel: label,
    x: { domain, ticks: 5, tickSize: 0, label: null, tickFormat: shown },
    y: { domain: ["value"], axis: null },
    marks: [
      Plot.ruleY(["value"], { stroke: FAINT, strokeWidth: 6, strokeLinecap: "round" }),
      Plot.ruleY([given], { y: () => "value", x1: "low", x2: "high", stroke: ACCENT, strokeOpacity: 0.35, strokeWidth: 12, strokeLinecap: "round" }),
      Plot.dot([at], { x: (value: number) => value, y: () => "value", r: 6, fill: ACCENT, stroke: "var(--paper)", strokeWidth: 2 }),
      Plot.text([at], { x: (value: number) => value, y: () => "value", dy: -15, text: (value: number) => shown(value), fill: INK, fontWeight: 600, fontSize: 12 }),
    ],
  });
}

/** A scale that has room for an interval. */
export function room(given: Interval, unit: string | object): [number, number] {
  if (unit === "points") return [-100, 100];
  const span = (given.high - given.low) * 1.5 || 1;
  const low = given.low >= 0 ? Math.max(0, given.low - span) : given.low - span;
  const high = unit === "rate" && given.high <= 1 ? Math.min(1, given.high + span) : given.high + span;
  return [low, high];
}

/** Charts beside each other, drawn again when the width changes. */
export function responsive(draw: (width: number) => Element[]): HTMLElement {
  return fitted("charts", (wide) => {
    const columns = wide > 900 ? 3 : wide > 560 ? 2 : 1;
    return draw(Math.floor((wide - (columns - 1) * 28) / columns));
  });
}

/** What is drawn as wide as its place, and again when that changes. */
function fitted(kind: string, draw: (wide: number) => Element[]): HTMLElement {
  const box = h("div", { class: kind });
  let drawn = 0;
  new ResizeObserver(([entry]) => {
    const wide = entry!.contentRect.width;
    if (!wide || Math.abs(wide - drawn) < 2) return;
    drawn = wide;
    box.replaceChildren(...draw(wide));
  }).observe(box);
  return box;
}
