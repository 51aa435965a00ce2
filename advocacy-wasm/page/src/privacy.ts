import type { Cohort, Measure, Report } from "advocacy-wasm";
import { h } from "./dom.js";
import type { Policy } from "./messages.js";
import { texts } from "./texts.js";

const T = texts.privacy;

/** What a policy takes: fewer than two people are no group. */
const LIMITS = { min: 2, max: 1_000_000, step: 1 };

/** Whether small groups are withheld and below which size, and how much that hides. */
export function policy(chosen: Policy | undefined, report: Report | null, changed: (next: Policy | undefined) => void): HTMLElement {
  const number = (id: string, label: string, value: number | undefined) => {
    const input = h("input", { id, type: "number", ...LIMITS, size: 6, value: value ?? "", onchange: choose, "aria-describedby": "policy-said" });
    return { input, field: h("div", { class: "field" }, h("label", { for: id }, label), h("span", { class: "measured" }, input, ` ${T.people}`)) };
  };
  const k = number("policy-k", T.k, chosen?.k);
  const surveys = number("policy-survey-k", T.surveyK, chosen?.surveyK);
  surveys.input.disabled = chosen === undefined;

  function choose(): void {
    const given = [k.input, surveys.input];
    // The browser says what is wrong with a number that cannot be.
    if (!given.every((input) => input.reportValidity())) return;
    const [size, ofAnswers] = given.map((input) => input.value);
    changed(size ? { k: Number(size), ...(ofAnswers ? { surveyK: Number(ofAnswers) } : {}) } : undefined);
  }

  return h(
    "section",
    { class: "definitions privacy", "aria-labelledby": "policy-title" },
    h("h3", { id: "policy-title" }, T.title),
    h("p", { class: "soft" }, T.lead),
    h("div", { class: "fields" }, k.field, surveys.field),
    h("p", { id: "policy-said", class: "soft", role: "status" }, chosen && report ? T.count(withheld(report)) : T.off),
    chosen && h("button", { type: "button", class: "quiet", onclick: () => changed(undefined) }, T.remove),
  );
}

/** How many numbers of a report are withheld. */
function withheld({ headline, sections, retention }: Report): number {
  const rows = [headline, ...sections.map((section) => section.table)].flatMap((table) => [table.total, ...table.rows]);
  const measures = rows.flatMap((row) => row.measures);
  const ages = retention.cohorts.flatMap((cohort: Cohort) => cohort.ages);
  return [...measures, ...ages].filter((measure: Measure) => measure.state === "suppressed").length;
}
