// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// The thin journey: a resident asks for a disability certificate, and five people carry it to the signed paper.

import { desktop, journey, must, phone, signIn } from "../lib.mjs";
import {
  accept, applicant, attach, begin, codeShape, deliver, issue, opened, pdf, people, photo, press, procedure, program,
  referenceShape, rest, says, send, sign, work,
} from "../dossier.mjs";

await journey("thin", async ({ person }) => {
  const { resident, clerk, officer, leader, records } = people;

  // On the phone: finds the procedure, begins, answers the first page, and leaves.
  const onPhone = await person({ who: resident.name, screen: phone });
  await onPhone.go("/", "01-home");
  await onPhone.go(`/thu-tuc/${procedure}`, "02-procedure");
  await signIn(onPhone, resident.login);
  const draft = await begin(onPhone, "03-start");
  await onPhone.picture("04-applicant");
  must((await onPhone.page.inputValue("#applicant_name")) === resident.name, "the name of who signed in is not there already");
  for (const box of await onPhone.page.locator("main form input.ts-input").all()) await box.fill("");
  await press(onPhone, onPhone.page.locator("main form .ts-button-group button").first());
  await onPhone.look("05-applicant-errors");
  await says(onPhone, "Số định danh cá nhân");
  must((await onPhone.page.locator(".ts-error-summary a").count()) >= 4, "an emptied page has fewer than four errors");
  // On a slow line the answers are saved before the page has heard of it; that is no other device.
  await onPhone.page.route("**/*luu=1*", async (route) => {
    const answer = await route.fetch();
    await new Promise((done) => setTimeout(done, 700));
    await route.fulfill({ response: answer }).catch(() => undefined); // the page may be gone
  });
  // Typed as a Mac types it: every mark by itself.
  await applicant(onPhone, { ...resident, name: resident.name.normalize("NFD") });
  await onPhone.look();
  await onPhone.page.unrouteAll({ behavior: "ignoreErrors" });
  must(onPhone.page.url().endsWith("/representative"), `after the first page: ${onPhone.page.url()}`);
  await onPhone.page.check("input[name=by_representative][value=no]");
  await press(onPhone, onPhone.page.locator("main form button[name=later]"));
  await says(onPhone, "Đang soạn", "Xác định, xác định lại mức độ khuyết tật");
  await onPhone.look("06-left");

  // At home, on another device: finds the draft with the answers, goes on.
  const atHome = await person({ who: resident.name, screen: desktop });
  await signIn(atHome, resident.login);
  await atHome.go("/ho-so", "07-drafts");
  await press(atHome, atHome.page.locator(`a[href="${draft}"]`));
  must((await atHome.page.inputValue("#applicant_name")) === resident.name, "the name is not as it was typed on the phone");
  must((await atHome.page.inputValue("#applicant_number")) === resident.number, "the number is gone");
  await atHome.look("08-again");
  await press(atHome, atHome.page.locator("main form .ts-button-group button").first());
  await rest(atHome, (name) => `09-${name}`);

  // Papers: a program that calls itself a PDF is refused by name, the real ones stay.
  await atHome.look("10-papers");
  must(atHome.page.url().endsWith("/giay-to"), `after the form: ${atHome.page.url()}`);
  await attach(atHome, "don-de-nghi", program("đơn đề nghị.pdf"));
  await says(atHome, "đơn đề nghị.pdf", "Nội dung tệp không đúng với loại tệp ghi ở tên");
  await atHome.look("11-papers-refused");
  await attach(atHome, "don-de-nghi", pdf("đơn đề nghị của ông Bảy.pdf"));
  await attach(atHome, "giay-to-y-te", photo("bệnh án.jpg"));
  await says(atHome, "đơn đề nghị của ông Bảy.pdf", "bệnh án.jpg");
  await atHome.look("12-papers-there");
  await press(atHome, atHome.page.locator("main form .ts-button-group button[value=next]"));

  await says(atHome, "Kiểm tra trước khi nộp", resident.name, /27\/0?3\/1958/, "Phường Long Xuyên");
  await atHome.look("13-check");
  await press(atHome, atHome.page.locator("main form .ts-button-group button").first());
  await says(atHome, "Đánh dấu vào ô cam đoan");
  await atHome.look("14-check-error");

  // Sent twice at once, from both devices: one dossier.
  await onPhone.page.goto(`${draft}/kiem-tra`);
  await onPhone.page.check("input[name=declare]");
  await atHome.page.check("input[name=declare]");
  await Promise.all([onPhone, atHome].map((p) => press(p, p.page.locator("main form .ts-button-group button"))));
  const reference = (await says(atHome, "Đã nộp hồ sơ", referenceShape)).match(referenceShape)[0];
  must((await says(onPhone, "Đã nộp hồ sơ", referenceShape)).includes(reference), "sent twice, there are two references");
  await atHome.look("15-sent");
  await onPhone.look("15-sent");
  const id = new URL(atHome.page.url()).pathname.split("/")[2];
  await atHome.go("/ho-so", "16-mine");
  must((await atHome.page.locator(`a[href="/ho-so/${id}"]`).count()) === 1, "the dossier is not in the list once");

  // The counter.
  const mai = await person({ who: clerk.name });
  await signIn(mai, clerk.login);
  const code = await accept(mai, id, (name) => `20-${name}`);
  must(new RegExp(`^${codeShape.source}$`).test(code), `the code is ${code}`);
  await says(mai, /\d{2}\/\d{2}\/\d{4}/, clerk.name);
  await opened(mai, `/ho-so/${id}/giay-tiep-nhan.pdf`);
  await opened(atHome, `/ho-so/${id}/giay-tiep-nhan.pdf`);

  // The officer.
  const hung = await person({ who: officer.name });
  await signIn(hung, officer.login);
  await work(hung, id, (name) => `30-${name}`);

  // The leader, on a phone.
  const ha = await person({ who: leader.name, screen: phone });
  await signIn(ha, leader.login);
  await sign(ha, id, (name) => `40-${name}`);

  // The records clerk, and the counter again.
  const tam = await person({ who: records.name });
  await signIn(tam, records.login);
  await issue(tam, id, (name) => `50-${name}`);
  await deliver(mai, id, (name) => `60-${name}`);

  // The resident has the document; anybody with the code sees the way it went and nobody's name.
  await onPhone.go(`/ho-so/${id}`, "70-mine");
  const ended = await says(onPhone, "Đã trả kết quả", /GXN-UBND/);
  must(!ended.includes("bưu phẩm"), "what was handed over at the counter is looked for in the post");
  await opened(onPhone, `/ho-so/${id}/ket-qua.pdf`);
  for (const screen of [phone, desktop]) {
    const anybody = await person({ screen });
    for (const key of [code, reference.toLowerCase()]) {
      await anybody.go("/tra-cuu", key === code ? "71-track" : undefined);
      await anybody.page.fill("#ma", key);
      await press(anybody, anybody.page.locator("main form button[type=submit]"));
      await anybody.look(key === code ? "72-tracked" : undefined);
      const shown = await says(anybody, "Đã trả kết quả", "Ký Giấy xác nhận khuyết tật", "Đã ban hành kết quả", "Phường Long Xuyên");
      const source = (await anybody.page.content()).normalize("NFC");
      for (const secret of [resident.number, ...Object.values(people).map((one) => one.name)]) {
        must(!shown.includes(secret) && !source.includes(secret), `tracking by ${key} shows ${secret}`);
      }
    }
  }
});
