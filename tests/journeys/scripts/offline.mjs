// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Moment 3 (docs/moments.md): the cable is pulled at the counter. The clerk takes in two dossiers without a line, hands
// out provisional receipts, and finds both on the server when the line is back: once each, though one answer is lost.
// Then a whole day of it, with rows and files.

import { journey, must, signIn, until } from "../lib.mjs";
import { codeShape, procedure, says } from "../dossier.mjs";
import { day } from "../offlineday.mjs";

const page = `/quay/${procedure}`;
const people = [
  { name: "Trương Thị Ngắt Mạng", number: "089149000771" },
  { name: "Đoàn Văn Đứt Cáp", number: "089049000772" },
];

async function write(clerk, owner, complete) {
  const form = clerk.page;
  await form.fill('[name="owner.number"]', owner.number);
  await form.fill('[name="owner.name"]', owner.name);
  await form.fill('[name="owner.phone"]', "0900000771");
  await form.fill('[name="owner.address"]', "Số 7, đường Giả Định, phường Châu Đốc");
  if (complete) {
    await form.fill("#applicant_name", owner.name);
    await form.fill("#applicant_born-day", "3");
    await form.fill("#applicant_born-month", "4");
    await form.fill("#applicant_born-year", "1949");
    await form.check('[name="applicant_sex"][value="female"]', { force: true });
    await form.fill("#applicant_number", owner.number);
    await form.fill("#applicant_residence-line", "Số 7, đường Giả Định");
    await form.selectOption("#applicant_residence-pick", { label: "Phường Châu Đốc" });
    await form.check('[name="by_representative"][value="no"]', { force: true });
    await form.check('[name="request_kind"][value="first"]', { force: true });
    await form.check('[name="disability_kinds"][value="movement"]', { force: true });
    await form.fill("#difficulties", "Đi lại phải chống nạng");
    await form.check('[name="assessed_by_board"][value="no"]', { force: true });
    await form.check('[name="place_of_assessment"][value="office"]', { force: true });
  }
  await form.fill('[name="sheets-don-de-nghi"]', "1");
}

const send = (clerk) => clerk.page.click("[data-ts-counter-form] button[type=submit]");

/** kept is what the browser has on its disk about the people. */
const kept = (clerk) =>
  clerk.page.evaluate(async () => {
    const base = await new Promise((ok) => {
      const r = indexedDB.open("tinhso-counter");
      r.onsuccess = () => ok(r.result);
    });
    const all = await new Promise((ok) => {
      const r = base.transaction("items").objectStore("items").getAll();
      r.onsuccess = () => ok(r.result);
    });
    base.close();
    const said = all.map((item) => JSON.stringify({ ...item, sealed: undefined }) + (item.sealed ? new TextDecoder().decode(item.sealed) : ""));
    return { n: all.filter((item) => item.sealed).length, text: said.join("\n") + JSON.stringify({ ...localStorage, ...sessionStorage }) };
  });

