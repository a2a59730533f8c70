// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A clerk files at the counter for somebody without a phone: the code of the identity card is scanned, the answers are
// typed by the clerk, the papers are handed over, and the receipt is printed.

import { journey, must, signIn } from "../lib.mjs";
import { applicant, codeShape, opened, people, press, procedure, rest, says, send } from "../dossier.mjs";

const owner = { name: "Trần Thị Út", number: "089147000123", born: ["2", "9", "1947"], sex: "female" };
const card = `${owner.number}||${owner.name}|02091947|Nữ|Số 7, đường Giả Định, phường Long Xuyên|01072022`;

await journey("counter", async ({ person }) => {
  const mai = await person({ who: people.clerk.name });
  const { page } = mai;
  await signIn(mai, people.clerk.login);
  await mai.go("/tiep-nhan/quay", "procedures");
  await page.fill("#q", "giay khuyet tat");
  await press(mai, page.locator("main form[action='/tiep-nhan/quay'] button"));
  await mai.look("found");
  await press(mai, page.locator(`form[action="/nop-ho-so/${procedure}"] button`));
  await mai.look("card");

  // What the scanner types, with the Enter it ends with.
  await page.fill("#qr", card);
  await Promise.all([page.waitForNavigation(), page.press("#qr", "Enter")]);
  must((await page.inputValue('[name="owner.name"]')) === owner.name, "the name of the card is not filled in");
  must((await page.inputValue('[name="owner.number"]')) === owner.number, "the number of the card is not filled in");
  await mai.look("scanned");
  await press(mai, page.locator("main form .ts-button-group button"));

  await mai.look("applicant");
  await applicant(mai, owner);
  await rest(mai);
  await mai.look("papers");
  await page.fill('[name="original-don-de-nghi"]', "1");
  await press(mai, page.locator("main form .ts-button-group button[value=next]"));
  await says(mai, owner.name, "bản chính");
  await mai.look("check");
  await send(mai);

  const text = await says(mai, "Đã tiếp nhận hồ sơ", codeShape, owner.name);
  await mai.look("received");
  const code = text.match(codeShape)[0];
  await opened(mai, await page.locator('a[href$="giay-tiep-nhan.pdf"]').getAttribute("href"));
  await press(mai, page.locator('main a[href^="/xu-ly/"]'));
  await says(mai, code, "Người giúp lập hồ sơ", people.clerk.name);
  await mai.look("case");

  // The hotline finds it by its code, and so does the scanner that reads the receipt.
  await mai.go(`/tim-ho-so?ma=${code}`);
  must(/\/xu-ly\//.test(page.url()), `searching for ${code} ends at ${page.url()}`);
});
