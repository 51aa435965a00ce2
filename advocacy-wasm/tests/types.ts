// Compiled, not run: what the types allow, and what they refuse.
import {
  AdvocacyError,
  enps,
  init,
  metrics,
  Program,
  sample,
  Tally,
  wilson,
  type Enps,
  type Interval,
  type Measure,
  type Report,
  type Table,
  type Whole,
} from "advocacy-wasm";

const memory: WebAssembly.Memory = await init();
void memory;

const score: Enps = enps(new Uint8Array([10, 9, 7, 3]), { method: "tango", confidence: 0.9 });
const value: Whole | null = score.measure.value;
const words: string | null = enps.explain([10, 9, null]);
const interval: Interval | null = wilson(18n, 20);
void [value, words, interval];

const program = new Program(
  {
    currency: "EUR",
    advocates: [{ id: "ada", team: "Data", joined: new Date() }],
    shares: { advocate: ["ada"], network: { codes: new Uint8Array(1), names: ["x"] }, sharedAt: new Float64Array(1), likes: { values: new Uint32Array(1), validity: [true] } },
  },
  { timeZone: "Europe/Madrid" },
);
const table: Table = program.measure(["engagementRate", { metric: "adoption_rate", as: "ours", definitions: { adoptionDenominator: "invited" } }], {
  by: ["network", "tag:grade"],
  period: "2025-Q3",
  filter: { team: { not: ["Legal"] } },
  compare: "previousPeriod",
  top: { rows: 10, by: "ours" },
});
const first: Measure | undefined = table.rows[0]?.measures[0];
void first;
const tally: Tally = program.reportTally({ period: "2025", asOf: new Date() });
const report: Report = program.report({ period: "2025", from: tally });
for (const section of report.sections) void section.table.rows.length;
for (const metric of metrics()) void metric.formula.length;
void new Program(sample());
program[Symbol.dispose]();

try {
  enps([11]);
} catch (error) {
  if (error instanceof AdvocacyError) void [error.code, error.table, error.field, error.row, error.line];
}

// @ts-expect-error a metric that is not there
program.measure("engagementRat");
// @ts-expect-error a dimension that is not there
program.measure("shares", { by: "teams" });
// @ts-expect-error an option that is not there
program.measure("shares", { perriod: "2025" });
// @ts-expect-error a report needs a period
program.report({});
// @ts-expect-error a column that is not there
void new Program({ advocates: [{ id: 1, shoeSize: 43 }] });
// @ts-expect-error a share needs an advocate
void new Program({ shares: [{ network: "x", sharedAt: 0 }] });
// @ts-expect-error a method that is not there
enps([9], { method: "guess" });
// @ts-expect-error two counts are needed
wilson(18);
