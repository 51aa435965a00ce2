import type { Enps, Measure, Operation, Parameter } from "advocacy-wasm";
import { interval } from "./charts.js";
import { h, vary } from "./dom.js";
import { Refused, ask } from "./engine.js";
import { number, points, rate, share, value, whole } from "./format.js";
import type { Catalogue, Called } from "./messages.js";
import { methodName, texts, words } from "./texts.js";

const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const label = (name: string) => texts.fields[name] ?? words(name);

function operation(catalogue: Catalogue, id: string): Operation {
  return catalogue.operations.find((known) => known.id === id)!;
}

/** A calculator that asks again whenever something in it changes. */
function calculator(form: HTMLElement, work: () => Promise<Node[]>): HTMLElement {
  const out = h("output", { class: "outcome", "aria-live": "polite" });
  let last = 0;
  const again = async () => {
    last += 1;
    const mine = last;
    let shown: Node[];
    try {
      shown = await work();
    } catch (error) {
      if (!(error instanceof Refused)) return;
      shown = [h("p", { class: "refused", role: "alert" }, error.message)];
    }
    // Only the answer to the latest question is shown.
    if (mine === last) out.replaceChildren(...shown);
  };
  form.addEventListener("input", () => void again());
  form.addEventListener("submit", (event) => event.preventDefault());
  void again();
  return h("div", { class: "calculator" }, form, out);
}

function counted(parameter: Parameter, start: number, step: number | string = 1, most?: number): HTMLElement {
  const id = `field-${parameter.name}`;
  return h(
    "div",
    { class: "field", title: parameter.doc },
    h("label", { for: id }, label(parameter.name)),
    h("input", { id, name: parameter.name, type: "number", min: 0, max: most, step, value: start, inputmode: "decimal" }),
  );
}

/** The eNPS of counts or of pasted answers, with its interval. */
export function enps(catalogue: Catalogue): HTMLElement {
  const T = texts.enps;
  const counts = operation(catalogue, "enps_from_counts");
  const start: Record<string, number> = { promoters: 55, passives: 35, detractors: 10 };
  const method = counts.parameters.find((parameter) => parameter.name === "method")!;
  const byCounts = h("div", { class: "fields" }, counts.parameters.filter((parameter) => parameter.required).map((parameter) => counted(parameter, start[parameter.name] ?? 0)));
  const answers = h("textarea", { id: "answers", rows: 4, name: "answers" }, "10 9 9 8 7 10 6 9 3 8 10 9");
  const byAnswers = h("div", { class: "field", hidden: true }, h("label", { for: "answers" }, T.paste), answers);
  const way = (name: string, text: string, checked: boolean) =>
    h("label", { class: "choice" }, h("input", { type: "radio", name: "way", value: name, checked }), text);
  const form = h(
    "form",
    null,
    h("fieldset", { class: "ways" }, h("legend", null, T.by), way("counts", T.counts, true), way("answers", T.answers, false)),
    byCounts,
    byAnswers,
    h(
      "div",
      { class: "fields" },
      h(
        "div",
        { class: "field", title: method.doc },
        h("label", { for: "method" }, label("method")),
        h("select", { id: "method", name: "method" }, method.choices.map((choice) => h("option", { value: choice }, words(choice).charAt(0) + methodName(choice).slice(1)))),
      ),
      h(
        "div",
        { class: "field" },
        h("label", { for: "confidence" }, label("confidence")),
        h("select", { id: "confidence", name: "confidence" }, [0.9, 0.95, 0.99].map((level) => h("option", { value: level, selected: level === 0.95 }, share(level)))),
      ),
    ),
  );
  const answered = () => (answers.value.match(/-?\d+(?:[.,]\d+)?/g) ?? []).map((text) => Number(text.replace(",", ".")));
  return calculator(form, async () => {
    const given = new FormData(form);
    const counting = given.get("way") === "counts";
    byCounts.hidden = !counting;
    byAnswers.hidden = counting;
    const options = { method: given.get("method"), confidence: Number(given.get("confidence")) };
    const { result, explanation } = await ask({
      kind: "call",
      operation: counting ? "enpsFromCounts" : "enps",
      given: counting ? [...inOrder(counts, given), options] : [answered(), options],
    });
    return enpsShown(result as Enps, explanation);
  });
}

