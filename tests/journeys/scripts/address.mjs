// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A commune is entered by keyboard: three letters, arrows, Enter. An old name gives its candidates and decides nothing
// by itself. Without JavaScript a map is a picture with a list.

import { desktop, journey, must, phone, signIn, until } from "../lib.mjs";
import { procedure } from "../dossier.mjs";

await journey("address", async ({ person }) => {
  for (const screen of [desktop, phone]) {
    const clerk = await person({ who: `a hurried clerk with a ${screen.name}`, screen });
    const { page } = clerk;
    await signIn(clerk, "motcua.sonoivu");
    await clerk.go(`/quay/${procedure}`);
    const box = page.locator("#applicant_residence-search");
    const options = page.locator("#applicant_residence-search-list [role=option]");
    const code = () => page.inputValue('[name="applicant_residence-code"]');
    const typed = async (text) => {
      await box.fill("");
      await box.pressSequentially(text);
      await until(async () => (await options.count()) > 0);
    };

    await box.focus();
    await typed("lon");
    must((await box.getAttribute("aria-expanded")) === "true", "the list is not announced");
    must((await options.count()) > 1, "three letters give one place only");
    must((await code()) === "", "a place was chosen before Enter");
    const second = await options.nth(1).innerText();
    await page.keyboard.press("ArrowDown");
    must((await options.nth(1).getAttribute("aria-selected")) === "true", "the arrow does not move");
    await clerk.look("letters");
    await page.keyboard.press("Enter");
    must(/^\d{5}/.test(await code()), `chosen: ${await code()}`);
    must(second.normalize("NFC").startsWith((await box.inputValue()).normalize("NFC")), `${second} became ${await box.inputValue()}`);
    must(new URL(page.url()).pathname.startsWith("/quay/"), "Enter has sent the form");

    await typed("Mỹ Bình"); // a ward until 2025
    must((await page.locator(".ts-address__why").count()) > 0, "an old name says nothing about what became of it");
    await clerk.look("old-name");
    await page.keyboard.press("Escape");
    must((await box.getAttribute("aria-expanded")) === "false", "Esc does not close the list");
    must((await page.inputValue('[name="applicant_residence-for"]')) !== (await box.inputValue()), "an old name was taken silently");

    // A slow line: the answer to the first letters comes when more were typed. The list is that of what stands there.
    let asked = 0;
    await page.route(/\/goi-y\?/, async (route) => {
      if (asked++ === 0) await new Promise((done) => { setTimeout(done, 1500); });
      await route.continue().catch(() => {}); // the browser has given it up
    });
    await box.fill("");
    await box.pressSequentially("cha");
    await until(async () => asked === 1);
    await box.pressSequentially("u doc");
    await until(async () => (await options.count()) > 0 && (await options.first().innerText()).includes("Châu Đốc"));
    must((await options.first().innerText()).includes("Châu Đốc") && (await options.first().isVisible()), "a slow line shows no list");
    await page.unroute(/\/goi-y\?/);

    // Somebody types before the part of the page that offers the list is there.
    await page.addInitScript(() => {
      const early = new MutationObserver(() => {
        const input = document.querySelector("#applicant_residence-search");
        if (!input) return;
        early.disconnect();
        input.focus();
        input.value = "chau doc";
        input.dispatchEvent(new Event("input", { bubbles: true }));
        window.wasEarly = input.getAttribute("role") === null;
      });
      early.observe(document, { childList: true, subtree: true });
    });
    await page.goto(page.url());
    must(await page.evaluate(() => window.wasEarly), "the list was there before anybody typed: this proves nothing");
    await until(async () => (await options.count()) > 0);
    must((await options.count()) > 0 && (await options.first().isVisible()), "who is faster than the page sees no list");
  }

  for (const screen of [desktop, phone]) {
    const visitor = await person({ who: `somebody without scripts on a ${screen.name}`, screen, scripts: false });
    await visitor.go("/ban-do", "map");
    must(await visitor.page.locator(".ts-map svg[role=img]").first().isVisible(), "there is no picture of the map");
    must(!(await visitor.page.locator("[data-ts-open]").first().isVisible()), "a button is shown that does nothing");
  }
});
