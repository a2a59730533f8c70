// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A day without the centre: a clerk takes in dossiers with rows, pictures and a large file while there is no line. When
// it is back, the sending is cut in the middle of a file and its answers are lost; in the end each dossier is there once,
// with each of its files once, and nothing is left on the computer.

import { readFileSync } from "node:fs";
import { must, signIn, until } from "./lib.mjs";
import { codeShape, file, photo, procedure, program, says } from "./dossier.mjs";

const disability = `/quay/${procedure}`;
const worship = "/quay/tro-cap-tho-cung-liet-si";

/** large is a photograph of some megabytes: its comments make it so. */
function large(name) {
  const small = readFileSync(photo(`small-${name}`));
  const comment = Buffer.alloc(65_535 + 2, "x");
  comment.set([0xff, 0xfe, 0xff, 0xff]);
  return file(name, Buffer.concat([small.subarray(0, 2), ...Array(45).fill(comment), small.subarray(2)]));
}

async function owner(form, name, number) {
  await form.fill('[name="owner.number"]', number);
  await form.fill('[name="owner.name"]', name);
  await form.fill('[name="owner.phone"]', "0900000781");
  await form.fill('[name="owner.address"]', "Số 7, đường Giả Định, phường Châu Đốc");
}

async function applicant(form, name, number, sex) {
  await form.fill("#applicant_name", name);
  await form.fill("#applicant_born-day", "3");
  await form.fill("#applicant_born-month", "4");
  await form.fill("#applicant_born-year", "1949");
  await form.check(`[name="applicant_sex"][value="${sex}"]`, { force: true });
  await form.fill("#applicant_number", number);
  await form.fill("#applicant_residence-line", "Số 7, đường Giả Định");
  await form.selectOption("#applicant_residence-pick", { label: "Phường Châu Đốc" });
}

async function disabled(form, { name, number, sex }) {
  await owner(form, name, number);
  await applicant(form, name, number, sex);
  await form.check('[name="by_representative"][value="no"]', { force: true });
  await form.check('[name="request_kind"][value="first"]', { force: true });
  await form.check('[name="disability_kinds"][value="movement"]', { force: true });
  await form.fill("#difficulties", "Đi lại phải chống nạng");
  await form.check('[name="assessed_by_board"][value="no"]', { force: true });
  await form.check('[name="place_of_assessment"][value="office"]', { force: true });
  await form.fill('[name="sheets-don-de-nghi"]', "1");
}

/** worships fills in a form with rows: two relatives, the second behind an empty row. */
async function worships(form, { name, number, sex }) {
  await owner(form, name, number);
  await applicant(form, name, number, sex);
  await form.fill("#applicant_phone", "0900000781");
  await form.selectOption("#relation", "child");
  await form.fill("#martyr_name", "Trần Văn Liệt Sĩ");
  await form.fill("#certificate_number", "TQGC-0001");
  await form.check('[name="others_receive"][value="no"]', { force: true });
  await form.check('[name="agreed"][value="minutes"]', { force: true });
  await form.evaluate(() => { for (const d of document.querySelectorAll("form details")) d.open = true; });
  for (const [row, who] of [[1, "Nguyễn Thị Thân"], [3, "Nguyễn Văn Nhân"]]) {
    await form.fill(`#relatives-${row}-relative_name`, who);
    await form.selectOption(`#relatives-${row}-relative_relation`, "grandchild");
  }
  await form.fill("#worship_place-line", "Số 7, đường Giả Định");
  await form.selectOption("#worship_place-pick", { label: "Phường Châu Đốc" });
  for (const paper of ["don-de-nghi", "bang-to-quoc-ghi-cong"]) {
    const sheets = form.locator(`[name="sheets-${paper}"]`);
    if (await sheets.count()) await sheets.fill("1");
  }
}

const send = (form) => form.click("[data-ts-counter-form] button[type=submit]");
const pick = (form, paper, ...paths) => form.setInputFiles(`#file-${paper}`, paths);

