/**
 * M9, M3: a work order by the people who do it: tested on the place, sent outside, sent back once, accepted, told to the customer,
 * answered and closed. The contractor sees what was sent to them, and no more.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { keep, keepNarrow } from "../lib/browser.js";
import { act, callIn, complete, events, fromHome, open, refused, save, standing, together, top } from "../lib/desk.js";
import { house, missing } from "../lib/house.js";

const CALL = { phone: "13800202020", customer_name: "吴德明", description: "地下车库没有信号，进不了收费系统。", address: "学府路 31 号", lon: "105.4413", lat: "31.9007" };
const OTHER = { ...CALL, phone: "13800202021", description: "宿舍楼晚上上网慢。", address: "学府路 99 号" };
const COMPANY = "澄北通信维护公司";

const PEOPLE = { handler: "handler", tester: "field_tester", outside: "contractor" };

/** @param {import("../lib/browser.js").Watched} page @param {string} path */
const status = async (page, path) => (await page.request.get(path)).status();

test("a work order is tested, sent outside, redone, accepted, told and closed", { skip: missing }, async () => {
  await together(await house(), PEOPLE, async ({ handler, tester, outside }) => {
    const { path, number } = await callIn(handler, CALL, { flow: "work_order" });
    const other = await callIn(handler, OTHER, { flow: "work_order" });
    assert.equal(await handler.locator("#case .flow").getAttribute("data-flow"), "work_order");
    await act(handler, path, "accept");

    // 派现场测试: whoever tests finds it at home, arrives, reports.
    await act(handler, path, "send_tester", { text: "测车库 B1、B2 的 4G/5G 电平，拍照。" });
    await fromHome(tester, number);
    await keep(tester, "work-order-1-tester");
    await act(tester, path, "arrive");
    await act(tester, path, "feedback", { result: "B1 -102 dBm，B2 无信号，室分无覆盖。" });
    await fromHome(handler, number);
    assert.match(await handler.locator("#orders").innerText(), /B2 无信号/);
    await act(handler, path, "accept_result");

    // 外派: the outside party reads what was sent to it, and nothing else.
    assert.equal(await status(outside, path), 404, "not before it was sent");
    await handler.goto(path);
    await complete(await open(handler, "outsource"), { organisation: COMPANY, task: "B2 层室分补装，开通后复测。" });
    await keep(handler, "work-order-2-outsource");
    await save(handler);
    await fromHome(outside, number);
    assert.equal(await status(outside, other.path), 404, "what was not sent to them is not there");
    for (const door of ["/intake", "/network", "/board", "/people", "/locations"]) assert.equal(await status(outside, door), 403, door);
    assert.equal(await outside.locator("#case", { hasText: CALL.phone }).count(), 0, "the number stays masked");
    assert.equal(await outside.locator('#actions :is([href$="/act/reply"], [href$="/act/close"], [href$="/act/unmask"])').count(), 0);
    await top(outside);
    await keep(outside, "work-order-3-outside");
    await act(outside, path, "take_order");
    await act(outside, path, "arrive");
    await act(outside, path, "feedback", { result: "已补装两副天线。" });
    await outside.goto("/home");
    assert.equal(await outside.locator("#home tbody tr", { hasText: number }).count(), 0, "it waits on them no more");

    // 验收: sent back once, with the reason; then accepted.
    await fromHome(handler, number);
    await act(handler, path, "send_back", { text: "没有复测结果，请补测并附截图。" });
    await fromHome(outside, number);
    assert.match(await outside.locator("#case").innerText(), /请补测并附截图/, "they read why");
    await act(outside, path, "take_order");
    await act(outside, path, "arrive");
    await act(outside, path, "feedback", { result: "复测 B2 -84 dBm，收费系统正常。" });
    await fromHome(handler, number);
    await act(handler, path, "accept_result");
    await top(handler, "#orders");
    await keep(handler, "work-order-4-orders");

    // 直接答复: nothing is answered before the customer was told of the result.
    assert.match(await refused(handler, path, "direct_reply", { text: "车库已有信号。" }), /告知|沟通|客户/);
    await act(handler, path, "contact", { reached: "yes", summary: "告知客户车库已补装，客户现场确认。" });
    await act(handler, path, "direct_reply", { text: "车库室分已补装，信号恢复。" });
    assert.equal(await standing(handler), "已答复");
    await act(handler, path, "close", { attribution: "coverage", resolution: "solved" });
    assert.equal(await events(handler, "close").count(), 1);
    await top(handler);
    await keep(handler, "work-order-5-closed");
    await keepNarrow(handler, "work-order-5-closed");
    await top(handler, "#timeline");
    await keep(handler, "work-order-6-timeline");
  });
});
