// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A paper that is in the vault is ticked, and nobody asks for it again: a resident gets a disability certificate, uses it
// in the next dossier on a phone, a clerk ticks it at the counter with keys alone, a paper that was brought is digitised,
// and the owner sees who looked, and shares it with a stranger by a link that ends.

import { desktop, journey, must, phone, signIn, until } from "../lib.mjs";
import { accept, applicant, attach, begin, issue, people, photo, press, procedure, says, send, sign, work } from "../dossier.mjs";

const owner = { login: "dan.vothihoa", name: "Võ Thị Hoa", number: "089188000062", born: ["10", "2", "1988"], sex: "female" };
const card = `${owner.number}||${owner.name}|10021988|Nữ|Số 3, đường Giả Định, phường Long Xuyên|01072022`;
const box = 'input[type=checkbox][name="kho-giay-xac-nhan-cu"]';

/** rest answers what is left of the form, with all that p.go does not look at: other journeys do. */
async function answers(p) {
  const next = () => press(p, p.page.locator("main form .ts-button-group button[type=submit]"));
  await p.page.check("input[name=by_representative][value=no]");
  await next();
  await p.page.check("input[name=request_kind][value=first]");
  await next();
  await p.page.check("input[name=disability_kinds][value=movement]");
  await p.page.fill("#difficulties", "Đi lại phải chống nạng");
  await p.page.check("input[name=assessed_by_board][value=no]");
  await p.page.check("input[name=place_of_assessment][value=office]");
  await next();
}

/** tab goes on by the key until what has the focus fits. */
async function tab(p, fits) {
  for (let i = 0; i < 120; i++) {
    await p.page.keyboard.press("Tab");
    if (await p.page.evaluate(`document.activeElement.matches(${JSON.stringify(fits)})`)) return;
  }
  must(false, `${p.page.url()}: no key leads to ${fits}`);
}

