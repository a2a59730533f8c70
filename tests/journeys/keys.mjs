// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Hands that never leave the keyboard. At every step the control that has the focus is on the screen and can be told from the
// others, and the next Tab leads away from it.

import { must } from "./lib.mjs";

/** How often Tab is pressed before somebody gives up. */
const most = 200;

/** keyboard returns what somebody does on a page without a mouse. */
export function keyboard({ page }) {
  const keys = page.keyboard;
  const at = (selector) => page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector);

  /** seen fails where nobody can see what has the focus. Returns what it is. */
  const seen = async () => {
    const found = await page.evaluate(() => {
      const e = document.activeElement;
      if (!e || e === document.body) return { nothing: true };
      // What stands for a control that is drawn by its label: a box to tick, an answer, a file.
      const drawn = [e, e.nextElementSibling, e.closest("label"), e.parentElement, e.closest(".ts-file-upload, .ts-drop-zone, .ts-work__row, .ts-combo")].filter(Boolean);
      const marked = drawn.some((d) => ["", "::before", "::after"].some((part) => {
        const s = getComputedStyle(d, part || null);
        return (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none";
      }));
      const box = e.getBoundingClientRect();
      const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
      return { name: `${e.tagName.toLowerCase()}${e.id ? `#${e.id}` : ""}${e.name ? `[name="${e.name}"]` : ""} "${(e.innerText ?? "").trim().slice(0, 40)}"`, marked, inside };
    });
    if (found.nothing) return "";
    must(found.marked, `nobody can see that ${found.name} has the focus on ${page.url()}`);
    must(found.inside, `${found.name} has the focus and is not on the screen of ${page.url()}`);
    return found.name;
  };

  const tab = async () => {
    await page.evaluate(() => { globalThis.hadFocus = document.activeElement; });
    await keys.press("Tab");
    const [stuck, name] = await page.evaluate(() => [document.activeElement !== document.body && document.activeElement === globalThis.hadFocus, document.activeElement?.outerHTML.slice(0, 80)]);
    must(!stuck, `Tab does not lead away from ${name} on ${page.url()}`);
    return seen();
  };
  const reach = async (selector) => {
    for (let i = 0; i < most; i++) {
      if (await at(selector)) return;
      await tab();
    }
    must(false, `${selector} is not reached by Tab on ${page.url()}`);
  };
  const write = async (selector, text) => {
    await reach(selector);
    await keys.press("Control+A");
    await keys.type(text);
  };
  /** choose moves through the answers of a question with the arrows. */
  const choose = async (name, value) => {
    await reach(`input[name="${name}"]`);
    await keys.press("Space");
    for (let i = 0; i < 10 && !(await at(`input[name="${name}"][value="${value}"]`)); i++) {
      await keys.press("ArrowDown");
      await seen();
    }
    must(await at(`input[name="${name}"][value="${value}"]:checked`), `${name} is not ${value}`);
  };
  /** pick moves through a list until it shows the words. */
  const pick = async (selector, words) => {
    await reach(selector);
    const shown = () => page.evaluate(() => document.activeElement.selectedOptions?.[0]?.text ?? "");
    for (let i = 0; i < 60 && !(await shown()).includes(words); i++) await keys.press("ArrowDown");
    must((await shown()).includes(words), `${selector} does not show ${words}`);
  };
  const tick = async (selector) => {
    await reach(selector);
    await keys.press("Space");
  };
  const enter = async (selector) => {
    await reach(selector);
    await Promise.all([page.waitForNavigation(), keys.press("Enter")]);
  };
  /** around goes once through everything on the page, and comes out at the other end. */
  const around = async () => {
    await page.evaluate(() => { document.activeElement?.blur(); });
    for (let i = 0; i < most; i++) {
      await keys.press("Tab");
      if ((await seen()) === "" && i > 0) return; // the browser has it again
      if (await page.evaluate(() => { const last = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter((e) => e.checkVisibility() && !e.disabled && e.tabIndex >= 0).at(-1); return document.activeElement === last; })) return;
    }
    must(false, `the end of ${page.url()} is not reached by Tab`);
  };
  return { keys, reach, write, choose, pick, tick, enter, around };
}
