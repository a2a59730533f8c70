// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Files come with a new record, on a phone without JavaScript: a program is refused by its name, the plan beside it and
// what was typed stay, and the record has the plan when it is saved. Once more in English, at a desk, by the keyboard.

import { desktop, journey, must, phone, signIn } from "../lib.mjs";
import { pdf, press, program, says } from "../dossier.mjs";
import { day, enter, recordPath, refused, save, speak } from "../registers.mjs";

await journey("recordfiles", async ({ person }) => {
  const movement = "Phong trào thử nghiệm: mỗi xã một việc số";
  const hers = await person({ who: "Phan Văn Lực", screen: phone, scripts: false });
  await signIn(hers, "thamdinh.sonoivu");
  await hers.go("/so/phong-trao-thi-dua/moi", "01-form");
  await enter(hers, { criteria: "Có ít nhất một việc được làm trọn trên mạng.", starts: day(-3) });
  await hers.page.setInputFiles("#f-plan", [pdf("ke-hoach.pdf"), program("xem-anh.exe")]);
  await refused(hers, "xem-anh.exe", "ke-hoach.pdf");
  must((await hers.page.inputValue("#f-criteria")) === "Có ít nhất một việc được làm trọn trên mạng.", "what was typed is lost");
  await hers.look("02-refused");
  must((await hers.page.locator('.ts-error-summary a[href="#f-plan"]').count()) === 1, "nothing leads to the file that is refused");
  await enter(hers, { name: movement, led_by: { option: "so-noi-vu" } });
  await hers.page.setInputFiles("#f-plan", pdf("phu-luc.pdf"));
  await press(hers, hers.page.getByRole("button", { name: "Tải tệp đã chọn lên" }));
  await says(hers, "ke-hoach.pdf", "phu-luc.pdf");
  await hers.look("03-two");
  await press(hers, hers.page.getByRole("button", { name: /Bỏ tệp\s+phu-luc.pdf/ }));
  must(!(await hers.page.locator("main").innerText()).includes("phu-luc.pdf"), "the file is still there");
  await save(hers);
  await says(hers, movement);
  const record = recordPath(hers);
  await hers.go(`${record}/tep/plan`, "04-files");
  await says(hers, "ke-hoach.pdf");
  must(!(await hers.page.locator("main").innerText()).includes("phu-luc.pdf"), "the file that was taken out has come along");

  const his = await person({ who: "Phan Văn Lực, in English", screen: desktop, language: "en" });
  await speak(his);
  await signIn(his, "thamdinh.sonoivu");
  await his.go("/so/phong-trao-thi-dua/moi", "05-form");
  await enter(his, { starts: day(-3), led_by: { option: "so-noi-vu" } });
  await his.page.setInputFiles("#f-plan", pdf("plan.pdf"));
  await refused(his, "plan.pdf");
  await his.look("06-refused");
  await enter(his, { name: "A movement of the test" });
  await his.page.locator("#f-name").press("Enter"); // the first button of the form saves it
  await his.page.waitForURL(/\/so\/phong-trao-thi-dua\/[0-9a-f-]{36}/);
  await says(his, "A movement of the test");
});
