// The page, end to end, as it is built.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { open } from "./browser.mjs";

const page = fileURLToPath(new URL("../page/dist", import.meta.url));
const shots = process.env.SCREENSHOTS;
if (shots) mkdirSync(shots, { recursive: true });

/** The page, or a part of it, as a picture for who wants to look. */
async function shoot(part, name, options = {}) {
  if (shots) await part.screenshot({ path: join(shots, `${name}.png`), ...options });
}

/** Opens the page, does something, and holds its console to silence and it to no request. */
async function visit(name, options, act) {
  const visited = await open(page, options);
  try {
    await visited.page.waitForSelector("#data");
    await act(visited.page, visited);
    assert.deepEqual(visited.heard, []);
    const elsewhere = visited.asked.filter((url) => !url.startsWith(visited.address) && !/^(blob|data):/.test(url));
    assert.deepEqual(elsewhere, []);
    await shoot(visited.page, name, { fullPage: true });
  } finally {
    await visited.close();
  }
}

async function sample(page) {
  await page.getByRole("button", { name: "Load the sample company" }).click();
  await page.waitForSelector(".figure");
}

const figure = (page, metric) => page.locator(`.figure[data-metric=${metric}] .value`);

/** Numbers change after the worker has answered. */
const settled = (page) => page.waitForSelector(".numbers:not([aria-busy])");

test("load the sample, switch a definition, open an explanation", () =>
  visit("sample", { viewport: { width: 1280, height: 900 } }, async (page) => {
    await sample(page);
    await page.selectOption("#period", "2025-Q3");
    await page.waitForFunction(() => document.querySelector(".period .soft")?.textContent.includes("Jul"));
    await settled(page);
    const before = await figure(page, "adoption_rate").textContent();
    await page.selectOption("#option-adoption_denominator", "invited");
    const moved = page.locator(".moves");
    await moved.waitFor();
    const after = await figure(page, "adoption_rate").textContent();
    assert.notEqual(after, before);
    const told = await moved.textContent();
    for (const part of [before, after, "Adoption denominator is now “invited”, not “employees”", "divided by", "invited instead of"]) {
      assert.ok(told.includes(part), `${part} in ${told}`);
    }
    await page.getByRole("button", { name: "Back to the defaults" }).click();
    await page.waitForFunction((text) => document.querySelector("[data-metric=adoption_rate] .value").textContent === text, before);

    await page.selectOption("#option-engagement_set", "social");
    await page.waitForFunction(() => document.querySelector(".moves")?.textContent.includes("Engagement set is now"));
    assert.ok(await page.locator("[data-metric=engagements].moved").count());

    await page.locator("[data-metric=adoption_rate]").click();
    const dialog = page.getByRole("dialog", { name: "Adoption" });
    await dialog.waitFor();
    await page.waitForFunction(() => /^adoption_rate = /.test(document.querySelector("dialog pre")?.textContent ?? ""));
    const text = await dialog.textContent();
    for (const part of [before, "employees", "interval reaches from", "Adoption denominator", "2025-Q3"]) assert.ok(text.includes(part), part);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });

    // A number in a table explains itself too, in the words of the same row.
    await page.locator("#networks .cell").first().click();
    await page.waitForFunction(() => /^shares = /.test(document.querySelector("dialog pre")?.textContent ?? ""));
    await page.keyboard.press("Escape");
  }));

/** Sets a rule of the policy. */
async function rule(page, id, value) {
  await page.fill(`#privacy-${id}`, value);
  await page.locator(`#privacy-${id}`).blur();
}

const said = (page, pattern) =>
  page.waitForFunction((source) => new RegExp(source).test(document.querySelector("#withheld")?.textContent ?? ""), pattern.source);

const quarter = async (page) => {
  await page.selectOption("#period", "2025-Q3");
  await page.waitForFunction(() => document.querySelector(".period .soft")?.textContent.includes("Jul"));
  await settled(page);
};

