import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as advocacy from "advocacy-wasm";
import { agree, native } from "./native.mjs";

const { AdvocacyError, Program, Tally } = advocacy;
let memory;
before(async () => {
  memory = await advocacy.init();
});

const QUARTER = { period: "2025-Q3", timeZone: "Europe/Madrid" };

/** The error that something throws. */
function thrown(call) {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof AdvocacyError, String(error));
    assert.ok(error instanceof Error);
    assert.equal(error.name, "AdvocacyError");
    return error;
  }
  assert.fail("nothing was thrown");
}

test("init gives the same promise, and results are plain", async () => {
  assert.equal(await advocacy.init(), memory);
  const score = advocacy.enps(new Uint8Array([10, 9, 7, 3]));
  assert.equal(score.measure.value, 25);
  assert.deepEqual(structuredClone(score), score);
  assert.deepEqual(JSON.parse(JSON.stringify(score)), score);
  assert.equal(Object.getPrototypeOf(score), Object.prototype);
});

test("the catalogue lists what there is", () => {
  assert.ok(advocacy.metrics().some((metric) => metric.id === "engagement_rate" && metric.unit === "rate"));
  assert.ok(advocacy.options().some((option) => option.id === "adoption_denominator" && option.choices.includes("invited")));
  assert.ok(advocacy.privacyOptions().some((option) => option.id === "survey_k" && option.default === "none"));
  assert.ok(advocacy.schemas().some((table) => table.name === "shares"));
  assert.ok(advocacy.dimensions().includes("network"));
  for (const { id } of advocacy.operations()) {
    const name = id.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
    assert.equal(typeof advocacy[name], "function", name);
    assert.equal(typeof advocacy[name].explain, "function", name);
  }
});

test("operations take numbers, BigInt, arrays and typed arrays alike", () => {
  const expected = advocacy.wilson(18, 20);
  assert.deepEqual(advocacy.wilson(18n, 20n), expected);
  assert.deepEqual(advocacy.wilson(18, 20, { confidence: 0.95 }), expected);
  assert.equal(expected.method, "wilson");
  const scores = [10, 9, 7, 3, 0, 10];
  const score = advocacy.enps(scores);
  for (const Typed of [Uint8Array, Int8Array, Uint16Array, Int32Array, Float32Array, Float64Array]) {
    assert.deepEqual(advocacy.enps(Typed.from(scores)), score, Typed.name);
  }
  assert.deepEqual(advocacy.enps(BigInt64Array.from(scores, BigInt)), score);
  assert.equal(advocacy.enps([10, null, 9]).missing, 1);
  assert.equal(advocacy.enps([]).measure.state, "undefined");
  assert.equal(advocacy.enps([]).measure.value, null);
  assert.match(advocacy.enps.explain(scores), /^enps = 100 × \(promoters − detractors\) \/ responses = /);
});

test("operations refuse with code, field and row", () => {
  const cases = [
    [() => advocacy.enps([10, 11]), "out_of_range", "scores", 1],
    [() => advocacy.enps([10, NaN]), "not_finite", "scores", 1],
    [() => advocacy.enps("10"), "invalid_value", "scores", null],
    [() => advocacy.enps(undefined), "missing_value", "scores", null],
    [() => advocacy.wilson(-1, 20), "negative_count", "successes", null],
    [() => advocacy.wilson(1.5, 20), "invalid_value", "successes", null],
    [() => advocacy.wilson(1, 20, { confidense: 0.9 }), "unknown_name", "confidense", null],
    [() => advocacy.enps([9], { method: "guess" }), "unknown_name", "method", null],
    [() => advocacy.enps([9], { scale: { min: NaN, max: 5, passiveFrom: 3, promoterFrom: 4 } }), "not_finite", null, null],
  ];
  for (const [call, code, field, row] of cases) {
    const error = thrown(call);
    assert.deepEqual([error.code, error.field, error.row], [code, field, row], error.message);
  }
});

