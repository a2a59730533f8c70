// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A social pension from the counter to the hand of the old man, by four officials who have no mouse: not one call of a mouse stands
// here. What has the focus can be seen at every step, and no page holds it.

import { codeShape, people, says } from "../dossier.mjs";
import { journey, must, password } from "../lib.mjs";
import { keyboard } from "../keys.mjs";

const procedure = "tro-cap-huu-tri-xa-hoi";
const owner = { name: "Lý Văn Chín", number: "089045000512" };
const card = `${owner.number}||${owner.name}|06091945|Nam|Số 14, đường Giả Định, phường Long Xuyên|01072022`;
const onward = "main form .ts-button-group button[type=submit]";

/** official signs somebody in by keys. */
async function official(person, { name, login }) {
  const p = await person({ who: name });
  const hands = keyboard(p);
  await p.page.goto("/dang-nhap");
  await hands.write("#login", login);
  await hands.write("#password", password);
  await Promise.all([p.page.waitForNavigation(), hands.keys.press("Enter")]);
  return { ...hands, p };
}

/** at opens a case by its address, as somebody types it, and looks at it. */
async function at(who, id) {
  await who.p.go(`/xu-ly/${id}`);
}

const button = (id, path) => `form[action="/xu-ly/${id}/${path}"] button[type=submit]`;

await journey("keyboard", async ({ person }) => {
  const mai = await official(person, people.clerk);
  const { page } = mai.p;
  await mai.p.go("/tiep-nhan/quay?q=huu+tri");
  await mai.around();
  await mai.enter(`form[action="/nop-ho-so/${procedure}"] button`);
  await mai.reach("#qr");
  await mai.keys.type(card);
  await Promise.all([page.waitForNavigation(), mai.keys.press("Enter")]); // as the scanner does
  must((await page.inputValue('[name="owner.name"]')) === owner.name, "the card does not fill in the owner");
  await mai.enter(onward);
  await mai.write("#applicant_name", owner.name);
  await mai.write("#applicant_born-day", "6");
  await mai.write("#applicant_born-month", "9");
  await mai.write("#applicant_born-year", "1945");
  await mai.choose("applicant_sex", "male");
  await mai.write("#applicant_number", owner.number);
  await mai.write("#applicant_residence-line", "Số 14, đường Giả Định");
  await mai.write("#applicant_residence-search", "Phường Long Xuyên");
  await page.waitForSelector("#applicant_residence-search-list [role=option]");
  await mai.keys.press("Enter");
  await mai.enter(onward);
  await mai.choose("by_representative", "no");
  await mai.enter(onward);
  await mai.choose("has_pension", "no");
  await mai.choose("has_allowance", "no");
  await mai.choose("household", "none");
  await mai.enter(onward);
  await mai.choose("pay_by", "post");
  await mai.enter(onward);
  await mai.write('[name="original-to-khai"]', "1");
  await mai.enter('main form .ts-button-group button[value="next"]');
  await mai.tick('input[name="declare"]');
  await mai.enter(onward);
  await says(mai.p, "Đã tiếp nhận hồ sơ", codeShape, owner.name);
  await mai.p.look("received");
  await mai.enter('main a[href^="/xu-ly/"]');
  const id = new URL(page.url()).pathname.split("/")[2];

  const hung = await official(person, people.officer);
  await at(hung, id);
  await hung.around();
  await hung.enter(button(id, "nhan-viec"));
  await hung.write("#note", "Đối chiếu dữ liệu dân cư: đủ điều kiện");
  await hung.enter(button(id, "xong-buoc"));
  await hung.enter(button(id, "nhan-viec"));
  await hung.write('[name="f.amount"]', "500000");
  await hung.write('[name="f.from_month"]', "12/2026");
  await hung.enter(`form[action="/xu-ly/${id}/du-thao"] button[type=submit]:not([value=preview])`);
  await says(hung.p, "Đã lưu dự thảo");
  await at(hung, id);
  await hung.pick("#signer", people.leader.name);
  await hung.enter(button(id, "trinh-ky"));
  await says(hung.p, "Đã trình ký");

  const ha = await official(person, people.leader);
  await at(ha, id);
  await ha.around();
  await ha.enter(button(id, "ky"));
  await says(ha.p, "Đã ký số");

  const tam = await official(person, people.records);
  await at(tam, id);
  await tam.enter(button(id, "cap-so"));
  await says(tam.p, "Đã cấp số và đóng dấu");

  await at(mai, id);
  await mai.enter(button(id, "tra-ket-qua"));
  await says(mai.p, "Đã trả kết quả", owner.name);
  await mai.p.look("handed-over");
});
