import { h, vary } from "./dom.js";
import type { Catalogue, Phase, Problem } from "./messages.js";
import { texts } from "./texts.js";

const T = texts.data;

export interface Handlers {
  sample(): void;
  files(files: Record<string, File>): void;
  cancel(): void;
}

/** Where data comes in. */
export class DataPanel {
  readonly element: HTMLElement;
  readonly #status = h("div", { class: "status", role: "status" });
  readonly #zone: HTMLSelectElement;
  readonly #currency = h("input", { id: "currency", size: 5, maxlength: 3, autocomplete: "off", spellcheck: "false" });
  readonly #tables: ReadonlySet<string>;
  readonly #handlers: Handlers;

  constructor(catalogue: Catalogue, handlers: Handlers) {
    this.#handlers = handlers;
    this.#tables = new Set(catalogue.schemas.map((schema) => schema.name));
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const zones = [...new Set(["UTC", here, ...Intl.supportedValuesOf("timeZone")])];
    this.#zone = h("select", { id: "zone" }, zones.map((zone) => h("option", { value: zone, selected: zone === here }, zone)));
    const input = h("input", { id: "files", type: "file", accept: ".csv,text/csv", multiple: true, class: "hidden" });
    input.addEventListener("change", () => {
      this.#take(input.files);
      input.value = "";
    });
    const zone = h(
      "div",
      { class: "drop" },
      h("p", { class: "lead" }, T.drop),
      h("p", { class: "soft" }, T.or),
      h(
        "p",
        { class: "buttons" },
        h("label", { for: "files", class: "button" }, T.choose),
        input,
        h("button", { type: "button", class: "primary", onclick: () => handlers.sample() }, T.sample),
      ),
      h("p", { class: "soft" }, T.sampleNote),
    );
    for (const name of ["dragenter", "dragover"] as const) {
      zone.addEventListener(name, (event) => {
        event.preventDefault();
        zone.classList.add("over");
      });
    }
    for (const name of ["dragleave", "drop"] as const) zone.addEventListener(name, () => zone.classList.remove("over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      this.#take(event.dataTransfer?.files ?? null);
    });
    this.element = h(
      "section",
      { id: "data", "aria-labelledby": "data-title" },
      h("h2", { id: "data-title" }, T.title),
      zone,
      this.#status,
      h(
        "div",
        { class: "fields" },
        h("div", { class: "field" }, h("label", { for: "zone" }, T.timeZone), this.#zone),
        h("div", { class: "field" }, h("label", { for: "currency" }, `${T.currency} (${T.currencyNote})`), this.#currency),
      ),
      tables(catalogue),
    );
  }

  get timeZone(): string {
    return this.#zone.value;
  }

  set timeZone(zone: string) {
    this.#zone.value = zone;
  }

  get currency(): string {
    return this.#currency.value.trim().toUpperCase();
  }

  #take(given: FileList | null): void {
    if (!given?.length) return;
    const files: Record<string, File> = {};
    const unknown: string[] = [];
    for (const file of given) {
      const table = file.name.replace(/\.csv$/i, "").toLowerCase();
      if (this.#tables.has(table)) files[table] = file;
      else unknown.push(file.name);
    }
    if (unknown.length) {
      const reasons = unknown.map((name) => T.unknownFile(name));
      if (!Object.keys(files).length) reasons.push(T.nothing);
      return this.refuse(reasons.map((message, at) => ({ code: "", message, table: unknown[at] ?? null, field: null, row: null, line: null })));
    }
    this.#handlers.files(files);
  }

  say(...content: (Node | string)[]): void {
    this.#status.replaceChildren(...content);
  }

  /** How far the work is, and a way to stop it. */
  busy(phase: Phase): void {
    const W = texts.work;
    const reading = phase.phase === "reading";
    const what = reading ? W.reading(phase.file) : W[phase.phase];
    const bar = h("progress", reading ? { max: phase.of, value: phase.done, "aria-label": W.progress } : { "aria-label": W.progress });
    if (!reading) vary(bar, "--busy", 1);
    const cancel = h("button", { type: "button", class: "quiet", onclick: () => this.#handlers.cancel() }, W.cancel);
    const shown = this.#status.querySelector(".busy");
    if (!shown) return this.say(h("div", { class: "busy" }, h("span", null, what), bar, cancel));
    // The button stays where it is, so that a press in progress is not lost.
    shown.querySelector("span")!.textContent = what;
    shown.querySelector("progress")!.replaceWith(bar);
  }

  /** What is wrong with the files: file, line, row, column, reason. */
  refuse(problems: readonly Problem[]): void {
    const P = texts.problems;
    const MOST = 20;
    const more = problems.length - MOST;
    this.say(
      h(
        "div",
        { class: "problems", role: "alert" },
        h("h3", null, P.title(problems.length)),
        h("p", null, P.none),
        h(
          "div",
          { class: "scroll", tabindex: 0, role: "region", "aria-label": P.title(problems.length) },
          h(
            "table",
            null,
            h("thead", null, h("tr", null, [P.file, P.line, P.row, P.column, P.reason].map((name) => h("th", { scope: "col" }, name)))),
            h(
              "tbody",
              null,
              problems.slice(0, MOST).map((problem) =>
                h(
                  "tr",
                  null,
                  h("th", { scope: "row" }, problem.table && this.#tables.has(problem.table) ? `${problem.table}.csv` : (problem.table ?? "")),
                  h("td", null, problem.line ?? ""),
                  h("td", null, problem.row === null ? "" : problem.row + 1),
                  h("td", null, problem.field ?? ""),
                  h("td", null, reason(problem)),
                ),
              ),
            ),
          ),
        ),
        more > 0 && h("p", null, P.more(more)),
      ),
    );
    this.#status.scrollIntoView({ block: "nearest" });
  }
}

/** The message without the place, which stands in columns of its own. */
function reason({ message, table, field, row }: Problem): string {
  const place = [table && field ? `${table}.${field}` : (field ?? table), row === null ? null : `row ${row}`];
  return message.replace(` (${place.filter(Boolean).join(" ")})`, "");
}

function tables(catalogue: Catalogue): HTMLElement {
  return h(
    "details",
    { class: "all" },
    h("summary", null, T.tables),
    catalogue.schemas.map((schema) =>
      h(
        "details",
        { class: "schema" },
        h("summary", null, h("code", null, `${schema.name}.csv`), ` ${schema.doc}`),
        h(
          "dl",
          null,
          schema.columns.map((column) =>
            h(
              "div",
              null,
              h("dt", null, h("code", null, column.name), column.required && h("small", null, ` ${T.required}`)),
              h("dd", null, column.doc),
            ),
          ),
        ),
      ),
    ),
  );
}
