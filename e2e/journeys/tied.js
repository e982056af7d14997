/**
 * M9: one matter reported twice is merged by its number, and the merge undone; complaints of one cause are tied to a lead, answered
 * together after a look, and the answer is taken back.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { at, keep, keepNarrow } from "../lib/browser.js";
import { act, callIn, open, refused, save, signIn, complete, standing, top } from "../lib/desk.js";
import { house, missing } from "../lib/house.js";

const PLACE = { address: "南园路 5 号", lon: "105.4813", lat: "31.9407" };
/** @param {string} phone @param {string} description */
const call = (phone, description) => ({ ...PLACE, phone, description });

test("a duplicate is merged by its number, and the merge undone", { skip: missing }, async () => {
  const { url, as } = await house();
  await at(url, {}, async (page) => {
    await signIn(page, as("handler"));
    const first = await callIn(page, call("13800404040", "家里没有信号。"));
    const again = await callIn(page, call("13800404040", "又来问：家里还是没有信号。"));
    const stranger = await callIn(page, { ...call("13800404049", "电梯里没有信号。"), lon: "105.5213" });
    assert.match(await refused(page, again.path, "merge", { number: "TS-20000101-0001", reason: "同一件事" }), /编号|找不到|没有/);
    await refused(page, stranger.path, "merge", { number: first.number, reason: "同一件事" });
    await page.goto(again.path);
    await complete(await open(page, "merge"), { number: first.number, reason: "同一客户同一件事" });
    await keep(page, "tied-1-merge");
    await save(page);
    assert.equal(await standing(page), "已合并");
    await page.locator(`#tied a[href="${first.path}"]`).click();
    await page.locator(`#tied a[href="${again.path}"]`).waitFor();
    await top(page);
    await keep(page, "tied-2-merged");
    await act(page, again.path, "unmerge", { reason: "是两件事" });
    assert.notEqual(await standing(page), "已合并");
    assert.equal(await page.locator("#tied").count(), 0);
  });
});

test("complaints of one cause get one answer after a look, and it may be taken back", { skip: missing }, async () => {
  const { url, as } = await house();
  await at(url, {}, async (page) => {
    await signIn(page, as("handler"));
    const place = { lon: "105.5013", lat: "31.9607" };
    const lead = await callIn(page, { ...call("13800404141", "整个小区没有信号。"), ...place });
    const members = [];
    for (const phone of ["13800404142", "13800404143"]) members.push(await callIn(page, { ...call(phone, "小区没有信号。"), ...place }));
    for (const { path } of members) {
      await act(page, path, "tie", { number: lead.number, reason: "同一基站停电" });
      await page.locator(`#tied a[href="${lead.path}"]`).waitFor();
    }

    await page.goto(lead.path);
    await top(page);
    await keep(page, "tied-3-lead");
    await page.locator(`#tied a[href="${lead.path}/led"]`).click();
    const rows = page.locator(".page--led tbody tr");
    assert.equal(await rows.count(), 2);
    await keep(page, "tied-4-look");
    for (const box of await rows.locator("[type=checkbox]").all()) await box.uncheck();
    await page.fill(".page--led [name=text]", "基站停电已恢复，请重试。");
    await page.locator(".page--led [value=answer]").click();
    assert.match(await page.locator(".page--led .notice").innerText(), /先勾选/, "nothing is answered unlooked at");
    for (const box of await rows.locator("[type=checkbox]").all()) await box.check();
    await page.fill(".page--led [name=text]", "基站停电已恢复，请重试。");
    await page.locator(".page--led [value=answer]").click();
    assert.match(await page.locator(".page--led .notice").innerText(), /已答复 2 件/);
    await keep(page, "tied-5-answered");

    const [kept, taken] = members;
    for (const { number } of [kept, taken]) await page.locator(".page--led tbody tr", { hasText: number }).locator("[type=checkbox]").setChecked(number === taken.number);
    await page.fill(".page--led [name=reason]", "这一户仍无信号");
    await page.locator(".page--led [value=take_back]").click();
    assert.match(await page.locator(".page--led .notice").innerText(), /已撤回 1 件/);
    await keep(page, "tied-6-taken-back");
    await keepNarrow(page, "tied-6-taken-back");
    await page.goto(kept.path);
    assert.equal(await standing(page), "已答复");
    await page.goto(taken.path);
    assert.notEqual(await standing(page), "已答复");
  });
});