/** day is what happens, with whoever the journey opens a browser for. */
export async function day(person) {
  const clerk = await person({ who: "the clerk of Châu Đốc", losesLine: true });
  const { context, page } = clerk;
  await signIn(clerk, "motcua.chaudoc");
  for (const path of [disability, worship]) {
    await clerk.go(path, path === worship ? "rows" : undefined);
    await page.waitForSelector("[data-ts-counter-ready]");
  }

  await context.setOffline(true);
  const ready = async (path) => {
    await page.goto(path);
    await page.waitForSelector("[data-ts-counter-files]:not([hidden])");
  };

  // What the server would refuse is told before it is kept.
  await ready(disability);
  await pick(page, "giay-to-y-te", program("anh.jpg"));
  await says(clerk, "Tệp anh.jpg không phải PDF, ảnh JPEG, PNG hoặc DOCX. Tệp này chưa được giữ.");
  await pick(page, "giay-to-y-te", file("to.pdf", Buffer.concat([Buffer.from("%PDF-1.4\n"), Buffer.alloc(21 << 20)])));
  await says(clerk, /Tệp to\.pdf quá lớn \(22(,0)? MB\); mỗi tệp tối đa 20 MB/);

  // The day: five people.
  const people = [
    { name: "Trương Thị Sáng", number: "089149000781", sex: "female", path: disability, files: [["giay-to-y-te", large("so-kham-1.jpg"), photo("so-kham-2.jpg")]] },
    { name: "Đoàn Văn Trưa", number: "089049000782", sex: "male", path: worship, files: [["bang-to-quoc-ghi-cong", photo("bang.jpg")]] },
    { name: "Lý Thị Chiều", number: "089149000783", sex: "female", path: disability, files: [] },
    { name: "Phan Văn Tối", number: "089049000784", sex: "male", path: disability, files: [["giay-to-y-te", photo("so-toi.jpg")]] },
    { name: "Huỳnh Thị Khuya", number: "089149000785", sex: "female", path: worship, files: [] },
  ];
  for (const [n, one] of people.entries()) {
    await ready(one.path);
    await (one.path === worship ? worships : disabled)(page, one);
    for (const [paper, ...paths] of one.files) await pick(page, paper, ...paths);
    await send(page);
    await says(clerk, "Giấy nhận tạm", `${n + 1} hồ sơ chờ gửi`, one.name);
    one.temporary = await page.locator("[data-ts-slip-number]").innerText();
  }
  const disk = await page.evaluate(async () => {
    const base = await new Promise((ok) => { const r = indexedDB.open("tinhso-counter"); r.onsuccess = () => ok(r.result); });
    const all = (store) => new Promise((ok) => { const r = base.transaction(store).objectStore(store).getAll(); r.onsuccess = () => ok(r.result); });
    const text = (x) => new TextDecoder("latin1").decode(x);
    const [items, files, parts] = [await all("items"), await all("files"), await all("parts")];
    base.close();
    return { files: files.length, parts: parts.length, clear: JSON.stringify([items, files]) + parts.map((p) => text(p.sealed)).join("") + items.map((i) => text(i.sealed)).join("") };
  });
  must(disk.files === 4 && disk.parts === 6, `${disk.files} files in ${disk.parts} parts are kept`);
  for (const word of [...people.flatMap((p) => [p.name, p.number]), "so-kham", "Thân", "xxxxxxxxxxxxxxxx", "JFIF"]) must(!disk.clear.includes(word), `${word} can be read on the disk`);

  // The line comes back and breaks: in the middle of the large file, then behind each first answer.
  let [cut, lost] = [0, 0];
  const gone = () => undefined; // the page was left meanwhile: its requests are over
  await page.route("**/tai-len/**", async (route) => {
    if (route.request().method() === "PATCH" && route.request().headers()["upload-offset"] !== "0" && cut++ === 0) return route.abort("internetdisconnected").catch(gone);
    return route.continue().catch(gone);
  });
  await page.route("**/quay/**", async (route) => {
    if (route.request().method() !== "POST" || lost >= 3) return route.continue().catch(gone);
    lost++;
    await route.fetch({ maxRedirects: 0 }).catch(gone);
    return route.abort("internetdisconnected").catch(gone);
  });
  await context.setOffline(false);
  await until(async () => cut > 0);
  for (let again = 0; again < 8 && lost < 3; again++) { // as if somebody came back to the page, now and then
    await page.goto("/tiep-nhan/quay").catch(() => undefined);
    const before = lost;
    await until(async () => lost > before || (await page.locator("body").innerText()).includes("Không có hồ sơ chờ gửi"));
  }
  await page.unroute("**/tai-len/**");
  await page.unroute("**/quay/**");
  must(cut > 0 && lost === 3, `cut ${cut} times, ${lost} answers lost`);
  await page.goto("/tiep-nhan/quay");
  await says(clerk, "Không có hồ sơ chờ gửi", ...people.map((p) => p.temporary));
  await clerk.picture("synced");
  await clerk.readable();
  await clerk.accessible();

  // Who stands on a link keeps it when the page has looked whether something waits.
  const link = page.locator("[data-ts-items] a").first();
  await link.focus();
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await page.waitForTimeout(1500);
  must(await link.evaluate((a) => document.activeElement === a), "the link under the hand was replaced");

  // Nothing is lost or doubled.
  const codes = [];
  for (const one of people) {
    await page.goto("/tiep-nhan/quay");
    await says(clerk, one.temporary);
    await Promise.all([page.waitForNavigation(), page.click(`a:has-text("Mở ${one.temporary}")`)]);
    const said = await says(clerk, "Đã tiếp nhận hồ sơ", codeShape, one.name);
    one.code = said.match(codeShape)[0];
    codes.push(one.code);
    await page.goto(`/tim-ho-so?ma=${encodeURIComponent(one.code)}`);
    const full = await says(clerk, one.code, one.name);
    const files = await page.locator(".ts-files .ts-files__do").count();
    const wanted = one.files.reduce((sum, [, ...paths]) => sum + paths.length, 0);
    must(files === wanted, `${one.name} has ${files} files, not ${wanted}`);
    if (one.path === worship) must(full.includes("Nguyễn Thị Thân") && full.includes("Nguyễn Văn Nhân"), `the rows of ${one.name} are not there`);
  }
  must(new Set(codes).size === people.length, `codes: ${codes}`);
  const number = (code) => Number(code.slice(-4));
  const last = codes.reduce((a, b) => (number(a) > number(b) ? a : b));
  for (let n = Math.min(...codes.map(number)); n <= number(last) + 1; n++) {
    const code = last.replace(/\d{4}$/, String(n).padStart(4, "0"));
    if (codes.includes(code)) continue;
    await page.goto(`/tim-ho-so?ma=${encodeURIComponent(code)}`);
    const text = await page.locator("body").innerText();
    for (const one of people) must(!text.includes(one.name), `${one.name} is there twice: ${code}`);
  }
  await page.goto("/tiep-nhan");
  const drafts = await page.locator("body").innerText();
  for (const one of people) must(!drafts.includes(one.name), `a draft of ${one.name} is left`);
}
