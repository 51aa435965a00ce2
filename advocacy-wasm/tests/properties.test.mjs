// Laws that hold whatever is handed in.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as advocacy from "advocacy-wasm";
import fc from "fast-check";

const { AdvocacyError, Program, Tally } = advocacy;
let memory;
before(async () => {
  memory = await advocacy.init();
});

/** A run that fails says its seed; the time of all of them together is bounded. */
const holds = (property, numRuns = 60) => fc.assert(property, { numRuns, interruptAfterTimeLimit: 6_000, markInterruptAsFailure: false });

// ---- programmes ------------------------------------------------------------------------------

const PEOPLE = Array.from({ length: 8 }, (_, at) => ({ id: `p${at}`, team: ["Data", "Sales", null][at % 3], joined: "2025-01-0" + (1 + at) }));
const CONTENT = [
  { id: 1, kind: "article", topics: ["ai", "cloud"], publishedAt: "2025-01-01" },
  { id: 2, kind: "video", topics: ["ai"], publishedAt: "2025-06-01" },
];
const ACCOUNTS = PEOPLE.slice(0, 4).map(({ id }) => ({ id: `a-${id}`, advocate: id, network: "linkedin", connectedAt: "2025-01-05" }));
const FOLLOWERS = ACCOUNTS.map(({ id }, at) => ({ account: id, at: "2025-01-06", followers: 100 * at }));
const TABLES = { advocates: PEOPLE, content: CONTENT, accounts: ACCOUNTS, followers: FOLLOWERS };

const count = fc.option(fc.oneof(fc.nat(500), fc.nat(2 ** 31)), { freq: 4 });
const instant = fc.date({ min: new Date("2025-01-01"), max: new Date("2025-12-31"), noInvalidDate: true });
const share = fc.record({
  advocate: fc.constantFrom(...PEOPLE.map(({ id }) => id)),
  network: fc.constantFrom("linkedin", "x", "xing", "Instagram"),
  sharedAt: instant,
  content: fc.option(fc.constantFrom(1, 2)),
  copy: fc.option(fc.constantFrom("own", "suggested")),
  impressions: count,
  reach: count,
  likes: count,
  comments: count,
  reshares: count,
  clicks: count,
});
const shares = fc.array(share, { minLength: 1, maxLength: 40 });
const activity = fc.record({ advocate: fc.constantFrom(...PEOPLE.map(({ id }) => id)), action: fc.constantFrom("login", "view"), at: instant });
const facts = fc.record({ shares, activities: fc.array(activity, { maxLength: 10 }) });

const YEAR = { period: "2025" };
/** The same instant whatever is in a batch. */
const FIXED = { ...YEAR, asOf: "2026-01-01T00:00:00Z" };
const QUESTIONS = [
  ["shares", { by: "network" }],
  [["engagementRate", "impressions", "engagements"], { by: ["network", "month"] }],
  [["activeAdvocates", "shareRate", "reach"], { by: "team" }],
  [["shares", "clicks"], { by: "advocate", top: { rows: 3, by: "clicks" } }],
  [["shares", "engagementRate"], { by: "topic", definitions: { shareUnit: "distinct", pooling: "median_of_ratios" } }],
  [["potentialReach", "potentialImpressions"], { by: "copy", filter: { team: { not: "Sales" } } }],
  ["stickiness", { definitions: { activeActions: "login+share" } }],
  [["newSharers", "timeToFirstShare", "retention"], { compare: "previousPeriod" }],
];
const question = fc.constantFrom(...QUESTIONS);
/** A batch that has never heard of a network cannot leave it out, a programme can. */
const toProgrammes = fc.constantFrom(...QUESTIONS, ["shares", { by: "copy", filter: { network: { not: "x" } } }]);

function using(tables, use) {
  const program = new Program(tables);
  try {
    return use(program);
  } finally {
    program.free();
  }
}
const answers = (program, [metrics, options], base = YEAR) => program.measure(metrics, { ...base, ...options });
const anew = (facts, asked) => using({ ...TABLES, ...facts }, (program) => asked.map((one) => answers(program, one)));

