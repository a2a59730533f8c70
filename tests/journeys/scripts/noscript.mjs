// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// The thin journey by the same five people in browsers without JavaScript.

import { journey, must, phone, signIn } from "../lib.mjs";
import { accept, applicant, attach, begin, deliver, issue, pdf, people, press, program, referenceShape, rest, says, send, sign, work } from "../dossier.mjs";

await journey("noscript", async ({ person }) => {
  const { resident, clerk, officer, leader, records } = people;
  const somebody = async (one, screen) => {
    const p = await person({ who: one.name, scripts: false, screen });
    await signIn(p, one.login);
    return p;
  };

  const bay = await somebody(resident, phone);
  await begin(bay, "start");
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
