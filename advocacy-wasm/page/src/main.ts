import "./style.css";
import type { Definitions, Report } from "advocacy-wasm";
import { enps, reach } from "./calculators.js";
import { DataPanel } from "./data.js";
import { account, moves, panel } from "./definitions.js";
import { h } from "./dom.js";
import { ask, cancel, Cancelled, Refused } from "./engine.js";
import { explain, explanations } from "./explain.js";
import { span } from "./format.js";
import type { Catalogue, Loaded, Phase, Protection, ReportAsked } from "./messages.js";
import { periods, usual } from "./periods.js";
import { privacy, said } from "./privacy.js";
import { report, title, type View } from "./report.js";
import { sentence, texts } from "./texts.js";

/** What the page shows. */
interface State {
  period: string;
  definitions: Definitions;
  protection: Protection | undefined;
  loaded: Loaded | null;
  report: Report | null;
}

/** The policy of the last report: under another, numbers do not move, they come and go. */
let counted: string | undefined;
/** How many reports have been asked for: while one is on its way, the numbers are busy. */
let counts = 0;

const state: State = { period: "", definitions: {}, protection: undefined, loaded: null, report: null };

const controls = h("div", { class: "controls" });
/** What a screen reader is told; it stays where it is, for what is new is not read out. */
const news = h("p", { class: "hidden", role: "status" });
const numbers = h("div", { class: "numbers" }, h("p", { class: "soft empty" }, texts.report.empty));

async function start(): Promise<void> {
  document.documentElement.lang = texts.language;
  document.title = texts.title;
  const catalogue = await ask({ kind: "catalogue" });
  const data: DataPanel = new DataPanel(catalogue, {
    sample: () => {
      data.timeZone = "Europe/Madrid";
      void load(catalogue, data, ask({ kind: "sample" }, (phase) => data.busy(phase)), () => texts.data.loaded(texts.data.sampleName, 0));
    },
    files: (files) => {
      const asked = ask({ kind: "files", files, timeZone: data.timeZone, currency: data.currency }, (phase) => data.busy(phase));
      const names = Object.values(files).map((file) => file.name);
      void load(catalogue, data, asked, () => texts.data.loaded(names.join(", "), names.length));
    },
    cancel,
  });
  document.body.append(
    h("a", { class: "skip", href: "#report" }, texts.skip),
    header(),
    h(
      "main",
      null,
      data.element,
      h("section", { id: "report", "aria-labelledby": "report-title", tabindex: -1 }, h("h2", { id: "report-title" }, texts.report.title), news, controls, numbers),
      h("section", { id: "enps", "aria-labelledby": "enps-title" }, h("h2", { id: "enps-title" }, texts.enps.title), h("p", { class: "lead" }, texts.enps.lead), enps(catalogue)),
      h("section", { id: "reach", "aria-labelledby": "reach-title" }, h("h2", { id: "reach-title" }, texts.reach.title), h("p", { class: "lead" }, texts.reach.lead), reach(catalogue)),
    ),
    h("footer", null, h("p", null, texts.private), h("p", null, texts.footer)),
    explanations,
  );
}

function header(): HTMLElement {
  const { nav, theme } = texts;
  const choose = h(
    "select",
    {
      id: "theme",
      "aria-label": theme.label,
      onchange: () => {
        document.documentElement.dataset["theme"] = choose.value;
      },
    },
    (["auto", "light", "dark"] as const).map((name) => h("option", { value: name }, theme[name])),
  );
  return h(
    "header",
    { class: "top" },
    h(
      "div",
      { class: "bar" },
      h("strong", { class: "brand" }, texts.title),
      h("nav", { "aria-label": nav.label }, (["data", "report", "enps", "reach"] as const).map((id) => h("a", { href: `#${id}` }, nav[id]))),
      choose,
    ),
    h("div", { class: "hero" }, h("h1", null, texts.lead), h("p", { class: "private" }, texts.private)),
  );
}

