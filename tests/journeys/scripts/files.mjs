// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A large paper: it goes up in parts, survives a page that is loaded again in the middle, has a receipt, and is
// leafed through by the citizen and the clerk, with and without JavaScript.

import { readFileSync, statSync } from "node:fs";
import { createHash } from "node:crypto";
import { journey, must, phone, signIn, until } from "../lib.mjs";
import { applicant, begin, file, people, press, rest, says, send } from "../dossier.mjs";

/** scan is a PDF of three pages with words, and of many bytes that nobody sees. */
function scan(name, bytes) {
  const ballast = Buffer.alloc(bytes, "x");
  const words = (n) => `BT /F 60 Tf 80 640 Td (TRANG ${n}) Tj 0 -80 Td /F 24 Tf (ban quet) Tj ET`;
  const parts = [];
  const at = [];
  let length = 0;
  const add = (...chunks) => chunks.forEach((c) => { const b = Buffer.from(c); parts.push(b); length += b.length; });
  const object = (...chunks) => { at.push(length); add(`${at.length} 0 obj\n`, ...chunks, "\nendobj\n"); };
  add("%PDF-1.4\n");
  object("<< /Type /Catalog /Pages 2 0 R >>");
  object("<< /Type /Pages /Kids [4 0 R 6 0 R 8 0 R] /Count 3 >>");
  object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
  for (const n of [1, 2, 3]) {
    object(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${3 + 2 * n} 0 R /Resources << /Font << /F 3 0 R >> >> >>`);
    object(`<< /Length ${words(n).length} >>\nstream\n${words(n)}\nendstream`);
  }
  object(`<< /Length ${ballast.length} >>\nstream\n`, ballast, "\nendstream");
  const table = length;
  add(`xref\n0 ${at.length + 1}\n0000000000 65535 f \n${at.map((n) => String(n).padStart(10, "0") + " 00000 n \n").join("")}trailer\n<< /Size ${at.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`);
  return file(name, Buffer.concat(parts));
}

await journey("files", async ({ person }) => {
  const { resident, clerk } = people;
  const bay = await person({ who: resident.name, screen: phone });
  await signIn(bay, resident.login);
  await begin(bay);
  await applicant(bay, resident);
  await rest(bay);

  const path = scan("bản quét.pdf", 11_000_000);
  const input = 'input[name="paper-giay-to-y-te"]';
  const { page } = bay;
  let sent = [];
  let hold = true;
  await page.route("**/tai-len/*", async (route) => {
    const request = route.request();
    if (request.method() !== "PATCH") return route.continue();
    sent.push(Number(request.headers()["upload-offset"]));
    if (hold && sent.length === 2) return; // the line is dead: no answer
    return route.continue();
  });
  await page.setInputFiles(input, path);
  await until(async () => sent.length === 2); // the first part has been answered for, the second never will
  await says(bay, "4 MB /");
  await bay.picture("going");
  hold = false;
  sent = [];
  await page.reload();
  await says(bay, "Đang tải dở");
  await bay.look("half");
  await page.setInputFiles(input, path);
  await page.waitForFunction(() => document.querySelector(".ts-parts [role=status]")?.textContent?.includes("Đã tải lên xong"));
  must(sent[0] === 4 << 20 && sent.length === 2, `after the reload parts began at ${sent}`);
  await bay.look("done");
  await press(bay, page.locator("main form .ts-button-group button[value=upload]"));
  await says(bay, "bản quét.pdf", "Biên nhận tệp");
  await bay.look("attached");
  const link = await page.locator(".ts-files__receipt").first().getAttribute("href");
  const receipt = await (await bay.context.request.get(link)).text();
  const sum = createHash("sha256").update(readFileSync(path)).digest("hex");
  must(receipt.includes(sum) && receipt.includes(String(statSync(path).size)), `the receipt says:\n${receipt}`);

  await press(bay, page.locator("main form .ts-button-group button[value=next]"));
  await send(bay);
  await says(bay, "Đã nộp hồ sơ");
  const id = new URL(page.url()).pathname.split("/")[2];

  // The pictures are made in the background.
  await bay.go(`/ho-so/${id}`);
  for (let i = 0; i < 60 && (await page.locator(".ts-thumb img").count()) === 0; i++) {
    await page.waitForTimeout(500);
    await page.reload();
  }
  await bay.look("thumb");
  must(await page.locator(".ts-thumb img").first().evaluate((img) => img.complete && img.naturalWidth === 240), "the thumbnail is not there");
  await press(bay, page.locator(".ts-files__what a"));
  await says(bay, "Trang 1 / 3");
  await bay.look("page");
  must(await page.locator(".ts-view__page img").evaluate((img) => img.naturalWidth === 1240), "the page is not there");

  for (const scripts of [true, false]) {
    const mai = await person({ who: clerk.name, scripts });
    await signIn(mai, clerk.login);
    await mai.go(`/xu-ly/${id}`, "case");
    await press(mai, mai.page.locator(".ts-files__what a"));
    await press(mai, mai.page.locator("a[rel=next]"));
    await says(mai, "Trang 2 / 3");
    await mai.look("second");
    await press(mai, mai.page.locator("a[rel=next]"));
    must((await mai.page.locator("a[rel=next]").count()) === 0, "there is a page after the last");
  }
  // Leafing through a file is one reading of it, and no thumbnail is one.
  await bay.go(`/ho-so/${id}/ai-da-xem`);
  const shown = await says(bay, "Xem tệp trong hồ sơ");
  const times = shown.split("Xem tệp trong hồ sơ").length - 1;
  must(times <= 6, `six pages were looked at by the clerk, and ${times} readings are shown`);
});
