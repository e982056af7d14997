/**
 * One run: one demo, one browser, every journey. The files are imported rather than given to the runner, which would start a demo
 * for each.
 */
import { after } from "node:test";

import { closeBrowser } from "./lib/browser.js";
import { close } from "./lib/house.js";

import "./journeys/contrast.js";
import "./journeys/drawing.js";
import "./journeys/sign-in.js";
import "./journeys/handler.js";
import "./journeys/live.js";
import "./journeys/patience.js";
import "./journeys/merge.js";
import "./journeys/keyboard.js";
import "./journeys/plan.js";
import "./journeys/board.js";
import "./journeys/major.js";
import "./journeys/work-order.js";
import "./journeys/task.js";
import "./journeys/tied.js";
import "./journeys/exports.js";
import "./journeys/pages.js";

after(async () => {
  await closeBrowser();
  await close();
});
