// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Somebody who reads English opens the pages of citizens and of officials: nothing is left without words.

import { journey, must, phone, signIn } from "../lib.mjs";
import { begin, people, press, procedure, says } from "../dossier.mjs";

// A key of the catalogue where its words should be.
const bareKey = /\b(dossiers|procedures|accounts|console|form|files|page|web|registers)\.[a-z_]+(\.[a-z_]+)*\b/;

async function english(p, ...words) {
  const text = await says(p, ...words);
  must(!bareKey.test(text), `${p.page.url()} shows ${text.match(bareKey)?.[0]}`);
}

// speak follows the link to the other language, which every page has.
async function speak(p) {
  await p.page.goto("/");
  await p.page.goto(await p.page.locator("a[hreflang=en]").first().getAttribute("href"));
}

await journey("english", async ({ person }) => {
  const visitor = await person({ screen: phone, language: "en" });
  await speak(visitor);
  await visitor.look("home");
  await english(visitor);
  for (const [path, word] of [["/thu-tuc", "procedures"], [`/thu-tuc/${procedure}`, "disability"], ["/tra-cuu", /track/i]]) {
    await visitor.go(path, path.replaceAll("/", "-").slice(1));
    await english(visitor, word);
  }
  await signIn(visitor, people.resident.login);
  const draft = await begin(visitor, "start");
  await english(visitor, "Full name of the person");
  await visitor.picture("applicant");
  await press(visitor, visitor.page.locator("main form .ts-button-group button").first());
  await visitor.look("errors");
  await english(visitor, "Sex");
  await visitor.go(`${draft}/giay-to`, "papers");
  await english(visitor, "PDF");
  await visitor.go(`${draft}/kiem-tra`, "check");
  await english(visitor, "isability");

  const clerk = await person({ who: people.clerk.name, language: "en" });
  await speak(clerk);
  await signIn(clerk, people.clerk.login);
  for (const path of ["/viec", "/tiep-nhan", "/tiep-nhan/quay"]) {
    await clerk.go(path, `clerk${path.replaceAll("/", "-")}`);
    await english(clerk);
  }
});
