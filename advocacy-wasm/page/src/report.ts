import type { Cohort, Comparison, Measure, Report, Row, Section, Table } from "advocacy-wasm";
import { course, responsive } from "./charts.js";
import { h, vary } from "./dom.js";
import { change, instant, inUnit, key, keyId, share, value, whole } from "./format.js";
import type { Catalogue } from "./messages.js";
import { texts, words } from "./texts.js";
import { withheldBecause, type Figure } from "./explain.js";

const T = texts.report;

/** Where a number of the report stands, to find it again. */
export interface Place {
  by: string[];
  key: string[];
}

export interface View {
  catalogue: Catalogue;
  /** Numbers that just moved, by metric, for the eye to find. */
  moved: ReadonlySet<string>;
  open(figure: Figure, place: Place | null): void;
}

export const title = (catalogue: Catalogue, id: string): string =>
  texts.metrics[id] ?? catalogue.metrics.find((metric) => metric.id === id)?.title ?? words(id);

export function report(given: Report, view: View): HTMLElement[] {
  return [
    headline(given, view),
    ...given.sections.filter((section) => !isRanking(section)).map((section) => part(section, view)),
    h("div", { class: "pair" }, given.sections.filter(isRanking).map((section) => part(section, view))),
    retention(given, view),
    h("p", { class: "soft facts" }, T.facts(given.period.zone, instant(given.asOf), given.zoneDatabase)),
    given.warnings.length > 0 &&
      h("section", null, h("h3", null, T.warnings), h("ul", null, given.warnings.map((warning) => h("li", null, warning)))),
  ].filter((element): element is HTMLElement => Boolean(element));
}

/** A ranking: its rows are the first of many, so that a total would say little. */
const isRanking = (section: Section) => section.id.startsWith("top_");

function headline(given: Report, view: View): HTMLElement {
  const { columns, total } = given.headline;
  const families = new Map<string, HTMLElement[]>();
  columns.forEach((column, at) => {
    const measure = total.measures[at]!;
    const info = view.catalogue.metrics.find((metric) => metric.id === column);
    const family = info?.family ?? "";
    const list = families.get(family) ?? [];
    list.push(figure(measure, column, total.comparisons?.[at], view));
    families.set(family, list);
  });
  const versus = total.comparisons?.find(Boolean)?.with;
  return h(
    "section",
    { "aria-labelledby": "headline-title" },
    h("h3", { id: "headline-title" }, T.headline),
    versus && h("p", { class: "soft" }, T.versus(versus)),
    [...families].map(([family, figures]) =>
      h("div", { class: "family" }, h("h4", null, texts.families[family] ?? words(family)), h("div", { class: "figures" }, figures)),
    ),
  );
}

function figure(measure: Measure, column: string, comparison: Comparison | null | undefined, view: View): HTMLElement {
  const name = title(view.catalogue, column);
  const shown = value(measure);
  const difference = comparison ? change(measure, comparison) : "";
  return h(
    "button",
    {
      type: "button",
      class: `figure${view.moved.has(column) ? " moved" : ""}`,
      "data-metric": column,
      "aria-label": T.explain(name, shown, ""),
      onclick: () => view.open({ measure, title: name, where: "", comparison }, { by: [], key: [] }),
    },
    h("span", { class: "name" }, name),
    h("span", { class: `value${measure.value === null ? " none" : ""}${measure.state === "suppressed" ? " withheld" : ""}`, title: withheldBecause(measure) }, shown),
    h(
      "span",
      { class: "beside" },
      measure.interval && measure.value !== null
        ? T.interval(inUnit(measure.interval.low, measure.unit), inUnit(measure.interval.high, measure.unit), share(measure.interval.confidence))
        : difference && comparison
          ? `${value(comparison.baseline)} ${T.previously}`
          : "",
    ),
    difference && h("span", { class: "change" }, difference),
  );
}

function part(section: Section, view: View): HTMLElement {
  const id = `section-${section.id}`;
  const name = texts.sections[section.id] ?? section.title;
  const { table } = section;
  const series = table.dimensions.length === 1 && table.rows.every((row) => typeof row.key[0] === "object" && "bucket" in row.key[0]);
  // The bar of a ranking is of what it ranks by.
  const ranked = table.columns.findIndex((column) => section.id.endsWith(`_by_${column}`));
  const rows = grid(table, name, !isRanking(section), Math.max(ranked, 0), view);
  return h(
    "section",
    { "aria-labelledby": id, id: section.id },
    h("h3", { id }, name),
    series
      ? [
          responsive((width) =>
            table.columns.map((column, at) => {
              const caption = title(view.catalogue, column);
              return h("figure", null, h("figcaption", null, caption), course(table, at, caption, width));
            }),
          ),
          h("details", { class: "all" }, h("summary", null, T.asTable), rows),
        ]
      : rows,
    table.notes?.map((note) => h("p", { class: "soft" }, `${note.charAt(0).toUpperCase()}${note.slice(1)}.`)),
  );
}