await journey("vault", async ({ person }) => {
  // The first dossier, with a paper that she brings, to its issued result.
  const hoa = await person({ who: owner.name, screen: phone });
  const { page } = hoa;
  await signIn(hoa, owner.login);
  await hoa.go("/kho", "empty");
  await begin(hoa);
  await applicant(hoa, owner);
  await answers(hoa);
  must((await page.locator(box).count()) === 0, "an empty vault offers something");
  await attach(hoa, "giay-to-y-te", photo("bệnh án.jpg"));
  await press(hoa, page.locator("main form .ts-button-group button[value=next]"));
  await send(hoa);
  await says(hoa, "Đã nộp hồ sơ");
  const first = new URL(page.url()).pathname.split("/")[2];

  const staff = {};
  for (const who of ["clerk", "officer", "leader", "records"]) {
    staff[who] = await person({ who: people[who].name });
    await signIn(staff[who], people[who].login);
  }
  await accept(staff.clerk, first);

  // The clerk digitises what she brought.
  const mai = staff.clerk;
  await mai.go(`/xu-ly/${first}`);
  await press(mai, mai.page.locator(`a[href="/so-hoa/${first}"]`));
  await mai.look("intake");
  await press(mai, mai.page.locator("main .ts-files a.ts-button"));
  await mai.look("digitise");
  await press(mai, mai.page.locator("main form button[type=submit]"));
  await says(mai, "Loại giấy tờ", "Ngày cấp");
  await mai.look("digitise-wrong");
  await mai.page.selectOption("#type", "giay-ho-ngheo");
  await mai.page.fill("#number", "77/CN-HN");
  await mai.page.fill("#issuer", "UBND phường Long Xuyên");
  await mai.page.fill("#issued", "05/01/2026");
  await mai.page.check("input[name=checked][value=original]");
  await press(mai, mai.page.locator("main form button[type=submit]"));
  await says(mai, "Đã trong kho: 77/CN-HN");
  await mai.look("digitised");

  await work(staff.officer, first);
  await sign(staff.leader, first);
  await issue(staff.records, first);

  // It enters by itself.
  await until(async () => {
    await page.goto("/kho");
    return /Giấy xác nhận khuyết tật/.test((await page.locator("main").innerText()).normalize("NFC"));
  });
  await says(hoa, "Giấy xác nhận khuyết tật", "77/CN-HN", "Còn giá trị");
  await hoa.look("vault");
  const paper = await page.locator(".ts-holdings__item a", { hasText: "khuyết tật" }).first().getAttribute("href");
  const english = await person({ who: owner.name, screen: desktop, language: "en" });
  await english.page.goto("/");
  await english.page.goto(await english.page.locator("a[hreflang=en]").first().getAttribute("href"));
  await signIn(english, owner.login);
  await english.go("/kho", "vault");
  await english.go(`/kho?tim=${encodeURIComponent("khuyet tat")}`);
  must((await english.page.locator(".ts-holdings__item").count()) === 1, "a search without marks finds another number of papers than one");

  // The next dossier, on the phone: ticked, and not asked for.
  await begin(hoa);
  await applicant(hoa, owner);
  await answers(hoa);
  await says(hoa, "Đã có trong kho", /có giá trị|không thời hạn/);
  await page.check(box);
  await hoa.look("ticked");
  await press(hoa, page.locator("main form .ts-button-group button[value=next]"));
  await says(hoa, "Lấy từ kho giấy tờ");
  await hoa.look("check");
  await send(hoa);
  await says(hoa, "Đã nộp hồ sơ");

  // The counter, by keys: the card is scanned, the box is reached by Tab and ticked by Space.
  await mai.go("/tiep-nhan/quay");
  await mai.page.fill("#q", "giay khuyet tat");
  await press(mai, mai.page.locator("main form[action='/tiep-nhan/quay'] button"));
  await press(mai, mai.page.locator(`form[action="/nop-ho-so/${procedure}"] button`));
  await mai.page.fill("#qr", card);
  await Promise.all([mai.page.waitForNavigation(), mai.page.press("#qr", "Enter")]);
  await press(mai, mai.page.locator("main form .ts-button-group button"));
  await applicant(mai, owner);
  await answers(mai);
  await says(mai, "Đã có trong kho");
  await tab(mai, box);
  await mai.page.keyboard.press("Space");
  must(await mai.page.locator(box).isChecked(), "Space does not tick");
  await tab(mai, "main form button[value=next]");
  await Promise.all([mai.page.waitForNavigation(), mai.page.keyboard.press("Enter")]);
  await says(mai, owner.name, "Lấy từ kho giấy tờ");
  await mai.look("counter");

  // She sees what it served for and who has looked, and shares it.
  await hoa.go(paper, "paper");
  await says(hoa, "Hồ sơ đã dùng", people.clerk.name, "Xem giấy tờ trong kho có gì");
  const share = async (purpose, opens) => {
    await page.fill("#purpose", purpose);
    await page.fill("#opens", opens);
    await press(hoa, page.locator(`form[action="${paper}/chia-se"] button`));
    await says(hoa, "Liên kết đã sẵn sàng");
    return new URL((await page.locator("#address").innerText()).match(/http\S+/)[0]).pathname;
  };
  const link = await share("Nộp hồ sơ vay vốn", "1");
  await hoa.look("shared");
  const stranger = await person({ who: "a stranger" });
  await stranger.go(link, "link");
  const text = await says(stranger, owner.name, "Nộp hồ sơ vay vốn", "Còn mở được 1 lần");
  must(!text.includes(owner.number), "the page of a link shows the number of its owner");
  const opened = await stranger.context.request.post(link);
  must(opened.headers()["content-type"] === "application/pdf" && (await opened.body()).subarray(0, 5).toString() === "%PDF-", "the link opens no PDF");
  must(/noindex/.test(opened.headers()["x-robots-tag"]), "the link may be indexed");
  must((await stranger.page.goto(link)).status() === 404, "a link that is used up opens");
  await says(stranger, "Không mở được liên kết");
  await stranger.look("ended");

  await page.goto(paper);
  const second = await share("Xin việc", "0");
  await stranger.go(second);
  await page.goto(paper);
  await press(hoa, page.locator(`form[action="${paper}/thu-hoi"] button`));
  await says(hoa, "Đã thu hồi liên kết");
  await hoa.look("withdrawn");
  must((await stranger.page.goto(second)).status() === 404, "a link that was withdrawn opens");
  await page.locator("summary", { hasText: "Các lượt truy cập" }).first().click();
  await says(hoa, /xem trang|bị từ chối|mở giấy tờ/);

  // A leader revokes it: it is offered no more, with the reason.
  await staff.leader.go(`/xu-ly/${first}`);
  await press(staff.leader, staff.leader.page.locator(`a[href="/giay-to-da-cap/ho-so/${first}"]`));
  await staff.leader.look("made");
  await press(staff.leader, staff.leader.page.locator(`main a[href="/giay-to-da-cap/${paper.split("/")[2]}"]`));
  await staff.leader.look("revoke");
  await staff.leader.page.fill("#reason", "Cấp sai mức độ");
  await press(staff.leader, staff.leader.page.locator("main form button[type=submit]"));
  await says(staff.leader, "Đã thu hồi giấy tờ", "Cấp sai mức độ");
  await hoa.go(paper, "revoked");
  await says(hoa, "Đã thu hồi", "Cấp sai mức độ");
});
