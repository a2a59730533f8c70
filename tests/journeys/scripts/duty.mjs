// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// The roster of an office: a leader puts people on duty, two of them swap a shift, and whoever asks at that hour sees whom to
// call, on a phone. Everybody here works in one department that no other journey visits.

import { desktop, journey, must, phone, signIn } from "../lib.mjs";
import { press, says } from "../dossier.mjs";

const unit = "so-nong-nghiep-moi-truong";
const [leader, officer, records] = ["lanhdao.sonongnghiep", "chuyenvien.sonongnghiep", "vanthu.sonongnghiep"];

await journey("duty", async ({ person }) => {
  const at = (n) => new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Ho_Chi_Minh" }).format(new Date(Date.now() + n * 86_400_000));
  const anh = await person({ who: leader });
  await signIn(anh, leader);
  await anh.go("/truc", "nobody");
  const add = async (login, day, tel, picture) => {
    await anh.go(`/truc/ca/moi?don-vi=${unit}`, picture);
    await anh.page.selectOption("#kind", "truc-ngoai-gio");
    await anh.page.selectOption("#login", login);
    await anh.page.fill("#day", day);
    await anh.page.fill("#phone", tel);
    await press(anh, anh.page.locator('main form[action="/truc/ca/moi"] button[type=submit]'));
  };
  await add(officer, at(1), "0900 000 111", "new");
  await says(anh, "Đã xếp ca trực");
  await add(records, at(2), "0900 000 222");
  await anh.look("plan");
  await add(officer, at(1), "0900 000 111"); // twice
  await says(anh, "Một người không trực hai nơi cùng lúc");
  await anh.look("two-places");

  // The officer asks the records clerk to swap; she accepts.
  const thanh = await person({ who: officer, screen: phone });
  await signIn(thanh, officer);
  await thanh.go("/truc/cua-toi", "mine");
  await press(thanh, thanh.page.locator('main a[href^="/truc/ca/"]'));
  await thanh.look("shift");
  const other = await thanh.page.locator('#login option[value*="|"]').first().getAttribute("value");
  must(other?.startsWith(records), `no shift to take instead: ${other}`);
  await thanh.page.selectOption("#login", other);
  await thanh.page.fill("#reason", "Con ốm");
  await press(thanh, thanh.page.locator('main form[action$="/doi"] button[type=submit]'));
  await says(thanh, "Đã gửi đề nghị");

  const lanh = await person({ who: records, scripts: false });
  await signIn(lanh, records);
  await lanh.go("/truc/cua-toi", "asked");
  await press(lanh, lanh.page.locator('button[value="accept"]'));
  await says(lanh, "Ông/Bà đã nhận ca trực");

  // Whoever looks at that hour sees who has it now, and can call.
  for (const [screen, language] of [[phone, "vi"], [desktop, "en"]]) {
    const who = await person({ who: leader, screen, language });
    if (language === "en") {
      await who.page.goto("/");
      await who.page.goto(await who.page.locator("a[hreflang=en]").first().getAttribute("href"));
    }
    await signIn(who, leader);
    await who.go(`/truc?luc=${encodeURIComponent(`${at(1)} 20:00`)}`, "now");
    const call = await who.page.locator(".ts-duty__call").first().getAttribute("href");
    must(call === "tel:0900000222", `the number to call is ${call}`);
    for (const [path, picture] of [["/truc/doi-ca", "swaps"], [`/truc/nhap?don-vi=${unit}`, "file"], ["/truc/cua-toi", "mine"], [`/truc?thang=${at(1).split("/").reverse().slice(0, 2).join("-")}&don-vi=${unit}`, "plan"]]) {
      await who.go(path, picture);
    }
  }
});
