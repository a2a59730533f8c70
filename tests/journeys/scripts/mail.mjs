// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// An old lady sends her papers by post. The clerk opens the envelope by keys alone: a wrong code and a day to come are refused
// where they stand; the dossier is filed, the receipt goes back as a letter, and whoever meets the same envelope again is told.

import { journey, must, password, signIn } from "../lib.mjs";
import { applicant, codeShape, people, press, procedure, rest, says, send } from "../dossier.mjs";
import { keyboard } from "../keys.mjs";

const owner = { name: "Đặng Thị Tám", number: "089146000777", born: ["11", "5", "1946"], sex: "female" };
const envelope = "RA123456785VN";
const letter = "RB987654321VN";
const submit = "main .ts-narrow form button[type=submit]";

await journey("mail", async ({ person }) => {
  const mai = await person({ who: people.clerk.name });
  const hands = keyboard(mai);
  const { page } = mai;
  await page.goto("/dang-nhap");
  await hands.write("#login", people.clerk.login);
  await hands.write("#password", password);
  await Promise.all([page.waitForNavigation(), hands.keys.press("Enter")]);

  await mai.go("/tiep-nhan", "inbox");
  await hands.enter('main a[href="/tiep-nhan/buu-chinh"]');
  await mai.look("envelope");
  await hands.around();
  await page.reload();
  await hands.write("#consignment", "RA 12/34");
  await hands.write("#came", "31/12/2099");
  await hands.enter(submit);
  await says(mai, "Mã chỉ gồm chữ cái không dấu và chữ số");
  await mai.look("refused");
  must((await page.inputValue("#consignment")) === "RA 12/34" && (await page.inputValue("#came")) === "31/12/2099", "what was typed is lost");
  must(await page.evaluate(() => document.activeElement?.matches(".ts-error-summary")), "the summary of what is wrong has not the focus");
  const today = await page.evaluate(() => new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Ho_Chi_Minh" }).format(new Date()));
  await hands.write("#consignment", envelope.toLowerCase());
  await hands.write("#came", today);
  await hands.enter(submit);
  await says(mai, envelope, "Thủ tục nào");
  await hands.write("#q", "giay khuyet tat");
  await Promise.all([page.waitForNavigation(), hands.keys.press("Enter")]);
  await mai.look("which");
  await hands.enter(`form[action="/nop-ho-so/${procedure}"] button`);
  await says(mai, envelope);
  await mai.look("owner");

  // The form is that of the counter, which another journey fills in by keys.
  await page.fill('[name="owner.name"]', owner.name);
  await page.fill('[name="owner.number"]', owner.number);
  await press(mai, page.locator("main form .ts-button-group button"));
  await says(mai, "cần số điện thoại, thư điện tử hoặc địa chỉ");
  await mai.look("no-address");
  await page.fill('[name="owner.address"]', "Số 1, đường Giả Định, phường Long Xuyên");
  await press(mai, page.locator("main form .ts-button-group button"));
  await applicant(mai, owner);
  await rest(mai);
  await page.fill('[name="original-don-de-nghi"]', "1");
  await press(mai, page.locator("main form .ts-button-group button[value=next]"));
  await says(mai, envelope, owner.name);
  await mai.look("check");
  await send(mai);

  const code = (await says(mai, "Đã tiếp nhận hồ sơ", "Giấy tiếp nhận cho người gửi", codeShape)).match(codeShape)[0];
  await mai.look("received");
  await hands.write("#letter", "!");
  await hands.enter('form[action$="/gui-giay"] button');
  await says(mai, "Mã chỉ gồm chữ cái không dấu và chữ số", code);
  await mai.look("letter-refused");
  await hands.write("#letter", letter);
  await hands.enter('form[action$="/gui-giay"] button');
  await says(mai, "Đã ghi gửi giấy tiếp nhận", letter, people.clerk.name);
  await mai.look("letter-sent");

  await mai.go("/tiep-nhan/buu-chinh", "opened");
  await says(mai, envelope, code, `Đã gửi, ${letter}`);
  await hands.write("#consignment", envelope);
  await hands.enter(submit);
  await says(mai, "Bưu gửi này đã mở thành 1 hồ sơ", code);
  await mai.look("again");

  const english = await person({ who: "the same clerk in English", language: "en" });
  await english.page.goto("/");
  await english.page.goto(await english.page.locator("a[hreflang=en]").first().getAttribute("href"));
  await signIn(english, people.clerk.login);
  await english.go(`/tiep-nhan/buu-chinh?consignment=${envelope}&came=${today}`, "again");
  await english.go("/tiep-nhan/buu-chinh", "opened");
});
