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
          const said = [...(await narrow(page, width, height)), ...(await usable(page, up.length, screen, at.desk))];
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

/** usable: the strips are there, the heading is near and nothing lies on it, and a desk stands beside its menu. */
async function usable(page, strips, screen, desk) {
  const seen = await page.evaluate(() => {
    globalThis.scrollTo(0, 0);
    const main = document.querySelector("main");
    const heading = main.querySelector("h1");
    const top = heading.getBoundingClientRect().top;
    heading.scrollIntoView({ block: "center" });
    const at = heading.getBoundingClientRect();
    const on = document.elementFromPoint(at.left + Math.min(at.width / 2, 40), at.top + at.height / 2);
    const { left, width } = main.getBoundingClientRect();
    return { strips: document.querySelectorAll(".ts-notice").length, top, height: innerHeight, covered: !main.contains(on), left, width };
  });
  const wrong = [];
  if (seen.strips < strips) wrong.push(`${seen.strips} strips are shown`);
  // At 200 % two long strips take most of a screen that shows little: one page further is near enough.
  if (seen.top > seen.height * (screen === "zoomed" ? 2 : 1)) wrong.push(`the heading begins at ${Math.round(seen.top)} of ${seen.height} pixels`);
  if (seen.covered) wrong.push("something lies on the heading");
  if (desk && screen === "desktop" && (seen.left > 400 || seen.width < 900)) wrong.push(`${Math.round(seen.width)} pixels at ${Math.round(seen.left)} are left to the page`);
  return wrong;
}