test("small groups are withheld, visibly and with the reason", () =>
  visit("privacy", { viewport: { width: 1280, height: 900 } }, async (page) => {
    await sample(page);
    await quarter(page);
    assert.match(await page.locator("#withheld").textContent(), /^Off/);
    assert.equal(await page.locator(".withheld").count(), 0);
    const teams = page.locator("#teams tbody tr");
    const shown = await teams.allTextContents();

    await page.getByLabel("Keep small groups private").check();
    await said(page, /numbers are withheld/);
    // The library's own default stands there.
    assert.equal(await page.inputValue("#privacy-k"), "5");
    await rule(page, "k", "12");
    await page.waitForFunction(() => document.querySelector("#teams .withheld")?.title.includes("12 people"));
    const hidden = page.locator("#teams .cell.withheld");
    assert.ok((await hidden.count()) > 0);
    for (const text of await hidden.allTextContents()) assert.equal(text, "withheld");
    assert.match(await hidden.first().getAttribute("title"), /^Hidden to protect a small group \(fewer than 12 people\): this one, or another that this number would give away\.$/);
    assert.match(await hidden.first().getAttribute("aria-label"), /: withheld\. Explain$/);
    // Not all is hidden, and it is said how much is: on the page, and to who cannot see it.
    assert.ok((await page.locator("#teams .cell:not(.withheld)").count()) > 0);
    const count = await page.locator("#withheld").textContent();
    assert.ok(Number(count.match(/^\d+/)[0]) >= (await page.locator(".cell.withheld").count()));
    assert.ok((await page.locator("#report [role=status]").textContent()).includes(count));

    await hidden.first().click();
    const dialog = page.locator("dialog.explain");
    await dialog.waitFor();
    await page.waitForFunction(() => !document.querySelector("dialog pre")?.hasAttribute("aria-busy"));
    const text = await dialog.textContent();
    for (const part of ["A privacy policy withholds it", "Hidden to protect a small group (fewer than 12 people)"]) assert.ok(text.includes(part), `${part} in ${text}`);
    assert.ok(!text.includes("not known"), text);
    await shoot(page, "privacy-explained");
    await page.keyboard.press("Escape");

    // What cannot be is taken back, and the library says why.
    await rule(page, "k", "1");
    await page.locator(".refused").waitFor();
    assert.equal(await page.locator(".refused").textContent(), "K 1 is outside 2..=1000000 (k).");
    assert.equal(await page.inputValue("#privacy-k"), "12");
    await page.getByLabel("Keep small groups private").uncheck();
    await page.waitForFunction(() => document.querySelectorAll(".withheld").length === 0);
    assert.deepEqual(await teams.allTextContents(), shown);
  }));

test("every rule of a policy can be set, with the keyboard alone", () =>
  visit("rules", { viewport: { width: 1280, height: 900 } }, async (page) => {
    await sample(page);
    await quarter(page);
    await page.locator("#privacy").focus();
    await page.keyboard.press("Space");
    await said(page, /withheld/);
    // The page is made anew, and the focus stays.
    const focused = () => page.evaluate(() => document.activeElement.id);
    assert.equal(await focused(), "privacy");
    const rules = (await page.evaluate(() => [...document.querySelectorAll(".privacy input")].map((input) => [input.id, input.labels[0].textContent, document.getElementById(input.getAttribute("aria-describedby")).textContent])));
    const known = ["k", "survey_k", "activity_k", "complement", "all_equal", "dominance", "protect_zero", "rounding", "differencing", "width"];
    assert.deepEqual(rules.map(([id]) => id).sort(), ["privacy", "guard", ...known.map((id) => `privacy-${id}`)].sort());
    for (const [id, label, note] of rules) assert.ok(label.length > 3 && note.length > 3, id);

    await page.keyboard.press("Tab");
    assert.equal(await focused(), "privacy-k");
    await page.keyboard.press("Tab");
    await page.keyboard.type("30");
    await page.keyboard.press("Enter");
    await settled(page);
    await page.waitForFunction(() => /respondents/.test(document.querySelector(".figure[data-metric=enps] .withheld, .withheld[title*=respondents]")?.title ?? ""));
    await page.locator("#privacy-all summary").focus();
    await page.keyboard.press("Enter");
    await page.locator("#privacy-complement").focus();
    await page.keyboard.press("Space");
    await settled(page);
    await page.waitForFunction(() => document.querySelector("#privacy-all").open && !document.querySelector("#privacy-complement").checked);
    assert.equal(await focused(), "privacy-complement");
    await rule(page, "rounding", "10");
    await page.waitForFunction(() => /^[\d,]*0$/.test(document.querySelector("[data-metric=shares] .value")?.textContent));
  }));

