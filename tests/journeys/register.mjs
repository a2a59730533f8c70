// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// What people do with a record of a register, whatever the register.

import { must, signIn } from "./lib.mjs";
import { press, says } from "./dossier.mjs";

/** official opens a browser in which an official has signed in. */
export async function official(person, who, options = {}) {
  const p = await person({ who, ...options });
  await signIn(p, who);
  return p;
}

/** fill types values by the keys of fields: texts, one of the choices, or several of them. */
export async function fill(p, values) {
  for (const [key, v] of Object.entries(values)) {
    if (Array.isArray(v)) {
      for (const one of v) await p.page.locator(`input[name="f-${key}"][value="${one}"]`).check();
      continue;
    }
    const control = p.page.locator(`[name="f-${key}"]`);
    if ((await control.evaluate((e) => e.tagName)) === "SELECT") await control.selectOption(v);
    else await control.fill(v);
  }
}

/** save presses the button of the form. */
export const save = (p) => press(p, p.page.locator("main form[method=post] button.ts-button:not([hidden])").last());

/** added writes a record and returns its address: first with something wrong, which the page has to say. */
export async function added(p, register, values, wrong, said, picture) {
  await p.go(`/so/${register}/moi`);
  const unit = p.page.locator("select#unit"); // of somebody who writes for several
  if (await unit.count()) await unit.selectOption({ index: 0 });
  await fill(p, { ...values, ...wrong });
  await save(p);
  await says(p, said);
  await p.look(picture && `${picture}-wrong`);
  await fill(p, Object.fromEntries(Object.keys(wrong).map((key) => [key, values[key]])));
  await save(p);
  await says(p, "Đã thêm bản ghi");
  await p.look(picture);
  const at = new URL(p.page.url()).pathname;
  must(/^\/so\/[a-z-]+\/[0-9a-f-]{36}$/.test(at), `no record at ${at}`);
  return at;
}

/** moved makes a move of a record; of one that is refused, said is why. */
export async function moved(p, record, move, values = {}, said = "Đã chuyển trạng thái", reason) {
  await p.go(`${record}/chuyen/${move}`);
  await fill(p, values);
  if (reason) await p.page.fill("#reason", reason);
  await save(p);
  await says(p, said);
  await p.look(`${move}-${said.slice(0, 12).replaceAll(/\W/g, "")}`);
}
