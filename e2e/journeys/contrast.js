/**
 * Staff read this for eight hours: every text colour of the style sheet reaches 4.5:1 on what it lies on, in both themes.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const sheet = readFileSync(new URL("../../web/css/tokens.css", import.meta.url), "utf8");
const tokens = new Map([...sheet.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);/g)].map(([, name, light, dark]) => [name, { light, dark }]));
for (const [, name, other] of sheet.matchAll(/--([\w-]+): var\(--([\w-]+)\);/g)) if (tokens.has(other)) tokens.set(name, tokens.get(other));

const GROUNDS = ["paper", "sheet", "well", "raise"];
const TEXTS = ["ink", "ink-2", "ink-3", "accent", "accent-2", "ok", "warn", "late", "neutral"];
const TONES = ["ok", "warn", "late", "info", "neutral", "fault", "outage", "relocation", "interference", "weak", "planned"];

const luminance = (hex) => {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

const contrast = (one, other) => {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
};

const pairs = [
  ...TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground])),
  ...TONES.map((tone) => [tone, `${tone}-soft`]),
  ...TONES.map((tone) => ["sheet", tone]),
  ["on-accent", "accent"],
  ["on-accent", "accent-2"],
  ["accent-2", "accent-soft"],
  ["ink", "accent-soft"],
  ["ink-2", "neutral-soft"],
  ["ink-3", "neutral-soft"],
  ["ink-3", "accent-soft"],
];

test("every text colour is legible on its ground, light and dark", () => {
  const weak = pairs.flatMap(([text, ground]) =>
    ["light", "dark"]
      .map((theme) => ({ theme, text, ground, ratio: contrast(tokens.get(text)[theme], tokens.get(ground)[theme]) }))
      .filter(({ ratio }) => ratio < 4.5)
      .map(({ theme, ratio }) => `${theme}: ${text} on ${ground} ${ratio.toFixed(2)}`),
  );
  assert.deepEqual(weak, []);
});