test("every question of these tests can be asked", () => {
  const facts = { shares: [{ advocate: "p0", network: "x", sharedAt: "2025-03-01", likes: 1 }] };
  assert.equal(anew(facts, QUESTIONS).length, QUESTIONS.length);
});

test("batches added one by one are all rows at once", () => {
  holds(
    fc.property(facts, fc.array(facts, { minLength: 1, maxLength: 3 }), fc.array(toProgrammes, { minLength: 1, maxLength: 4 }), (first, batches, asked) => {
      using({ ...TABLES, ...first }, (program) => {
        let so = first;
        assert.deepEqual(asked.map((one) => answers(program, one)), anew(so, asked));
        for (const batch of batches) {
          program.add(batch);
          so = { shares: [...so.shares, ...batch.shares], activities: [...so.activities, ...batch.activities] };
          assert.deepEqual(asked.map((one) => answers(program, one)), anew(so, asked));
        }
        assert.deepEqual(program.report(YEAR), using({ ...TABLES, ...so }, (whole) => whole.report(YEAR)));
      });
    }),
  );
});

test("an observation again takes the place of the one before", () => {
  const observed = fc.array(fc.record({ id: fc.nat(12), likes: fc.nat(99), reshares: fc.nat(9) }), { minLength: 2, maxLength: 25 });
  holds(
    fc.property(observed, fc.nat(25), (given, at) => {
      const rows = given.map(({ id, ...counts }, row) => ({
        id,
        advocate: PEOPLE[id % PEOPLE.length].id,
        network: id % 2 ? "x" : "xing",
        sharedAt: new Date(Date.UTC(2025, 2, 1 + id)),
        observedAt: new Date(Date.UTC(2025, 4, 1, 0, row)),
        ...counts,
      }));
      const cut = at % rows.length;
      using({ ...TABLES, shares: rows.slice(0, cut) }, (program) => {
        if (cut > 0) answers(program, QUESTIONS[1]);
        program.add({ shares: rows.slice(cut) });
        assert.deepEqual(answers(program, QUESTIONS[1]), anew({ shares: rows }, [QUESTIONS[1]])[0]);
        const latest = new Map(rows.map((row) => [row.id, row.likes]));
        const likes = [...latest.values()].reduce((sum, one) => sum + one, 0);
        assert.equal(program.measure("likes", YEAR).total.measures[0].value, likes);
      });
    }),
  );
});

test("tallies of batches merge to that of all rows, in any order, and their bytes keep them", () => {
  holds(
    fc.property(facts, facts, question, (first, second, [metrics, options]) => {
      const tally = (facts) => using({ ...TABLES, ...facts }, (program) => program.tally(metrics, { ...FIXED, ...options }));
      const all = { shares: [...first.shares, ...second.shares], activities: [...first.activities, ...second.activities] };
      const [a, b, whole] = [first, second, all].map(tally);
      const [there, back] = [a.merge(b), b.merge(Tally.fromBytes(a.toBytes()))];
      assert.deepEqual(there.toBytes(), whole.toBytes());
      assert.deepEqual(back.toBytes(), whole.toBytes());
      using({ ...TABLES, ...all }, (program) => {
        assert.deepEqual(program.measure(metrics, { ...FIXED, ...options, from: there }), answers(program, [metrics, options], FIXED));
      });
      for (const held of [a, b, whole, there, back]) held.free();
    }),
  );
});

test("the order of rows does not matter, nor whether they come as columns", () => {
  const shuffled = shares.chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })));
  // The order in which networks are first met is all that a programme may keep of it.
  holds(
    fc.property(shuffled, question, ([rows, other], asked) => {
      const [one] = anew({ shares: rows }, [asked]);
      assert.deepEqual(anew({ shares: other }, [asked])[0], one);
      const columns = Object.fromEntries(Object.keys(rows[0]).map((name) => [name, rows.map((row) => row[name])]));
      assert.deepEqual(anew({ shares: columns }, [asked])[0], one);
      const known = Uint8Array.from(columns.likes, (value) => Number(value !== null));
      const typed = { values: Float64Array.from(columns.likes, (value) => value ?? NaN), validity: known };
      assert.deepEqual(anew({ shares: { ...columns, likes: typed } }, [asked])[0], one);
    }),
  );
});

