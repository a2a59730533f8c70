// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A citizen books on a phone, is reminded, checks in at the kiosk, is called on the screen, is served and says how it was.
// The pages of citizens are seen once in English.
//
// The clock of the program belongs to the test that runs this (internal/app, TestJourneyOfAVisit): CLOCK_URL moves it to a
// moment, does what is due in the background, and answers with how many reminders were written.

import { desktop, journey, must, phone, signIn, until } from "../lib.mjs";

const ward = "phuong-long-xuyen";
const clock = async (query) => (await (await fetch(`${process.env.CLOCK_URL}/?${query}`, { method: "POST" })).text()).trim();
const press = (p, what) => Promise.all([p.page.waitForNavigation(), what.click()]);
const says = async (p, words) => {
  let text = "";
  await until(async () => (text = await p.page.locator("body").innerText()).includes(words));
  must(text.includes(words), `${p.page.url()} does not say "${words}": ${text.slice(0, 400)}`);
};
const main = (p, selector) => p.page.locator(`main ${selector}`).first();

await journey("appointment", async ({ person }) => {
  // The leader sets the office up.
  const ha = await person({ who: "lanhdao.longxuyen" });
  await signIn(ha, "lanhdao.longxuyen");
  await ha.go("/lich-don-vi/cai-dat", "setup-empty");
  await ha.page.check('input[name="takes"]');
  await press(ha, main(ha, 'button[value="manner"]'));
  await ha.page.fill("#number", "1");
  await press(ha, main(ha, 'button[value="counter"]'));
  for (const box of await ha.page.locator('input[name="weekday"]').all()) await box.check();
  await ha.page.fill("#from", "00:00");
  await ha.page.fill("#to", "23:45");
  await ha.page.fill("#places", "1");
  await ha.page.check('input[name="outside"]');
  await press(ha, main(ha, 'button[value="hours"]'));
  await says(ha, "Đã lưu.");
  await ha.look("setup");
  const kiosk = await main(ha, 'a[href^="/lay-so/"]').getAttribute("href");

  // Three steps on a phone, from a procedure.
  const bay = await person({ who: "citizen", screen: phone });
  await bay.go("/thu-tuc/xac-dinh-muc-do-khuyet-tat");
  await press(bay, main(bay, 'a[href^="/dat-lich?"]'));
  await bay.look("where");
  await press(bay, main(bay, "a.ts-often__link"));
  await press(bay, bay.page.locator("a.ts-visit__day").nth(2)); // far enough to be reminded the day before
  await bay.look("when");
  await press(bay, bay.page.locator("a.ts-visit__time").nth(32)); // about 8 in the morning
  await bay.look("who");
  const at = /(\d{12})/.exec(bay.page.url())[1];
  await press(bay, main(bay, 'form[method="post"] button'));
  await says(bay, "Thông tin gửi lên chưa đúng");
  await bay.look("who-refused");
  await bay.page.fill("#name", "Nguyễn Văn Bảy");
  await bay.page.fill("#phone", "0912 345 678");
  await press(bay, main(bay, 'form[method="post"] button'));
  await says(bay, "Đã đặt lịch hẹn.");
  await bay.look("booked");
  const own = new URL(bay.page.url()).pathname;
  const code = own.split("/").pop();
  await bay.go(`${own}/doi`, "move");
  await bay.go(`${own}/huy`, "cancel");

  // The same pages in English.
  const tourist = await person({ who: "visitor", screen: phone, language: "en" });
  for (const [path, picture] of [["/dat-lich", "where"], [`/dat-lich/${ward}`, "when"], [own, "booked"], ["/lich-hen", "find"], ["/danh-gia", "ask"]]) {
    await tourist.page.goto(`/language/en?back=${encodeURIComponent(path)}`);
    await tourist.look(picture);
  }

  // Reminded the day before and two hours before.
  must((await clock(`at=${at}&before=${23 * 60}`)) === "1", "nobody was reminded the day before");
  must((await clock(`at=${at}&before=100`)) === "2", "nobody was reminded two hours before");
  await clock(`at=${at}&before=5`);

  // At the kiosk; on the screen, with script and without.
  const hall = await person({ who: "hall", screen: desktop });
  await hall.go(kiosk, "kiosk");
  await hall.page.fill("#code", "AAAAAAAA");
  await press(hall, main(hall, 'button[value="code"]'));
  await says(hall, "Không tìm thấy");
  await hall.page.fill("#code", code);
  await press(hall, main(hall, 'button[value="code"]'));
  await says(hall, "H001");
  await hall.look("kiosk-number");
  const number = await main(hall, 'a[href^="/so-cho/"]').getAttribute("href");
  await bay.go(number, "number");
  const tv = await person({ who: "screen", screen: { name: "tv", viewport: { width: 1280, height: 720 } } });
  await tv.go(`/man-hinh-goi/${ward}`, "screen-empty");
  const plain = await person({ who: "screen without script", scripts: false });
  await clock(`at=${at}&before=0`);

  // The clerk calls by keyboard; the screen says it without being asked.
  const mai = await person({ who: "motcua.longxuyen" });
  await signIn(mai, "motcua.longxuyen");
  await mai.go("/goi-so");
  await press(mai, main(mai, "a.ts-often__link"));
  await mai.look("counter");
  await Promise.all([mai.page.waitForNavigation(), mai.page.keyboard.press("n")]);
  await says(mai, "Đang phục vụ");
  await mai.look("counter-called");
  await says(tv, "H001");
  await tv.look("screen");
  await plain.go(`/man-hinh-goi/${ward}`, "screen");
  await says(plain, "H001");
  await bay.go(number);
  await says(bay, "Mời đến quầy số 1");
  await Promise.all([mai.page.waitForNavigation(), mai.page.keyboard.press("d")]);
  await says(mai, "Đã xong.");
  await clock(`at=${at}&before=-1`);

  // One tap, and why.
  const later = await person({ who: "lanhdao.longxuyen, days later" });
  await signIn(later, "lanhdao.longxuyen");
  await later.go("/hai-long", "figures");
  const faces = await main(later, 'a[href^="/danh-gia/ki-ot/"]').getAttribute("href");
  await hall.go(faces, "faces");
  await press(hall, main(hall, 'button[value="2"]'));
  await says(hall, "Đánh giá đã được ghi");
  await hall.look("reasons");
  await hall.page.check('input[value="wait"]');
  await press(hall, main(hall, 'form[method="post"] button'));
  await clock(`at=${at}&before=${-24 * 60}`);
  const lead = await person({ who: "lanhdao.longxuyen", screen: desktop });
  await signIn(lead, "lanhdao.longxuyen");
  await lead.go("/hai-long/theo-doi", "low");
  await press(lead, main(lead, 'a[href^="/hai-long/theo-doi/"]:not([href*="?"])'));
  await says(lead, "Chờ lâu");
  await lead.look("low-one");
  await lead.page.fill("#answer", "Đã thêm quầy vào giờ đông người.");
  await press(lead, main(lead, 'button[value="reply"]'));
  await press(lead, main(lead, 'button[value="close"]'));
  await says(lead, "Đã đóng");
  await lead.go("/lich-don-vi/thoi-gian-cho", "waits");
});