async function load(catalogue: Catalogue, data: DataPanel, asked: Promise<Loaded>, said: () => string): Promise<void> {
  try {
    state.loaded = await asked;
    state.report = null;
    state.period = usual(state.loaded.latest);
    await count(catalogue, data);
    data.say(h("p", { class: "done" }, said()));
    document.querySelector("#report")?.scrollIntoView({ block: "start" });
  } catch (error) {
    failed(error, data);
  }
}

/** Makes the report and shows it; what moved since the last one of the period is told. */
async function count(catalogue: Catalogue, data: DataPanel): Promise<void> {
  const before = state.report;
  const { period, definitions, protection } = state;
  const options: ReportAsked = { period, definitions, protection, timeZone: data.timeZone };
  const own = (counts += 1);
  numbers.setAttribute("aria-busy", "true");
  try {
    const tell = (phase: Phase) => (before ? undefined : data.busy(phase));
    state.report = await ask({ kind: "report", options }, tell);
  } finally {
    if (own === counts) numbers.removeAttribute("aria-busy");
  }
  const asked = JSON.stringify(protection?.policy);
  const same = asked === counted && before?.period.label === state.report.period.label && before.period.zone === state.report.period.zone;
  const moved = same ? moves(before, state.report, (id) => title(catalogue, id)) : null;
  counted = asked;
  const names = new Set(
    moved?.map((move) => (move.where ? `${move.where.slice(move.where.indexOf(", ") + 2)}\n${move.after.id}` : move.after.id)),
  );
  const view: View = {
    catalogue,
    moved: names,
    open: (figure, place) =>
      explain(
        place
          ? { ...figure, words: () => ask({ kind: "explain", metric: figure.measure.id, options, by: place.by, key: place.key }) }
          : figure,
        catalogue,
      ),
  };
  choose(catalogue, data, moved ? account(moved) : null);
  numbers.replaceChildren(...report(state.report, view));
  const told = [texts.report.counted(state.report.period.label), protection && said(protection, state.report), moved && sentence(texts.definitions.moved(moved.length))];
  news.textContent = told.filter(Boolean).join(" ");
}

/** The period, the definitions and the privacy, and what the last change of them did. */
function choose(catalogue: Catalogue, data: DataPanel, moved: HTMLElement | null): void {
  const focused = document.activeElement?.id;
  const opened = [...controls.querySelectorAll("details[open]")].map((details) => details.id);
  const change = (next: Partial<State>) => {
    const { period, definitions, protection } = state;
    Object.assign(state, next);
    count(catalogue, data).catch((error: unknown) => {
      // A choice that cannot be is taken back, and why is said.
      Object.assign(state, { period, definitions, protection });
      if (!(error instanceof Refused)) return failed(error, data);
      const why = h("p", { class: "refused", role: "alert" }, sentence(error.message));
      choose(catalogue, data, why);
      why.scrollIntoView({ block: "nearest" });
    });
  };
  const groups = periods(state.loaded?.latest ?? null);
  const period = h(
    "select",
    {
      id: "period",
      onchange: () => change({ period: period.value }),
    },
    groups.map(([name, labels]) => h("optgroup", { label: name }, labels.map((label) => h("option", { value: label, selected: label === state.period }, label)))),
  );
  controls.replaceChildren(
    h(
      "div",
      { class: "period" },
      h("div", { class: "field" }, h("label", { for: "period" }, texts.report.period), period),
      h("p", { class: "soft" }, state.report ? span(state.report.period) : ""),
    ),
    panel(catalogue, state.definitions, (definitions) => change({ definitions })),
    privacy(catalogue, state.protection, state.report, (protection) => change({ protection })),
    ...(moved ? [moved] : []),
  );
  for (const details of controls.querySelectorAll("details")) details.open = opened.includes(details.id);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

function failed(error: unknown, data: DataPanel): void {
  if (error instanceof Cancelled) {
    state.loaded = null;
    state.report = null;
    controls.replaceChildren();
    numbers.replaceChildren(h("p", { class: "soft empty" }, texts.report.empty));
    return data.say(h("p", { class: "done" }, texts.work.cancelled));
  }
  if (error instanceof Refused) return data.refuse(error.problems);
  data.say(h("p", { class: "refused", role: "alert" }, `${texts.problems.other}: ${error instanceof Error ? error.message : String(error)}`));
}

void start();
