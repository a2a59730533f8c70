// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// What people do in a register, used by several journeys: each function is one task on the pages of books.

import { must } from "./lib.mjs";
import { press, says } from "./dossier.mjs";

/** enter fills the controls of a form by the keys of their fields: a text, or {option} of a list. */
export async function enter(p, values) {
  for (const [key, value] of Object.entries(values)) {
    const control = p.page.locator(`#f-${key}`);
    if (typeof value === "object") await control.selectOption(value.option);
    else await control.fill(value);
  }
}

/** save presses the button that saves a form; refused waits for what is wrong, at the field and in the list above. */
export async function save(p) {
  await press(p, p.page.locator("main form .ts-button-group").last().locator("button"));
}

export async function refused(p, ...words) {
  await save(p);
  await says(p, ...words);
  must((await p.page.locator(".ts-error-summary a").count()) > 0, `${p.page.url()}: nothing leads to the field that is wrong`);
}

/** act is the way to a move or to what else may be done: a link that looks like a button. */
export function act(p, name) {
  return p.page.locator("main a").filter({ hasText: name });
}

/** move opens a move by its name, fills in what it asks for and makes it. Returns the page as it says. */
export async function move(p, name, values = {}, reason = "") {
  await press(p, act(p, name));
  await enter(p, values);
  if (reason) await p.page.fill("#reason", reason);
  await save(p);
}

/** recordPath is the address of the record in front of the person. */
export function recordPath(p) {
  const at = new URL(p.page.url()).pathname;
  must(/^\/so\/[a-z0-9-]+\/[0-9a-f-]{36}$/.test(at), `no record at ${p.page.url()}`);
  return at;
}

/** offered reports whether a move or an act stands on the page. */
export async function offered(p, name) {
  return (await act(p, name).count()) > 0;
}

/** speak opens the program in English, as who is shown it in Vietnamese first does. */
export async function speak(p) {
  await p.page.goto("/");
  await p.page.goto(await p.page.locator("a[hreflang=en]").first().getAttribute("href"));
}

/** day writes a day some days from now as people do: 21/11/2026. */
export function day(ahead = 0) {
  const at = new Date(Date.now() + 7 * 3_600_000 + ahead * 86_400_000);
  return `${String(at.getUTCDate()).padStart(2, "0")}/${String(at.getUTCMonth() + 1).padStart(2, "0")}/${at.getUTCFullYear()}`;
}
