// A folder in headless Chromium.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { serve } from "./serve.mjs";

const PLACES = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = PLACES.find((place) => place && existsSync(place));
if (!executablePath) throw new Error("no Chromium found; set CHROMIUM to its path");

let browser;
let users = 0;

/** Opens a folder's page; gives it, what its console said, and a way to close it. */
export async function open(folder, { initial, ...options } = {}) {
  const server = await serve(folder);
  // No sandbox: containers run as root, and only our own files are opened.
  browser ??= await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  users += 1;
  const context = await browser.newContext({ locale: "en-GB", ...options });
  const page = await context.newPage();
  const heard = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && heard.push(message.text()));
  page.on("pageerror", (error) => heard.push(String(error)));
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await initial?.(page);
  await page.goto(server.address);
  return {
    page,
    heard,
    asked,
    address: server.address,
    async close() {
      await context.close();
      server.stop();
      users -= 1;
      if (users === 0) {
        await browser.close();
        browser = undefined;
      }
    },
  };
}
