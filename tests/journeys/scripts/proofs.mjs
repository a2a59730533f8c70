// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Somebody checks a file that is no document, then takes the receipt of an act
// and checks it: in the browser, where nothing is sent, and on the server
// without JavaScript. Receipts that were changed are found out by both.

import { desktop, journey, must, phone, signIn } from "../lib.mjs";

await journey("proofs", async ({ person }) => {
  for (const options of [{ screen: phone }, { screen: desktop, scripts: false }, { screen: phone, language: "en" }]) {
    const visitor = await person(options);
    if (options.language) await visitor.page.goto("/language/" + options.language);
    await visitor.go("/kiem-tra", "form");
    await visitor.page.setInputFiles('input[type="file"]', { name: "a.pdf", mimeType: "application/pdf", buffer: Buffer.from("no document") });
    await Promise.all([visitor.page.waitForNavigation(), visitor.page.locator('form[action="/kiem-tra"] button[type="submit"]').click()]);
    must(/PDF/.test(await visitor.page.locator(".ts-error-summary").innerText()), "the page says that it is no PDF");
    await visitor.look("refused");
    await visitor.go("/nhat-ky", "log");
  }

  const me = await person({ who: "citizen", screen: desktop });
  await signIn(me, "dan.nguyenvanbay");
  const link = me.page.locator('a[href^="/nhat-ky/bien-nhan/"]').first();
  for (let tries = 0; tries < 20 && (await link.count()) === 0; tries++) { // sealed within a second or two
    await me.page.goto("/nhat-ky/cua-toi");
    await link.waitFor({ timeout: 1000 }).catch(() => {});
  }
  await me.look("acts");
  const [download] = await Promise.all([me.page.waitForEvent("download"), link.click()]);
  const path = await download.path();
  const { readFileSync } = await import("node:fs");
  const receipt = readFileSync(path, "utf8");

  await me.go("/nhat-ky/bien-nhan", "receipt");
  const sent = [];
  me.page.on("request", (r) => new URL(r.url()).pathname.startsWith("/assets/") || sent.push(r.url())); // scripts that the page loads later carry nothing
  await me.page.setInputFiles('input[type="file"]', path);
  await me.page.waitForFunction(() => document.querySelector("#receipt").value !== "");
  const here = async (text, key) => {
    await me.page.fill("#receipt", text);
    if (key) await me.page.fill("#key", key);
    await me.page.locator("[data-ts-result]").evaluate((e) => e.replaceChildren());
    await me.page.click("[data-ts-here]");
    await me.page.waitForSelector("[data-ts-result] .ts-verdict");
    return me.page.locator("[data-ts-result] .ts-verdict").getAttribute("class");
  };
  must(/--valid/.test(await here(receipt)), "the receipt holds");
  await me.look("here");
  const changed = {
    "another act": receipt.replace(/\b(accounts|dossiers|registers)\.([a-z_]+)/, "$1.$2x"),
    "another place": receipt.replace(/"leaf": (\d+)/, (_, n) => `"leaf": ${Number(n) + 1}`),
    "another hash": receipt.replace(/"path": \[\s*"./, (m) => m.slice(0, -1) + (m.endsWith("A") ? "B" : "A")),
    "another size": receipt.replace(/"size": (\d+)/, (_, n) => `"size": ${Number(n) + 1}`),
    "another checkpoint": receipt.replace(/audit\\n(\d+)/, (_, n) => `audit\\n${Number(n) + 1}`),
    "no receipt": "{}",
  };
  for (const [what, text] of Object.entries(changed)) {
    must(text !== receipt, `${what}: nothing was changed`);
    must(/--invalid/.test(await here(text)), `${what} was believed`);
  }
  must(/--invalid/.test(await here(receipt, "tinhso-audit+00000000+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")), "another key was believed");
  must(sent.length === 0, `the browser sent something: ${sent}`);

  const plain = await person({ who: "without scripts", screen: phone, scripts: false });
  for (const [text, verdict] of [[receipt, "valid"], [changed["another act"], "invalid"]]) {
    await plain.go("/nhat-ky/bien-nhan");
    await plain.page.fill("#receipt", text);
    await Promise.all([plain.page.waitForNavigation(), plain.page.locator('form[action="/nhat-ky/bien-nhan"] button[type="submit"]').click()]);
    must((await plain.page.locator(`.ts-verdict--${verdict}`).count()) === 1, `on the server: ${verdict}`);
    await plain.look(verdict);
  }
});
