// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// An official with forty open cases is transferred: the rights end at once, the leader hands the list over, and nothing is lost.
// Everybody here works in a ward of their own, so that no other journey meets them. The cases are filed through the API, as
// another system would; what people do is done in the browser.

import { base, desktop, journey, must, password, phone, signIn, until } from "../lib.mjs";
import { press, says } from "../dossier.mjs";

const many = 40;
const ward = "phuong-rach-gia";
const [it, clerk, officer, taker, leader, citizen] = ["cntt2.tinh", "motcua.sonoivu", "chuyenvien.soyte", "chuyenvien.sogiaoduc", "lanhdao.sogiaoduc", "dan.vothihoa"];
const application = {
  procedure: "tro-cap-huu-tri-xa-hoi", unit: ward,
  answers: {
    applicant_name: "Võ Thị Hoa", applicant_born: "1950-02-10", applicant_sex: "female", applicant_number: "089150000199",
    applicant_residence: { commune: ward, detail: "Số 3, đường Giả Định" }, applicant_phone: "0900000062",
    by_representative: "no", has_pension: "no", has_allowance: "no", household: "none", pay_by: "post",
  },
};

const tokens = {};
/** ask sends a request to the API as somebody and returns the answer. A decision ends sessions: then one signs in again. */
async function ask(who, method, path, body, expected = 2, again = true) {
  const headers = { "Content-Type": "application/json" };
  if (who) {
    tokens[who] ??= (await ask("", "POST", "/api/v1/sessions", { login: who, password })).token;
    headers.Authorization = `Bearer ${tokens[who]}`;
  }
  if (path === "/api/v1/dossiers") headers["Idempotency-Key"] = crypto.randomUUID();
  const res = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await res.text();
  if (res.status === 401 && who && again) {
    delete tokens[who];
    return ask(who, method, path, body, expected, false);
  }
  must(Math.floor(res.status / 100) === expected || res.status === expected, `${method} ${path} as ${who}: ${res.status} ${text.slice(0, 500)}`);
  return text && expected === 2 ? JSON.parse(text) : undefined;
}

/** each does something for every item, four at a time. */
async function each(items, what) {
  const open = [...items];
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let item = open.shift(); item !== undefined; item = open.shift()) await what(item);
    }),
  );
}

await journey("transfer", async ({ person }) => {
  const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Ho_Chi_Minh" }).format(new Date());
  const appoint = (login, kind, role, title) =>
    ask(it, "POST", "/api/v1/staff-decisions", { login, kind, number: "44/QĐ-UBND", date: today, from: today, unit: ward, role, title, subtree: true });
  await appoint(officer, "transfer", "officer", "Chuyên viên");
  await appoint(clerk, "concurrent", "clerk", "Công chức một cửa");
  await appoint(taker, "concurrent", "officer", "Chuyên viên");
  await appoint(leader, "concurrent", "leader", "PHÓ CHỦ TỊCH");

  const cases = [];
  await each(Array.from({ length: many }, (_, i) => i), async () => {
    const { id } = await ask(citizen, "POST", "/api/v1/dossiers", application);
    await ask(clerk, "POST", `/api/v1/dossiers/${id}/accept`, {});
    await ask(officer, "POST", `/api/v1/dossiers/${id}/claim`, {});
    cases.push(id);
  });
  must(cases.length === many, `${cases.length} cases`);

  // The official is at work, with a case open.
  const van = await person({ who: officer });
  await signIn(van, officer);
  await van.go(`/xu-ly/${cases[0]}`);

  // The decision: what it would do is said first.
  const linh = await person({ who: it });
  await signIn(linh, it);
  await linh.go(`/nhan-su/dieu-dong/moi?login=${officer}&unit=phuong-vinh-thong`, "decision");
  const day = today.split("-").reverse().join("/");
  await linh.page.selectOption("#kind", "transfer");
  await linh.page.fill("#number", "45/QĐ-UBND");
  await linh.page.fill("#date", day);
  await linh.page.fill("#from", day);
  await linh.page.fill("#unit", "phuong-vinh-thong");
  await linh.page.selectOption("#role", "officer");
  await linh.page.fill("#title", "Chuyên viên");
  await press(linh, linh.page.locator('main form[action="/nhan-su/dieu-dong/moi"] button[type=submit]'));
  await says(linh, "Phường Rạch Giá", "Phường Vĩnh Thông", String(many));
  await linh.look("preview");
  await press(linh, linh.page.locator('main form[action="/nhan-su/dieu-dong/moi"] button[type=submit]'));
  await says(linh, "45/QĐ-UBND");

  // At once: the next page asks to sign in, and who signs in sees the cases no more.
  await van.page.goto(`/xu-ly/${cases[0]}`);
  must(van.page.url().includes("/dang-nhap"), `the session goes on at ${van.page.url()}`);
  let status = 0;
  await until(async () => {
    if (van.page.url().includes("/dang-nhap")) await signIn(van, officer);
    status = (await van.page.goto(`/xu-ly/${cases[0]}`)).status();
    return status === 404 && !van.page.url().includes("/dang-nhap");
  });
  must(status === 404, `the old ward is still in scope: ${status}`);

  // The leader confirms who goes on with the list.
  const minh = await person({ who: leader, screen: desktop });
  await signIn(minh, leader);
  await minh.go("/nhan-su/ban-giao", "list");
  await says(minh, officer, String(many));
  await press(minh, minh.page.locator('main a[href^="/nhan-su/ban-giao/"]'));
  await minh.look("pile");
  must((await minh.page.locator("input[name=piece]").count()) === many, "not every case is on the list");
  await minh.page.selectOption("#to", taker);
  await press(minh, minh.page.locator('main form[action^="/nhan-su/ban-giao/"] button[type=submit]'));
  await minh.go("/nhan-su/ban-giao", "done");
  await says(minh, "Không có việc nào chờ bàn giao");

  // Nothing is lost: every case is in the new hands, and opens for them.
  const ngan = await person({ who: taker, screen: phone });
  await signIn(ngan, taker);
  await ngan.go("/viec", "desk");
  await ngan.go(`/xu-ly/${cases[many - 1]}`);
  await each(cases, async (id) => {
    await ask(taker, "GET", `/api/v1/dossiers/${id}?purpose=handling`);
    await ask(officer, "GET", `/api/v1/dossiers/${id}?purpose=handling`, undefined, 404);
  });
  const left = await ask(it, "GET", "/api/v1/handovers");
  must(!left.items.some((h) => h.unit === ward), "work is left behind");
});