function inOrder(operation: Operation, given: FormData): number[] {
  return operation.parameters.filter((parameter) => parameter.required).map((parameter) => Number(given.get(parameter.name)));
}

function enpsShown(result: Enps, explanation: Called["explanation"]): Node[] {
  const T = texts.enps;
  const { measure } = result;
  if (measure.value === null) return [h("p", { class: "big" }, value(measure)), h("p", null, T.nobody)];
  const all = Number(result.responses);
  const band = (name: string, count: Enps["promoters"]) => vary(h("span", { class: name }), "--part", Number(count) / all);
  const [promoters, passives, detractors] = [whole(result.promoters), whole(result.passives), whole(result.detractors)] as const;
  const { interval: sure } = measure;
  return [
    h("p", { class: "big" }, points(Number(measure.value)), h("small", null, ` ${T.points}`)),
    sure && h("p", null, T.margin(number(result.marginOfError), share(sure.confidence)), ", ", T.interval(points(sure.low), points(sure.high)), "."),
    h(
      "div",
      { class: "bands", role: "img", "aria-label": T.bar(promoters, passives, detractors) },
      band("detractors", result.detractors),
      band("passives", result.passives),
      band("promoters", result.promoters),
    ),
    h("p", { class: "soft" }, T.bar(promoters, passives, detractors)),
    sure && interval(sure, Number(measure.value), [-100, 100], points, T.interval(points(sure.low), points(sure.high))),
    h("details", { class: "all" }, h("summary", null, texts.explain.words), h("pre", null, explanation ?? "")),
  ].filter((node): node is Exclude<typeof node, null | false> => Boolean(node));
}

/** Potential views, every assumption of which can be changed. */
export function reach(catalogue: Catalogue): HTMLElement {
  const T = texts.reach;
  const calculate = operation(catalogue, "reach_calculator");
  const start = JSON.parse(calculate.example) as Record<string, number>;
  const isShare = (parameter: Parameter) => (start[parameter.name] ?? 0) < 1;
  const form = h(
    "form",
    null,
    h(
      "div",
      { class: "fields" },
      calculate.parameters.map((parameter) =>
        isShare(parameter) ? slider(parameter, start[parameter.name]!) : counted(parameter, start[parameter.name]!, parameter.kind === "count" ? 1 : "any"),
      ),
    ),
  );
  return calculator(form, async () => {
    const given = new FormData(form);
    const { result, explanation } = await ask({ kind: "call", operation: camel(calculate.id), given: inOrder(calculate, given) });
    const measure = result as Measure;
    const shares = new Set(calculate.parameters.filter(isShare).map((parameter) => parameter.name));
    return [
      h("p", { class: "big" }, value(measure), h("small", null, ` ${T.views}`)),
      h(
        "table",
        { class: "assumptions" },
        h("caption", { class: "hidden" }, T.sum),
        h(
          "tbody",
          null,
          measure.components?.map((part, at) =>
            h(
              "tr",
              null,
              h("td", { class: "sign", "aria-hidden": "true" }, at ? "×" : ""),
              h("th", { scope: "row" }, label(part.name)),
              h("td", { class: "number" }, shares.has(part.name) ? rate(Number(part.value)) : number(part.value)),
            ),
          ),
        ),
        h("tfoot", null, h("tr", null, h("td", { class: "sign", "aria-hidden": "true" }, "="), h("th", { scope: "row" }, T.views), h("td", { class: "number" }, value(measure)))),
      ),
      h("details", { class: "all" }, h("summary", null, texts.explain.words), h("pre", null, explanation ?? "")),
    ];
  });
}

function slider(parameter: Parameter, start: number): HTMLElement {
  const id = `field-${parameter.name}`;
  const shown = h("output", { for: id }, rate(start));
  const input = h("input", { id, name: parameter.name, type: "range", min: 0, max: 1, step: 0.005, value: start });
  input.addEventListener("input", () => (shown.textContent = rate(Number(input.value))));
  return h("div", { class: "field", title: parameter.doc }, h("label", { for: id }, label(parameter.name), " ", shown), input);
}
