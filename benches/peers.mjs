// The reference workload in Node: ours from typed arrays, hand-written loops over the same
// arrays, and arquero, in one run. Prints one table; fails where results differ.
//
//   cd benches && npm ci && npm run peers -- 1000000
//
// It needs the package built (advocacy-wasm/build.sh) and the columns, which the native bench
// writes: `cargo run --release -p advocacy-benches --bin ours -- 1000000 FOLDER`; without a
// folder as the second argument, that is done here.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as aq from "arquero";
import { enps, init, Program } from "../advocacy-wasm/dist/node.js";

const [given = "1000000", known] = process.argv.slice(2);
const SHARES = Number(given.replaceAll("_", ""));
const DAY = 86_400_000;
const START = Date.UTC(2025, 0, 1);
const SUMS = ["reach", "impressions", "likes", "comments", "reshares", "clicks", "conversions", "revenue"];
const ADDED = 1_000;

// ---- the columns, as a front end would hold them ---------------------------------------------

const folder = known ?? mkdtempSync(join(tmpdir(), "workload-"));
if (!known) {
  const manifest = fileURLToPath(new URL("Cargo.toml", import.meta.url));
  const bin = ["run", "--quiet", "--release", "--manifest-path", manifest, "--bin", "ours", "--", given, folder];
  execFileSync("cargo", bin, { stdio: ["ignore", "ignore", "inherit"] });
}
const read = (file, Type) => {
  const bytes = readFileSync(join(folder, file));
  return new Type(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
};
/** Whole numbers within 2^53 as JavaScript has them. */
const doubles = (file) => Float64Array.from(read(file, BigInt64Array), Number);
const data = {
  advocate: read("advocate.u32", Uint32Array),
  content: read("content.u32", Uint32Array),
  network: read("network.u8", Uint8Array),
  sharedAt: doubles("shared_at.i64"),
  revenue: doubles("revenue.i64"),
};
for (const name of SUMS.slice(0, 7)) data[name] = read(`${name}.u32`, Uint32Array);
const people = { team: read("team.u16", Uint16Array), invited: doubles("invited.i64") };
const items = { kind: read("kind.u8", Uint8Array), topic: read("topic.u16", Uint16Array), campaign: read("campaign.u16", Uint16Array) };
if (!known) rmSync(folder, { recursive: true });

const NETWORKS = ["linkedin", "x", "facebook", "instagram", "xing", "bluesky"];
const KINDS = ["article", "job_posting", "product_news", "company_news", "case_study", "event", "video", "image"];
const numbered = (count) => Array.from({ length: count }, (_, at) => String(at));
const most = (codes) => codes.reduce((most, code) => Math.max(most, code), 0) + 1;
const TEAMS = most(people.team);
const TOPICS = most(items.topic);
const CAMPAIGNS = most(items.campaign);
const indices = (count) => Uint32Array.from({ length: count }, (_, at) => at);

// ---- ours ------------------------------------------------------------------------------------

/** The tables of a programme: the columns as they are. */
function tables(shares) {
  return {
    advocates: {
      id: indices(people.team.length),
      team: { codes: people.team, names: numbered(TEAMS) },
      invited: people.invited,
    },
    campaigns: { id: indices(CAMPAIGNS) },
    content: {
      id: indices(items.kind.length),
      kind: { codes: items.kind, names: KINDS },
      topics: { codes: items.topic, names: numbered(TOPICS) },
      campaign: Uint32Array.from(items.campaign),
    },
    shares: { ...shares, network: { codes: shares.network, names: NETWORKS } },
  };
}

const YEAR = { period: "2025" };
const METRICS = ["shares", ...SUMS];
const QUESTIONS = {
  tables: [
    { ...YEAR, metrics: METRICS },
    ...["network", "kind", "topic", "campaign", "team", "week"].map((by) => ({ ...YEAR, metrics: METRICS, by })),
    { ...YEAR, metrics: "activeAdvocates", by: "week" },
    { ...YEAR, metrics: "engagements", by: "advocate", largestFirst: "engagements", limit: 10 },
    { ...YEAR, metrics: "shares", by: "content", largestFirst: "shares", limit: 10 },
    {
      ...YEAR,
      metrics: "timeToFirstShare",
      definitions: { firstShareClock: "invited", firstShareEstimator: "sharers_only", shareRateDenominator: "invited" },
    },
  ],
  cohorts: [{ ...YEAR, definitions: { retentionGrain: "week", retentionCohort: "first_share" } }],
};

function ours() {
  const program = new Program(tables(data));
  const answers = program.answer(QUESTIONS);
  program.free();
  return answers;
}

/** In the peers' shape. */
function plainly({ tables, cohorts: [{ cohorts }] }) {
  const numbers = (row) => row.measures.map((measure) => Number(measure.value ?? 0));
  const key = ({ key: [key] }) => key.thing?.id ?? key.name ?? key.bucket?.label ?? key;
  const grouped = (table) => Object.fromEntries(table.rows.map((row) => [key(row), numbers(row)]).filter(([, sums]) => sums[0] > 0));
  const [total, network, kind, topic, campaign, team, week, active, advocates, content, first] = tables;
  return {
    total: numbers(total.total),
    network: grouped(network),
    kind: grouped(kind),
    topic: grouped(topic),
    campaign: grouped(campaign),
    team: grouped(team),
    week: grouped(week),
    active: grouped(active),
    advocates: advocates.rows.map((row) => [Number(key(row)), ...numbers(row)]),
    content: content.rows.map((row) => [Number(key(row)), ...numbers(row)]),
    median: first.total.measures[0].value,
    cohorts: Object.fromEntries(
      cohorts.flatMap(({ key: { bucket }, ages }) =>
        ages.map(({ numerator }, age) => [`${bucket.label} ${age}`, Number(numerator?.value ?? 0)]).filter(([, stayed]) => stayed > 0),
      ),
    ),
  };
}

// ---- by hand ---------------------------------------------------------------------------------

/** Monday-based weeks since 1970. */
const weekOf = (at) => Math.floor((Math.floor(at / DAY) + 3) / 7);
/** `2025-W01`. */
function weekName(week) {
  const thursday = new Date((week * 7 - 3 + 3) * DAY);
  const year = thursday.getUTCFullYear();
  const first = weekOf(Date.UTC(year, 0, 4));
  return `${year}-W${String(week - first + 1).padStart(2, "0")}`;
}
const FIRST_WEEK = weekOf(START);
const WEEKS = 54;

/**
 * One pass at the grains that the rest follows from: what an advocate needs (engagements, team
 * sums, active weeks, first share), what an item needs, networks, weeks.
 */
function byHand() {
  const { advocate, content, network, sharedAt, reach, impressions, likes, comments, reshares, clicks, conversions, revenue } = data;
  const rows = advocate.length;
  const [nAdvocates, nItems] = [people.team.length, items.kind.length];
  const { team } = people;
  // Items hold what their kind, topic and campaign sum up; teams are looked up row by row,
  // which stays nearer to the processor than nine sums for every advocate.
  const byItem = new Float64Array(nItems * 9);
  const byTeam = new Float64Array(TEAMS * 9);
  const byNetwork = new Float64Array(NETWORKS.length * 9);
  const byWeek = new Float64Array(WEEKS * 9);
  const engagements = new Float64Array(nAdvocates);
  const early = new Uint32Array(nAdvocates);
  const late = new Uint32Array(nAdvocates);
  const first = new Float64Array(nAdvocates).fill(Infinity);
  for (let row = 0; row < rows; row += 1) {
    const who = advocate[row];
    const at = sharedAt[row];
    const week = Math.floor((Math.floor(at / DAY) + 3) / 7) - FIRST_WEEK;
    const [r, i, l, c] = [reach[row], impressions[row], likes[row], comments[row]];
    const [s, k, v, m] = [reshares[row], clicks[row], conversions[row], revenue[row]];
    engagements[who] += l + c + s + k;
    if (week < 32) early[who] |= 1 << week;
    else late[who] |= 1 << (week - 32);
    if (at < first[who]) first[who] = at;
    let cell = content[row] * 9;
    byItem[cell] += 1; byItem[cell + 1] += r; byItem[cell + 2] += i; byItem[cell + 3] += l; byItem[cell + 4] += c;
    byItem[cell + 5] += s; byItem[cell + 6] += k; byItem[cell + 7] += v; byItem[cell + 8] += m;
    cell = team[who] * 9;
    byTeam[cell] += 1; byTeam[cell + 1] += r; byTeam[cell + 2] += i; byTeam[cell + 3] += l; byTeam[cell + 4] += c;
    byTeam[cell + 5] += s; byTeam[cell + 6] += k; byTeam[cell + 7] += v; byTeam[cell + 8] += m;
    cell = network[row] * 9;
    byNetwork[cell] += 1; byNetwork[cell + 1] += r; byNetwork[cell + 2] += i; byNetwork[cell + 3] += l; byNetwork[cell + 4] += c;
    byNetwork[cell + 5] += s; byNetwork[cell + 6] += k; byNetwork[cell + 7] += v; byNetwork[cell + 8] += m;
    cell = week * 9;
    byWeek[cell] += 1; byWeek[cell + 1] += r; byWeek[cell + 2] += i; byWeek[cell + 3] += l; byWeek[cell + 4] += c;
    byWeek[cell + 5] += s; byWeek[cell + 6] += k; byWeek[cell + 7] += v; byWeek[cell + 8] += m;
  }
  const rolled = (codes, count) => {
    const sums = new Float64Array(count * 9);
    for (let item = 0; item < nItems; item += 1) {
      const [from, to] = [item * 9, codes[item] * 9];
      for (let lane = 0; lane < 9; lane += 1) sums[to + lane] += byItem[from + lane];
    }
    return sums;
  };
  const active = new Uint32Array(WEEKS);
  const cohorts = new Uint32Array(WEEKS * WEEKS);
  const waits = [];
  for (let who = 0; who < nAdvocates; who += 1) {
    let cohort = -1;
    for (let week = 0; week < WEEKS; week += 1) {
      const on = week < 32 ? (early[who] >>> week) & 1 : (late[who] >>> (week - 32)) & 1;
      if (!on) continue;
      if (cohort < 0) cohort = week;
      active[week] += 1;
      cohorts[cohort * WEEKS + week - cohort] += 1;
    }
    if (first[who] < Infinity) waits.push((first[who] - people.invited[who]) / DAY);
  }
  waits.sort((a, b) => a - b);
  const grouped = (sums, name) => {
    const out = {};
    for (let code = 0; code * 9 < sums.length; code += 1) {
      if (sums[code * 9] > 0) out[name(code)] = Array.from(sums.subarray(code * 9, code * 9 + 9));
    }
    return out;
  };
  const top = (values) => Array.from(values.keys()).sort((a, b) => values[b] - values[a] || a - b).slice(0, 10).map((at) => [at, values[at]]);
  const shares = new Float64Array(nItems).map((_, item) => byItem[item * 9]);
  const total = new Float64Array(9).map((_, lane) => {
    let sum = 0;
    for (let code = 0; code < NETWORKS.length; code += 1) sum += byNetwork[code * 9 + lane];
    return sum;
  });
  const named = (names) => (code) => names[code];
  const week = (code) => weekName(FIRST_WEEK + code);
  return {
    total: Array.from(total),
    network: grouped(byNetwork, named(NETWORKS)),
    kind: grouped(rolled(items.kind, KINDS.length), named(KINDS)),
    topic: grouped(rolled(items.topic, TOPICS), String),
    campaign: grouped(rolled(items.campaign, CAMPAIGNS), String),
    team: grouped(byTeam, String),
    week: grouped(byWeek, week),
    active: Object.fromEntries(Array.from(active, (count, code) => [week(code), [count]]).filter(([, [count]]) => count > 0)),
    advocates: top(engagements),
    content: top(shares),
    median: (waits[(waits.length - 1) >> 1] + waits[waits.length >> 1]) / 2,
    cohorts: Object.fromEntries(
      Array.from(cohorts, (stayed, at) => [`${week(Math.floor(at / WEEKS))} ${at % WEEKS}`, stayed]).filter(([, stayed]) => stayed > 0),
    ),
  };
}

// ---- arquero ---------------------------------------------------------------------------------

function byArquero() {
  const { op } = aq;
  const sums = { n: op.count(), ...Object.fromEntries(SUMS.map((name) => [name, op.sum(name)])) };
  const advocates = aq.table({ advocate: indices(people.team.length), ...people });
  const content = aq.table({ content: indices(items.kind.length), ...items });
  const joined = aq
    .table(data)
    .join(advocates, "advocate")
    .join(content, "content")
    .derive({
      week: (row) => op.floor((op.floor(row.sharedAt / 86400000) + 3) / 7),
      engagements: (row) => row.likes + row.comments + row.reshares + row.clicks,
    });
  const lanes = ["n", ...SUMS];
  const grouped = (by, name) =>
    Object.fromEntries(joined.groupby(by).rollup(sums).objects().map((row) => [name(row[by]), lanes.map((lane) => row[lane])]));
  const [total] = joined.rollup(sums).objects();
  const active = joined.groupby("week").rollup({ active: op.distinct("advocate") }).objects();
  const firsts = joined.groupby("advocate").rollup({ cohort: op.min("week"), first: op.min("sharedAt"), invited: op.min("invited") });
  const stays = joined.select("advocate", "week").dedupe().join(firsts, "advocate").groupby("cohort", "week").count().objects();
  const top = (table, by, of) => table.orderby(aq.desc(of), by).slice(0, 10).objects().map((row) => [row[by], row[of]]);
  const named = (names) => (code) => names[code];
  const [{ median }] = firsts.derive({ wait: (row) => (row.first - row.invited) / 86400000 }).rollup({ median: op.median("wait") }).objects();
  return {
    total: lanes.map((lane) => total[lane]),
    network: grouped("network", named(NETWORKS)),
    kind: grouped("kind", named(KINDS)),
    topic: grouped("topic", String),
    campaign: grouped("campaign", String),
    team: grouped("team", String),
    week: grouped("week", weekName),
    active: Object.fromEntries(active.map((row) => [weekName(row.week), [row.active]])),
    advocates: top(joined.groupby("advocate").rollup({ engagements: op.sum("engagements") }), "advocate", "engagements"),
    content: top(joined.groupby("content").count(), "content", "count"),
    median,
    cohorts: Object.fromEntries(stays.map((row) => [`${weekName(row.cohort)} ${row.week - row.cohort}`, row.count])),
  };
}

// ---- the same results ------------------------------------------------------------------------

/** Sums are whole and equal; a median of fractions is equal to the last few digits. */
function same(ours, theirs, who, path = "") {
  if (typeof ours === "number" && Math.abs(ours - theirs) <= 1e-9 * Math.abs(ours)) return;
  if (typeof ours !== "object" || typeof theirs !== "object" || theirs === null) throw new Error(`${who}${path}: ${theirs}, ours is ${ours}`);
  const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  for (const key of keys) same(ours[key], theirs[key], who, `${path}.${key}`);
}

/** The week that is not over is not observable yet; ours has none of it. */
function observable(results) {
  const last = weekName(weekOf(data.sharedAt[SHARES - 1]));
  const before = weekOf(data.sharedAt[SHARES - 1]);
  const seen = ([key]) => {
    const [cohort, age] = key.split(" ");
    const weeks = Object.keys(results.week).sort();
    return cohort !== last && weeks.indexOf(cohort) + Number(age) + FIRST_WEEK < before;
  };
  return { ...results, cohorts: Object.fromEntries(Object.entries(results.cohorts).filter(seen)) };
}

// ---- times -----------------------------------------------------------------------------------

/** Milliseconds of processor time so far, of all threads: those that compile and collect, too. */
function spent() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Of five runs, or of as many as three seconds hold, for V8 compiles what is used most while it
 * runs: by the clock, and processor time.
 */
function fastest(run) {
  let [clock, processor, result] = [Infinity, Infinity, undefined];
  const begun = performance.now();
  for (let runs = 0; runs < 5 || performance.now() - begun < 3_000; runs += 1) {
    globalThis.gc?.();
    const [start, from] = [performance.now(), spent()];
    result = run();
    clock = Math.min(clock, performance.now() - start);
    processor = Math.min(processor, spent() - from);
  }
  return [{ clock, processor }, result];
}

// The engine of browsers, or any other, if it is named.
await init(process.env.ENGINE && readFileSync(process.env.ENGINE));
const [ourTime, answers] = fastest(ours);
const [handTime, hand] = fastest(byHand);
const results = observable(plainly(answers));
same(results, observable(hand), "by hand");
const rows = [["advocacy, programme included", ourTime], ["hand-written loops", handTime]];
if (!process.env.WITHOUT_ARQUERO) {
  const [arqueroTime, arquero] = fastest(byArquero);
  same(results, observable(arquero), "arquero");
  rows.push(["arquero", arqueroTime]);
}

// A thousand shares more, and everything anew.
const batch = (from) => Object.fromEntries(Object.entries(data).map(([name, values]) => [name, values.slice(from, from + ADDED)]));
const live = new Program(tables(Object.fromEntries(Object.entries(data).map(([name, values]) => [name, values.subarray(0, SHARES - 20 * ADDED)]))));
live.answer(QUESTIONS);
const [added, waited] = [[], []];
let said;
for (let from = SHARES - 20 * ADDED; from < SHARES; from += ADDED) {
  const { network, ...columns } = batch(from);
  const [start, began] = [spent(), performance.now()];
  live.add({ shares: { ...columns, network: { codes: network, names: NETWORKS } } });
  said = live.answer(QUESTIONS);
  waited.push(performance.now() - began);
  added.push(spent() - start);
}
same(results, observable(plainly(said)), "batch by batch");
live.free();
for (const times of [added, waited]) times.sort((a, b) => a - b);

const scores = Uint8Array.from({ length: 1_000 }, (_, at) => (at * 7) % 11);
const many = () => {
  for (let at = 0; at < 5_000; at += 1) enps(scores);
};
const [enpsTime] = fastest(many);

console.log(`${SHARES.toLocaleString("en")} shares; ${cpus()[0].model}, Node ${process.version}; all results agree\n`);
console.log("| who | milliseconds | × ours | processor time | × ours |\n|---|---|---|---|---|");
for (const [who, { clock, processor }] of rows) {
  const times = [clock, clock / ourTime.clock, processor, processor / ourTime.processor];
  console.log(`| ${who} | ${times.map((time) => time.toFixed(1)).join(" | ")} |`);
}
console.log(`\n| after ${ADDED.toLocaleString("en")} shares more, all results | milliseconds | processor time |\n|---|---|---|`);
console.log(`| the first of twenty batches or the slowest | ${waited.at(-1).toFixed(1)} | ${added.at(-1).toFixed(1)} |`);
console.log(`| the median | ${waited[10].toFixed(1)} | ${added[10].toFixed(1)} |`);
console.log(`\nenps of ${scores.length.toLocaleString("en")} scores: ${(enpsTime.clock / 5).toFixed(2)} microseconds`);