await journey("offline", async ({ person }) => {
  const clerk = await person({ who: "the clerk of Châu Đốc", losesLine: true });
  const { context } = clerk;
  await signIn(clerk, "motcua.chaudoc");
  await clerk.go("/tiep-nhan/quay?q=giay+khuyet+tat", "counter");
  await clerk.page.waitForSelector("[data-ts-counter-ready]");
  await clerk.go(page, "form");
  await clerk.page.waitForSelector("[data-ts-counter-ready]");

  await context.setOffline(true);
  await clerk.page.goto(page); // from what the browser has kept
  await says(clerk, "Cả tờ khai trên một trang");
  await write(clerk, people[0], true);
  await send(clerk);
  const first = (await says(clerk, "Giấy nhận tạm", "1 hồ sơ chờ gửi", people[0].name, "Đang mất mạng")).match(/T-[2-9A-Z]{6}/)[0];
  await clerk.picture("slip");
  await clerk.page.goto("/tiep-nhan/quay");
  await says(clerk, "1 hồ sơ chờ gửi", first);
  await clerk.page.goto(page);
  await clerk.page.waitForSelector("[data-module=ts-counter]:not([hidden])");
  await write(clerk, people[1], false); // most of it is missing: a person was in a hurry
  await send(clerk);
  await says(clerk, "Giấy nhận tạm", "2 hồ sơ chờ gửi", people[1].name);
  const disk = await kept(clerk);
  must(disk.n === 2, `${disk.n} wait on the disk`);
  for (const one of people) for (const word of [one.name, one.number]) must(!disk.text.includes(word), `${word} can be read on the disk`);

  // The answer to the first sending is lost on the way: it is sent again.
  let [begun, lost] = [false, false];
  await clerk.page.route(`**${page}`, async (route) => {
    if (route.request().method() !== "POST" || begun) return route.continue();
    begun = true;
    await route.fetch({ maxRedirects: 0 });
    await route.abort("internetdisconnected");
    lost = true;
  });
  await context.setOffline(false);
  await until(async () => lost);
  await clerk.page.unroute(`**${page}`);
  await clerk.page.goto("/tiep-nhan/quay");
  const said = await says(clerk, "Không có hồ sơ chờ gửi", "Đã tiếp nhận", codeShape, "Đã lưu thành bản nháp, cần sửa", first);
  await clerk.look("sent");
  must((await kept(clerk)).n === 0, "something is kept that was sent");
  const code = said.match(codeShape)[0];
  await clerk.page.click(`a:has-text("Mở ${first}")`);
  await says(clerk, "Đã tiếp nhận hồ sơ", code, people[0].name);

  // Once each: one dossier of the first, one draft of the second.
  await clerk.page.goto("/tiep-nhan");
  const drafts = await clerk.page.locator('a[href^="/nhap/"]').count();
  must(drafts === 1, `${drafts} drafts`);
  await Promise.all([clerk.page.waitForNavigation(), clerk.page.locator('a[href^="/nhap/"]').first().click()]);
  must((await clerk.page.inputValue('[name="owner.name"]')) === people[1].name, "the draft is not the second one's");
  await clerk.page.goto(`/tim-ho-so?ma=${encodeURIComponent(code)}`);
  await says(clerk, code, people[0].name);
  const next = code.replace(/\d{4}$/, (n) => String(Number(n) + 1).padStart(4, "0"));
  await clerk.page.goto(`/tim-ho-so?ma=${encodeURIComponent(next)}`);
  must((await clerk.page.locator("body").innerText()).includes(people[0].name) === false, "the first one is there twice");

  // Signing out leaves nothing, and asks before something would be lost.
  await clerk.page.goto(page);
  await clerk.page.waitForSelector("[data-ts-counter-ready]");
  await clerk.page.route(`**${page}`, (route) => (route.request().method() === "POST" ? route.abort("internetdisconnected") : route.continue()));
  await write(clerk, people[1], false);
  await send(clerk);
  await says(clerk, "1 hồ sơ chờ gửi");
  let asked = "";
  clerk.page.once("dialog", (d) => {
    asked = d.message();
    void d.dismiss();
  });
  await clerk.page.locator('form[action="/dang-xuat"] button').first().click();
  await until(async () => asked !== "");
  must(asked.includes("1 hồ sơ chưa gửi"), `asked: ${asked}`);
  must((await kept(clerk)).n === 1, "it went although the clerk stayed");
  clerk.page.once("dialog", (d) => void d.accept());
  await Promise.all([clerk.page.waitForNavigation(), clerk.page.locator('form[action="/dang-xuat"] button').first().click()]);
  const left = await clerk.page.evaluate(async () => [localStorage.getItem("ts-counter"), (await caches.keys()).includes("counter")]);
  must(left[0] === null && left[1] === false && (await kept(clerk)).n === 0, `signing out leaves ${JSON.stringify(left)}`);

  await day(person);
});