test("scores: counts are counts, order does not matter, every array type says the same", () => {
  const scores = fc.array(fc.integer({ min: 0, max: 10 }), { maxLength: 200 });
  holds(
    fc.property(scores, (given) => {
      const score = advocacy.enps(given);
      const of = (low, high) => given.filter((answer) => answer >= low && answer <= high).length;
      assert.deepEqual([score.promoters, score.passives, score.detractors], [of(9, 10), of(7, 8), of(0, 6)]);
      assert.deepEqual(advocacy.enps([...given].sort()), score);
      assert.deepEqual(advocacy.enps(Uint8Array.from(given)), score);
      assert.deepEqual(advocacy.enps(Float64Array.from(given)), score);
      assert.deepEqual(JSON.parse(JSON.stringify(score)), score);
      if (given.length > 0) {
        assert.equal(score.measure.value, (100 * (score.promoters - score.detractors)) / given.length);
        assert.deepEqual(advocacy.enpsFromCounts(score.promoters, score.passives, score.detractors).measure.interval, score.measure.interval);
      }
    }),
    200,
  );
});

test("whole numbers come back exactly, however large", () => {
  const whole = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  holds(
    fc.property(whole, whole, (a, b) => {
      const [small, large] = a < b ? [a, b] : [b, a];
      const { numerator, denominator } = advocacy.adoptionRate(small, large);
      assert.equal(BigInt(numerator.value), small);
      assert.equal(BigInt(denominator.value), large);
      const safe = (value) => typeof value === (BigInt(value) > BigInt(Number.MAX_SAFE_INTEGER) ? "string" : "number");
      assert.ok(safe(numerator.value) && safe(denominator.value));
    }),
    200,
  );
});

test("nothing that is handed in poisons the engine", () => {
  const anything = fc.anything({ withBigInt: true, withDate: true, withTypedArray: true, withNullPrototype: true, maxDepth: 3 });
  const names = Object.keys(advocacy).filter((name) => typeof advocacy[name]?.explain === "function");
  const good = JSON.stringify(advocacy.enps([10, 9, 7, 3]));
  const one = { advocates: [{ id: "p0" }], shares: [{ advocate: "p0", network: "x", sharedAt: "2025-03-01", likes: 2 }] };
  using(one, (program) => {
    const before = JSON.stringify(program.measure("likes", YEAR));
    const calls = [
      (given) => new Program(given).free(),
      (given) => new Program({ shares: given }).free(),
      (given) => new Program({ ...TABLES, shares: [{ advocate: "p0", network: "x", sharedAt: "2025-03-01", likes: given }] }).free(),
      (given) => program.add(given),
      (given) => program.add({ shares: [{ advocate: given, network: "x", sharedAt: "2025-03-01" }] }),
      (given) => program.measure(given),
      (given) => program.measure("likes", given),
      (given) => program.measure("likes", { ...YEAR, filter: given }),
      (given) => program.report(given),
      (given) => program.answer({ tables: [given] }),
      (given) => Tally.fromBytes(given),
      (given) => program.measure("likes", { privacy: given }),
      ...names.map((name) => (given, other) => advocacy[name](given, other)),
    ];
    holds(
      fc.property(fc.constantFrom(...calls), anything, anything, (call, given, other) => {
        try {
          call(given, other);
        } catch (error) {
          // An input may throw by itself when it is looked at; a trap or a panic may not come of it.
          assert.ok(!(error instanceof WebAssembly.RuntimeError), String(error));
          assert.ok(error instanceof AdvocacyError || error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError, String(error));
        }
        assert.equal(JSON.stringify(advocacy.enps([10, 9, 7, 3])), good);
      }),
      1_500,
    );
    assert.equal(JSON.stringify(program.measure("likes", YEAR)), before);
  });
  assert.ok(memory.buffer.byteLength < 1 << 30);
});