test("a report that earlier ones would give people away with is refused", () =>
  visit("guard", { viewport: { width: 1280, height: 900 } }, async (page) => {
    await sample(page);
    await quarter(page);
    await page.getByLabel("Keep small groups private").check();
    await said(page, /withheld/);
    await page.getByLabel("Hold reports to earlier ones").check();
    await settled(page);
    const shares = await figure(page, "shares").textContent();
    // Of those who shared in the quarter, few did not in the month.
    await page.selectOption("#period", "2025-07");
    await page.locator(".refused").waitFor();
    assert.equal(await page.locator(".refused").textContent(), "Beside earlier answers this one would tell of fewer than 5 people.");
    assert.equal(await page.inputValue("#period"), "2025-Q3");
    assert.equal(await figure(page, "shares").textContent(), shares);
    await shoot(page.locator(".controls"), "guard-refused");
    // What was shown is explained, and another quarter is about others.
    await page.locator("[data-metric=shares]").click();
    await page.waitForFunction(() => /^shares = /.test(document.querySelector("dialog pre")?.textContent ?? ""));
    await page.keyboard.press("Escape");
    await page.selectOption("#period", "2025-Q2");
    await page.waitForFunction(() => document.querySelector(".period .soft")?.textContent.includes("Apr"));
    assert.equal(await page.locator(".refused").count(), 0);
    await page.getByLabel("Hold reports to earlier ones").uncheck();
    await settled(page);
    await page.selectOption("#period", "2025-07");
    await page.waitForFunction(() => document.querySelector(".period .soft")?.textContent.includes("Jul"));
  }));

/** Three teams of 12, 7 and 3 people; all share and answer in July, the three on a network of their own. */
function threeTeams() {
  const teams = [["Research", 12], ["Sales", 7], ["Legal", 3]];
  const people = teams.flatMap(([team, size]) => Array.from({ length: size }, () => team)).map((team, at) => ({ id: `p${at}`, team, at }));
  const csv = (header, rows) => `${[header, ...rows].join("\n")}\n`;
  const day = (at) => String(1 + at).padStart(2, "0");
  return {
    advocates: csv("id,team,invited,joined", people.map(({ id, team }) => `${id},${team},2025-01-07,2025-01-07`)),
    shares: csv(
      "advocate,network,shared_at,impressions,likes,comments,reshares,clicks",
      people.map(({ id, team, at }) => `${id},${team === "Legal" ? "Xing" : "LinkedIn"},2025-07-${day(at)} 10:00,${100 + at},${at % 5},1,0,${at % 3}`),
    ),
    responses: csv("respondent,team,answered_at,score", people.map(({ id, team, at }) => `${id},${team},2025-07-${day(at)} 09:00,${at % 11}`)),
  };
}

test("the page under a policy is as was agreed: what is withheld says so", () =>
  visit("three-teams", { viewport: { width: 1280, height: 900 }, timezoneId: "UTC" }, async (page) => {
    await page.setInputFiles("#files", files(threeTeams()));
    await page.waitForSelector(".figure");
    await page.selectOption("#period", "2025-07");
    await page.getByLabel("Keep small groups private").check();
    await page.waitForFunction(() => document.querySelector("#report [role=status]")?.textContent.startsWith("The report of 2025-07 is made. "));
    await said(page, /withheld/);
    for (const summary of await page.locator(".privacy summary, .numbers summary").all()) await summary.click();
    const parts = await Promise.all([".privacy", ".numbers"].map((part) => page.locator(part).ariaSnapshot()));
    const seen = parts.join("\n");
    await shoot(page.locator(".controls"), "privacy-controls");
    await shoot(page.locator(".charts"), "privacy-charts");
    await shoot(page.locator("#teams"), "privacy-teams");
    const agreed = new URL("private.aria.yml", import.meta.url);
    const beside = join(tmpdir(), "private.aria.yml");
    writeFileSync(beside, `${seen}\n`);
    assert.equal(`${seen}\n`, readFileSync(agreed, "utf8"), `the page is another: read ${beside} beside ${fileURLToPath(agreed)}`);
    // Whatever is agreed: no number of the three stands there, nor what would give it away.
    for (const team of ["Sales", "Legal"]) {
      const cells = await page.locator("#teams tbody tr", { hasText: team }).locator(".cell").allTextContents();
      assert.ok(cells.length > 0);
      for (const text of cells) assert.equal(text, "withheld", team);
    }
  }));

