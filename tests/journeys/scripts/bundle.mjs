// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A birth is declared once: the certificate is made here, the residence goes to the police, the card to social insurance,
// which does not take it (the simulator, on command). A clerk mends it; the mother follows all of it on one page, in English too.

import { base, desktop, journey, must, password, phone, signIn, until } from "../lib.mjs";
import { press, says } from "../dossier.mjs";

const ward = "phuong-long-xuyen";
const [mother, clerk, officer, leader, records, it] = ["dan.vothihoa", "motcua.longxuyen", "chuyenvien.longxuyen", "lanhdao.longxuyen", "vanthu.longxuyen", "cntt.tinh"];
const home = { commune: ward, detail: "Số 3, đường Giả Định" };
const answers = {
  requester_name: "Võ Thị Hoa", requester_number: "089188000062", requester_residence: home, requester_phone: "0900000062", relation: "mother",
  child_name: "Trần Gia Bảo", child_born: "2026-02-10", child_sex: "male", child_ethnic: "Kinh", home_town: "Tỉnh An Giang", birth_certificate: "15/GCS, Bệnh viện Giả Định", birth_place: home,
  mother_name: "Võ Thị Hoa", mother_number: "089188000062", father_known: "yes", father_name: "Trần Văn Lâm", father_number: "089086000064", marriage: "12/2012",
  residence: home, host_name: "Võ Thị Hoa", host_number: "089188000062", host_relation: "Con", host_agrees: "yes", hospital: "Trạm y tế Giả Định", id_card: "yes", deliver_to: home,
};

const tokens = {};
/** ask sends a request to the API as somebody. */
async function ask(who, method, path, body) {
  const headers = { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() };
  if (who) {
    tokens[who] ??= (await ask("", "POST", "/api/v1/sessions", { login: who, password })).token;
    headers.Authorization = `Bearer ${tokens[who]}`;
  }
  const res = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await res.text();
  must(res.ok, `${method} ${path} as ${who}: ${res.status} ${text.slice(0, 500)}`);
  return text ? JSON.parse(text) : undefined;
}

/** reaches waits longer than a page takes: what goes outside goes at its own pace. */
async function reaches(what, so) {
  for (let i = 0; i < 10; i++) {
    await until(so);
    if (await so()) return;
  }
  must(false, `never: ${what}`);
}

await journey("bundle", async ({ person }) => {
  await ask(it, "POST", "/api/v1/simulators/bhxh/fault", { fault: "refuse", value: "1" });
  const { id } = await ask(mother, "POST", "/api/v1/dossiers", { procedure: "lien-thong-khai-sinh", unit: ward, answers });
  const at = `/api/v1/dossiers/${id}`;
  await ask(clerk, "POST", `${at}/accept`, {});

  // What the databases say stands beside what was declared.
  const hung = await person({ who: officer, screen: desktop });
  await signIn(hung, officer);
  await hung.go(`/xu-ly/${id}`);
  await says(hung, "Tra cứu", "Mẹ của trẻ");
  await hung.go(`/xu-ly/${id}/tra-cuu-csdl`, "lookups");
  await press(hung, hung.page.locator("#dan-cu-me button[type=submit]"));
  await says(hung, "Có dữ liệu", "Khớp");
  await hung.look("answer");

  // The certificate.
  await ask(officer, "PUT", `${at}/result`, { fields: { child_number: "089326000065" } });
  const signers = await ask(officer, "GET", `${at}/signers`);
  const signer = (signers.items ?? signers).find((s) => s.name.includes("Võ Thị Thanh Hà"));
  await ask(officer, "POST", `${at}/send-to-sign`, { signer: signer.account });
  await ask(leader, "POST", `${at}/sign`, {});
  await ask(records, "POST", `${at}/issue`, {});

  // Insurance does not take it: a clerk reads its words, mends, sends again.
  const leg = async (name) => (await ask(clerk, "GET", `/api/v1/life-events/${id}`)).legs.find((l) => l.leg === name);
  await reaches("insurance refuses", async () => (await leg("bao-hiem")).state === "stuck");
  const mai = await person({ who: clerk, screen: desktop });
  await signIn(mai, clerk);
  await mai.go("/lien-thong", "list");
  await says(mai, "Đã có giấy khai sinh", "Thẻ bảo hiểm y tế: cán bộ đang xử lý");
  await mai.go(`/lien-thong/${id}`, "stuck");
  await says(mai, "Dữ liệu không khớp với cơ sở dữ liệu của cơ quan");
  await mai.page.fill("#bao-hiem-NoiKhamChuaBenh", "Bệnh viện Đa khoa Giả Định");
  await press(mai, mai.page.locator(`form[action$="/bao-hiem/gui-lai"] button[type=submit]`));
  await says(mai, "Đã gửi lại.");

  // The mother follows it on her phone.
  const hoa = await person({ who: mother, screen: phone });
  await signIn(hoa, mother);
  await reaches("all is done", async () => (await ask(mother, "GET", `/api/v1/me/life-events/${id}`)).state === "done");
  await hoa.go(`/ho-so/${id}`);
  await says(hoa, "Các việc liên thông");
  await press(hoa, hoa.page.locator("#lien-thong a"));
  await says(hoa, "Đã có giấy khai sinh · Đã đăng ký thường trú · Đã có thẻ bảo hiểm y tế · Đã có thẻ căn cước");
  await hoa.look("progress");
  await hoa.go(`/ho-so/${id}/ai-da-xem`, "who");
  await says(hoa, "Tra cứu cơ sở dữ liệu khác về hồ sơ");

  // And whoever reads no Vietnamese.
  const visitor = await person({ who: mother, screen: phone, language: "en" });
  await visitor.page.goto("/");
  await visitor.page.goto(await visitor.page.locator("a[hreflang=en]").first().getAttribute("href"));
  await signIn(visitor, mother);
  await visitor.go(`/ho-so/${id}/lien-thong`);
  await says(visitor, "The birth certificate is there", "The health insurance card is there", "there is nothing to file again");
  await visitor.look("english");
});
