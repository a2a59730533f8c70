// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Somebody with a cheap phone on a 2G line: what comes over the line is little, words come before letters and
// scripts, and one gets from the first page to a procedure and to tracking.

import { journey, must, phone } from "../lib.mjs";
import { says } from "../dossier.mjs";
import { further, weigh } from "../weight.mjs";

const most = { "/": 100_000, other: 60_000 }; // bytes

await journey("slowline", async ({ person }) => {
  const light = await person({ who: "weighing", screen: phone });
  for (const { path, bytes } of await weigh(light.page, ["/", ...further])) {
    must(bytes > 1000 && bytes < (most[path] ?? most.other), `${path} brings ${bytes} bytes over the line`);
    console.log(`${path}: ${(bytes / 1000).toFixed(1)} KB`);
  }

  const slow = await person({ who: "on a slow line", screen: phone });
  const { page, context } = slow;
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.enable");
  // Good 2G: 250 kbit/s down, 50 kbit/s up, 300 ms there and back.
  await cdp.send("Network.emulateNetworkConditions", { offline: false, latency: 300, downloadThroughput: 31_250, uploadThroughput: 6_250 });
  await page.goto("/", { waitUntil: "commit" });
  const words = Date.now();
  await page.locator("h1").waitFor();
  must(Date.now() - words < 10_000, `the question of the home page came after ${Date.now() - words} ms`);
  await page.fill("#q", "khuyet tat");
  await page.locator(".ts-search__button").first().click();
  await says(slow, "khuyết tật");
  await page.locator("main .ts-results__name a").first().click();
  await says(slow, "Giấy tờ cần có", "Nộp ở đâu hôm nay");
  await slow.picture("procedure");
  await page.goto("/tra-cuu", { waitUntil: "commit" });
  await says(slow, "Mã tra cứu hoặc mã hồ sơ");
});
