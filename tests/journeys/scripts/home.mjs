// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A person opens the province's page: on a phone, on a PC, and in a browser without JavaScript.

import { desktop, journey, must, phone } from "../lib.mjs";

await journey("home", async ({ person }) => {
  for (const options of [{ screen: phone }, { screen: desktop }, { screen: phone, scripts: false }]) {
    const visitor = await person(options);
    await visitor.go("/", "start");
    const heading = (await visitor.page.locator("h1").innerText()).trim();
    must(heading.length > 3, `the heading says "${heading}"`);
  }
});