function grid(table: Table, name: string, total: boolean, bar: number, view: View): HTMLElement {
  const size = (row: Row) => Number(row.measures[bar]?.value ?? 0);
  const largest = Math.max(...table.rows.map(size), 0);
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": `${name}. ${T.scroll}` },
    h(
      "table",
      null,
      h("caption", { class: "hidden" }, name),
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          table.dimensions.map((dimension) => h("th", { scope: "col" }, words(dimension))),
          table.columns.map((column) => h("th", { scope: "col", class: "number" }, title(view.catalogue, column))),
        ),
      ),
      h("tbody", null, table.rows.map((row) => line(table, row, named(table, row), largest > 0 ? size(row) / largest : null, view))),
      total && h("tfoot", null, line(table, table.total, [T.total], null, view)),
    ),
  );
}

/** A row's key; kinds are the library's words, other names the reader's own. */
const named = (table: Table, { key: values }: Row) =>
  values.map((value, at) => (table.dimensions[at] === "kind" ? words(key(value)) : key(value)));

function line(table: Table, row: Row, names: string[], part: number | null, view: View): HTMLElement {
  const first = h("th", { scope: "row" }, names.join(" · "));
  if (part !== null) vary(first, "--part", part).classList.add("bar");
  const place = { by: table.dimensions, key: row.key.map(keyId) };
  return h(
    "tr",
    null,
    first,
    table.columns.map((column, at) => h("td", { class: "number" }, cell(row.measures[at]!, column, names.join(", "), view, place))),
  );
}

function cell(measure: Measure, column: string, where: string, view: View, place: Place | null): HTMLElement {
  const name = title(view.catalogue, column);
  const shown = value(measure);
  const { coverage } = measure;
  const partly = measure.value !== null && coverage && Number(coverage.known) < Number(coverage.rows);
  return h(
    "button",
    {
      type: "button",
      class: `cell${measure.value === null ? " none" : ""}${measure.state === "suppressed" ? " withheld" : ""}${partly ? " partly" : ""}${view.moved.has(`${where}\n${column}`) ? " moved" : ""}`,
      title: withheldBecause(measure) ?? (partly ? T.partial : undefined),
      "aria-label": T.explain(name, shown, where),
      onclick: () => view.open({ measure, title: name, where }, place),
    },
    shown,
  );
}

function retention(given: Report, view: View): HTMLElement | false {
  const { cohorts } = given.retention;
  if (cohorts.length === 0) return false;
  const ages = Math.max(...cohorts.map((cohort) => cohort.ages.length));
  const began = (cohort: Cohort) => key(cohort.key);
  return h(
    "section",
    { "aria-labelledby": "retention-title", id: "retention" },
    h("h3", { id: "retention-title" }, T.retention),
    h("p", { class: "soft" }, T.retentionNote),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": `${T.retention}. ${T.scroll}` },
      h(
        "table",
        { class: "heat" },
        h("caption", { class: "hidden" }, T.retention),
        h(
          "thead",
          null,
          h(
            "tr",
            null,
            h("th", { scope: "col" }, T.cohort),
            h("th", { scope: "col", class: "number" }, T.size),
            Array.from({ length: ages }, (_, age) => h("th", { scope: "col", class: "number" }, T.age(age))),
          ),
        ),
        h(
          "tbody",
          null,
          cohorts.map((cohort) =>
            h(
              "tr",
              null,
              h("th", { scope: "row" }, began(cohort)),
              h("td", { class: "number" }, cohort.size === null ? h("span", { class: "none withheld" }, texts.state["suppressed"]) : whole(cohort.size)),
              Array.from({ length: ages }, (_, age) => {
                const measure = cohort.ages[age];
                if (!measure) return h("td", null);
                const where = `${began(cohort)}, ${T.age(age)}`;
                if (measure.value === null) return h("td", { class: "number" }, cell(measure, "retention", where, view, null));
                const part = h("td", { class: "number heat" }, heated(measure, where, view));
                return vary(part, "--heat", Number(measure.value));
              }),
            ),
          ),
        ),
      ),
    ),
  );
}

function heated(measure: Measure, where: string, view: View): HTMLElement {
  const button = cell(measure, "retention", where, view, null);
  button.textContent = share(Math.round(Number(measure.value) * 100) / 100);
  return button;
}
