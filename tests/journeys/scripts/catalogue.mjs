// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A catalogue comes in as a table: one person brings it, sees every difference and every wrong cell and proposes it; another
// approves. Brought again it changes nothing, and citizens find what came in. Its field is its own, so that no other journey meets it.

import { desktop, journey, must, phone, signIn, until } from "../lib.mjs";
import { press, says } from "../dossier.mjs";

const table = [
  "DANH MỤC THỦ TỤC HÀNH CHÍNH;;;;;;",
  "STT;Mã TTHC;Tên thủ tục hành chính;Lĩnh vực;Cấp thực hiện;Thời hạn giải quyết;Phí, lệ phí",
  "1;1.098001;Cấp giấy xác nhận nuôi ong lấy mật;Nuôi ong giả định;Cấp xã;5 ngày làm việc;Không",
  "2;1.098002;Cấp lại giấy xác nhận nuôi ong lấy mật;Nuôi ong giả định;Cấp xã;03 ngày làm việc;20.000 đồng",
  "3;ONG-03;Gia hạn giấy xác nhận nuôi ong;Nuôi ong giả định;Cấp xã;nhanh;Không",
].join("\n");

async function bring(who) {
  await who.go("/nhap-danh-muc");
  await who.page.setInputFiles("#file", { name: "danh-muc-nuoi-ong.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
  await press(who, who.page.locator('main form[action="/nhap-danh-muc"] button[type=submit]'));
  await says(who, "Nuôi ong giả định");
  await who.page.fill("#decision", "98/QĐ-UBND");
  await who.page.fill("#signed", "20/11/2026");
  await press(who, who.page.locator('main form[action$="/cot"] button[type=submit]'));
}

await journey("catalogue", async ({ person }) => {
  const author = await person({ who: "kiemsoat.tinh", screen: desktop });
  await signIn(author, "kiemsoat.tinh");
  await bring(author);
  await says(author, "Mới (2)", "Sai (1)", "mã thủ tục không đúng dạng");
  await author.look("report");
  await press(author, author.page.locator('main form[action$="/trinh"] button[type=submit]'));
  await says(author, "Danh mục nhập từ tệp danh-muc-nuoi-ong.csv");
  const change = new URL(author.page.url()).pathname.split("/")[2];
  await author.look("check");
  await press(author, author.page.locator('main form[action$="/trinh"] button[type=submit]'));

  const approver = await person({ who: "lanhdao.vanphong", screen: phone });
  await signIn(approver, "lanhdao.vanphong");
  await approver.go(`/soan-thu-tuc/${change}`, "change");
  await says(approver, "tt-1-098001", "Cấp giấy xác nhận nuôi ong lấy mật");
  await approver.go(`/soan-thu-tuc/${change}/duyet`, "approve");
  // Publishing checks the whole province twice: on a slow machine that is longer than a page may take.
  await approver.page.locator('main form[action$="/duyet"] button[type=submit]').first().click({ noWaitAfter: true });

  const citizen = await person({ screen: phone });
  const there = async () => (await citizen.page.request.get("/thu-tuc/tt-1-098001")).ok();
  await until(there);
  await until(there);
  must(await there(), "what was approved is in force");
  await citizen.go("/thu-tuc/tt-1-098001", "procedure");
  await says(citizen, "Cấp giấy xác nhận nuôi ong lấy mật", "5 ngày làm việc", "98/QĐ-UBND");
  await citizen.go("/thu-tuc/tt-1-098001/lich-su", "history");

  await bring(author);
  await says(author, "Không đổi");
  const text = await author.page.locator("main").innerText();
  must(/Bảng không làm thay đổi gì/.test(text), "brought again it would change something");
  await author.go("/dong-ho-cong-bo", "clock");
  await says(author, "98/QĐ-UBND");
});
