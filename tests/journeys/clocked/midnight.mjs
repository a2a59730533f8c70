// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A company's accountant acts for it until the representation ends at midnight, in the middle of a draft.
//
// The clock of the program belongs to the test that runs this (internal/app, TestJourneyAtMidnight): CLOCK_URL moves it.

import { desktop, journey, must, phone, signIn, until } from "../lib.mjs";

const company = "Công ty TNHH Nam Long (giả định)";
const procedure = "tro-cap-huu-tri-xa-hoi";

/** ahead moves the clock, and says which day it is then: 22/11/2026. */
const ahead = async (seconds) => (await (await fetch(`${process.env.CLOCK_URL}/?seconds=${seconds}`, { method: "POST" })).text()).trim();

const press = (p, what) => Promise.all([p.page.waitForNavigation(), what.click()]);
const says = async (p, words) => {
  let text = "";
  await until(async () => (text = await p.page.locator("body").innerText()).includes(words));
  must(text.includes(words), `${p.page.url()} does not say "${words}"`);
};
const workFor = (p, name) => press(p, p.page.locator(".ts-acting button", { hasText: name }).first());

await journey("midnight", async ({ person }) => {
  const today = await ahead(0);
  const nam = await person({ who: "dn.namlong", screen: desktop });
  await signIn(nam, "dn.namlong");
  await nam.go("/dai-dien");
  await workFor(nam, company);
  await nam.go("/dai-dien", "director");
  await nam.page.fill('[id="agent.number"]', "089192000061");
  await nam.page.fill('[id="agent.name"]', "Huỳnh Thị Thu");
  await nam.page.fill('[id="paper.number"]', "07/2026/UQ");
  await nam.page.fill('[id="paper.date"]', today);
  await nam.page.fill("#procedures", procedure);
  await nam.page.fill("#until", today);
  await press(nam, nam.page.locator('form[action="/dai-dien"] button'));
  await says(nam, "Chờ người đại diện chấp nhận");

  const thu = await person({ who: "ketoan.namlong", screen: phone });
  await signIn(thu, "ketoan.namlong");
  await thu.go("/dai-dien", "offered");
  await press(thu, thu.page.locator('button[value="accept"]'));
  await workFor(thu, company);
  await thu.go(`/nop-ho-so/${procedure}`);
  await thu.page.selectOption("#unit", "phuong-long-xuyen");
  await press(thu, thu.page.locator('main form[action^="/nop-ho-so/"] button').last());
  await says(thu, "07/2026/UQ");
  await says(thu, company);
  await thu.look("for-whom");
  const draft = thu.page.url();

  must((await ahead(9 * 60)) === today, "it is another day already");
  await thu.page.reload();
  await says(thu, company);
  must((await ahead(60)) !== today, "midnight has not passed");
  await press(thu, thu.page.locator('main form[action^="/nhap/"] button').first());
  await says(thu, "Thủ tục này không còn trong quyền làm việc thay"); // she has another right, about other procedures
  await says(thu, "Bản nháp và hồ sơ không mất");
  await thu.look("over");
  await workFor(thu, "Bản thân");
  must(!(await thu.page.locator("main").innerText()).includes("Phường Long Xuyên"), "the draft of the company stands among her own");

  await nam.go("/ho-so", "kept");
  must(await nam.page.locator(`a[href^="${new URL(draft).pathname.split("/").slice(0, 3).join("/")}"]`).count(), "the draft is lost");
});