const CSV = {
  advocates: "id,name,team,joined\na1,Ada,Data,2025-01-07\na2,Ben,Sales,2025-02-03\na3,Cleo,Sales,\n",
  shares:
    "advocate,network,shared_at,impressions,likes,comments,reshares,clicks\n" +
    "a1,LinkedIn,2025-07-02 10:00,900,30,4,2,9\na2,LinkedIn,2025-08-05,400,8,1,0,2\na1,Xing,2025-09-01,,3,,,\n",
};
const files = (given) => Object.entries(given).map(([name, text]) => ({ name: `${name}.csv`, mimeType: "text/csv", buffer: Buffer.from(text) }));

test("drop CSV files", () =>
  visit("csv", { timezoneId: "Europe/Madrid" }, async (page) => {
    const data = await page.evaluateHandle((given) => {
      const transfer = new DataTransfer();
      for (const [name, text] of Object.entries(given)) transfer.items.add(new File([text], `${name}.csv`, { type: "text/csv" }));
      return transfer;
    }, CSV);
    await page.dispatchEvent(".drop", "drop", { dataTransfer: data });
    await page.waitForSelector(".figure");
    await page.selectOption("#period", "2025-Q3");
    await page.waitForFunction(() => document.querySelector("[data-metric=shares] .value")?.textContent === "3");
    assert.equal(await figure(page, "joined").textContent(), "2");
    assert.equal(await page.locator("#networks tbody tr").count(), 2);
    assert.match(await page.locator(".status").textContent(), /2 files read/);
  }));

test("a bad CSV file is refused with file, line, row, column and reason", () =>
  visit("bad", {}, async (page) => {
    const shares = `${CSV.shares}a9,X,2025-09-02,1,1,1,1,1\na8,X,2025-09-03,1,1,1,1,1\n`;
    await page.setInputFiles("#files", files({ ...CSV, shares }));
    const rows = page.locator(".problems tbody tr");
    await rows.first().waitFor();
    const cells = await rows.evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
    assert.deepEqual(cells, [
      ["shares.csv", "5", "4", "advocate", 'id "a9" is not known'],
      ["shares.csv", "6", "5", "advocate", 'id "a8" is not known'],
    ]);
    assert.equal(await page.locator(".figure").count(), 0);
    await shoot(page, "bad-csv", { fullPage: true });

    await page.setInputFiles("#files", files({ ...CSV, shares: CSV.shares.replace("900", "-900") }));
    await page.waitForFunction(() => document.querySelector(".problems")?.textContent.includes("negative"));
    await page.setInputFiles("#files", files({ "my export": "a,b\n" }));
    await page.waitForFunction(() => document.querySelector(".problems")?.textContent.includes("my export.csv is not named after a table"));
    // Mended files are taken as if nothing had been.
    await page.setInputFiles("#files", files(CSV));
    await page.waitForSelector(".figure");
    assert.equal(await page.locator(".problems").count(), 0);
  }));

test("long work shows how far it is, and can be called off", () =>
  visit("cancel", {}, async (page) => {
    const row = "a1,LinkedIn,2025-07-02 10:00,900,30,4,2,9\n";
    const shares = CSV.shares.split("\n")[0] + "\n" + row.repeat(400_000);
    await page.setInputFiles("#files", files({ ...CSV, shares }));
    await page.waitForSelector("progress[value]");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.waitForFunction(() => document.querySelector(".status")?.textContent.includes("Cancelled"));
    assert.equal(await page.locator(".figure").count(), 0);
    await sample(page);
  }));

