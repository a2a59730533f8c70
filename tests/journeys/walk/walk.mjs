// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Opens every page of the program once (pages.json), as somebody who may see it, and says all that is wrong with them.
//
// Where a page is about something, its address is found in one of two ways: "from" names a page with a link to one, or
// "at" begins with the name of a thing in objects.mjs, which is made before.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { password } from "../lib.mjs";
import { accessible, inflight, narrow, reachable, worded } from "./inspect.mjs";
import { makers } from "./objects.mjs";

export const screens = { phone: [360, 740], zoomed: [683, 384], desktop: [1366, 768] };

const here = new URL(".", import.meta.url).pathname;
export const table = JSON.parse(readFileSync(join(here, "pages.json"), "utf8"));

/** catalogue is all keys of the locales that are no codes, and their first words: "dossiers" of dossiers.title. */
function catalogue() {
  const root = join(here, "../../../internal");
  const found = { keys: new Set(), areas: new Set() };
  for (const name of readdirSync(root, { recursive: true })) {
    if (!name.endsWith("locales/vi.json") && !/locales\/\w+\/vi\.json$/.test(name)) continue;
    for (const key of Object.keys(JSON.parse(readFileSync(join(root, name), "utf8")))) {
      found.keys.add(key);
      found.areas.add(key.split(".")[0]);
    }
  }
  // Rights and events have names of the same shape, and some pages show them beside their words.
  for (const file of ["../../../packs/national/roles/permissions.yaml", "../../../docs/audit-events.md"]) {
    for (const [code] of readFileSync(join(here, file), "utf8").matchAll(/\b[a-z]+\.[a-z_]+\b/g)) found.keys.delete(code);
  }
  return found;
}

/** shape is a route as an expression that fits its addresses and no other route's. */
function shape(route) {
  return new RegExp("^" + route.replace("{$}", "").replaceAll(".", "\\.").replace(/\{[^}]+\}/g, "[^/]+") + "$");
}

/**
 * Walker opens pages in a browser. Options:
 *   language "vi" or "en" · axe: of a page, the screens on which axe looks · tabs: go through every page by keyboard ·
 *   shots: a folder for pictures · only: which pages of the table ·
 *   made: things that another walker has made on the same program
 */
export class Walker {
  constructor(browser, base, { language = "vi", axe = () => ["phone"], tabs = false, shots = "", only = () => true, hands = 2, made = new Map() } = {}) {
    Object.assign(this, { browser, base, language, axe, tabs, shots, hands });
    this.pages = table.pages.filter(only);
    this.people = new Map();
    // What a browser without a name was told lives in its cookies, and is made again.
    this.made = new Map([...made].filter(([name]) => name !== "forgotten"));
    this.found = new Map();
    this.titles = new Map();
    this.faults = [];
    this.catalogue = catalogue();
  }

