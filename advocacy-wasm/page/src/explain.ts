import type { Comparison, Measure, Note } from "advocacy-wasm";
import { interval, room } from "./charts.js";
import { h } from "./dom.js";
import { change, day, inUnit, number, share, span, value, whole } from "./format.js";
import type { Catalogue } from "./messages.js";
import { methodName, sentence, texts, words } from "./texts.js";

const T = texts.explain;

/** A number and where it stands. */
export interface Figure {
  measure: Measure;
  title: string;
  /** The row it is of, as it is shown; empty for the total. */
  where: string;
  comparison?: Comparison | null | undefined;
  /** The library's own words, when they are asked for. */
  words?: () => Promise<string | null>;
}

const dialog = h("dialog", { class: "explain", "aria-labelledby": "explain-title" });
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});

/** The place for explanations; put into the page once. */
export const explanations = dialog;

/** Opens the explanation of a number. */
export function explain(figure: Figure, catalogue: Catalogue): void {
  const { measure, title, where, comparison } = figure;
  const body = h("div", { class: "explain-body" });
  const part = (heading: string, ...content: Parameters<typeof h>[2][]) =>
    body.append(h("section", null, h("h3", null, heading), ...content));

  const isWithheld = measure.state === "suppressed";
  if (measure.numerator && !isWithheld) {
    part(
      T.sum,
      h(
        "p",
        { class: "sum" },
        quantity(measure.numerator.name, measure.numerator.value),
        measure.denominator && [h("span", { class: "sign" }, "÷"), quantity(measure.denominator.name, measure.denominator.value)],
        h("span", { class: "sign" }, measure.value === null ? T.is : "="),
        h("strong", null, value(measure)),
      ),
    );
  }
  if (measure.components?.length && !isWithheld) {
    part(T.parts, h("p", { class: "sum" }, measure.components.map((component) => quantity(component.name, component.value))));
  }
  const why = withheldBecause(measure);
  if (measure.value === null) part(value(measure), h("p", null, texts.stateMeaning[measure.state]), why && h("p", null, why));
  if (measure.interval && measure.value !== null) {
    const { low, high, confidence, method } = measure.interval;
    const shown = (at: number) => inUnit(at, measure.unit);
    const text = T.intervalText(share(confidence), shown(low), shown(high), methodName(method));
    part(T.interval, interval(measure.interval, Number(measure.value), room(measure.interval, measure.unit), shown, text), h("p", null, text));
  }
  if (comparison) {
    const difference = change(measure, comparison);
    part(
      T.compared,
      h("p", null, T.comparedText(value(comparison.baseline), comparison.with), difference && `; ${T.difference(difference)}`, "."),
    );
  }
  part(T.definition, h("p", null, sentence(measure.definition.formula)), choices(measure, catalogue));
  if (measure.coverage) {
    const { known, rows } = measure.coverage;
    part(
      T.coverage,
      h("meter", { min: 0, max: Number(rows) || 1, value: String(known), "aria-label": T.coverage }),
      h("p", null, T.coverageText(whole(known), whole(rows))),
    );
  }
  const notes = measure.notes.filter((note) => note.kind !== "suppressed");
  if (notes.length) part(T.notes, h("ul", null, notes.map((note) => h("li", null, noted(note)))));
  if (measure.period) part(T.period, h("p", null, `${measure.period.label}: ${span(measure.period)} (${measure.period.zone})`));
  const source = catalogue.metrics.find((metric) => metric.id === measure.id)?.source;
  if (source) part(T.source, h("p", null, sentence(source)));
  if (figure.words) {
    const text = h("pre", { "aria-busy": "true" }, "…");
    void figure.words().then((found) => {
      text.textContent = found ?? "";
      text.removeAttribute("aria-busy");
    });
    part(T.words, text);
  }

  dialog.replaceChildren(
    h(
      "header",
      null,
      h("div", null, h("h2", { id: "explain-title" }, title), where && h("p", { class: "where" }, where)),
      h("button", { type: "button", class: "quiet close", onclick: () => dialog.close(), "aria-label": T.close }, "×"),
    ),
    h("p", { class: "big" }, value(measure)),
    body,
  );
  dialog.showModal();
  dialog.scrollTop = 0;
}

/** Why a number is withheld, where it is. */
export function withheldBecause(measure: Measure): string | undefined {
  const note = measure.notes.find((note) => note.kind === "suppressed");
  return note && sentence(note.reason);
}

function quantity(name: string, count: Parameters<typeof number>[0]): HTMLElement {
  return h("span", { class: "quantity" }, h("b", null, number(count)), h("small", null, name.replaceAll("_", " ")));
}

/** Every option of the metric, and what is chosen; what is not the default stands out. */
function choices(measure: Measure, catalogue: Catalogue): HTMLElement {
  return h(
    "dl",
    { class: "choices" },
    measure.definition.choices.map(({ option, value: chosen }) => {
      const info = catalogue.options.find((known) => known.id === option);
      const other = info && info.default !== chosen && info.default !== "auto";
      return h(
        "div",
        { class: other ? "chosen" : undefined, title: info?.doc },
        h("dt", null, words(option)),
        h("dd", null, chosen.replaceAll("_", " ")),
      );
    }),
  );
}

function noted(note: Note): string {
  const values: Record<string, string> = {};
  for (const [name, given] of Object.entries(note)) {
    if (name === "asOf") values[name] = day(String(given));
    else if (Array.isArray(given)) values[name] = given.join(", ");
    else if (["people", "rows", "count", "n"].includes(name)) values[name] = whole(given as number);
    else values[name] = String(given);
  }
  // A kind that has no words here yet is said with what it holds.
  const say = texts.notes[note.kind as keyof typeof texts.notes] as ((note: Record<string, string>) => string) | undefined;
  return say ? say(values) : `${words(note.kind)} ${Object.entries(values).filter(([name]) => name !== "kind").map(([, given]) => given).join(", ")}`;
}
