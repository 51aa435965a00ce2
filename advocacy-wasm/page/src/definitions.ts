import type { Definitions, Measure, OptionInfo, Report } from "advocacy-wasm";
import { h } from "./dom.js";
import { key, number, value } from "./format.js";
import type { Catalogue } from "./messages.js";
import { texts, words } from "./texts.js";

const T = texts.definitions;

/** Options that stand at the front, with what they are called there. */
const FEATURED: Record<string, string> = {
  adoption_denominator: T.adoption_denominator,
  engagement_set: T.engagement_set,
};

/** The choices, and what to do when one is made. */
export function panel(catalogue: Catalogue, chosen: Definitions, changed: (next: Definitions) => void): HTMLElement {
  const set = (option: OptionInfo, choice: string) => {
    const next: Record<string, unknown> = { ...chosen };
    if (choice === "" || choice === option.default) delete next[option.id];
    else next[option.id] = choice;
    changed(next as Definitions);
  };
  const control = (option: OptionInfo, label: string) => {
    const now = String((chosen as Record<string, unknown>)[option.id] ?? option.default);
    const id = `option-${option.id}`;
    const input = option.choices.length
      ? h(
          "select",
          { id, onchange: (event) => set(option, (event.target as HTMLSelectElement).value) },
          option.choices.map((choice) => h("option", { value: choice, selected: choice === now }, texts.choices[choice] ?? choice.replaceAll("_", " "))),
        )
      : h("input", { id, value: now, size: 8, onchange: (event) => set(option, (event.target as HTMLInputElement).value.trim()) });
    return h("div", { class: "field", title: option.doc }, h("label", { for: id }, label), input);
  };
  const featured = catalogue.options.filter((option) => option.id in FEATURED);
  const rest = catalogue.options.filter((option) => !(option.id in FEATURED));
  return h(
    "section",
    { class: "definitions", "aria-labelledby": "definitions-title" },
    h("h3", { id: "definitions-title" }, T.title),
    h("p", { class: "soft" }, T.lead),
    h("div", { class: "fields" }, featured.map((option) => control(option, FEATURED[option.id]!))),
    h(
      "details",
      { class: "all", id: "definitions-all" },
      h("summary", null, T.all),
      h("div", { class: "fields many" }, rest.map((option) => control(option, words(option.id)))),
    ),
    Object.keys(chosen).length > 0 && h("button", { type: "button", class: "quiet", onclick: () => changed({}) }, T.reset),
  );
}

/** A number that another definition moved, and why. */
interface Move {
  title: string;
  where: string;
  before: Measure;
  after: Measure;
}

/** What moved between two reports of the same period, the headline first. */
export function moves(before: Report, after: Report, title: (id: string) => string): Move[] {
  const found: Move[] = [];
  const compare = (where: string, columns: string[], old: Measure[], now: Measure[]) =>
    columns.forEach((column, at) => {
      const [was, is] = [old[at], now[at]];
      if (was && is && (was.value !== is.value || was.state !== is.state)) {
        found.push({ title: title(column), where, before: was, after: is });
      }
    });
  compare("", after.headline.columns, before.headline.total.measures, after.headline.total.measures);
  for (const section of after.sections) {
    const old = before.sections.find((known) => known.id === section.id)?.table;
    if (!old || old.columns.join() !== section.table.columns.join()) continue;
    const rows = new Map(old.rows.map((row) => [row.key.map(key).join("\n"), row.measures]));
    for (const row of section.table.rows) {
      const name = row.key.map(key).join(", ");
      compare(`${section.title}, ${name}`, section.table.columns, rows.get(row.key.map(key).join("\n")) ?? [], row.measures);
    }
  }
  return found;
}

const SHOWN = 8;

/** The moves in words. */
export function account(all: Move[]): HTMLElement {
  const headline = all.filter((move) => !move.where);
  const shown = (headline.length ? headline : all).slice(0, SHOWN);
  const more = all.length - shown.length;
  return h(
    "div",
    { class: "moves" },
    h("h3", null, T.moved(all.length)),
    shown.length > 0 &&
      h(
        "ul",
        null,
        shown.map((move) =>
          h(
            "li",
            null,
            h("span", null, h("b", null, move.title), move.where && ` (${move.where})`),
            h("span", { class: "from-to" }, h("s", null, value(move.before)), " → ", h("strong", null, value(move.after))),
            h("span", { class: "soft" }, reason(move)),
          ),
        ),
      ),
    more > 0 && h("p", { class: "soft" }, T.more(more)),
  );
}

/** Which choice is another, and what it does to the sum. */
function reason({ before, after }: Move): string {
  const reasons: string[] = [];
  for (const { option, value: now } of after.definition.choices) {
    const was = before.definition.choices.find((choice) => choice.option === option)?.value;
    if (was !== undefined && was !== now) reasons.push(T.now(words(option), now.replaceAll("_", " "), was.replaceAll("_", " ")));
  }
  const part = (side: Measure["numerator"]) => (side ? `${number(side.value)} ${side.name.replaceAll("_", " ")}` : "");
  const differs = (a: Measure["numerator"], b: Measure["numerator"]) => a && b && part(a) !== part(b);
  if (differs(before.numerator, after.numerator)) reasons.push(T.above(part(after.numerator), part(before.numerator)));
  if (differs(before.denominator, after.denominator)) reasons.push(T.below(part(after.denominator), part(before.denominator)));
  return reasons.join("; ");
}
