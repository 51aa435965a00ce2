import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as advocacy from "advocacy-wasm";
import { native } from "./native.mjs";

before(() => advocacy.init());

// Zones whose clocks do odd things: half-hour shifts, midnight gaps, skipped days, Ramadan,
// offsets of 45 minutes, the southern summer, and none at all.
const ZONES = [
  "UTC",
  "Europe/Madrid",
  "Europe/London",
  "America/New_York",
  "America/Sao_Paulo",
  "America/Havana",
  "America/St_Johns",
  "Africa/Casablanca",
  "Africa/Cairo",
  "Asia/Kathmandu",
  "Asia/Kolkata",
  "Asia/Tehran",
  "Asia/Beirut",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Pacific/Chatham",
  "Asia/Tokyo",
];

/** The days of a period, by the public interface. */
function days(period, timeZone) {
  const program = new advocacy.Program({
    advocates: [{ id: 1 }],
    shares: [{ advocate: 1, network: "x", sharedAt: "2000-01-01" }],
  });
  const { rows } = program.measure("shares", { period, timeZone, by: "day" });
  program.free();
  return rows.map(({ key: [{ bucket }] }) => [bucket.label, bucket.period]);
}

for (const period of ["1995-01-01..2000-01-01", "2007-01-01..2013-01-01", "2024-01-01..2027-01-01"]) {
  test(`days begin when they do natively: ${period}`, () => {
    const theirs = native("days", period, ...ZONES);
    for (const zone of ZONES) {
      const ours = days(period, zone);
      assert.ok(ours.length > 1000);
      assert.deepEqual(ours, theirs[zone], zone);
    }
  });
}
