// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Every page of the program, as somebody who may open it: in Vietnamese on three screens, with axe on the phone, and a
// sample in English. WALK=full (make walk) looks with axe on all three in both languages,
// and goes through every page by keyboard; WALK_ONLY=/nhan-su takes the routes with these words, WALK_SHOTS=folder keeps pictures.

import { mkdirSync } from "node:fs";
import { browse, must } from "../lib.mjs";
import { api } from "../walk/objects.mjs";
import { screens, Walker } from "../walk/walk.mjs";

const full = process.env.WALK === "full";
const only = process.env.WALK_ONLY ? (p) => p.route.includes(process.env.WALK_ONLY) : () => true;
const all = () => Object.keys(screens);
const shots = process.env.WALK_SHOTS ?? "";
if (shots) mkdirSync(shots, { recursive: true });

/** underAnAnnouncement: a strip above an official's page leaves the page beside the menu. */
async function underAnAnnouncement(w) {
  if (process.env.WALK_ONLY) return [];
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const at = await api(w, "cntt.tinh", "/api/v1/announcements", { audience: "officials", kind: "info", text: { vi: "Thử dải thông báo." }, until });
  const { context } = await w.person("chuyenvien.longxuyen");
  const page = await context.newPage();
  try {
    await page.goto("/viec", { waitUntil: "load" });
    const main = await page.locator("main").boundingBox();
    const said = await page.locator(".ts-notice").count();
    return said > 0 && main.x < 400 && main.width > 900 ? [] : [`an announcement (${said}) leaves ${Math.round(main.width)} pixels at ${Math.round(main.x)} to the page`];
  } finally {
    await page.close();
    await api(w, "cntt.tinh", `/api/v1/announcements/${at.id}/end`, {});
  }
}

await browse("walk", async (browser) => {
  const vi = new Walker(browser, process.env.BASE_URL, { only, shots, axe: full ? all : () => ["phone"], tabs: full });
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
  const strip = await underAnAnnouncement(vi);
  const wrong = [...strip, ...vi.faults.map((f) => `vi ${f}`), ...en.faults.map((f) => `en ${f}`)].sort();
  must(wrong.length === 0, `${wrong.length} findings:\n  ${wrong.join("\n  ")}`);
  return `${vi.pages.length} pages in Vietnamese, ${en.pages.length} in English`;
});
