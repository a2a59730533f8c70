// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A form never loses a word: another language, no line, a session that has ended, the back button; and what a phone
// shows without a line. A visitor without an account writes to us too.

import { journey, must, phone, signIn, signOut, until } from "../lib.mjs";
import { begin, press, says } from "../dossier.mjs";

const resident = "dan.vothihoa";

await journey("words", async ({ person }) => {
  const p = await person({ who: "Võ Thị Hoa", screen: phone, losesLine: true });
  const { page, context } = p;
  await signIn(p, resident);
  const draft = await begin(p);
  const name = page.locator("#applicant_name");
  const line = page.locator("#applicant_residence-line");

  // Typed and not left: the language of the page changes, the words stay.
  await name.fill("");
  await name.pressSequentially("Võ Thị Ho");
  await page.locator("details.ts-menu > summary").click();
  await Promise.all([page.waitForNavigation(), page.locator('.ts-menu a[href="#language"]').click()]);
  must((await page.locator("html").getAttribute("lang")) === "en", "the page does not speak English");
  must((await name.inputValue()) === "Võ Thị Ho", `after a change of language the field says "${await name.inputValue()}"`);
  await Promise.all([page.waitForNavigation(), page.locator("#language").click()]);
  must((await page.locator("html").getAttribute("lang")) === "vi", "the page does not speak Vietnamese again");

  // The line is down: the page says so, nothing is sent away, and the words are saved when it is back.
  await context.setOffline(true);
  await line.fill("Số 9, đường Giả Định");
  await line.blur();
  await says(p, "Đang mất kết nối. Những gì đã gõ vẫn còn trên trang này");
  await page.locator("main form .ts-button-group button").first().click();
  must((await line.inputValue()) === "Số 9, đường Giả Định", "the words went while the line was down");
  await context.setOffline(false);
  await until(async () => page.locator("[data-ts-words]").isHidden());
  must(await page.locator("[data-ts-words]").isHidden(), "the page still says that the line is down");
  await until(async () => {
    const res = await context.request.get(page.url());
    return (await res.text()).includes("Số 9, đường Giả Định");
  });
  must((await (await context.request.get(page.url())).text()).includes("Số 9, đường Giả Định"), "what was typed without a line was never saved");

  // A page is left and opened again before anything was sent.
  await page.goto("/gop-y?trang=/tra-cuu");
  await page.locator("main textarea").first().fill("Chữ nhỏ quá");
  await page.goto("/tra-cuu");
  await page.goto("/gop-y?trang=/tra-cuu");
  await says(p, "Đã đưa lại những gì Ông/Bà gõ");
  must((await page.locator("main textarea").first().inputValue()) === "Chữ nhỏ quá", "what was typed is gone");
  await page.locator("[data-ts-words] button").click();
  must((await page.locator("main textarea").first().inputValue()) === "", "what was put back cannot be taken out");

  // Refused, and then read in the other language: the words are still there, and gone when the server has them.
  await page.goto("/du-lieu-cua-toi/yeu-cau/moi");
  const words = page.locator('main textarea[name="words"]');
  await words.fill("Ngày sinh đúng là 08/10/1986");
  await press(p, page.locator("main form[method=post] button[type=submit]").first());
  await page.waitForSelector("main .ts-error-summary");
  must((await words.inputValue()) === "Ngày sinh đúng là 08/10/1986", "a refused form lost its words");
  await page.locator("details.ts-menu > summary").click();
  await Promise.all([page.waitForNavigation(), page.locator('.ts-menu a[href^="/language/"]').click()]);
  must((await page.locator("html").getAttribute("lang")) === "en", "the page does not speak English");
  await until(async () => (await words.inputValue()) === "Ngày sinh đúng là 08/10/1986");
  must((await words.inputValue()) === "Ngày sinh đúng là 08/10/1986", "the other language lost what was typed");
  await page.locator("details.ts-menu > summary").click();
  await Promise.all([page.waitForNavigation(), page.locator('.ts-menu a[href^="/language/"]').click()]);
  await page.locator('main input[name="kind"][value="correct"]').check({ force: true });
  await press(p, page.locator("main form[method=post] button[type=submit]").first());
  await page.waitForSelector("main h1");
  await page.goto("/du-lieu-cua-toi/yeu-cau/moi");
  must((await words.inputValue()) === "", "what was sent is put back");

  // Without a line a phone shows the page that it keeps, and no page of a person.
  await page.goto("/");
  await until(async () => page.evaluate(async () => (await navigator.serviceWorker.ready) && (await caches.match("/ngoai-tuyen")) !== undefined));
  await page.goto("/");
  await until(async () => page.evaluate(() => navigator.serviceWorker.controller !== null));
  await context.setOffline(true);
  await page.goto("/ho-so");
  await says(p, "Đang không có mạng", "Bản nhập đã lưu vẫn ở trong Hồ sơ của tôi");
  await p.picture("offline");
  const kept = await page.evaluate(async () => {
    const all = [];
    for (const name of await caches.keys()) for (const r of await (await caches.open(name)).keys()) all.push(new URL(r.url).pathname);
    return all;
  });
  must(kept.filter((path) => path !== "/ngoai-tuyen" && !path.startsWith("/assets/")).length === 0, `the phone keeps ${kept}`);
  must(!(await page.locator("body").innerText()).includes("Võ Thị Hoa"), "the page without a line knows who was signed in");
  await context.setOffline(false);
  await until(async () => (await page.locator("h1").innerText()) === "Hồ sơ của tôi"); // by itself
  must((await page.locator("h1").innerText()) === "Hồ sơ của tôi", "the page does not come back with the line");

  // What was typed goes with signing out.
  await page.goto("/gop-y?trang=/tra-cuu");
  await page.locator("main textarea").first().fill("Chữ nhỏ quá");
  await page.waitForFunction(() => Object.keys(sessionStorage).some((key) => key.startsWith("ts-words:")));
  await page.goto(`${draft}/xoa`);
  await press(p, page.locator("main form button[type=submit]"));
  await signOut(p);
  must((await page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith("ts-words:")).length)) === 0, "words are left after signing out");
});
