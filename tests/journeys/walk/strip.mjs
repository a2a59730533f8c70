// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// An announcement stands above every page. However much it says, the page below stays usable.

import { narrow } from "./inspect.mjs";
import { api } from "./objects.mjs";
import { screens } from "./walk.mjs";

const operator = "cntt.tinh";
const looked = [
  { as: "chuyenvien.longxuyen", path: "/viec", desk: true },
  { as: "", path: "/" },
  { as: "", path: "/thu-tuc" },
];
const text = {
  vi: "Thử dải thông báo: hệ thống thanh toán trực tuyến của kho bạc tạm ngừng từ 22 giờ tối nay đến 5 giờ sáng mai, Ông/Bà nộp phí tại Bộ phận Một cửa hoặc chờ đến sáng mai.",
  en: "A trial of the strip: payment online is closed tonight from 22:00 to 05:00.",
};

/** underAnnouncements puts two announcements up, looks at pages on every screen, and takes them down. It says what is wrong. */
export async function underAnnouncements(w) {
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const up = [];
  const wrong = [];
  try {
    for (const kind of ["info", "incident"]) up.push((await api(w, operator, "/api/v1/announcements", { audience: "everyone", kind, text, until })).id);
    for (const at of looked) {
      const { context } = await w.person(at.as);
      const page = await context.newPage();
      try {
        await page.goto(at.path, { waitUntil: "load" });
        for (const [screen, [width, height]] of Object.entries(screens)) {
          const said = [...(await narrow(page, width, height)), ...(await usable(page, up.length, at.desk && screen === "desktop"))];
          wrong.push(...said.map((s) => `${at.path} under ${up.length} announcements, ${screen}: ${s}`));
        }
      } finally {
        await page.close();
      }
    }
  } finally {
    for (const id of up) await api(w, operator, `/api/v1/announcements/${id}/end`, {});
  }
  return wrong;
}

/** usable: the strips are there, the heading is seen without scrolling and nothing lies on it, and a desk stands beside its menu. */
async function usable(page, strips, beside) {
  await page.evaluate(() => globalThis.scrollTo(0, 0));
  const seen = await page.evaluate(() => {
    const heading = document.querySelector("main h1").getBoundingClientRect();
    const main = document.querySelector("main").getBoundingClientRect();
    const [x, y] = [heading.left + Math.min(heading.width / 2, 40), heading.top + heading.height / 2];
    return { strips: document.querySelectorAll(".ts-notice").length, top: heading.top, height: innerHeight, on: document.querySelector("main").contains(document.elementFromPoint(x, y)), x: main.left, width: main.width };
  });
  const wrong = [];
  if (seen.strips < strips) wrong.push(`${seen.strips} strips are shown`);
  // On a phone two long strips take half of the screen; they scroll away.
  if (seen.top > seen.height) wrong.push(`the heading begins at ${Math.round(seen.top)} of ${seen.height} pixels`);
  else if (!seen.on) wrong.push("something lies on the heading");
  if (beside && (seen.x > 400 || seen.width < 900)) wrong.push(`${Math.round(seen.width)} pixels at ${Math.round(seen.x)} are left to the page`);
  return wrong;
}
