/**
 * The supervision board: every figure leads to what it counts, a case is supervised from it by keyboard, another board on the
 * wall shows it by itself (M13); and everybody's home, where a day begins (M12).
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { at, desk, keep } from "../lib/browser.js";
import { open, save, signIn } from "../lib/desk.js";
import { house, missing } from "../lib/house.js";

/** Rows a list shows on one page. */
const PAGE = 60;

/** @param {import("../lib/browser.js").Watched} page @param {string} zh */
const asked = async (page, zh) => Number(await page.locator(".askings li", { hasText: zh }).first().locator("b").innerText());

test("every figure of the board leads to the list it counts", { skip: missing }, async () => {
  const { url, as } = await house();
  await at(url, {}, async (page) => {
    await signIn(page, as("team_leader"));
    await page.goto("/board");
    const links = await page.locator(".figure, .askings li > a:first-child, .table--loads td a").evaluateAll((all) =>
      all.map((link) => ({ href: link.getAttribute("href") ?? "", count: Number((link.querySelector("b") ?? link).textContent) })),
    );
    assert.ok(links.length > 20, `the board links ${links.length} figures`);
    const some = links.filter((_, index) => index < 12 || index % 7 === 0);
    for (const { href, count } of some) {
      await page.goto(href);
      assert.equal(await page.locator("#cases .board-row").count(), Math.min(count, PAGE), href);
    }
    assert.ok(some.some(({ count }) => count > 0), "some figure counts something");
  });
});

test("a leader supervises a case from the board by keyboard, and a board on the wall shows it by itself", { skip: missing }, async () => {
  const { url, as } = await house();
  await at(url, {}, async (page) => {
    await signIn(page, as("team_leader"));
    const wall = await desk(url, { lang: "en", theme: "dark" });
    await signIn(wall, as("director"));
    await wall.goto("/board");
    await wall.evaluate(() => Object.assign(window, { untouched: true }));
    const shown = await asked(wall, "supervision");

    await page.goto("/board");
    const before = await asked(page, "督办");
    await page.locator("x-keys").waitFor({ state: "attached" });
    await page.keyboard.press("j");
    const row = page.locator(".board-row.is-cursor");
    const number = (await row.locator(".mono").innerText()).trim();
    await page.keyboard.press("s");
    const form = page.locator("#act form");
    await form.waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("name")), "text", "one may write at once");
    await page.keyboard.press("Escape");
    await form.waitFor({ state: "detached" });
    await page.keyboard.press("s");
    await form.waitFor();
    await page.locator("#act [name=text]").fill("今天下班前答复进展。");
    await page.keyboard.press("Control+Enter");
    await page.waitForURL(/\/board$/);
    await page.locator("#board").waitFor();
    assert.equal(await asked(page, "督办"), before + 1);
    await page.locator(".askings a", { hasText: "督办" }).first().click();
    await page.locator("#cases .board-row", { hasText: number }).waitFor();

    await wall.waitForFunction((n) => Number(document.querySelector(".askings b")?.textContent) > n, shown);
    assert.equal(await wall.evaluate(() => Reflect.get(window, "untouched")), true, "the page was never loaded again");
    await keep(wall, "board-wall-en-dark");
    wall.clean();
    await wall.context().close();
  });
});

test("everybody's day begins with what waits on them", { skip: missing }, async () => {
  const { url, as } = await house();
  for (const role of ["handler", "triage", "field_tester", "contractor", "area_supervisor", "interface_admin", "branch_chief", "administrator"]) {
    await at(url, { width: role === "field_tester" ? 390 : 1440 }, async (page) => {
      await signIn(page, as(role));
      await page.waitForURL(/\/home$/);
      await keep(page, `home-of-${role}`);
      const first = page.locator("#home tbody tr a").first();
      if (await first.count()) {
        const number = (await first.innerText()).trim();
        await page.locator("x-keys").waitFor({ state: "attached" });
        await page.keyboard.press("j");
        await page.keyboard.press("Enter");
        await page.locator("#case .case__no", { hasText: number }).waitFor();
      }
    });
  }
});

test("an explanation quotes the check's draft and a template with one key each", { skip: missing }, async () => {
  const { url, as } = await house();
  await at(url, {}, async (page) => {
    await signIn(page, as("handler"));
    await page.goto("/workbench?view=mine");
    const row = page.locator(".case-row", { hasText: /处理中/ }).first();
    await row.locator("a").click();
    await page.locator("#case .case__no").waitFor();
    const form = await open(page, "contact");
    const quotes = await form.locator(".inserts li p").allInnerTexts();
    assert.ok(quotes.length >= 3, "a draft, templates, rules");
    await form.locator("[name=summary]").focus();
    await page.keyboard.press("Alt+1");
    await page.keyboard.press("Alt+2");
    assert.equal(await form.locator("[name=summary]").inputValue(), `${quotes[0]}\n${quotes[1]}`);
    await keep(page, "quotes");
    await save(page);
  });
});
