import type { Definitions, Listing, Operation, OptionInfo, PrivacyPolicy, Report, TableSchema } from "advocacy-wasm";

/** What the page asks its worker. */
export type Ask =
  | { kind: "catalogue" }
  | { kind: "sample" }
  | { kind: "files"; files: Record<string, File>; timeZone: string; currency: string }
  | { kind: "report"; options: ReportAsked }
  | { kind: "explain"; metric: string; options: ReportAsked; by: string[]; key: (string | number)[] }
  | { kind: "call"; operation: string; given: unknown[] };

export interface ReportAsked {
  period: string;
  timeZone: string;
  definitions: Definitions;
  protection?: Protection | undefined;
}

/** How small groups are kept private. */
export interface Protection {
  /** What differs from the library's default policy. */
  policy: Partial<PrivacyPolicy>;
  /** Whether answers are held to earlier ones. */
  guard: boolean;
}

export interface Catalogue {
  metrics: readonly Listing[];
  options: readonly OptionInfo[];
  privacy: readonly OptionInfo[];
  schemas: readonly TableSchema[];
  operations: readonly Operation[];
}

export interface Loaded {
  latest: string | null;
  currency: string | null;
  warnings: string[];
}

/** A result of an operation and how it came about. */
export interface Called {
  result: unknown;
  explanation: string | null;
}

/** What an answer to each question is. */
export interface Answers {
  catalogue: Catalogue;
  sample: Loaded;
  files: Loaded;
  report: Report;
  explain: string | null;
  call: Called;
}

/** Something wrong, as it crosses over. */
export interface Problem {
  code: string;
  message: string;
  table: string | null;
  field: string | null;
  row: number | null;
  line: number | null;
}

export type Phase = { phase: "reading"; file: string; done: number; of: number } | { phase: "sample" | "checking" | "counting" };

export type Reply =
  | { id: number; phase: Phase }
  | { id: number; value: unknown }
  | { id: number; problems: Problem[] };
