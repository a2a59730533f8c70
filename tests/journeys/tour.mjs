// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// The ten pictures of docs/tour.md: one dossier, from a Sunday evening to the Friday on which it is done. It is no test:
// make tour runs it on a demonstration with a year of work, whose clock it moves on between the pictures. Everything else
// is done on the pages by the people of the demonstration.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { applicant, attach, begin, file, opened, people, press, procedure, rest, says, send } from "./dossier.mjs";
import { spoken, to } from "./clock.mjs";
import { must, password, patience, until } from "./lib.mjs";
import { lighter } from "./png.mjs";

const base = process.env.BASE_URL;
const out = process.env.OUT;
/** A picture is looked at on slow lines. */
const most = 250_000;
mkdirSync(out, { recursive: true });

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const desk = { viewport: { width: 1366, height: 768 } };

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
});

/** person opens a browser of somebody's own; look waits and checks nothing: this is no test. */
async function person(login, screen) {
  const context = await browser.newContext({ ...screen, baseURL: base, locale: "vi-VN", timezoneId: "Asia/Ho_Chi_Minh", reducedMotion: "reduce" });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  const p = {
    page,
    context,
    screen,
    login,
    async go(path) {
      const res = await page.goto(path);
      must(res.ok(), `${path} answered ${res.status()}`);
      await p.look();
    },
    async look() {
      await page.waitForLoadState("networkidle");
    },
  };
  if (login) {
    await p.go("/dang-nhap");
    await page.fill("#login", login);
    await page.fill("#password", password);
    await Promise.all([page.waitForNavigation(), page.locator("form:has(#password) button").click()]);
    must(!page.url().includes("/dang-nhap"), `${login} did not get in`);
  }
  return p;
}

let taken = 0;

/** keep writes a picture, and fails where it is too heavy. */
function keep(png, name) {
  const path = join(out, `${String(++taken).padStart(2, "0")}-${name}.png`);
  const light = lighter(png);
  must(light.length <= most, `${path} has ${light.length} bytes`);
  writeFileSync(path, light);
  console.log(`${path} ${light.length}`);
}

/** picture keeps what is seen; tall is what a thumb would see of a long page, one screen after the other; whole is all of it. */
async function picture(p, name, { tall, whole } = {}) {
  const { viewport } = p.screen;
  if (whole) tall = await p.page.evaluate(() => document.body.scrollHeight - document.querySelector("footer").offsetHeight);
  if (tall) await p.page.setViewportSize({ width: viewport.width, height: tall });
  await p.look();
  keep(await p.page.screenshot({ animations: "disabled", caret: "hide" }), name);
  if (tall) await p.page.setViewportSize(viewport);
}

/** written is what Mr Bảy brings: the photo of a page of his health book, made here. The form is made from his answers. */
const sheet = (title, lines) => `<!doctype html><html lang="vi"><meta charset="utf-8"><style>
  body { margin: 60px 70px; font: 19px/1.75 "Tinos", "Liberation Serif", serif; color: #1b2a4a } h1 { margin: 34px 0 26px; text-align: center; font-size: 25px }
  .top { text-align: center; font-weight: 700; line-height: 1.4 } .mark { position: fixed; inset: 46% 0 auto; color: rgb(190 30 40 / .2); font-size: 54px; font-weight: 700; text-align: center; rotate: -28deg }
  p { margin: 0 0 10px; border-bottom: 1px dotted #99a }</style>
  <div class="mark">MÔ PHỎNG</div><div class="top">CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>Độc lập - Tự do - Hạnh phúc</div><h1>${title}</h1>${lines.map((l) => `<p>${l}</p>`).join("")}</html>`;

