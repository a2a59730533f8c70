// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// An auditor answers "who saw dossier X" in three clicks from the page where the day begins, and a leader sees why a dossier is seen.

import { desktop, journey, must, phone, signIn } from "../lib.mjs";
import { applicant, attach, begin, pdf, people, press, referenceShape, rest, says, send } from "../dossier.mjs";

await journey("whosaw", async ({ person }) => {
  const { resident, clerk } = people;
  const bay = await person({ who: resident.name, scripts: false });
  await signIn(bay, resident.login);
  await begin(bay);
  await applicant(bay, resident);
  await rest(bay);
  await attach(bay, "don-de-nghi", pdf("đơn.pdf"));
  await press(bay, bay.page.locator("main form .ts-button-group button[value=next]"));
  await send(bay);
  const reference = (await says(bay, referenceShape)).match(referenceShape)[0];
  const id = new URL(bay.page.url()).pathname.split("/")[2];

  const mai = await person({ who: clerk.name });
  await signIn(mai, clerk.login);
  await mai.go(`/xu-ly/${id}`);

  // One: the audit log. Two: who sees, from the menu. Three: the button that asks.
  const auditor = await person({ who: "kiemtra.tinh", screen: desktop });
  await signIn(auditor, "kiemtra.tinh");
  let clicks = 0;
  const click = async (what) => {
    clicks++;
    await Promise.all([auditor.page.waitForNavigation(), what.click()]);
  };
  const entry = auditor.page.locator('.ts-side .ts-wide a[href="/quyen/ai-xem"]');
  if (!(await entry.isVisible())) {
    clicks++;
    await auditor.page.locator(".ts-side .ts-wide details.ts-side__group").filter({ has: auditor.page.locator('a[href="/quyen/ai-xem"]') }).locator("summary").click();
  }
  await click(entry);
  await auditor.look("ask");
  await auditor.page.fill("#code", reference);
  await click(auditor.page.locator('form[action="/quyen/ai-xem"] button'));
  await says(auditor, reference, clerk.name);
  await auditor.look("answer");
  must(clicks <= 3, `it took ${clicks} clicks`);

  // Province IT begins at the one place of administration, on a desk and on a phone, in both languages.
  for (const [screen, language] of [[desktop, "vi"], [phone, "en"]]) {
    const it = await person({ who: "cntt.tinh", screen, language });
    if (language === "en") {
      await it.page.goto("/");
      await it.page.goto(await it.page.locator("a[hreflang=en]").first().getAttribute("href"));
    }
    await signIn(it, "cntt.tinh");
    for (const [path, picture] of [["/quan-tri", "start"], ["/quan-tri/tim?tim=long%20xuyen", "search"], ["/quan-tri/vai-tro", "roles"], ["/quan-tri/vai-tro/leader", "role"], ["/quan-tri/mo-phong", "faults"], ["/van-hanh", "health"], ["/to-chuc/phuong-long-xuyen/chia", "split"], ["/nhan-su/tai-khoan-khoa", "closed"]]) {
      await it.go(path, picture);
    }
  }
});
