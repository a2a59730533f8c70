// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Every page of the program, as somebody who may open it: in Vietnamese on three screens, with axe on the phone, and a
// sample in English. WALK=full (make walk) looks with axe on all three in both languages,
// and goes through every page by keyboard; WALK_ONLY=/nhan-su takes the routes with these words, WALK_SHOTS=folder keeps pictures.

import { mkdirSync } from "node:fs";
import { browse, must } from "../lib.mjs";
import { underAnnouncements } from "../walk/strip.mjs";
import { screens, Walker } from "../walk/walk.mjs";

const full = process.env.WALK === "full";
const only = process.env.WALK_ONLY ? (p) => p.route.includes(process.env.WALK_ONLY) : () => true;
const all = () => Object.keys(screens);
const shots = process.env.WALK_SHOTS ?? "";
if (shots) mkdirSync(shots, { recursive: true });

await browse("walk", async (browser) => {
  const vi = new Walker(browser, process.env.BASE_URL, { only, shots, axe: full ? all : () => ["phone"], tabs: full });
  const strip = process.env.WALK_ONLY ? [] : await underAnnouncements(vi); // while its people have their browsers
  await vi.walk();
  // In English the words change, and with them what is too wide: every sixth page tells enough for each day.
  const en = new Walker(browser, process.env.BASE_URL, {
    language: "en",
    only: full ? only : (p, i) => only(p) && i % 6 === 0,
    shots,
    axe: full ? all : () => [],
    made: vi.made,
  });
  await en.walk();
  const wrong = [...strip, ...vi.faults.map((f) => `vi ${f}`), ...en.faults.map((f) => `en ${f}`)].sort();
  must(wrong.length === 0, `${wrong.length} findings:\n  ${wrong.join("\n  ")}`);
  return `${vi.pages.length} pages in Vietnamese, ${en.pages.length} in English`;
});