async function written() {
  const context = await browser.newContext({ viewport: { width: 900, height: 1200 }, deviceScaleFactor: 2 });
  const page = await context.newPage();
  await page.setContent(sheet("SỔ KHÁM BỆNH", [
    "Họ và tên: Nguyễn Văn Bảy. Tuổi: 68", "Ngày khám: 14/10/2026. Trạm Y tế phường Long Xuyên", "Lý do: đau khớp háng phải, đi lại khó", "Chẩn đoán: thoái hóa khớp háng, teo cơ chân phải", "Đi lại phải có nạng; hẹn khám lại sau 3 tháng.",
  ]));
  const health = file("so-kham-benh.jpg", await page.screenshot({ type: "jpeg", quality: 95 }));
  await context.close();
  return { health };
}

/** paper keeps the first page of a PDF. */
function paper(body, name) {
  const folder = mkdtempSync(join(tmpdir(), "tinhso-tour-"));
  try {
    writeFileSync(join(folder, "a.pdf"), body);
    execFileSync("pdftoppm", ["-png", "-r", "100", "-singlefile", join(folder, "a.pdf"), join(folder, "a")]);
    keep(readFileSync(join(folder, "a.png")), name);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** done presses the one button of a case that does something. */
async function done(p, id, path, said) {
  await press(p, p.page.locator(`form[action="/xu-ly/${id}/${path}"] button[type=submit]`));
  await says(p, said);
}

/** again signs somebody in anew whose session has ended meanwhile. */
async function again(p) {
  const { login, screen } = p;
  await p.context.close();
  return person(login, screen);
}

/** finish ends the open step of a case. */
async function finish(p, id, note) {
  await p.go(`/xu-ly/${id}`);
  await p.page.fill("#note", note);
  await done(p, id, "xong-buoc", "Đã xong bước");
  await p.context.close();
}

/** step takes the next step of a case in hand and ends it. */
async function step({ login }, id, note) {
  const p = await person(login, desk);
  await p.go(`/xu-ly/${id}`);
  await done(p, id, "nhan-viec", "Đã nhận việc");
  await finish(p, id, note);
}

let code = 0;
try {
  const { resident, clerk, officer, leader, records } = people;

  // Sunday, in the evening, on a phone.
  const bay = await person(resident.login, phone);
  await bay.go("/");
  const typed = "xac nhan khuyet tat";
  for (let minutes = 0; minutes < 10; minutes++) { // a new demonstration still learns what can be found
    let found = false;
    await until(async () => (found = (await (await bay.context.request.get(`/tim/goi-y?q=${encodeURIComponent(typed)}`)).text()).includes("ts-suggest__link")));
    if (found) break;
  }
  for (let tries = 0; ; tries++) { // the door counts how often it was asked just now
    await bay.page.fill("#q", "");
    await bay.page.locator("#q").pressSequentially(typed);
    if (await bay.page.waitForSelector(".ts-hero .ts-suggest [role=option]", { timeout: 10_000 }).then(() => true, () => false)) break;
    must(tries < 6, "nothing is suggested");
  }
  await picture(bay, "home");
  await bay.go(`/thu-tuc/${procedure}`);
  await picture(bay, "procedure", { tall: 2050 });
  await begin(bay);
  await applicant(bay, resident);
  await rest(bay);
  const brought = await written();
  await attach(bay, "giay-to-y-te", brought.health);
  await press(bay, bay.page.locator("main form .ts-button-group button[value=next]"));
  await says(bay, "Kiểm tra trước khi nộp");
  await picture(bay, "check", { whole: true });
  await send(bay);
  await says(bay, "Đã nộp hồ sơ");
  const id = new URL(bay.page.url()).pathname.split("/")[2];
  await bay.context.close();

  // Monday, before the counter opens. Each day people sign in again: a session does not last over night.
  await to(1, "07:35");
  const mai = await person(clerk.login, desk);
  const seen = async () => {
    await mai.go(`/xu-ly/${id}`);
    return (await mai.page.locator(".ts-thumb img").count()) > 0;
  };
  for (let tries = 0; tries < 10; tries++) { // over night much else fell due that is done in the background
    await until(seen);
    if (await seen()) break;
    must(tries < 9, "the papers have no small pictures");
  }
  await says(mai, "Nếu tiếp nhận bây giờ");
  await picture(mai, "counter");
  await done(mai, id, "tiep-nhan", "Đã tiếp nhận");
  await mai.context.close();

  // Eight o'clock: the officer's desk, and the case.
  await to(1, "08:00");
  const hung = await person(officer.login, desk);
  await hung.go(`/xu-ly/${id}`);
  await done(hung, id, "nhan-viec", "Đã nhận việc");
  await hung.go("/viec?xep=new&tat-ca=1");
  await picture(hung, "desk");
  await hung.go(`/xu-ly/${id}`);
  await picture(hung, "case");

  // The leader looks at the ward.
  await to(1, "08:15");
  const morning = await person(leader.login, desk);
  await morning.go("/giao-viec/bang");
  await picture(morning, "board");
  await morning.context.close();

  // In the afternoon all is there: the council is called.
  await to(1, "15:10");
  await finish(await again(hung), id, "Đủ thành phần; mời Hội đồng họp ngày thứ Ba tuần sau.");

  // Tuesday of the week after: the council meets and finds.
  const met = await to(9, "10:40");
  await step(officer, id, "Hội đồng thống nhất: khuyết tật vận động, mức độ nặng.");

  // A week long its finding is put up; nobody objects. Then the paper is written.
  await to(16, "16:05");
  await step(officer, id, "Hết thời gian niêm yết, không có ý kiến khác.");
  await to(17, "15:40");
  const writer = await person(officer.login, desk);
  await writer.go(`/xu-ly/${id}`);
  await done(writer, id, "nhan-viec", "Đã nhận việc");
  await writer.page.selectOption('[name="f.degree"]', "nang");
  await writer.page.fill('[name="f.kinds"]', "Khuyết tật vận động");
  await writer.page.fill('[name="f.minutes"]', `số 05/BB-HĐXĐ ngày ${spoken(met)}`);
  await press(writer, writer.page.locator(`form[action="/xu-ly/${id}/du-thao"] button[type=submit]:not([value=preview])`));
  await says(writer, "Đã lưu dự thảo");
  await writer.page.selectOption("#signer", { label: `${leader.name} · PHÓ CHỦ TỊCH` });
  await done(writer, id, "trinh-ky", "Đã trình ký");
  await writer.context.close();

  // Thursday: signed between two meetings, numbered, sealed.
  await to(18, "14:20");
  const ha = await person(leader.login, phone);
  await ha.go(`/xu-ly/${id}`);
  await picture(ha, "sign", { tall: 1060 });
  await done(ha, id, "ky", "Đã ký số");
  await ha.context.close();
  await to(18, "15:05");
  const tam = await person(records.login, desk);
  await tam.go(`/xu-ly/${id}`);
  await done(tam, id, "cap-so", "Đã cấp số và đóng dấu");
  await tam.context.close();

  // Friday: he has it.
  await to(19, "08:30");
  const counter = await person(clerk.login, desk);
  await counter.go(`/xu-ly/${id}`);
  await done(counter, id, "tra-ket-qua", "Đã trả kết quả");
  await to(19, "09:10");
  const home = await person(resident.login, phone);
  await until(async () => (await home.context.request.get(`/ho-so/${id}/ket-qua.pdf`)).ok());
  paper(await opened(home, `/ho-so/${id}/ket-qua.pdf`), "result");
  await home.go(`/ho-so/${id}`);
  await says(home, "Đã trả kết quả", /Có kết quả sớm \d+ ngày làm việc/);
  await picture(home, "done", { whole: true });
  must(taken === 10, `${taken} pictures`);
} catch (e) {
  code = 1;
  console.log(`FAILED tour: ${e.stack ?? e}`);
} finally {
  await browser.close();
}
process.exit(code);
