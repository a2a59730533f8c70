// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A form on a slow line: the page says that it is sending, and a person who presses again and again sends once.

import { journey, must, phone } from "../lib.mjs";

const late = 3000; // milliseconds until the line lets the form through

await journey("slow", async ({ person }) => {
  const visitor = await person({ screen: phone });
  const { page } = visitor;
  await visitor.go("/gop-y");
  let sent = 0;
  await page.route("**/gop-y", async (route) => {
    if (route.request().method() === "POST") {
      sent++;
      await new Promise((r) => setTimeout(r, late));
    }
    return route.continue();
  });
  await page.fill("main form[action='/gop-y'] textarea", "Chữ to hơn thì dễ đọc.");
  // The page keeps what it says in between, for a tester who comes afterwards.
  const answered = page.waitForNavigation();
  await page.evaluate(() => {
    const form = document.querySelector("main form[action='/gop-y']");
    const button = form.querySelector("button[type=submit]");
    button.click();
    setTimeout(() => {
      sessionStorage.setItem("disabled", String(button.disabled));
      form.requestSubmit();
    }, 100);
    setTimeout(() => sessionStorage.setItem("said", document.querySelector(".ts-sending[role=status]")?.textContent ?? ""), 1500);
  });
  await answered;
  const { said, disabled } = await page.evaluate(() => ({ said: sessionStorage.getItem("said"), disabled: sessionStorage.getItem("disabled") }));
  must(/Đang gửi/.test(said ?? ""), `in between the page said "${said}"`);
  must(disabled === "true", "the button could be pressed again");
  must(sent === 1, `sent ${sent} times`);
  must((await page.locator(".ts-sending").count()) === 0, "the answer still says that it is sending");
  await visitor.look("answered");
});
