/**
 * P-3: a list becomes a file only with a reason, by somebody else's word, and marked: asked for from the search, approved on the
 * leader's home, fetched by who asked. What each of them sees is looked at in both widths, languages and themes.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { at, keep, keepNarrow } from "../lib/browser.js";
import { complete, signIn, together } from "../lib/desk.js";
import { house, missing } from "../lib/house.js";

const REASON = "十一月投诉月报";

/** Asks for what a search found. @param {import("../lib/browser.js").Watched} page @param {Record<string, string>} [given] */
async function asked(page, given = {}) {
  await page.goto("/search?state=received");
  await page.locator('.page__tools a[href^="/exports"]').click();
  const form = page.locator("#ask form");
  await form.waitFor();
  assert.equal(await form.locator('[name="state"]').inputValue(), "received", "what the list was narrowed to comes along");
  await complete(form, { reason: REASON, format: "csv", ...given });
  await form.locator(".btn--primary").click();
  await page.waitForURL(/\/exports\/[0-9a-f-]+$/);
  return (await page.locator("h1 .mono").innerText()).trim();
}

test("a file of complaints is asked for, approved by somebody else, and fetched with its mark", { skip: missing }, async () => {
  await together(await house(), { asker: "handler", leader: "team_leader" }, async ({ asker, leader }) => {
    const number = await asked(asker);
    await asker.locator('.badge[data-state="asked"]').waitFor();
    assert.equal(await asker.locator('form[action$="/approve"]').count(), 0, "nobody approves one's own");
    await keep(asker, "export-1-asked");
    await leader.goto("/home");
    await keep(leader, "export-2-home");
    await leader.locator("#home a", { hasText: number }).click();
    await keep(leader, "export-3-decide");
    await complete(leader.locator('form[action$="/approve"]'), { reason: "同意" });
    await leader.locator('form[action$="/approve"] .btn--primary').click();
    await leader.locator('.badge[data-state="approved"]').waitFor();
    assert.equal(await leader.locator('form[action$="/file"]').count(), 0, "who approves does not fetch");
    await asker.goto("/home");
    await asker.locator("#home a", { hasText: number }).click();
    const coming = asker.waitForEvent("download");
    await asker.locator('form[action$="/file"] .btn--primary').click();
    const file = await coming;
    assert.equal(file.suggestedFilename(), `${number}.csv`);
    const lines = (await readFile(await file.path(), "utf8")).trimEnd().split(/\r?\n/);
    assert.match(lines[0], new RegExp(`^\ufeff"?${number} · 申请人 .+ · 批准人 .+ · 用途：${REASON}`));
    assert.ok(lines.length > 4 && lines.at(-1)?.includes(number), "marked above and below");
    const rows = lines.slice(2, -1).filter((line) => line.startsWith("EX-"));
    assert.ok(rows.length > 1 && rows.every((row) => row.startsWith(number)), "and in every row");
    assert.ok(!/(?<![\d-])1\d{10}(?!\d)/.test(lines.join("\n")), "no phone in clear");
    await asker.reload();
    assert.match(await asker.locator(".timeline").innerText(), /下载了文件/);
    await keep(asker, "export-4-fetched");
    await keepNarrow(asker, "export-4-fetched");
  });
});

for (const look of /** @type {import("../lib/browser.js").Look[]} */ (
  [1440, 390].flatMap((width) => [
    { width, lang: "zh", theme: "light" },
    { width, lang: "en", theme: "dark" },
  ])
)) {
  const suffix = `${look.width}-${look.lang}-${look.theme}`;
  test(`exports at ${suffix}: asked, refused without a reason, decided`, { skip: missing }, async () => {
    const { url, as } = await house();
    const narrow = async (/** @type {import("../lib/browser.js").Watched} */ page, /** @type {string} */ name) => {
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(over <= 0, `${name} is ${over} px wider than the screen`);
      await keep(page, `${name}-${suffix}`);
    };
    let number = "";
    await at(url, look, async (page) => {
      await signIn(page, as("handler"));
      page.expecting(/status of 422/);
      await page.goto("/exports?state=received#ask");
      await narrow(page, "exports-form");
      await page.locator("#ask form").evaluate((form) => /** @type {HTMLFormElement} */ (form).setAttribute("novalidate", ""));
      await page.locator("#ask form .btn--primary").click();
      await page.locator("#ask [data-invalid]").first().waitFor();
      await narrow(page, "exports-wrong");
      number = await asked(page);
      await page.goto("/exports");
      await narrow(page, "exports-list");
    });
    await at(url, look, async (page) => {
      await signIn(page, as("team_leader"));
      page.expecting(/status of 422/);
      await page.goto("/exports");
      await page.locator("#exports a", { hasText: number }).click();
      await narrow(page, "export-decide");
      await complete(page.locator('form[action$="/refuse"]'), { reason: "用途不够明确，请写明报送对象" });
      await page.locator('form[action$="/refuse"] .btn').click();
      await page.locator('.badge[data-state="refused"]').waitFor();
      await narrow(page, "export-refused");
    });
  });
}