  async walk() {
    const queue = this.pages.toSorted((a, b) => (a.as ?? "").localeCompare(b.as ?? ""));
    await Promise.all(Array.from({ length: this.hands }, () => this.#hand(queue)));
    for (const [title, routes] of this.titles) if (routes.length > 1) this.faults.push(`${routes.join(", ")}: the same title, "${title}"`);
    for (const p of this.people.values()) await (await p).context.close();
    return this.faults;
  }

  async #hand(queue) {
    for (let at = queue.shift(); at; at = queue.shift()) {
      try {
        await this.#visit(at, await this.person(at.as ?? ""));
      } catch (e) {
        this.faults.push(`${at.route} as ${at.as ?? "nobody"}: ${String(e.message).split("\n")[0]}`);
      }
    }
  }

  /** person signs somebody in once, with cookies of one browser; "" is nobody. */
  person(login) {
    if (!this.people.has(login)) this.people.set(login, this.#signIn(login));
    return this.people.get(login);
  }

  async #signIn(login) {
    const context = await this.browser.newContext({
      baseURL: this.base,
      viewport: { width: 1366, height: 768 },
      locale: this.language === "vi" ? "vi-VN" : "en-GB",
      timezoneId: "Asia/Ho_Chi_Minh",
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(30_000);
    if (this.language !== "vi") await context.request.get(`/language/${this.language}`);
    if (login) {
      const res = await context.request.post("/dang-nhap", { form: { login, password }, maxRedirects: 0 });
      if (res.status() !== 303) throw new Error(`${login} cannot sign in: ${res.status()}`);
    }
    return { login, context };
  }

  /** post sends a form as somebody and returns where the answer leads. */
  async post(login, path, form, kind = "form") {
    const { context } = await this.person(login);
    const res = await context.request.post(path, { [kind]: form, maxRedirects: 0 });
    if (res.status() !== 303) throw new Error(`POST ${path} as ${login} answered ${res.status()}: ${(await res.text()).match(/ts-error-summary[\s\S]{0,900}/)?.[0].replace(/<[^>]+>|\s+/g, " ") ?? ""}`);
    return res.headers().location;
  }

  async html(login, path) {
    const { context } = await this.person(login);
    const res = await context.request.get(path);
    if (!res.ok()) throw new Error(`${path} as ${login} answered ${res.status()}`);
    return (await res.text()).replaceAll("&amp;", "&");
  }

  /** link is the first address on a page that fits a route or an expression. */
  async link(login, path, fits) {
    const html = await this.html(login, path);
    for (const [, href] of html.matchAll(/href="([^"#]+)/g)) {
      const url = new URL(href, new URL(path, this.base));
      if (url.origin === this.base && fits.test(url.pathname)) return url.pathname + url.search;
    }
    throw new Error(`${path} has no link to ${fits}`);
  }

  /** make makes a thing once. */
  make(name) {
    if (!makers[name]) throw new Error(`nothing makes {${name}}`);
    if (!this.made.has(name)) this.made.set(name, makers[name](this));
    return this.made.get(name);
  }

  /** address is where a page of the table is. */
  async address(at) {
    if (this.found.has(at.route)) return this.found.get(at.route);
    const found = this.#address(at);
    this.found.set(at.route, found);
    return found;
  }

  async #address(at) {
    let path = at.at ?? at.from ?? at.route;
    const other = at.from && table.pages.find((p) => p.route === at.from);
    if (other) path = await this.address(other);
    for (const [whole, name] of path.matchAll(/\{([a-z:]+)\}/g)) path = path.replace(whole, await this.make(name));
    // A route with fewer parameters is another page: /a/{b} is not /a/new.
    if (at.from) {
      const fits = shape(at.route);
      const others = [...table.pages.map((p) => p.route), ...Object.values(table.others).flat()].filter((r) => r !== at.route && fits.test(r));
      path = await this.link(at.as ?? "", path, { test: (p) => fits.test(p) && !others.includes(p), toString: () => String(fits) });
    }
    return path;
  }

  async #visit(at, { context }) {
    const path = await this.address(at);
    const page = await context.newPage();
    const wrong = [];
    page.on("pageerror", (e) => wrong.push(`script: ${e.message}`));
    // A page that is refused is an error to Chromium, and none of the page.
    page.on("console", (m) => m.type() === "error" && !(at.status && m.text().includes(`status of ${at.status}`)) && wrong.push(`console: ${m.text()}`));
    page.on("request", (r) => !r.url().startsWith(this.base) && !/^(data|blob|about):/.test(r.url()) && wrong.push(`asks somebody else: ${r.url()}`));
    const load = inflight(page);
    try {
      const res = await page.goto(path, { waitUntil: "load" });
      const ended = new URL(page.url());
      if (res.status() !== (at.status ?? 200)) wrong.push(`answered ${res.status()}`);
      else if (ended.pathname !== new URL(path, this.base).pathname) wrong.push(`led to ${ended.pathname}`);
      await load.quiet();
      const { wrong: words, title } = await worded(page, this.language, this.catalogue, at.codes);
      wrong.push(...words);
      const named = `${at.as ?? ""}: ${title}`; // among what one person sees
      this.titles.set(named, [...(this.titles.get(named) ?? []), at.route]);
      for (const [name, [width, height]] of Object.entries(screens)) {
        wrong.push(...(await narrow(page, width, height)));
        if (this.axe(at).includes(name)) wrong.push(...(await accessible(page)).map((f) => `${name}: ${f}`));
        if (this.shots && name !== "zoomed") await page.screenshot({ timeout: 10_000, path: join(this.shots, `${name}-${this.language}-${at.route.replaceAll("/", "_").replace(/[{}$]/g, "") || "_"}.png`), fullPage: true }).catch(() => {});
      }
      if (this.tabs) wrong.push(...(await reachable(page)));
    } catch (e) {
      wrong.push(String(e.message).split("\n")[0]);
    } finally {
      await page.close();
    }
    for (const w of new Set(wrong)) this.faults.push(`${at.route} as ${at.as ?? "nobody"} at ${path}: ${w}`);
  }
}