test("tz says when a window begins and ends, and what a time in words means", () => {
  const responses = (answeredAt, options) =>
    advocacy.enpsRolling([1, 2], answeredAt, [10, 0], "2025-Q1", options).responses;
  // Summer time begins on 30 March 2025: April begins at 22:00 UTC in Madrid, at 04:00 in New York.
  const edge = ["2025-03-31T21:59:59Z", "2025-03-31T22:00:00Z"];
  assert.equal(responses(edge), 2);
  assert.equal(responses(edge, { tz: "UTC" }), 2);
  assert.equal(responses(edge, { tz: "Europe/Madrid" }), 1);
  assert.equal(responses(["2025-04-01T03:59:59Z", "2025-04-01T04:00:00Z"], { tz: "America/New_York" }), 1);
  assert.equal(responses(["2025-03-31T23:59:59", "2025-04-01T00:00:00"], { tz: "Europe/Madrid" }), 1);
  assert.match(advocacy.enpsRolling.explain([1], [edge[0]], [10], "2025-Q1", { tz: "Europe/Madrid" }), /^enps = /);
  // From noon to noon over the change of clocks it is 47 hours in Madrid.
  const cadence = (options) => advocacy.pulseCheck(8, ["2025-03-29T12:00:00", "2025-03-31T12:00:00"], options).cadenceDays;
  assert.equal(cadence(), 2);
  assert.equal(cadence({ tz: "Europe/Madrid" }), 47 / 24);
  for (const [tz, code] of [["Europe/Nowhere", "unknown_zone"], ["europe/madrid", "unknown_zone"], [1, "invalid_value"]]) {
    const error = thrown(() => responses(edge, { tz }));
    assert.deepEqual([error.code, error.field], [code, "tz"], error.message);
  }
});

test("what results have in common is frozen, and one result is not another's", () => {
  const [score, other] = [advocacy.enps([10, 9, 7, 3]), advocacy.enps([10, 10])];
  assert.equal(score.measure.definition, other.measure.definition);
  assert.throws(() => (score.measure.definition.formula = "mine"), TypeError);
  score.measure.value = 0;
  score.measure.components.pop();
  assert.equal(advocacy.enps([10, 9, 7, 3]).measure.value, 25);
  assert.equal(advocacy.enps([10, 9, 7, 3]).measure.components.length, 3);
  assert.deepEqual([advocacy.gini([1, 1]), advocacy.gini([0, 1])], [0, 0.5]);
});

test("whole numbers beyond 2^53 - 1 are decimal digits", () => {
  const most = 2n ** 53n - 1n;
  const rate = advocacy.adoptionRate(0, most);
  assert.equal(rate.denominator.value, Number(most));
  assert.equal(advocacy.adoptionRate(0, most + 1n).denominator.value, String(most + 1n));
  const rows = [0, 1].map((id) => ({ advocate: id, network: "x", sharedAt: "2025-07-01", impressions: most }));
  const program = new Program({ advocates: [{ id: 0 }, { id: 1 }], shares: rows });
  const total = program.measure("impressions", { period: "2025" }).total.measures[0];
  assert.equal(total.value, String(2n * most));
  program.free();
});

test("the report of the sample is that of native code, bit by bit", () => {
  const program = new Program(advocacy.sample());
  for (const [period, timeZone] of [["2025-Q3", "Europe/Madrid"], ["2025", "UTC"], ["2024-W40", "America/New_York"]]) {
    const { zoneDatabase, ...ours } = program.report({ period, timeZone });
    const { zone_database, ...theirs } = native("report", period, timeZone);
    assert.match(zone_database, /^(IANA .*|none)$/);
    assert.match(zoneDatabase, /^(host|none)$/);
    agree(ours, theirs, `${period} ${timeZone}`);
  }
  program.free();
});

