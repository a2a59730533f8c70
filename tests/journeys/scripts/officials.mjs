// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// An official's file: the ward enters it, another person at Home Affairs confirms it, the official reads it and keeps
// the own phone number. Nobody else reads it.

import { journey, must, phone, signIn } from "../lib.mjs";
import { press, says } from "../dossier.mjs";
import { enter, move, offered, recordPath, refused, save } from "../registers.mjs";

const official = { login: "canbo.rachgia", name: "Kha Minh Trí", number: "089094000096" };

await journey("officials", async ({ person }) => {
  const ward = await person({ who: "Danh Thị Sô Phia" });
  await signIn(ward, "tochuc.rachgia");
  await ward.go("/so/ho-so-can-bo", "01-ward");
  must((await ward.page.locator("tbody tr").count()) < 50, "the ward sees files of others");
  await ward.go("/so/ho-so-can-bo/moi", "02-new");
  must((await ward.page.locator("#f-discipline").count()) === 0, "the ward writes about discipline");
  await ward.page.fill("#f-person", official.name);
  await ward.page.fill("[name='f-person-number']", official.number);
  await ward.page.fill("[name='f-person-born']", "16/02/1994");
  await enter(ward, {
    phone: "0900000139", email: "canbo.rachgia@example.org", workplace: { option: "phuong-rach-gia" }, kind: { option: "civil_servant" }, position: "Chuyên viên", grade: "Chuyên viên",
    joined_on: "01/03/2018", pay_step: "3", coefficient: "3,00", pay_since: "01/03/2016",
  });
  await refused(ward, "Ngày hưởng lương không trước ngày tuyển dụng");
  await ward.look("03-refused");
  await enter(ward, { pay_since: "01/03/2024", pay_due: "01/03/2027" });
  await save(ward);
  await says(ward, /CB-\d{4}/, "Chờ xác nhận");
  await ward.look("04-entered");
  const file = recordPath(ward);
  must(!(await offered(ward, "Xác nhận hồ sơ")), "the ward confirms its own file");

  // Home Affairs confirms, and prints that the official works there.
  const affairs = await person({ who: "Huỳnh Thị Kim Xuyến" });
  await signIn(affairs, "tochuc.sonoivu");
  await affairs.go("/so/ho-so-can-bo?f-life=draft", "05-waiting");
  await affairs.go(file);
  await move(affairs, "Xác nhận hồ sơ");
  await says(affairs, "Đang công tác");
  await press(affairs, affairs.page.getByRole("button", { name: "Cấp Giấy xác nhận công tác" }));
  await says(affairs, "Giấy này còn giá trị");
  await affairs.look("06-certificate");
  await affairs.go("/so/ho-so-can-bo/thong-ke", "07-report");
  await says(affairs, "Số lượng theo đơn vị và đối tượng", "Phường Rạch Giá");

  // What is confirmed is locked for the ward.
  await ward.go(`${file}/sua`);
  must((await ward.page.locator("#f-coefficient").count()) === 0, "the ward changes the pay of a confirmed file");

  // The official on a phone: finds the own file, reads it, and changes the own number; a wrong one is refused.
  const own = await person({ who: official.name, screen: phone });
  await signIn(own, official.login);
  await own.go("/so/ho-so-can-bo", "08-own");
  must((await own.page.locator(`tbody a[href="${file}"]`).count()) === 1, "the official does not find the own file");
  must((await own.page.locator("tbody tr").count()) < 10, "the official sees files of others");
  await own.go(file, "09-file");
  await says(own, "Đang công tác");
  await own.go(`${file}/sua`);
  must((await own.page.locator("#f-position").count()) === 0, "the official changes the own position");
  await enter(own, { phone: "12" });
  await refused(own, "Điện thoại");
  await own.look("10-refused");
  await enter(own, { phone: "0900000149" });
  await save(own);
  await says(own, "Đã lưu");

  // Anybody else, inside and outside.
  for (const login of ["chuyenvien.longxuyen", "dan.vothihoa"]) {
    const other = await person({ who: login });
    await signIn(other, login);
    const res = await other.page.goto(file);
    must(res.status() === 404 || res.status() === 403, `${login} opens the file: ${res.status()}`);
  }
});
