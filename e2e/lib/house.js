/**
 * The program under test: the demo city in a folder of its own, on a free port, thrown away afterwards.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const PROGRAM = resolve(process.env.SHOUWEN_BIN ?? new URL("../../target/demo/shouwen", import.meta.url).pathname);
const PATIENCE = 120_000;

/** Skips only where nobody asked for a program; a named one that is missing fails. */
export const missing = process.env.SHOUWEN_BIN || existsSync(PROGRAM) ? false : `${PROGRAM} is not there: build it (make demo builds it) or set SHOUWEN_BIN`;

/** @typedef {{ role: string, name: string, password: string }} Person */
/** @typedef {{ url: string, people: Person[], as: (role: string) => Person, stop: () => Promise<void> }} House */

/** @returns {Promise<number>} */
const freePort = () =>
  new Promise((settle, fail) => {
    const probe = createServer().once("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (probe.address());
      probe.close(() => settle(port));
    });
  });

/**
 * The sign-ins the demo prints: one line per role, `role  name  password`.
 * @param {string} text
 * @returns {Person[]}
 */
export function signIns(text) {
  return text.split("\n").flatMap((line) => {
    const parts = line.trim().split(/\t+|\s{2,}/);
    if (parts.length < 3 || !/^[a-z][\w.-]*$/.test(parts.at(-2) ?? "") || /\s/.test(parts.at(-1) ?? "")) return [];
    return [{ role: parts.slice(0, -2).join(" "), name: parts.at(-2) ?? "", password: parts.at(-1) ?? "" }];
  });
}

/** @param {string} url */
async function answers(url) {
  try {
    return (await fetch(`${url}/sign-in`, { redirect: "manual" })).status < 500;
  } catch {
    return false;
  }
}

/** @returns {Promise<House>} */
async function open() {
  const folder = mkdtempSync(join(tmpdir(), "shouwen-e2e-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = spawn(PROGRAM, ["demo", "--data", join(folder, "data"), "--listen", `127.0.0.1:${port}`], { stdio: ["ignore", "pipe", "pipe"] });
  let [said, complained] = ["", ""];
  program.stdout.on("data", (chunk) => (said += chunk));
  program.stderr.on("data", (chunk) => (complained += chunk));
  const gone = new Promise((settle) => program.once("exit", settle));
  const stop = async () => {
    program.kill("SIGTERM");
    const late = setTimeout(() => program.kill("SIGKILL"), 5000);
    await gone;
    clearTimeout(late);
    rmSync(folder, { recursive: true, force: true });
  };
  const until = Date.now() + PATIENCE;
  while (!(signIns(said).length > 0 && (await answers(url)))) {
    if (program.exitCode !== null || Date.now() > until) {
      await stop();
      throw new Error(`the demo did not come up\n${said}\n${complained}`);
    }
    await new Promise((settle) => setTimeout(settle, 100));
  }
  const people = signIns(said);
  return {
    url,
    people,
    as: (role) => {
      const person = people.find((each) => each.role.toLowerCase().includes(role.toLowerCase()));
      if (!person) throw new Error(`the demo printed no sign-in for ${role}: ${JSON.stringify(people.map((each) => each.role))}`);
      return person;
    },
    stop,
  };
}

/** @type {Promise<House> | null} */
let opened = null;

/** The one demo of this run. */
export const house = () => (opened ??= open());

/** Stops the demo, if one was started. */
export async function close() {
  await (await opened)?.stop();
  opened = null;
}
