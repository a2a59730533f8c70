// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// The reading room: anybody looks at the open part of the catalogue, a reader asks for a copy, the archivist grants it
// and hands it over with a paper that can be checked. What is not open is not there for a reader.

import { desktop, journey, must, phone, signIn } from "../lib.mjs";
import { press, says } from "../dossier.mjs";
import { act, day, enter, move, offered, recordPath, refused, save, speak } from "../registers.mjs";

await journey("readingroom", async ({ person }) => {
  // Anybody, in English, on a desk: the catalogue without what is held back.
  const anybody = await person({ screen: desktop, language: "en" });
  await speak(anybody);
  await anybody.go("/so/ho-so-luu-tru", "01-catalogue");
  const listed = await says(anybody, "Files of the historical archive", "P01-HS00001");
  must(!/SHA-256|Box/.test(listed), "the catalogue shows what only archivists see");

  // The reader on a phone: signs in, looks for a file, asks for it.
  const reader = await person({ who: "Tăng Ngọc Ánh", screen: phone });
  await signIn(reader, "dan.docgia");
  await reader.go("/so/ho-so-luu-tru?f-code=P01-HS00002");
  await press(reader, reader.page.locator("tbody a", { hasText: "P01-HS00002" }));
  await says(reader, "Sử dụng rộng rãi");
  await reader.look("02-file");
  const file = recordPath(reader);
  await press(reader, act(reader, "Gửi Yêu cầu đọc tài liệu lưu trữ"));
  must((await reader.page.locator("#f-reader, #unit").count()) === 0, "the reader is asked who they are, or for which office");
  await reader.look("03-ask");

  // Without a purpose nothing is sent, and nothing that was typed is lost.
  await enter(reader, { phone: "0900000141", way: { option: "copy" }, pages_wanted: "tờ 3–7", wish_on: "31/02/2027" });
  await refused(reader, "Mục đích sử dụng", "Ngày muốn đến đọc");
  await reader.look("04-refused");
  must((await reader.page.inputValue("#f-pages_wanted")) === "tờ 3–7", "what was typed is gone");
  await enter(reader, { purpose: "Viết luận văn về lịch sử địa phương", wish_on: day(2) });
  await save(reader);
  await says(reader, /PD-\d{4}-\d{4}/, "Mới gửi", "P01-HS00002");
  await reader.look("05-asked");
  const request = recordPath(reader);
  must(!(await offered(reader, "Duyệt, hẹn ngày")), "a reader may grant the own request");

  // Another citizen does not see it.
  const other = await person({ who: "somebody else" });
  await signIn(other, "dan.vothihoa");
  must((await other.page.goto(request)).status() === 404, "somebody else opens the request");

  // The archivist: an appointment before the day that was wished is refused; then granted, served, printed.
  const archivist = await person({ who: "Trịnh Thị Lụa" });
  await signIn(archivist, "luutru.sonoivu");
  await archivist.go("/so/yeu-cau-doc?f-life=asked", "06-asked");
  await archivist.go(request, "07-request");
  await press(archivist, act(archivist, "Duyệt, hẹn ngày"));
  await enter(archivist, { reads_on: day(1) });
  await refused(archivist, "Ngày hẹn không trước ngày độc giả muốn đến");
  await archivist.look("08-too-early");
  await enter(archivist, { reads_on: day(3) });
  await save(archivist);
  await says(archivist, "Đã duyệt, hẹn ngày");
  await move(archivist, "Giao bản sao, ghi đã phục vụ", { handed_on: day(3), pages: "5", fee: "10.000" });
  await says(archivist, "Đã phục vụ", "10.000 đồng");
  await archivist.look("09-served");
  await press(archivist, archivist.page.getByRole("button", { name: "Cấp Phiếu giao bản sao tài liệu lưu trữ" }));
  await says(archivist, "Giấy này còn giá trị", "P01-HS00002");
  await archivist.look("10-paper");
  const paper = new URL(archivist.page.url()).pathname;
  const printed = await archivist.context.request.post(`${paper}/ban-in`, { headers: { Origin: new URL(archivist.page.url()).origin } });
  must(printed.ok() && (await printed.body()).subarray(0, 5).toString() === "%PDF-", `the paper: ${printed.status()}`);

  // The reader sees what became of it; whoever has the paper sees that it holds and not whose it is.
  await reader.go(request, "11-served");
  await says(reader, "Đã phục vụ", day(3), "10.000 đồng");
  await anybody.go(paper, "12-checked");
  must(!(await says(anybody, "This paper holds")).includes("Tăng Ngọc Ánh"), "the check names the reader");
  must(file.startsWith("/so/ho-so-luu-tru/"), file);
});
