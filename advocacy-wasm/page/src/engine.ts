import type { Answers, Ask, Phase, Problem, Reply } from "./messages.js";
import EngineWorker from "./worker.js?worker&inline";

/** What the engine found wrong. */
export class Refused extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems[0]?.message ?? "");
    this.problems = problems;
  }
}

/** The work was called off. */
export class Cancelled extends Error {}

interface Waiting {
  done(value: unknown): void;
  failed(error: Error): void;
  phase: ((phase: Phase) => void) | undefined;
}

let worker: Worker | undefined;
let last = 0;
const waiting = new Map<number, Waiting>();

function start(): Worker {
  const made = new EngineWorker();
  made.onmessage = ({ data }: MessageEvent<Reply>) => {
    const asked = waiting.get(data.id);
    if (!asked) return;
    if ("phase" in data) return asked.phase?.(data.phase);
    waiting.delete(data.id);
    if ("problems" in data) asked.failed(new Refused(data.problems));
    else asked.done(data.value);
  };
  made.onerror = (event) => stop(new Error(event.message || "the worker failed"));
  return made;
}

/** Asks the worker; `phase` hears how far it is. */
export function ask<K extends Ask["kind"]>(
  question: Extract<Ask, { kind: K }>,
  phase?: (phase: Phase) => void,
): Promise<Answers[K]> {
  worker ??= start();
  last += 1;
  const id = last;
  worker.postMessage({ id, ask: question });
  return new Promise((done, failed) => waiting.set(id, { done: done as Waiting["done"], failed, phase }));
}

/** Calls everything off: the worker goes, with all it knew. */
export function cancel(): void {
  stop(new Cancelled());
}

function stop(why: Error): void {
  worker?.terminate();
  worker = undefined;
  const all = [...waiting.values()];
  waiting.clear();
  for (const asked of all) asked.failed(why);
}
