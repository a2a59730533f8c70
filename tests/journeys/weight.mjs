// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Prints how many bytes come over the line when a phone opens BASE_URL for the first time: page, styles, scripts,
// fonts, as the browser receives them (compressed, with headers). For tests/bench.

import { chromium } from "playwright-core";
import { phone } from "./lib.mjs";

const { name, ...device } = phone;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
});
const context = await browser.newContext({ ...device, locale: "vi-VN" });
const page = await context.newPage();
const cdp = await context.newCDPSession(page);
await cdp.send("Network.enable");
await cdp.send("Network.setCacheDisabled", { cacheDisabled: true });
let bytes = 0;
let requests = 0;
cdp.on("Network.loadingFinished", (e) => {
  bytes += e.encodedDataLength;
  requests += 1;
});
const res = await page.goto(process.env.BASE_URL + "/", { waitUntil: "networkidle" });
await browser.close();
if (!res.ok()) {
  console.error(`the page answered ${res.status()} to the ${name}`);
  process.exit(1);
}
console.log(JSON.stringify({ bytes, requests }));
