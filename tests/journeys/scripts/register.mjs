// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// The editor's part of docs/guides/new-register.md, followed line by line by the keyboard: a register from nothing to its first record,
// approved by a second person. Then every part of the editor is looked at, on a phone, in both languages and without scripts.

import { effort, follow, steps } from "../guide.mjs";
import { desktop, journey, must, phone, signIn } from "../lib.mjs";

await journey("register", async ({ person }) => {
  const all = steps("../../docs/guides/new-register.md");
  const { fields, presses, minutes } = effort(all);
  must(all.length > 50 && fields > 20, `the guide has lost its lines: ${all.length} steps, ${fields} fields`);
  must(minutes <= 15, `${fields} fields of 20 seconds and ${presses} presses of 10 are ${minutes} minutes`);
  const p = await person({ who: "everybody in the guide", screen: desktop });
  await follow(p, all, { files: {}, take: async () => {} });
  await p.look("record");

  for (const [screen, language, scripts] of [[desktop, "vi", true], [phone, "vi", true], [phone, "en", true], [phone, "vi", false]]) {
    const q = await person({ who: `an author, ${screen.name} ${language}`, screen, language, scripts });
    if (language === "en") {
      await q.page.goto("/");
      await q.page.goto(await q.page.locator("a[hreflang=en]").first().getAttribute("href"));
    }
    await signIn(q, "soanso.sokhcn");
    await q.go("/soan-so", "list");
    const take = q.page.locator('form[action="/soan-so/giay-phep-nuoi-cho/sua"] button');
    await Promise.all([q.page.waitForNavigation(), take.click()]);
    const at = new URL(q.page.url()).pathname;
    await q.go("/soan-so/moi", "new");
    for (const part of ["f", "f1", "r0", "l", "s", "p", "p&xem=bieu-mau", "p&xem=ban-ghi&quyen=cong_khai", "k", "y"]) {
      await q.go(`${at}?o=${part}`, part.replaceAll(/\W/g, "-"));
    }
  }
});
