// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A leader signs twenty on a small phone: the previews, one confirmation, an answer for each. While she reads, one of them is
// taken back by who sent it, and another was given back to be written anew. The dossiers are filed through the API, as another
// system would; what the leader does is done on the pages.

import { base, journey, must, password, signIn } from "../lib.mjs";
import { people, press, says } from "../dossier.mjs";

const small = { name: "phone360", viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const [clerk, officer, leader, citizen] = ["motcua.longxuyen", "chuyenvien.longxuyen", "lanhdao.longxuyen", "dan.vothihoa"];
const ward = "phuong-long-xuyen";
const application = {
  procedure: "tro-cap-huu-tri-xa-hoi", unit: ward,
  answers: {
    applicant_name: "Võ Thị Hoa", applicant_born: "1950-02-10", applicant_sex: "female", applicant_number: "089150000199",
    applicant_residence: { commune: ward, detail: "Số 3, đường Giả Định" }, applicant_phone: "0900000062",
    by_representative: "no", has_pension: "no", has_allowance: "no", household: "none", pay_by: "post",
  },
};

const tokens = {};
/** ask sends a request to the API as somebody and returns the answer. */
async function ask(who, method, path, body) {
  const headers = { "Content-Type": "application/json" };
  if (who) {
    tokens[who] ??= (await ask("", "POST", "/api/v1/sessions", { login: who, password })).token;
    headers.Authorization = `Bearer ${tokens[who]}`;
  }
  if (path === "/api/v1/dossiers") headers["Idempotency-Key"] = crypto.randomUUID();
  const res = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await res.text();
  must(res.ok, `${method} ${path} as ${who}: ${res.status} ${text.slice(0, 500)}`);
  return text ? JSON.parse(text) : undefined;
}

/** toSign files one and brings it to the leader. */
async function toSign() {
  const { id } = await ask(citizen, "POST", "/api/v1/dossiers", application);
  const at = `/api/v1/dossiers/${id}`;
  await ask(clerk, "POST", `${at}/accept`, {});
  await ask(officer, "POST", `${at}/claim`, {});
  await ask(officer, "POST", `${at}/finish`, { note: "Đủ điều kiện" });
  await ask(officer, "PUT", `${at}/result`, { fields: { amount: "500000", from_month: "12/2026" } });
  const { items } = await ask(officer, "GET", `${at}/signers`);
  await ask(officer, "POST", `${at}/send-to-sign`, { signer: items.find((i) => i.name === people.leader.name).account });
  return id;
}

/** pick chooses dossiers on the list of those who sign, and opens the previews. */
async function pick(p, ids) {
  for (const id of ids) await p.page.check(`input[name=dossier][value="${id}"]`);
  await press(p, p.page.locator('form[action="/ky/xem"]:has(input[type=checkbox]) button[type=submit]:visible'));
}

await journey("signtwenty", async ({ person }) => {
  const ids = [];
  for (let i = 0; i < 22; i++) ids.push(await toSign());
  const twenty = ids.slice(0, 20);
  const [withdrawn, returned] = [twenty[4], twenty[11]];

  const ha = await person({ who: leader, screen: small });
  await signIn(ha, leader);
  await ha.go("/ky", "01-list");
  await pick(ha, twenty);
  await says(ha, "20");
  await ha.look("02-previews");
  must((await ha.page.locator('a[href$="/ket-qua.pdf"]').count()) === 20, "not every paper can be read first");

  // Meanwhile: its owner takes one back; she herself, at her desk, gives one back.
  await ask(citizen, "POST", `/api/v1/dossiers/${withdrawn}/withdraw`, { reason: "Nộp nhầm, xin rút lại" });
  await ask(leader, "POST", `/api/v1/dossiers/${returned}/return`, { reason: "Ghi sai tháng hưởng, đề nghị sửa" });

  await press(ha, ha.page.locator('form[action="/ky"] button[type=submit]'));
  const said = await says(ha, "đã ký");
  await ha.look("03-outcome");
  must((said.match(/đã ký(?! số)/g) ?? []).length >= 18, `not eighteen were signed:\n${said.slice(0, 4000)}`);
  for (const id of twenty) {
    const row = ha.page.locator(`a[href="/xu-ly/${id}"]`).first();
    must((await row.count()) === 1, `nothing is said of ${id}`);
  }
  const states = await Promise.all(twenty.map(async (id) => (await ask(leader, "GET", `/api/v1/dossiers/${id}?purpose=handling`)).result?.state));
  must(states.filter((s) => s === "signed").length === 18, `signed are ${states}`);
  must(states[4] !== "signed" && states[11] !== "signed", "what was taken back or given back is signed");
  await ha.go(`/xu-ly/${returned}`, "04-returned");
  await says(ha, "Ghi sai tháng hưởng");

  // The other two in English: one was taken back meanwhile.
  const english = await person({ who: leader, screen: small, language: "en" });
  await english.page.goto("/");
  await english.page.goto(await english.page.locator("a[hreflang=en]").first().getAttribute("href"));
  await signIn(english, leader);
  await english.go("/ky", "05-list");
  await pick(english, ids.slice(20));
  await english.look("06-previews");
  await ask(citizen, "POST", `/api/v1/dossiers/${ids[21]}/withdraw`, { reason: "Nộp nhầm, xin rút lại" });
  await press(english, english.page.locator('form[action="/ky"] button[type=submit]'));
  await says(english, "signed", "Outcome");
  await english.look("07-outcome");
});