test("the calculators", () =>
  visit("calculators", {}, async (page) => {
    const enps = page.locator("#enps .outcome");
    await enps.locator(".big").waitFor();
    assert.match(await enps.locator(".big").textContent(), /^\+45 /);
    await page.fill("#field-detractors", "55");
    await page.waitForFunction(() => document.querySelector("#enps .big").textContent.startsWith("0"));
    await page.getByLabel("Answers", { exact: true }).check();
    await page.fill("#answers", "10 9 7 3");
    await page.waitForFunction(() => document.querySelector("#enps .big").textContent.startsWith("+25"));
    await page.fill("#answers", "10 11");
    await page.waitForFunction(() => document.querySelector("#enps .refused")?.textContent.includes("score 11 at row 1 is outside 0..=10"));

    const reach = page.locator("#reach .outcome");
    await reach.locator(".big").waitFor();
    assert.match(await reach.locator(".big").textContent(), /^50,000 /);
    await page.fill("#field-headcount", "2000");
    await page.waitForFunction(() => document.querySelector("#reach .big").textContent.startsWith("100,000"));
    const assumptions = await reach.locator(".assumptions tbody th").allTextContents();
    assert.deepEqual(assumptions, ["Employees", "Share of them who take part", "Shares per participant and month", "Followers per participant", "Share of followers who see a share"]);
  }));

test("nothing can leave: neither the page nor its worker may connect", () =>
  visit("policy", {}, async (page, visited) => {
    const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content");
    assert.match(policy, /connect-src 'none'/);
    const tries = await page.evaluate(async (address) => {
      const attempt = `fetch(${JSON.stringify(address)}).then(() => "connected", () => "refused")`;
      const worker = new Worker(URL.createObjectURL(new Blob([`${attempt}.then((said) => postMessage(said))`], { type: "text/javascript" })));
      const inWorker = await new Promise((done) => (worker.onmessage = ({ data }) => done(data)));
      const inPage = await fetch(address).then(() => "connected", () => "refused");
      return [inPage, inWorker, navigator.sendBeacon(address, "x")];
    }, visited.address);
    assert.deepEqual(tries.slice(0, 2), ["refused", "refused"]);
    // Those attempts are what the console speaks of.
    assert.ok(visited.heard.length > 0 && visited.heard.every((line) => /Content Security Policy|connect-src|Fetch API/.test(line)), visited.heard.join("\n"));
    visited.heard.length = 0;
    visited.asked.length = 0;
  }));

for (const [name, options] of Object.entries({
  light: { viewport: { width: 1280, height: 900 }, colorScheme: "light" },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
})) {
  test(`looks: ${name}`, () =>
    visit(name, options, async (page) => {
      await sample(page);
      await page.getByLabel("Keep small groups private").check();
      await said(page, /withheld/);
      await page.locator("#privacy-all summary").click();
      const [scrolled, wide] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      assert.ok(scrolled <= wide, `the page is ${scrolled} wide in ${wide}`);
      const contrast = await page.evaluate(contrasts);
      assert.deepEqual(contrast, []);
      await shoot(page.locator(".privacy"), `${name}-privacy`);
      await shoot(page.locator("#teams"), `${name}-teams`);
    }));
}

/** Texts whose contrast with their background is below WCAG's 4.5. */
function contrasts() {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((part) => (part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return rgba(getComputedStyle(document.body).backgroundColor);
  };
  const poor = new Set();
  for (const element of document.querySelectorAll("body *")) {
    const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!text || element instanceof SVGElement || !element.checkVisibility()) continue;
    const [a, b] = [light(rgba(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.add(`${element.className || element.tagName}: ${ratio.toFixed(2)}`);
  }
  return [...poor];
}

test("works with the keyboard alone, and says what it is to a screen reader", () =>
  visit("keyboard", {}, async (page) => {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the report");
    await page.getByRole("button", { name: "Load the sample company" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector(".figure");
    await page.locator("[data-metric=adoption_rate]").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Adoption" }).waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.activeElement.dataset.metric), "adoption_rate");

    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll("button, select, input, textarea, a, [role=region], svg")]
        .filter((element) => element.checkVisibility())
        .filter((element) => !(element.labels?.length || element.getAttribute("aria-label") || element.getAttribute("aria-labelledby") || element.textContent.trim()))
        .map((element) => element.outerHTML.slice(0, 80)),
    );
    assert.deepEqual(nameless, []);
    const levels = await page.evaluate(() => [...document.querySelectorAll("main h1, main h2, main h3, main h4")].map((heading) => Number(heading.tagName[1])));
    assert.ok(levels.every((level, at) => at === 0 || level <= levels[at - 1] + 1), levels.join(" "));
    assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
    assert.equal(await page.locator("h1").count(), 1);
  }));
