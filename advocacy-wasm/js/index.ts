/// <reference lib="esnext.disposable" preserve="true" />
export { init, type Source } from "./engine.js";
export { AdvocacyError } from "./error.js";
export { dimensions, metrics, operations, options, privacyOptions, schemas } from "./catalog.js";
export { Guard } from "./guard.js";
export { Program, Tally, type Answers, type Batch, type CsvOptions, type CsvSource, type Questions, type ReadOptions } from "./program.js";
export type { Column, Mask, TypedArray } from "./columns.js";
export type { Filter, MetricAs, Metrics, QueryOptions, ReportOptions } from "./question.js";
export * from "./sample.js";
export * from "./generated/operations.js";
export type * from "./generated/catalog.js";
export type * from "./generated/results.js";
