// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A form on a slow line: the page says that it is sending, and a person who presses again and again sends once.

import { journey, must, phone } from "../lib.mjs";
import { says } from "../dossier.mjs";

await journey("slow", async ({ person }) => {
  const visitor = await person({ screen: phone });
  const { page } = visitor;
  await visitor.go("/gop-y");
  let sent = 0;
  let answer = () => {};
  await page.route("**/gop-y", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    sent++;
    await new Promise((r) => (answer = r));
    return route.continue();
  });
  await page.fill("main form[action='/gop-y'] textarea", "Chữ to hơn thì dễ đọc.");
  const button = page.locator("main form[action='/gop-y'] button[type=submit]");
  await button.click({ noWaitAfter: true });
  await says(visitor, "Đang gửi");
  must(await button.isDisabled(), "the button can be pressed again");
  await page.locator("main form[action='/gop-y']").evaluate((f) => f.requestSubmit());
  await page.locator("main form[action='/gop-y'] input[type=radio]").first().press("Enter", { noWaitAfter: true });
  must(sent === 1, `sent ${sent} times`);
  await Promise.all([page.waitForNavigation(), answer()]);
  must(sent === 1, `sent ${sent} times`);
  must((await page.locator(".ts-sending").count()) === 0, "the answer still says that it is sending");
  await page.unroute("**/gop-y");
  await visitor.look("answered");
});
