// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A box of old papers is digitised, and one of them is reused: a clerk opens a batch and scans a sheet, checks what it
// says, the records clerk looks at it a second time and seals it, it enters the vault of its owner, and at the counter it
// is ticked in a new dossier. A smoke part in English.

import { desktop, journey, signIn } from "../lib.mjs";
import { applicant, people, press, procedure, rest, says } from "../dossier.mjs";
import { digitised } from "../oldpaper.mjs";

const owner = { name: "Trần Văn Lâm", number: "089086000064", born: ["5", "11", "1986"], sex: "male" };
const card = `${owner.number}||${owner.name}|05111986|Nam|Số 3, đường Giả Định, phường Long Xuyên|01072022`;
const box = 'input[type=checkbox][name="kho-giay-xac-nhan-cu"]';
const number = `BF-${process.pid}/2009`;

await journey("backfile", async ({ person }) => {
  const mai = await person({ who: people.clerk.name });
  await signIn(mai, people.clerk.login);
  const tam = await person({ who: people.records.name });
  await signIn(tam, people.records.login);
  await digitised(mai, tam, { type: "giay-xac-nhan-khuyet-tat", number, issued: "05/02/2009", owner }, (p, picture) => p.look(picture));

  // It is ticked at the counter in a new dossier.
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