test("a programme of columns is that of its rows", () => {
  const { shares, ...tables } = advocacy.sample();
  const column = (name) => shares.map((share) => share[name]);
  const known = (name) => Uint8Array.from(shares, (share) => Number(share[name] !== null));
  const counts = ["reach", "impressions", "likes", "comments", "reshares", "clicks", "follows", "conversions", "revenue"];
  const networks = [...new Set(column("network"))];
  const columns = {
    id: column("id"),
    advocate: column("advocate"),
    content: column("content"),
    network: { codes: Uint8Array.from(column("network"), (network) => networks.indexOf(network)), names: networks },
    sharedAt: Float64Array.from(column("sharedAt"), (at) => Date.parse(at)),
    observedAt: {
      values: BigInt64Array.from(column("observedAt"), (at) => BigInt(Date.parse(at ?? 0)) * 1000n),
      validity: known("observedAt"),
    },
    removed: Uint8Array.from(column("removed"), Number),
    confirmed: { values: Uint8Array.from(column("confirmed"), Number), validity: known("confirmed") },
    account: column("account"),
    copy: column("copy"),
    mode: column("mode"),
    paid: column("paid"),
  };
  counts.forEach((name, at) => {
    const values = [Uint32Array, Float64Array, Int32Array][at % 3].from(column(name), (value) => value ?? 0);
    const bits = new Uint8Array(Math.ceil(shares.length / 8));
    known(name).forEach((flag, row) => (bits[row >> 3] |= flag << (row & 7)));
    columns[name] = at % 2 ? { values, bits } : { values, validity: known(name) };
  });
  const byRows = new Program({ ...tables, shares });
  const byColumns = new Program({ ...tables, shares: columns });
  assert.deepEqual(byColumns.report(QUARTER), byRows.report(QUARTER));
  byRows.free();
  byColumns.free();
});

