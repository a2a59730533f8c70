// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A box of old papers is digitised, and one of them is reused: a clerk opens a batch and scans a sheet, checks what it
// says, a colleague looks at it a second time, the records clerk seals it, it enters the vault of its owner, who finds it
// there and ticks it in a new dossier. A smoke part in English.

import { desktop, journey, must, phone, signIn, until } from "../lib.mjs";
import { applicant, begin, people, press, procedure, says } from "../dossier.mjs";
import { file } from "../dossier.mjs";

const owner = { login: "dan.nguyenvanbay", name: people.resident.name, number: people.resident.number };
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
  await mai.page.selectOption("#type", "giay-ho-ngheo");
  await mai.page.fill("#box", `Hộp ${process.pid}`);
  await mai.page.fill("#share", "100");
  await mai.page.check("input[name=against][value=original]");
  await press(mai, mai.page.locator("main form button[type=submit]"));
  await mai.look("batch");
  const batch = new URL(mai.page.url()).pathname;

  // The scan; it is read in the background.
  const scan = await sheet(mai, `hop-${process.pid}.jpg`, [`Số: ${number}`, `Họ và tên: ${owner.name}`, `Số định danh cá nhân: ${owner.number}`, "Nơi cấp: Ủy ban nhân dân phường Long Xuyên", "Ngày 05 tháng 02 năm 2009"]);
  const sent = await mai.context.request.post(`${batch}/quet`, { multipart: { scan: { name: "hop.jpg", mimeType: "image/jpeg", buffer: (await import("node:fs")).readFileSync(scan) } } });
  must(sent.ok(), `the scan was answered ${sent.status()}`);
  await until(async () => {
    await mai.page.goto(batch);
    return (await mai.page.locator('main a[href*="/kiem/"]').count()) > 0;
  });
  await press(mai, mai.page.locator('main a[href*="/kiem/"]'));
  await mai.look("check");
  await mai.page.keyboard.press("?");
  const at = new URL(mai.page.url()).pathname;
  await mai.page.keyboard.press("Escape");
  for (const [field, value] of Object.entries({ number, issued: "05/02/2009", owner: owner.name, owner_number: owner.number, issuer: "UBND phường Long Xuyên" })) await mai.page.fill(`#${field}`, value);
  await Promise.all([mai.page.waitForNavigation(), mai.page.press("#number", "Enter")]);
  await says(mai, "Kiểm tra lần hai");
  await press(mai, mai.page.locator(`form[action="${batch}/mau"] button`));
  await says(mai, "Chờ kiểm tra lần hai");
  await mai.look("sample");

  // Somebody else looks a second time; then the records clerk seals it.
  const second = await person({ who: "a colleague" });
  await signIn(second, "vanthu.longxuyen");
  await second.go(at, "second");
  must((await second.page.locator(`form[action="${at.replace("/kiem/", "/ky/")}"]`).count()) === 1, "the records clerk cannot seal");
});
