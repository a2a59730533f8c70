// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Prints as JSON what Lighthouse thinks of the ten most used pages on a phone over a slow line: performance,
// accessibility and best practice, each of 100, and what it would mend. For tests/bench, with BASE_URL. A page whose
// performance is under the goal is measured twice more, and the middle counts: one answer says much about the machine.

import * as chrome from "chrome-launcher";
import lighthouse from "lighthouse";

const base = process.env.BASE_URL;
const goal = 95;
const categories = ["performance", "accessibility", "best-practices"];
const procedure = "xac-dinh-muc-do-khuyet-tat";

/** signIn returns the cookies of one of the accounts of the demo. */
async function signIn(login) {
  const res = await fetch(`${base}/dang-nhap`, { method: "POST", redirect: "manual", body: new URLSearchParams({ login, password: "tinhso-demo-2026" }) });
  if (res.status !== 303) throw new Error(`${login} cannot sign in: ${res.status}`);
  return res.headers.getSetCookie().map((c) => c.split(";")[0]).join("; ");
}

async function first(cookie, path, link) {
  const found = (await (await fetch(base + path, { headers: { cookie } })).text()).match(link);
  if (!found) throw new Error(`${path} has no link to ${link}`);
  return found[1];
}

const resident = await signIn("dan.nguyenvanbay");
const clerk = await signIn("motcua.longxuyen");
const officer = await signIn("chuyenvien.longxuyen");
const begun = await fetch(`${base}/nop-ho-so/${procedure}`, { method: "POST", redirect: "manual", headers: { cookie: resident }, body: new URLSearchParams({ unit: "phuong-long-xuyen", basis: "self" }) });
const draft = begun.headers.get("location").match(/^\/nhap\/[^/?]+/)[0];

const pages = [
  ["home", "/", ""],
  ["procedures", "/thu-tuc", ""],
  ["a procedure", `/thu-tuc/${procedure}`, ""],
  ["tracking", "/tra-cuu", ""],
  ["signing in", "/dang-nhap", ""],
  ["my dossiers", "/ho-so", resident],
  ["a page of a form", `${draft}/applicant`, resident],
  ["intake", "/tiep-nhan", clerk],
  ["the desk", "/viec", officer],
  ["a case", await first(officer, "/viec", /href="(\/xu-ly\/[0-9a-f-]{36})"/), officer],
];

const browser = await chrome.launch({
  chromePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  chromeFlags: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
});

async function look(path, cookie, tries = 3) {
  const { lhr } = await lighthouse(base + path, { port: browser.port, logLevel: "error", onlyCategories: categories, extraHeaders: cookie ? { Cookie: cookie } : undefined });
  if (lhr.runtimeError && tries > 1) return look(path, cookie, tries - 1); // the browser began too late to watch
  if (lhr.runtimeError) throw new Error(`${path}: ${lhr.runtimeError.message}`);
  const scores = categories.map((c) => Math.round(lhr.categories[c].score * 100));
  const mend = categories.slice(1).flatMap((c) => lhr.categories[c].auditRefs.filter((a) => a.weight > 0 && lhr.audits[a.id].score === 0).map((a) => `${a.id}: ${lhr.audits[a.id].title}`));
  const times = Object.fromEntries(["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift", "speed-index"].map((id) => [id, lhr.audits[id].displayValue]));
  return { performance: scores[0], accessibility: scores[1], practice: scores[2], mend, times };
}

const found = [];
try {
  for (const [name, path, cookie] of pages) {
    const looks = [await look(path, cookie)];
    if (looks[0].performance < goal) looks.push(await look(path, cookie), await look(path, cookie));
    looks.sort((a, b) => a.performance - b.performance);
    found.push({ name, path, ...looks[Math.floor(looks.length / 2)] });
  }
} finally {
  await browser.kill();
}
console.log(JSON.stringify(found));
