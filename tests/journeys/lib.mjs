// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// What every journey uses: a browser, people in it, pictures, and checks of each page they see.
//
// A journey is a script in scripts/ that calls journey(). It is run by journeys_test.go with
//   BASE_URL  the running program     OUT  where pictures go     CHROMIUM  the browser (Debian's by default)

import { mkdirSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const axePath = require.resolve("axe-core/axe.min.js");

/** Where the program answers. */
export const base = process.env.BASE_URL;
const out = process.env.OUT;
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Screens people have: a cheap phone, and the PC at a counter. */
export const phone = { name: "phone", viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
export const desktop = { name: "desktop", viewport: { width: 1366, height: 768 } };

/** How long a slow machine may take to show what a person waits for, in milliseconds. */
export const patience = 30_000;

/**
 * journey runs what people do and ends the process: 0 if it went as written, 1 if not.
 * The function gets `person(options)`, which opens a browser of somebody's own (own cookies):
 *   screen: phone or desktop · scripts: false for a browser without JavaScript · language: "vi" or "en"
 *   losesLine: true for who is without a line for a while; the browser complains then
 */
export async function journey(name, walk) {
  const people = [];
  await browse(
    name,
    async (browser) => {
      await walk({ person: (options) => open(browser, name, people, options) });
      for (const p of people) p.noFaults();
      return `${people.reduce((n, p) => n + p.pages.size, 0)} pages`;
    },
    () => Promise.all(people.map((p) => p.picture("failed").catch(() => {}))),
  );
}

/** browse opens a browser for what does without people, and ends the process as journey does. */
export async function browse(name, look, failed = async () => {}) {
  if (!base || !out) throw new Error("BASE_URL and OUT are needed: run go test -tags system ./tests/journeys/");
  if (!existsSync(executablePath)) throw new Error(`no browser at ${executablePath}: apt-get install chromium`);
  mkdirSync(out, { recursive: true });
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
  });
  let code = 0;
  try {
    console.log(`ok ${name}: ${await look(browser)}`);
  } catch (e) {
    code = 1;
    console.log(`FAILED ${name}: ${e.stack ?? e}`);
    await failed();
  } finally {
    await browser.close();
  }
  process.exit(code);
}

async function open(browser, name, people, { who = "visitor", screen = desktop, scripts = true, language = "vi", losesLine = false } = {}) {
  const { name: screenName, ...device } = screen;
  const context = await browser.newContext({
    ...device,
    baseURL: base,
    javaScriptEnabled: scripts,
    locale: language === "vi" ? "vi-VN" : "en-GB",
    timezoneId: "Asia/Ho_Chi_Minh",
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (e) => faults.push(`script: ${e.message}`));
  page.on("console", (m) => {
    // A form that is refused answers 422, and Chromium reports that as an error of its own.
    if (losesLine && /ERR_INTERNET_DISCONNECTED|^htmx:(sendError|afterRequest)/.test(m.text())) return;
    if (m.type() === "error" && !/the server responded with a status of 4\d\d/.test(m.text())) faults.push(`console: ${m.text()} (${page.url()})`);
  });
  page.on("response", (r) => {
    if (r.status() >= 500) faults.push(`${r.status()} from ${r.url()}`);
    if (r.status() === 404 && r.request().resourceType() !== "document") faults.push(`missing ${r.url()}`);
  });
  page.on("request", (r) => { // the browser's own viewer of papers asks for its own parts
    if (!r.url().startsWith(base) && !/^(data|blob|about|chrome|chrome-extension):/.test(r.url())) faults.push(`asks somebody else: ${r.url()}`);
  });

  const p = {
    page,
    context,
    pages: new Set(),
    /** go opens an address of the program and looks at the page. */
    async go(path, picture) {
      const res = await page.goto(path);
      must(res.ok(), `${path} answered ${res.status()}`);
      await p.look(picture);
    },
    /** look checks the page in front of the person, and keeps a picture if it is given a name. */
    async look(picture) {
      p.pages.add(new URL(page.url()).pathname);
      if (scripts) await page.waitForLoadState("networkidle"); // components come as modules of their own
      if (picture) await p.picture(picture);
      await p.readable();
      if (scripts) await p.accessible();
    },
    async picture(picture) {
      await page.screenshot({ path: join(out, `${name}-${picture}-${screenName}${scripts ? "" : "-noscript"}${language === "vi" ? "" : "-" + language}.png`), fullPage: true });
    },
    /** readable: one heading of the first rank, a language, a title, nothing wider than the screen. */
    async readable() {
      const where = page.url();
      const lang = await page.locator("html").getAttribute("lang");
      must(lang === language, `${where}: the page says lang=${lang}, not ${language}`);
      must((await page.title()).trim() !== "", `${where}: no title`);
      const headings = await page.locator("h1").count();
      must(headings === 1, `${where}: ${headings} headings of the first rank`);
      if (scripts) {
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        must(over <= 1, `${where}: ${over} pixels wider than the ${screenName}`);
      }
    },
    /** accessible: axe finds nothing against WCAG 2.2 AA. */
    async accessible() {
      // Around the content security policy, which rightly refuses foreign scripts: as the tester, not as the page.
      const cdp = await context.newCDPSession(page);
      await cdp.send("Page.setBypassCSP", { enabled: true });
      const { readFileSync } = await import("node:fs");
      await page.evaluate(readFileSync(axePath, "utf8") + ";0");
      const found = await page.evaluate(() =>
        globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then((r) =>
          r.violations.map((v) => `${v.id}: ${v.help} (${v.nodes.map((n) => n.target.join(" ")).slice(0, 5).join(", ")})`),
        ),
      );
      await cdp.detach();
      must(found.length === 0, `${page.url()} is not accessible:\n  ${found.join("\n  ")}`);
    },
    noFaults() {
      must(faults.length === 0, `faults seen by ${who}:\n  ${faults.join("\n  ")}`);
    },
  };
  people.push(p);
  return p;
}

/** The password of every account of the demo (packs/an-giang/accounts). */
export const password = "tinhso-demo-2026";

/** signIn signs a person in as one of the accounts of the demo. */
export async function signIn(p, login, secret = password) {
  await p.go("/dang-nhap");
  await p.page.fill("#login", login);
  await p.page.fill("#password", secret);
  await Promise.all([p.page.waitForNavigation(), p.page.locator("form:has(#password) button").click()]);
}

/** signOut uses whichever way out the screen shows. */
export async function signOut(p) {
  const menu = p.page.locator("details.ts-menu:not([open]) > summary:visible");
  if (await menu.count()) await menu.first().click();
  await Promise.all([p.page.waitForNavigation(), p.page.locator('form[action="/dang-xuat"] button:visible').first().click()]);
}

/** must stops the journey with a sentence. */
export function must(truth, sentence) {
  if (!truth) throw new Error(sentence);
}

/** until asks again and again whether something is so, and gives up in silence: the caller says what is wrong. */
export async function until(so) {
  for (const end = Date.now() + patience; Date.now() < end; await new Promise((r) => setTimeout(r, 50))) {
    // While one page goes and the next comes, nothing can be read.
    if (await so().catch(() => false)) return;
  }
}
