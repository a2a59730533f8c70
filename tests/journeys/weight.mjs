// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Prints how many bytes come over the line when a phone opens BASE_URL for the first time, and then the page of a
// procedure and the page of tracking: page, styles, scripts, fonts, as the browser receives them (compressed, with
// headers). For tests/bench and the journey of a slow line.
//
// "bytes" and "requests" are the home page; "then" is what each further page adds to what the phone has by then.

import { chromium } from "playwright-core";
import { pathToFileURL } from "node:url";
import { phone } from "./lib.mjs";

/** The pages that people open after the first one. */
export const further = ["/thu-tuc/xac-dinh-muc-do-khuyet-tat", "/tra-cuu"];

/** weigh opens pages one after the other and returns what came over the line for each. */
export async function weigh(page, paths) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  let bytes = 0;
  let requests = 0;
  const cached = new Set(); // fonts and styles that the browser has: they cost nothing again
  cdp.on("Network.requestServedFromCache", (e) => cached.add(e.requestId));
  cdp.on("Network.loadingFinished", (e) => {
    if (cached.has(e.requestId)) return;
    bytes += e.encodedDataLength;
    requests += 1;
  });
  const all = [];
  for (const path of paths) {
    [bytes, requests] = [0, 0];
    const res = await page.goto(process.env.BASE_URL + path, { waitUntil: "networkidle" });
    if (!res.ok()) throw new Error(`${path} answered ${res.status()}`);
    all.push({ path, bytes, requests });
  }
  await cdp.detach();
  return all;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { name, ...device } = phone;
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });
  try {
    const page = await (await browser.newContext({ ...device, locale: "vi-VN" })).newPage();
    const [home, ...then] = await weigh(page, ["/", ...further]);
    console.log(JSON.stringify({ bytes: home.bytes, requests: home.requests, then }));
  } catch (e) {
    console.error(`the ${name}: ${e.message}`);
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}
