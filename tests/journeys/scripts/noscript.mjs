// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// The thin journey by the same five people in browsers without JavaScript.

import { journey, must, phone, signIn } from "../lib.mjs";
import { accept, applicant, attach, begin, deliver, issue, pdf, people, press, procedure, program, referenceShape, rest, says, send, sign, ward, work } from "../dossier.mjs";

await journey("noscript", async ({ person }) => {
  const { resident, clerk, officer, leader, records } = people;
  const somebody = async (one, screen) => {
    const p = await person({ who: one.name, scripts: false, screen });
    await signIn(p, one.login);
    return p;
  };

  // Before anybody signs in: where to go today, larger letters, tracking that finds nothing.
  const visitor = await person({ who: "a visitor", scripts: false, screen: phone });
  await visitor.go(`/thu-tuc/${procedure}`, "procedure");
  await visitor.page.selectOption("#noi", ward);
  await press(visitor, visitor.page.locator(".ts-where__choose button"));
  await says(visitor, "Phường Long Xuyên", /Đang (mở|đóng) cửa/);
  await visitor.go("/hien-thi?tu=/tra-cuu", "display");
  await visitor.page.check("input[name=size][value=larger]");
  await visitor.page.check("input[name=contrast]");
  await press(visitor, visitor.page.locator("main form button"));
  await says(visitor, "Tra cứu hồ sơ", "Đã đổi cỡ chữ");
  must((await visitor.page.locator("html").getAttribute("class")) === "ts-larger ts-contrast", "the letters did not grow");
  await visitor.look("large");
  await visitor.page.fill("#ma", "ABCD-EFGH-JKLM");
  await visitor.page.fill("#dien-thoai", "0900000000");
  await press(visitor, visitor.page.locator("main form button"));
  await says(visitor, "Không có hồ sơ nào có mã và số điện thoại này");

  const bay = await somebody(resident, phone);
  await begin(bay, "start");
  // The language changes by a button of the form, which takes along what was typed.
  await bay.page.fill("#applicant_name", "Nguyễn Văn");
  await press(bay, bay.page.locator("#language"));
  must((await bay.page.locator("html").getAttribute("lang")) === "en", "the page does not speak English");
  must((await bay.page.locator("#applicant_name").inputValue()) === "Nguyễn Văn", "the change of language lost what was typed");
  await press(bay, bay.page.locator("#language"));
  await applicant(bay, resident);
  await rest(bay, (name) => name);
  await attach(bay, "don-de-nghi", program("đơn.pdf"));
  await says(bay, "Nội dung tệp không đúng với loại tệp ghi ở tên");
  await attach(bay, "don-de-nghi", pdf("đơn.pdf"));
  await bay.look("papers");
  await press(bay, bay.page.locator("main form .ts-button-group button[value=next]"));
  await send(bay);
  const reference = (await says(bay, "Đã nộp hồ sơ", referenceShape)).match(referenceShape)[0];
  await bay.look("sent");
  const id = new URL(bay.page.url()).pathname.split("/")[2];

  const mai = await somebody(clerk);
  await accept(mai, id, (name) => `clerk-${name}`);
  await work(await somebody(officer), id, (name) => `officer-${name}`);
  await sign(await somebody(leader), id, (name) => `leader-${name}`);
  await issue(await somebody(records), id, (name) => `records-${name}`);
  await deliver(mai, id);

  await bay.go(`/tra-cuu?ma=${reference}`, "tracked");
  const shown = await says(bay, "Đã trả kết quả");
  must(!shown.includes(resident.number), "tracking shows the number");
});
