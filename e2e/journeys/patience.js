/**
 * Nobody answers while a complaint is sent, or its writer was signed out: it stays on the screen, says that it is not sent, and is
 * sent when it can be; once.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { at, keep, keepNarrow } from "../lib/browser.js";
import { complete, signIn } from "../lib/desk.js";
import { house, missing } from "../lib/house.js";

/** @type {{ look: import("../lib/browser.js").Look, words: string, found: string, phone: string, again: string }[]} */
const LOOKS = [
  { look: { lang: "zh", theme: "light" }, words: "地下车库等待恢复时没有信号，客户着急。", found: "等待恢复时没有信号", phone: "13800001357", again: "13800001359" },
  { look: { lang: "en", theme: "dark" }, words: "紫藤架旁边通话中断，客户等回电。", found: "紫藤架旁边通话中断", phone: "13800001358", again: "13800001360" },
];

for (const { look, words, found, phone, again } of LOOKS) {
  const name = `${look.lang}-${look.theme}`;
  test(`a complaint sent while nobody answers is kept, told of, and sent once when somebody does (${name})`, { skip: missing }, async () => {
    const { url, as } = await house();
    await at(url, look, async (page) => {
      // The browser itself tells the console of a line that is dead.
      page.expecting(/ERR_CONNECTION_REFUSED|status of 503/);
      await signIn(page, as("handler"));
      await page.goto("/intake");
      await complete(page.locator("#intake"), { phone, description: words, address: "示例路12号地下车库" });
      let answered = false;
      let refused = 0;
      await page.route(/\/intake$/, async (route) => {
        if (route.request().method() !== "POST" || answered) return route.continue();
        refused += 1;
        // First the line is dead, then a proxy answers in the service's place.
        return refused === 1 ? route.abort("connectionrefused") : route.fulfill({ status: 503, body: "away" });
      });
      await page.locator("#intake .page__tools .btn--primary").click();
      await page.locator("[data-waiting]").waitFor();
      await page.waitForResponse((answer) => answer.status() === 503);
      assert.equal(await page.locator("#intake [name=description]").inputValue(), words, "what was typed stands");
      await keep(page, `intake-waiting-${name}`);
      await keepNarrow(page, `intake-waiting-${name}`);
      answered = true;
      await page.waitForURL(/\/complaints\//);
      await page.goto(`/search?q=${encodeURIComponent(found)}`);
      assert.equal(await page.locator("main a[href^='/complaints/']").count(), 1, "taken in once");
    });
  });

  test(`a complaint whose writer was signed out is kept, and sent once they are signed in again (${name})`, { skip: missing }, async () => {
    const { url, as } = await house();
    await at(url, look, async (page) => {
      page.expecting(/status of 40[13]/);
      await signIn(page, as("handler"));
      await page.goto("/intake");
      const late = `${words}登录过期。`;
      await complete(page.locator("#intake"), { phone: again, description: words, address: "示例路14号地下车库" });
      await page.context().clearCookies({ name: "session" });
      // The check beside the form hears it first: it leads nobody away, and nothing has been sent.
      await page.locator("#intake [name=description]").fill(late);
      const door = page.locator("[data-waiting=signedOut] a");
      await door.waitFor();
      const refused = page.waitForResponse((answer) => answer.request().method() === "POST" && answer.url().endsWith("/intake"));
      await page.locator("#intake .page__tools .btn--primary").click();
      await refused;
      assert.equal(await page.locator("#intake [name=phone]").inputValue(), again, "what was typed stands");
      await keep(page, `intake-signed-out-${name}`);
      await keepNarrow(page, `intake-signed-out-${name}`);
      const [window] = await Promise.all([page.waitForEvent("popup"), door.click()]);
      // Somebody else does not come to own it.
      await signIn(window, as("team_leader"));
      await page.locator("[data-waiting=other]").waitFor();
      await keep(page, `intake-of-another-${name}`);
      await keepNarrow(page, `intake-of-another-${name}`);
      await page.context().clearCookies({ name: "session" });
      await signIn(window, as("handler"));
      await page.waitForURL(/\/complaints\//);
      await page.goto(`/search?q=${encodeURIComponent(found)}`);
      assert.equal(await page.locator("main a[href^='/complaints/']").count(), 2, "taken in once, beside the other");
    });
  });
}
