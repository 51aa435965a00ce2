import * as advocacy from "advocacy-wasm";
// The engine's bytes, within the worker's own: fetching them would be a connection.
import engine from "advocacy-wasm/advocacy.wasm?inline";
import type { Answers, Ask, Loaded, Phase, Problem, ReportAsked } from "./messages.js";

const { AdvocacyError, Program } = advocacy;

const ready = advocacy.init(Uint8Array.from(atob(engine.slice(engine.indexOf(",") + 1)), (letter) => letter.charCodeAt(0)));

let program: advocacy.Program | undefined;
/** What was answered of this programme, for as long as the reader wants that remembered. */
let guard: advocacy.Guard | undefined;

function take(next: advocacy.Program): Loaded {
  program?.free();
  program = next;
  forget();
  return {
    latest: next.latest,
    currency: next.currency,
    warnings: next.warnings.map((warning) => `${warning.table}.${warning.field}: ${warning.message}`),
  };
}

function forget(): void {
  guard?.free();
  guard = undefined;
}

function asked({ protection, ...options }: ReportAsked): advocacy.ReportOptions {
  if (!protection?.guard) forget();
  if (!protection) return options;
  if (protection.guard) guard ??= new advocacy.Guard();
  return { ...options, privacy: protection.policy, ...(guard ? { guard } : {}) };
}

function loaded(): advocacy.Program {
  if (!program) throw new AdvocacyError("no data is loaded", "no_data");
  return program;
}

type Answerers = { [K in Ask["kind"]]: (ask: Extract<Ask, { kind: K }>, tell: (phase: Phase) => void) => Answers[K] | Promise<Answers[K]> };

const answer: Answerers = {
  catalogue: () => ({
    metrics: advocacy.metrics(),
    options: advocacy.options(),
    privacy: advocacy.privacyOptions(),
    schemas: advocacy.schemas(),
    operations: advocacy.operations(),
  }),
  sample: (_, tell) => {
    tell({ phase: "sample" });
    const tables = advocacy.sample();
    tell({ phase: "checking" });
    return take(new Program(tables));
  },
  files: async ({ files, timeZone, currency }, tell) => {
    const of = Object.values(files).reduce((bytes, file) => bytes + file.size, 0);
    let file = "";
    let done = 0;
    const sources = Object.fromEntries(Object.entries(files).map(([table, given]) => [table, watched(given, () => (file = given.name))]));
    const next = await Program.fromCsv(sources, {
      timeZone,
      currency,
      onProgress: (bytes) => {
        done = bytes;
        tell(done < of ? { phase: "reading", file, done, of } : { phase: "checking" });
      },
    });
    return take(next);
  },
  report: ({ options }, tell) => {
    tell({ phase: "counting" });
    return loaded().report(asked(options));
  },
  explain: ({ metric, options, by, key }) =>
    loaded().explain(metric as advocacy.MetricName, { ...asked(options), by: by as advocacy.DimensionName[] }, key),
  call: ({ operation, given }) => {
    const call = advocacy[operation as "wilson"] as unknown as ((...given: unknown[]) => unknown) & {
      explain(...given: unknown[]): string | null;
    };
    return { result: call(...given), explanation: call.explain(...given) };
  },
};

/** A file's bytes, in pieces small enough to say how far they are. */
function watched(file: File, begin: () => void): ReadableStream<Uint8Array> {
  const PIECE = 1 << 18;
  let at = 0;
  return new ReadableStream({
    async pull(stream) {
      if (at === 0) begin();
      if (at >= file.size) return stream.close();
      stream.enqueue(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
      at += PIECE;
    },
  });
}

function problem(error: unknown): Problem {
  if (!(error instanceof AdvocacyError)) throw error;
  const { code, message, table, field, row, line } = error;
  return { code, message, table, field, row, line };
}

self.onmessage = async ({ data: { id, ask } }: MessageEvent<{ id: number; ask: Ask }>) => {
  const tell = (phase: Phase) => self.postMessage({ id, phase });
  try {
    await ready;
    self.postMessage({ id, value: await (answer[ask.kind] as Answerers["call"])(ask as never, tell) });
  } catch (error) {
    const first = problem(error);
    if (ask.kind !== "files") return self.postMessage({ id, problems: [first] });
    // Now it is worth another reading to name everything that is wrong.
    const all = await Program.csvProblems(ask.files, ask);
    self.postMessage({ id, problems: all.length ? all.map(problem) : [first] });
  }
};
