// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A box of old papers is digitised, and one of them is reused: a clerk opens a batch and scans a sheet, checks what it
// says, the records clerk looks at it a second time and seals it, it enters the vault of its owner, and at the counter it
// is ticked in a new dossier. A smoke part in English.

import { readFileSync } from "node:fs";
import { desktop, journey, must, signIn, until } from "../lib.mjs";
import { applicant, file, people, press, procedure, rest, says } from "../dossier.mjs";

const owner = { name: "Trần Văn Lâm", number: "089086000064", born: ["5", "11", "1986"], sex: "male" };
const card = `${owner.number}||${owner.name}|05111986|Nam|Số 3, đường Giả Định, phường Long Xuyên|01072022`;
const box = 'input[type=checkbox][name="kho-giay-xac-nhan-cu"]';
const number = `BF-${process.pid}/2009`;

/** sheet is a scan: a page of A4 on which a browser has written. */
async function sheet(p, name, lines) {
  const page = await p.context.newPage();
  await page.setContent(`<body style="margin:80px;font:34px serif">${lines.map((l) => `<p>${l}</p>`).join("")}</body>`);
  await page.setViewportSize({ width: 1240, height: 1754 });
  const jpeg = await page.screenshot({ type: "jpeg", quality: 85 });
  await page.close();
  return file(name, jpeg);
}

await journey("backfile", async ({ person }) => {
  const mai = await person({ who: people.clerk.name });
  await signIn(mai, people.clerk.login);
  await mai.go("/so-hoa", "list");
  await press(mai, mai.page.locator("main form button[type=submit]"));
  await says(mai, "Loại giấy tờ");
  await mai.page.selectOption("#type", "giay-xac-nhan-khuyet-tat");
  await mai.page.fill("#box", `Hộp ${process.pid}`);
  await mai.page.fill("#share", "100");
  await mai.page.check("input[name=against][value=original]");
  await press(mai, mai.page.locator("main form button[type=submit]"));
  await mai.look("batch");
  const batch = new URL(mai.page.url()).pathname;

  // The scan; it is read in the background.
  const scan = await sheet(mai, `hop-${process.pid}.jpg`, [`Số: ${number}`, `Họ và tên: ${owner.name}`, `Số định danh cá nhân: ${owner.number}`, "Nơi cấp: Ủy ban nhân dân phường Long Xuyên", "Ngày 05 tháng 02 năm 2009"]);
  const sent = await mai.context.request.post(`${batch}/quet`, { multipart: { scan: { name: "hop.jpg", mimeType: "image/jpeg", buffer: readFileSync(scan) } } });
  must(sent.ok(), `the scan was answered ${sent.status()}`);
  await until(async () => {
    await mai.page.goto(batch);
    return (await mai.page.locator('main a[href*="/kiem/"]').count()) > 0;
  });
  await press(mai, mai.page.locator('main a[href*="/kiem/"]'));
  await mai.look("check");
  const at = new URL(mai.page.url()).pathname;
  await mai.page.keyboard.press("?");
  await says(mai, "Phím tắt", "Về lô");
  await mai.page.keyboard.press("Escape");
  for (const [field, value] of Object.entries({ number, issued: "05/02/2009", owner: owner.name, owner_number: owner.number, issuer: "UBND phường Long Xuyên" })) await mai.page.fill(`#${field}`, value);
  await Promise.all([mai.page.waitForNavigation(), mai.page.press("#number", "Enter")]);
  await says(mai, "Kiểm tra lần hai");
  await press(mai, mai.page.locator(`form[action="${batch}/mau"] button`));
  await says(mai, "Chờ kiểm tra lần hai");
  await mai.look("sample");

  // Somebody else looks a second time, and seals it.
  const tam = await person({ who: people.records.name });
  await signIn(tam, people.records.login);
  await tam.go(at, "second");
  await press(tam, tam.page.locator('main button[value="accept"]'));
  await says(tam, "Mẫu đạt");
  await tam.go(at);
  await press(tam, tam.page.locator(`form[action="${at.replace("/kiem/", "/ky/")}"] button`));
  await says(tam, "Đã đóng dấu");

  // It enters the vault of its owner by itself, and is ticked at the counter in a new dossier.
  await until(async () => {
    await mai.page.goto(batch);
    return /Đã vào kho/.test((await mai.page.locator("main").innerText()).normalize("NFC"));
  });
  await mai.look("entered");
  await mai.go("/tiep-nhan/quay");
  await mai.page.fill("#q", "giay khuyet tat");
  await press(mai, mai.page.locator("main form[action='/tiep-nhan/quay'] button"));
  await press(mai, mai.page.locator(`form[action="/nop-ho-so/${procedure}"] button`));
  await mai.page.fill("#qr", card);
  await Promise.all([mai.page.waitForNavigation(), mai.page.press("#qr", "Enter")]);
  await press(mai, mai.page.locator("main form .ts-button-group button"));
  await applicant(mai, owner);
  await rest(mai);
  await says(mai, "Đã có trong kho");
  await mai.page.check(box);
  await mai.look("ticked");
  await press(mai, mai.page.locator("main form button[value=next]"));
  await says(mai, owner.name, "Lấy từ kho");

  // The same in English: the rates of the unit.
  const english = await person({ who: people.clerk.name, screen: desktop, language: "en" });
  await english.page.goto("/");
  await english.page.goto(await english.page.locator("a[hreflang=en]").first().getAttribute("href"));
  await signIn(english, people.clerk.login);
  await english.go("/so-hoa/nang-suat", "rates");
  await says(english, "Rates of digitising", people.clerk.name);
});
