// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// What is asked of every page that somebody may open. Each function returns sentences about what is wrong; none means well.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8") + ";0";
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What a person can never be meant to read. */
const never = [/<nil>/, /%!/, /\bundefined\b/, /\bNaN\b/, /\[object /, /\{\{/, /\bnull\b/, /\b0001-01-01\b/, /\b01\/01\/(0001|1970)\b/, /(?<!\/)\{[a-z_]+\}/];

/** accessible: axe finds nothing against WCAG 2.2 AA or good practice. */
export async function accessible(page) {
  // Around the content security policy, which rightly refuses foreign scripts: as the tester, not as the page.
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Page.setBypassCSP", { enabled: true });
  try {
    await page.evaluate(axe);
    return await page.evaluate(
      (only) =>
        globalThis.axe
          .run(document, { runOnly: only, resultTypes: ["violations"] })
          .then((r) => r.violations.map((v) => `axe ${v.id}: ${v.help} (${v.nodes.map((n) => n.target.join(" ")).slice(0, 4).join(", ")})`)),
      rules,
    );
  } finally {
    await cdp.send("Page.setBypassCSP", { enabled: false }).catch(() => {});
    await cdp.detach().catch(() => {});
  }
}

/** narrow: nothing is wider than the screen. */
export async function narrow(page, width, height) {
  await page.setViewportSize({ width, height });
  const wide = await page.evaluate(() => {
    const root = document.documentElement;
    const over = root.scrollWidth - root.clientWidth;
    if (over <= 1) return undefined;
    const guilty = [...document.body.querySelectorAll("*")].filter((e) => {
      const r = e.getBoundingClientRect();
      return r.width > 0 && r.right > root.clientWidth + 1;
    });
    const name = (e) => e.tagName.toLowerCase() + (e.className && typeof e.className === "string" ? "." + e.className.trim().split(/\s+/).join(".") : "");
    return `${over} pixels wider than the screen (${[...new Set(guilty.map(name))].slice(-3).join(", ")})`;
  });
  return wide ? [`${width} px: ${wide}`] : [];
}

/**
 * worded: a language, one heading of the first rank, and nothing that a program says to itself. Of what has the shape of
 * a key of the catalogue, codes allows what is none: rights, events and settings have names like that.
 */
export async function worded(page, language, catalogue, codes) {
  const seen = await page.evaluate(() => {
    const copy = document.body.cloneNode(true);
    for (const e of copy.querySelectorAll("script, style, template, code, pre, kbd, samp, textarea, .ts-raw")) e.remove();
    const said = [...copy.querySelectorAll("[aria-label], [title], [placeholder], [alt]")].flatMap((e) => ["aria-label", "title", "placeholder", "alt"].map((a) => e.getAttribute(a) ?? ""));
    const words = [];
    const walk = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) words.push(walk.currentNode.nodeValue);
    return {
      lang: document.documentElement.lang,
      title: document.title.trim(),
      headings: document.querySelectorAll("h1").length,
      heading: document.querySelector("h1")?.innerText.trim() ?? "",
      text: [document.title, ...words, ...said].join("\n").normalize("NFC"),
    };
  });
  const wrong = [];
  if (seen.lang !== language) wrong.push(`the page says lang=${seen.lang}, not ${language}`);
  if (!seen.title) wrong.push("no title");
  if (seen.headings !== 1) wrong.push(`${seen.headings} headings of the first rank`);
  if (seen.headings === 1 && !seen.heading) wrong.push("an empty heading");
  for (const n of never) {
    const m = n.exec(seen.text);
    if (m) wrong.push(`says "${around(seen.text, m)}"`);
  }
  for (const m of seen.text.matchAll(/(?<![\w./@-])[a-z][a-z0-9]*(?:\.[a-z][a-z0-9_]*)+(?![\w/@-])/g)) {
    const key = codes ? catalogue.keys.has(m[0]) : catalogue.areas.has(m[0].split(".")[0]);
    if (key && !/\.(vn|org|json|csv|pdf|txt|ics|xlsx|zip|pem|xml|yaml|html)$/.test(m[0])) wrong.push(`shows the key "${m[0]}"`);
  }
  return { wrong: [...new Set(wrong)], title: seen.title };
}

const around = (text, m) => text.slice(Math.max(0, m.index - 30), m.index + m[0].length + 30).replace(/\s+/g, " ").trim();

/** reachable: Tab goes through every control once, shows where it is, and comes out at the end. */
export async function reachable(page) {
  const all = await page.evaluate(() => {
    document.activeElement?.blur();
    globalThis.scrollTo(0, 0);
    return document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]").length;
  });
  const wrong = [];
  const met = new Map();
  for (let i = 0; i < all + 5; i++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      if (!e || e === document.body || e === document.documentElement) return undefined;
      globalThis.tinhsoTabs ??= new Map();
      if (!globalThis.tinhsoTabs.has(e)) globalThis.tinhsoTabs.set(e, globalThis.tinhsoTabs.size);
      // What shows the focus may be the element itself, or the box around a hidden input or its label.
      const shows = (x, pseudo) => {
        const s = getComputedStyle(x, pseudo);
        return (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none";
      };
      const near = [e, e.nextElementSibling, e.parentElement, e.labels?.[0]].filter(Boolean);
      const r = e.getBoundingClientRect();
      return {
        n: globalThis.tinhsoTabs.get(e),
        name: `${e.tagName.toLowerCase()}${e.id ? "#" + e.id : ""} "${(e.getAttribute("aria-label") ?? e.innerText ?? e.name ?? "").trim().slice(0, 30)}"`,
        shown: near.some((x) => shows(x) || shows(x, "::before") || shows(x, "::after")),
        seen: r.width > 0 && r.height > 0 && r.bottom > 0 && r.top < innerHeight,
        frame: e.tagName === "IFRAME" || e.tagName === "VIDEO" || e.tagName === "CANVAS",
      };
    });
    if (!at) break; // the end of the page
    const times = (met.get(at.n) ?? 0) + 1;
    met.set(at.n, times);
    if (times > 1) {
      const parts = await page.evaluate(() => document.activeElement.matches("input[type=date], input[type=time], input[type=datetime-local], input[type=month], input[type=file], video, audio"));
      if (parts && times < 8) continue; // made of several parts
      if (at.n === 0) break; // around, and at the beginning again
      wrong.push(`the keyboard does not get past ${at.name}`);
      break;
    }
    if (!at.frame && !at.shown) wrong.push(`focus is not to be seen on ${at.name}`);
    if (!at.seen) wrong.push(`focus goes out of sight at ${at.name}`);
  }
  return wrong.slice(0, 4);
}

/** quiet waits until the page has loaded all it asks for: components come as modules of their own. */
export function inflight(page) {
  let open = 0;
  let last = Date.now();
  const done = () => {
    open = Math.max(0, open - 1);
    last = Date.now();
  };
  page.on("request", (r) => {
    if (r.resourceType() === "eventsource") return;
    open++;
    last = Date.now();
  });
  page.on("requestfinished", done);
  page.on("requestfailed", done);
  return {
    begin() {
      open = 0;
      last = Date.now();
    },
    async quiet() {
      for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((r) => setTimeout(r, 20))) {
        if (open === 0 && Date.now() - last > 60) return;
      }
    },
  };
}
