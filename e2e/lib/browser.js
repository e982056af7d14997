/**
 * One Chromium for the run, and pages that are watched: a request that leaves the host, an error on the console, a page error or a
 * refused resource fails the test that caused it.
 */
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/** @type {Promise<import("playwright-core").Browser> | null} */
let launched = null;

const browser = () => (launched ??= chromium.launch({ executablePath: CHROMIUM, args: FLAGS }));

/** Closes the browser, if one was opened. */
export async function closeBrowser() {
  await (await launched)?.close();
  launched = null;
}

/** @typedef {{ width?: number, lang?: "zh" | "en", theme?: "light" | "dark", script?: boolean, webgl?: boolean }} Look */
/** @typedef {import("playwright-core").Page & { faults: string[], expecting: (pattern: RegExp) => void, clean: () => void }} Watched */

const WIDTHS = new Map([
  [1440, 900],
  [390, 844],
]);

/**
 * Somebody at a desk of their own: a fresh context with one watched page.
 * @param {string} url the only host that may be asked
 * @param {Look} [look]
 * @returns {Promise<Watched>}
 */
export async function desk(url, { width = 1440, lang = "zh", theme = "light", script = true } = {}) {
  const context = await (await browser()).newContext({
    baseURL: url,
    viewport: { width, height: WIDTHS.get(width) ?? 900 },
    colorScheme: theme,
    locale: lang === "zh" ? "zh-CN" : "en-GB",
    timezoneId: "Asia/Shanghai",
    javaScriptEnabled: script,
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(20_000);
  await context.addCookies([
    { name: "lang", value: lang === "zh" ? "zh-CN" : "en", url },
    { name: "theme", value: theme, url },
  ]);
  const page = await context.newPage();
  return watch(page, url);
}

/**
 * @param {import("playwright-core").Page} page
 * @param {string} url
 * @returns {Watched}
 */
function watch(page, url) {
  /** @type {string[]} */
  const faults = [];
  /** @type {RegExp[]} */
  const expected = [];
  const host = new URL(url).host;
  page.on("request", (request) => {
    const asked = new URL(request.url());
    if (/^https?:|^wss?:/.test(asked.protocol) && asked.host !== host) faults.push(`left the host: ${request.url()}`);
  });
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => faults.push(`page error: ${error.message}`));
  return Object.assign(page, {
    faults,
    expecting: (/** @type {RegExp} */ pattern) => void expected.push(pattern),
    clean: () => {
      const left = faults.filter((fault) => !expected.some((pattern) => pattern.test(fault)));
      assert.deepEqual(left, []);
    },
  });
}

/**
 * Runs a journey at a desk and checks that the page stayed clean.
 * @param {string} url
 * @param {Look} look
 * @param {(page: Watched) => Promise<void>} journey
 */
export async function at(url, look, journey) {
  const page = await desk(url, look);
  try {
    await journey(page);
    page.clean();
  } catch (error) {
    await keep(page, "failed").catch(() => undefined);
    if (page.faults.length > 0 && error instanceof Error) error.message += `\n${page.faults.join("\n")}`;
    throw error;
  } finally {
    await page.context().close();
  }
}

/**
 * A screenshot among the test results.
 * @param {import("playwright-core").Page} page
 * @param {string} name
 */
export async function keep(page, name) {
  const folder = new URL("../test-results/", import.meta.url);
  await page.screenshot({ path: new URL(`${name}.png`, folder).pathname });
}

/**
 * A screenshot as on a phone, where nothing may be wider than the screen; the desk is wide again afterwards.
 * @param {import("playwright-core").Page} page
 * @param {string} name
 */
export async function keepNarrow(page, name) {
  const wide = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.waitForTimeout(200); // maps draw themselves anew
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `${name} is ${over} px wider than the screen`);
  await keep(page, `${name}-390`);
  if (wide) await page.setViewportSize(wide);
}
