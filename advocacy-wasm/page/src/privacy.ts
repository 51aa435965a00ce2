import type { Cohort, Measure, OptionInfo, PrivacyPolicy, Report } from "advocacy-wasm";
import { h } from "./dom.js";
import type { Catalogue, Protection } from "./messages.js";
import { texts, words } from "./texts.js";

const T = texts.privacy;

/** Options that stand at the front. */
const FEATURED = ["k", "survey_k"];

/** Whether small groups are kept private, by which rules, and how much that withholds. */
export function privacy(
  catalogue: Catalogue,
  chosen: Protection | undefined,
  report: Report | null,
  changed: (next: Protection | undefined) => void,
): HTMLElement {
  return h(
    "section",
    { class: "definitions privacy", "aria-labelledby": "privacy-title" },
    h("h3", { id: "privacy-title" }, T.title),
    h("p", { class: "soft" }, T.lead),
    tick("privacy", T.on, T.onNote, chosen !== undefined, (on) => changed(on ? { policy: {}, guard: false } : undefined)),
    chosen && rules(catalogue, chosen, changed),
    h("p", { id: "withheld" }, said(chosen, report)),
  );
}

/** How many numbers are withheld, in words. */
export function said(chosen: Protection | undefined, report: Report | null): string {
  return chosen && report ? T.count(withheld(report)) : T.off;
}

function rules(catalogue: Catalogue, chosen: Protection, changed: (next: Protection) => void): HTMLElement[] {
  const control = (option: OptionInfo) =>
    rule(option, (chosen.policy as Record<string, unknown>)[option.id], (choice) => {
      const policy: Record<string, unknown> = { ...chosen.policy };
      if (choice === "" || choice === option.default) delete policy[option.id];
      else policy[option.id] = choice;
      changed({ ...chosen, policy: policy as Partial<PrivacyPolicy> });
    });
  const isFeatured = (option: OptionInfo) => FEATURED.includes(option.id);
  return [
    h("div", { class: "fields many" }, catalogue.privacy.filter(isFeatured).map(control)),
    tick("guard", T.guard, T.guardNote, chosen.guard, (guard) => changed({ ...chosen, guard })),
    h(
      "details",
      { class: "all", id: "privacy-all" },
      h("summary", null, T.all),
      h("div", { class: "fields many" }, catalogue.privacy.filter((option) => !isFeatured(option)).map(control)),
    ),
  ];
}

/** An option of the policy: on or off, or a number. */
function rule(option: OptionInfo, now: unknown, set: (choice: string) => void): HTMLElement {
  // An option without words here yet is said in the library's own.
  const { label, note, unit, none } = { label: words(option.id), note: option.doc, unit: "", none: "", ...T.rules[option.id] };
  const id = `privacy-${option.id}`;
  const value = String(now ?? option.default);
  if (option.choices.includes("true")) return tick(id, label, note, value === "true", (on) => set(String(on)));
  const input = h("input", {
    id,
    type: "number",
    min: 0,
    step: 1,
    value: value === "none" ? "" : value,
    placeholder: option.default === "none" ? none : undefined,
    "aria-describedby": `${id}-note`,
    // What the number may be, the library says.
    onchange: () => input.reportValidity() && set(input.value),
  });
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    h("span", { class: "measured" }, input, unit),
    h("p", { id: `${id}-note`, class: "note" }, note),
  );
}

function tick(id: string, label: string, note: string, on: boolean, set: (on: boolean) => void): HTMLElement {
  const input = h("input", { id, type: "checkbox", checked: on, "aria-describedby": `${id}-note`, onchange: () => set(input.checked) });
  return h("div", { class: "tick" }, input, h("label", { for: id }, label), h("p", { id: `${id}-note`, class: "note" }, note));
}

/** How many numbers of a report are withheld. */
function withheld({ headline, sections, retention }: Report): number {
  const rows = [headline, ...sections.map((section) => section.table)].flatMap((table) => [table.total, ...table.rows]);
  const measures = rows.flatMap((row) => row.measures);
  const ages = retention.cohorts.flatMap((cohort: Cohort) => cohort.ages);
  return [...measures, ...ages].filter((measure: Measure) => measure.state === "suppressed").length;
}