test("CSV files make the same programme, and what is wrong has its line", async () => {
  const tables = advocacy.sample();
  const cell = (value) => {
    if (value === null || value === undefined) return "";
    if (Array.isArray(value)) return value.join(";");
    const text = String(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const files = {};
  for (const [name, rows] of Object.entries(tables)) {
    if (!Array.isArray(rows)) continue;
    const keys = Object.keys(rows[0]);
    files[name] = [keys.map(snake).join(","), ...rows.map((row) => keys.map((key) => cell(row[key])).join(","))].join("\r\n");
  }
  const heard = [];
  const bySource = {
    ...files,
    shares: new Blob([files.shares]),
    content: new TextEncoder().encode(files.content),
  };
  const program = await Program.fromCsv(bySource, { currency: "EUR", onProgress: (bytes) => heard.push(bytes) });
  const rows = new Program(tables);
  assert.deepEqual(program.report(QUARTER), rows.report(QUARTER));
  assert.equal(heard.at(-1), Object.values(files).reduce((bytes, text) => bytes + new TextEncoder().encode(text).length, 0));
  program.free();
  rows.free();

  const bad = { advocates: "id\na\n", shares: "advocate,network,shared_at\na,x,2025-07-01\n\nb,x,2025-07-02\n" };
  await assert.rejects(Program.fromCsv(bad), (error) => {
    assert.deepEqual([error.code, error.table, error.field, error.row, error.line], ["unknown_id", "shares", "advocate", 1, 4]);
    return error instanceof AdvocacyError;
  });
  const problems = await Program.csvProblems({ ...bad, shares: `${bad.shares}c,x,2025-07-03\n` });
  assert.deepEqual(problems.map((problem) => [problem.code, problem.line]), [["unknown_id", 4], ["unknown_id", 5]]);
});

test("questions: dimensions, definitions, filters, baselines, rankings", () => {
  const program = new Program(advocacy.sample());
  const table = program.measure(
    ["adoptionRate", { metric: "adoptionRate", as: "of invited", definitions: { adoptionDenominator: "invited" } }],
    { ...QUARTER, by: "team", compare: "previousPeriod" },
  );
  assert.deepEqual(table.columns, ["adoptionRate", "of invited"]);
  const [employees, invited] = table.total.measures;
  assert.equal(employees.id, "adoption_rate");
  assert.equal(employees.denominator.name, "employees");
  assert.equal(invited.denominator.name, "invited");
  assert.equal(table.total.comparisons.length, 2);

  const only = program.measure("shares", { ...QUARTER, filter: { network: "linkedin" } }).total.measures[0].value;
  const rest = program.measure("shares", { ...QUARTER, filter: { network: { not: ["linkedin"] } } }).total.measures[0].value;
  const all = program.measure("shares", QUARTER).total.measures[0].value;
  assert.equal(only + rest, all);

  const top = program.measure(["shares", "engagementRate"], { ...QUARTER, by: "advocate", top: { rows: 3, by: "engagementRate" } });
  assert.equal(top.rows.length, 3);
  const rates = top.rows.map((row) => row.measures[1].value);
  assert.deepEqual(rates, [...rates].sort((a, b) => b - a));

  assert.match(program.explain("engagementRate", QUARTER), /^engagement_rate = engagements \/ impressions = .*\n[^]*period: 2025-Q3 \(Europe\/Madrid\)/);
  assert.match(program.explain("shares", { ...QUARTER, by: "network" }, ["linkedin"]), /^shares = /);
  assert.equal(program.explain("shares", { ...QUARTER, by: "network" }, ["nowhere"]), null);

  const cases = [
    [() => program.measure("nope"), "unknown_name", "metric"],
    [() => program.measure("shares", { by: "nope" }), "unknown_name", "dimension"],
    [() => program.measure("shares", { period: "2025-Q5" }), "invalid_period", "period"],
    [() => program.measure("shares", { perriod: "2025" }), "unknown_name", "option"],
    [() => program.measure("shares", { definitions: { adoptionDenominator: "all" } }), "unknown_name", "adoption_denominator"],
    [() => program.measure("shares", { compare: "yesterday" }), "unknown_name", "compare"],
    [() => program.measure("shares", { largestFirst: "clicks" }), "unknown_name", "order_by"],
    [() => program.measure("shares", { period: "2025", timeZone: "Europe/Madird" }), "unknown_zone", "timeZone"],
    [() => program.measure("shares", { period: "2025", timeZone: "europe/madrid" }), "unknown_zone", "timeZone"],
    [() => program.measure("shares", { limit: -1 }), "invalid_option", "limit"],
    [() => program.report({}), "invalid_period", "period"],
  ];
  for (const [call, code, field] of cases) {
    const error = thrown(call);
    assert.deepEqual([error.code, error.field], [code, field], error.message);
  }
  program.free();
});

test("rows are refused with table, field and row", () => {
  const advocates = [{ id: "a" }];
  const share = { advocate: "a", network: "x", sharedAt: "2025-07-01" };
  const cases = [
    [{ shares: [{ ...share, advocate: "b" }], advocates }, "unknown_id", "shares", "advocate", 0],
    [{ shares: [share, { ...share, likes: -1 }], advocates }, "negative_count", "shares", "likes", 1],
    [{ shares: [share, { ...share, likes: 1.5 }], advocates }, "invalid_value", "shares", "likes", 1],
    [{ shares: [share, { ...share, likes: NaN }], advocates }, "not_finite", "shares", "likes", 1],
    [{ shares: [share, { ...share, likes: "3" }], advocates }, "invalid_value", "shares", "likes", 1],
    [{ shares: [{ ...share, sharedAt: "yesterday" }], advocates }, "invalid_value", "shares", "shared_at", 0],
    [{ shares: [{ ...share, sharedAt: new Date(NaN) }], advocates }, "not_finite", "shares", "shared_at", 0],
    [{ shares: [{ ...share, paid: "no" }], advocates }, "invalid_value", "shares", "paid", 0],
    [{ shares: [{ network: "x", sharedAt: 0 }], advocates }, "missing_column", "shares", "advocate", null],
    [{ shares: [null], advocates }, "invalid_value", "shares", null, 0],
    [{ advocates: [{ id: "a" }, { id: "a" }] }, "duplicate_id", "advocates", "id", 1],
    [{ sharez: [] }, "unknown_name", null, "table", null],
    [{ advocates: { id: new Uint8Array(2), team: ["a"] } }, "unequal_lengths", "advocates", "team", null],
    [{ currency: "euros" }, "invalid_value", null, "currency", null],
  ];
  for (const [tables, code, table, field, row] of cases) {
    const error = thrown(() => new Program(tables));
    assert.deepEqual([error.code, error.table, error.field, error.row], [code, table, field, row], error.message);
  }
  const both = Program.problems({ shares: [{ ...share, advocate: "b" }, { ...share, likes: -1 }], advocates });
  assert.deepEqual(both.map((problem) => problem.code), ["unknown_id", "negative_count"]);
  const odd = new Program({ advocates: [{ id: 1, shoeSize: 43 }] });
  assert.deepEqual(odd.warnings.map((warning) => warning.field), ["shoe_size"]);
  odd.free();
});

test("tallies merge: two halves are the whole, and bytes keep them", () => {
  const { shares, ...tables } = advocacy.sample();
  // Only rows that are unique: observations again belong in one batch.
  const seen = new Set();
  const unique = shares.filter(({ id }) => !seen.has(id) && seen.add(id));
  const options = { ...QUARTER, asOf: "2026-01-15T00:00:00Z" };
  const whole = new Program({ ...tables, shares: unique });
  const { activities, brandPosts, responses, ...people } = tables;
  const halves = [
    new Program({ ...tables, shares: unique.slice(0, 3000) }),
    new Program({ ...people, shares: unique.slice(3000) }),
  ];
  const query = [["shares", "engagementRate", "adoptionRate"], { ...options, by: "network" }];
  const [first, second] = halves.map((half) => half.tally(...query));
  const merged = second.merge(Tally.fromBytes(first.toBytes()));
  assert.deepEqual(merged.toBytes(), whole.tally(...query).toBytes());
  assert.deepEqual(whole.measure(query[0], { ...query[1], from: merged }), whole.measure(...query));
  assert.equal(merged.asOf, "2026-01-15T00:00:00Z");
  assert.deepEqual(whole.report({ ...options, from: whole.reportTally(options) }), whole.report(options));
  assert.equal(thrown(() => merged.merge(whole.tally("shares", options))).code, "incompatible_tally");
  assert.equal(thrown(() => Tally.fromBytes(new Uint8Array([1, 2, 3]))).code, "corrupt_tally");
  [...halves, whole, first, second, merged].forEach((held) => held.free());
});

test("a bad argument never poisons, and memory stays flat over 10,000 of them", () => {
  const program = new Program(advocacy.sample());
  const good = program.measure("shares", QUARTER).total.measures[0].value;
  const bad = [
    () => advocacy.enps([9, 12]),
    () => advocacy.wilson(21, 20),
    () => program.measure("nope", QUARTER),
    () => program.measure("shares", { ...QUARTER, by: ["team", "nope"] }),
    () => program.report({ period: "2025-13" }),
    () => new Program({ advocates: [{ id: 1 }], shares: [{ advocate: 2, network: "x", sharedAt: 0 }] }),
    () => new Program({ advocates: { id: Uint32Array.from({ length: 2000 }, () => 7) } }),
    () => Tally.fromBytes(new Uint8Array(500)),
  ];
  const round = () => bad.forEach((call) => thrown(call));
  for (let at = 0; at < 50; at += 1) round();
  const before = memory.buffer.byteLength;
  for (let at = 0; at < 10_000 / bad.length; at += 1) round();
  assert.equal(memory.buffer.byteLength, before);
  assert.equal(program.measure("shares", QUARTER).total.measures[0].value, good);
  program.free();
  assert.throws(() => program.measure("shares", QUARTER));
});

test("what holds memory gives it back", () => {
  const tables = advocacy.sample();
  const once = () => new Program(tables)[Symbol.dispose]();
  for (let at = 0; at < 3; at += 1) once();
  const before = memory.buffer.byteLength;
  for (let at = 0; at < 12; at += 1) once();
  assert.equal(memory.buffer.byteLength, before);
});

test("a policy hides small groups, whoever asks and however", () => {
  const by = { by: "team", ...QUARTER };
  const states = (table) => table.rows.flatMap(({ measures }) => measures.map(({ state, value }) => [state, value]));
  const open = new Program(advocacy.sample());
  const shown = open.measure(["sharers", "enps"], by);
  assert.ok(states(shown).every(([state]) => state !== "suppressed"));
  const program = new Program(advocacy.sample(), { privacy: { k: 12 } });
  for (const table of [program.measure(["sharers", "enps"], by), open.measure(["sharers", "enps"], { ...by, privacy: { k: 12 } })]) {
    const hidden = states(table).filter(([state]) => state === "suppressed");
    assert.ok(hidden.length > 0);
    // Hidden is neither 0 nor a number of any kind.
    assert.ok(hidden.every(([, value]) => value === null));
  }
  const report = program.report(QUARTER);
  assert.ok(JSON.stringify(report).includes("suppressed"));
  assert.equal(report.privacy.k, 12);
  const tally = program.tally("shares", QUARTER);
  assert.equal(thrown(() => tally.toBytes()).code, "protected");
  tally.free();
  const wrong = thrown(() => open.measure("shares", { privacy: { few: 5 } }));
  assert.equal(wrong.code, "unknown_name");
  assert.equal(thrown(() => open.measure("shares", { privacy: { k: 1 } })).field, "k");
  program.free();
  open.free();
});
