// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// An old paper is digitised and enters the vault of its owner: a clerk scans and checks it, the records clerk looks at it a
// second time and seals it.

import { readFileSync } from "node:fs";
import { file, press, says } from "./dossier.mjs";
import { must, until } from "./lib.mjs";

/** sheet is a scan: a page of A4 on which a browser has written. */
async function sheet(p, name, lines) {
  const page = await p.context.newPage();
  await page.setContent(`<body style="margin:80px;font:34px serif">${lines.map((l) => `<p>${l}</p>`).join("")}</body>`);
  await page.setViewportSize({ width: 1240, height: 1754 });
  const jpeg = await page.screenshot({ type: "jpeg", quality: 85 });
  await page.close();
  return file(name, jpeg);
}

/** digitised lets the clerk and the records clerk do it; looks are the pages that are looked at. */
export async function digitised(mai, tam, { type, number, issued, owner }, look = async () => {}) {
  await mai.page.goto("/so-hoa");
  await look(mai, "list");
  await press(mai, mai.page.locator("main form button[type=submit]"));
  await says(mai, "Loại giấy tờ");
  await mai.page.selectOption("#type", type);
  await mai.page.fill("#box", `Hộp ${number}`);
  await mai.page.fill("#share", "100");
  await mai.page.check("input[name=against][value=original]");
  await press(mai, mai.page.locator("main form button[type=submit]"));
  await look(mai, "batch");
  const batch = new URL(mai.page.url()).pathname;

  // The scan; it is read in the background.
  const [day, month, year] = issued.split("/");
  const scan = await sheet(mai, `hop-${process.pid}.jpg`, [`Số: ${number}`, `Họ và tên: ${owner.name}`, `Số định danh cá nhân: ${owner.number}`, "Nơi cấp: Ủy ban nhân dân phường Long Xuyên", `Ngày ${day} tháng ${month} năm ${year}`]);
  const sent = await mai.context.request.post(`${batch}/quet`, { multipart: { scan: { name: "hop.jpg", mimeType: "image/jpeg", buffer: readFileSync(scan) } } });
  must(sent.ok(), `the scan was answered ${sent.status()}`);
  await until(async () => {
    await mai.page.goto(batch);
    return (await mai.page.locator('main a[href*="/kiem/"]').count()) > 0;
  });
  await press(mai, mai.page.locator('main a[href*="/kiem/"]'));
  await look(mai, "check");
  const at = new URL(mai.page.url()).pathname;
  await mai.page.keyboard.press("?");
  await says(mai, "Phím tắt", "Về lô");
  await mai.page.keyboard.press("Escape");
  for (const [field, value] of Object.entries({ number, issued, owner: owner.name, owner_number: owner.number, issuer: "UBND phường Long Xuyên" })) await mai.page.fill(`#${field}`, value);
  await Promise.all([mai.page.waitForNavigation(), mai.page.press("#number", "Enter")]);
  await says(mai, "Kiểm tra lần hai");
  await press(mai, mai.page.locator(`form[action="${batch}/mau"] button`));
  await says(mai, "Chờ kiểm tra lần hai");
  await look(mai, "sample");

  // Somebody else looks a second time, and seals it.
  await tam.page.goto(at);
  await look(tam, "second");
  await press(tam, tam.page.locator('main button[value="accept"]'));
  await says(tam, "Mẫu đạt");
  await tam.page.goto(at);
  await press(tam, tam.page.locator(`form[action="${at.replace("/kiem/", "/ky/")}"] button`));
  await says(tam, "Đã đóng dấu");

  // It enters the vault of its owner by itself.
  await until(async () => {
    await mai.page.goto(batch);
    return /Đã vào kho/.test((await mai.page.locator("main").innerText()).normalize("NFC"));
  });
  await look(mai, "entered");
}
