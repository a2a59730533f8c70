// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A resident mistypes the password, signs in, sees the own account, and signs out.

import { desktop, journey, must, phone, signIn, signOut } from "../lib.mjs";

const login = "dan.nguyenvanbay";
const name = "Nguyễn Văn Bảy";

await journey("signin", async ({ person }) => {
  for (const options of [{ screen: phone }, { screen: desktop }, { screen: desktop, scripts: false }]) {
    const resident = await person({ who: name, ...options });
    const { page } = resident;

    await signIn(resident, login, "not the password");
    await resident.look("refused");
    must((await page.locator(".ts-error-summary").count()) === 1, "nothing says that the password was wrong");
    must((await page.inputValue("#login")) === login, "what was typed as the user name is gone");
    must((await page.inputValue("#password")) === "", "the password came back in the page");

    await signIn(resident, login);
    must(!page.url().includes("/dang-nhap"), `still at ${page.url()}`);
    await resident.go("/tai-khoan", "account");
    must((await page.locator("main").innerText()).includes(name), "the account does not name its owner");

    await signOut(resident);
    await page.goto("/tai-khoan");
    must(page.url().includes("/dang-nhap"), `after signing out the account still opens: ${page.url()}`);
  }
});
