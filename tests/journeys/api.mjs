// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// What journeys do as another system would: through the API, and at the systems outside, which are simulated.

import { base, must, password } from "./lib.mjs";

const tokens = {};

/** ask sends a request to the API as somebody and returns the answer. */
export async function ask(who, method, path, body) {
  const headers = { "Content-Type": "application/json" };
  if (who) {
    tokens[who] ??= (await ask("", "POST", "/api/v1/sessions", { login: who, password })).token;
    headers.Authorization = `Bearer ${tokens[who]}`;
  }
  if (path === "/api/v1/dossiers") headers["Idempotency-Key"] = crypto.randomUUID();
  const res = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await res.text();
  must(res.ok, `${method} ${path} as ${who}: ${res.status} ${text.slice(0, 800)}`);
  return text ? JSON.parse(text) : undefined;
}

/** outside returns where a simulated system is: "payment", "national". */
export async function outside(id) {
  const { items } = await ask("cntt.tinh", "GET", "/api/v1/simulators");
  const found = items.find((one) => one.id === id);
  must(found?.up, `the simulated system ${id} does not answer`);
  return new URL(found.page).origin;
}

/** misbehave switches a fault of a simulated system on, as province IT does; an empty value switches it off. */
export async function misbehave(id, fault, value) {
  await ask("cntt.tinh", "POST", `/api/v1/simulators/${id}/fault`, { fault, value });
}

/** post sends a form to a system outside and returns what it answers. */
export async function post(url, form, headers = {}) {
  const res = await fetch(url, { method: "POST", body: typeof form === "string" ? form : new URLSearchParams(form), headers });
  const text = await res.text();
  must(res.ok, `${url} answered ${res.status} ${text.slice(0, 300)}`);
  return text;
}
