// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// The ten pictures of docs/tour.md: one dossier and one day. It is no test: make tour runs it on a demonstration with a
// year of work. Everything in the pictures is done on the pages by the people of the demonstration.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { applicant, attach, begin, file, opened, people, press, procedure, rest, says, send } from "./dossier.mjs";
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

/** picture keeps what is seen; tall is what a thumb would see of a long page, one screen after the other. */
async function picture(p, name, { tall, from, end } = {}) {
  const { viewport } = p.screen;
  if (tall) await p.page.setViewportSize({ width: viewport.width, height: tall });
  if (from) await p.page.locator(from).first().evaluate((at) => { at.scrollIntoView({ block: "start" }); });
  if (end) await p.page.evaluate(() => { scrollTo(0, document.body.scrollHeight - document.querySelector("footer").offsetHeight - innerHeight); });
  await p.look();
  keep(await p.page.screenshot({ animations: "disabled", caret: "hide" }), name);
  if (tall) await p.page.setViewportSize(viewport);
}

/** written is what Mr Bảy brings: a form that he has filled in, and the photo of a page of his health book. Both are made here. */
const sheet = (title, lines) => `<!doctype html><html lang="vi"><meta charset="utf-8"><style>
  body { margin: 60px 70px; font: 19px/1.75 "Tinos", "Liberation Serif", serif; color: #1b2a4a } h1 { margin: 34px 0 26px; text-align: center; font-size: 25px }
  .top { text-align: center; font-weight: 700; line-height: 1.4 } .mark { position: fixed; inset: 46% 0 auto; color: rgb(190 30 40 / .2); font-size: 54px; font-weight: 700; text-align: center; rotate: -28deg }
  p { margin: 0 0 10px; border-bottom: 1px dotted #99a }</style>
  <div class="mark">MÔ PHỎNG</div><div class="top">CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>Độc lập - Tự do - Hạnh phúc</div><h1>${title}</h1>${lines.map((l) => `<p>${l}</p>`).join("")}</html>`;

async function written() {
  const context = await browser.newContext({ viewport: { width: 900, height: 1200 }, deviceScaleFactor: 2 });
  const page = await context.newPage();
  await page.setContent(sheet("ĐƠN ĐỀ NGHỊ<br>Xác định mức độ khuyết tật", [
    "Kính gửi: Hội đồng xác định mức độ khuyết tật phường Long Xuyên", "Họ và tên: Nguyễn Văn Bảy", "Sinh ngày: 27/03/1958. Giới tính: nam", "Số định danh cá nhân: 089058000001",
    "Nơi ở: Số 1, đường Giả Định, phường Long Xuyên, tỉnh An Giang", "Dạng khuyết tật: vận động", "Khó khăn: đi lại phải chống nạng, không leo được cầu thang.", "Tôi đề nghị được xác định mức độ khuyết tật lần đầu.",
  ]));
  const form = file("don-de-nghi-ong-Bay.pdf", await page.pdf({ format: "A4", printBackground: true }));
  await page.setContent(sheet("SỔ KHÁM BỆNH", [
    "Họ và tên: Nguyễn Văn Bảy. Tuổi: 68", "Ngày khám: 14/10/2026. Trạm Y tế phường Long Xuyên", "Lý do: đau khớp háng phải, đi lại khó", "Chẩn đoán: thoái hóa khớp háng, teo cơ chân phải", "Đi lại phải có nạng; hẹn khám lại sau 3 tháng.",
  ]));
  const health = file("so-kham-benh.jpg", await page.screenshot({ type: "jpeg", quality: 95 }));
  await context.close();
  return { form, health };
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

let code = 0;
try {
  const { resident, clerk, officer, leader, records } = people;

  // In the evening before, on a phone.
  const bay = await person(resident.login, phone);
  await bay.go("/");
  await bay.page.fill("#q", "xac nhan khuyet tat");
  await picture(bay, "home");
  await bay.go(`/thu-tuc/${procedure}`);
  await picture(bay, "procedure", { tall: 2050 });
  await begin(bay);
  await applicant(bay, resident);
  await rest(bay);
  const brought = await written();
  await attach(bay, "don-de-nghi", brought.form);
  await attach(bay, "giay-to-y-te", brought.health);
  await press(bay, bay.page.locator("main form .ts-button-group button[value=next]"));
  await says(bay, "Kiểm tra trước khi nộp");
  await picture(bay, "check", { tall: 1500, end: true });
  await send(bay);
  await says(bay, "Đã nộp hồ sơ");
  const id = new URL(bay.page.url()).pathname.split("/")[2];

  // The counter opens.
  const mai = await person(clerk.login, desk);
  await mai.go("/tiep-nhan");
  const seen = async () => {
    await mai.go(`/xu-ly/${id}`);
    return (await mai.page.locator(".ts-thumb img").count()) > 1;
  };
  await until(seen);
  must(await seen(), "the papers have no small pictures");
  await picture(mai, "counter");
  await done(mai, id, "tiep-nhan", "Đã tiếp nhận");

  // The officer's morning, and the case.
  const hung = await person(officer.login, desk);
  await hung.go("/viec");
  const waits = await hung.page.locator("main .ts-work__main").evaluateAll((all) => all.map((a) => a.getAttribute("href").split("/").pop()));
  for (const one of new Set([...waits.slice(0, 6), id])) {
    await hung.go(`/xu-ly/${one}`);
    if (await hung.page.locator(`form[action="/xu-ly/${one}/nhan-viec"]`).count()) await done(hung, one, "nhan-viec", "Đã nhận việc");
  }
  await hung.go("/viec");
  await picture(hung, "desk");
  await hung.go(`/xu-ly/${id}`);
  await picture(hung, "case");
  for (let step = 0; step < 3; step++) {
    if (step > 0) await done(hung, id, "nhan-viec", "Đã nhận việc");
    await hung.page.fill("#note", "Đủ điều kiện");
    await done(hung, id, "xong-buoc", "Đã xong bước");
  }
  await done(hung, id, "nhan-viec", "Đã nhận việc");
  await hung.page.selectOption('[name="f.degree"]', "nang");
  await hung.page.fill('[name="f.kinds"]', "Khuyết tật vận động");
  await hung.page.fill('[name="f.minutes"]', `số 05/BB-HĐXĐ ngày ${new Date().toLocaleDateString("en-GB", { timeZone: "Asia/Ho_Chi_Minh" })}`);
  await press(hung, hung.page.locator(`form[action="/xu-ly/${id}/du-thao"] button[type=submit]:not([value=preview])`));
  await says(hung, "Đã lưu dự thảo");
  await hung.page.selectOption("#signer", { label: `${leader.name} · PHÓ CHỦ TỊCH` });
  await done(hung, id, "trinh-ky", "Đã trình ký");

  // The leader signs between two meetings.
  const ha = await person(leader.login, phone);
  await ha.go(`/xu-ly/${id}`);
  await picture(ha, "sign", { from: ".ts-bar" });
  await done(ha, id, "ky", "Đã ký số");

  // Numbered, sealed, handed over.
  const tam = await person(records.login, desk);
  await tam.go(`/xu-ly/${id}`);
  await done(tam, id, "cap-so", "Đã cấp số và đóng dấu");
  await mai.go(`/xu-ly/${id}`);
  await done(mai, id, "tra-ket-qua", "Đã trả kết quả");
  await until(async () => (await bay.context.request.get(`/ho-so/${id}/ket-qua.pdf`)).ok());
  paper(await opened(bay, `/ho-so/${id}/ket-qua.pdf`), "result");
  await bay.go(`/ho-so/${id}`);
  await says(bay, "Đã trả kết quả");
  await picture(bay, "done", { tall: 1620 });

  // The day ends: the leader looks at the unit.
  const evening = await person(leader.login, desk);
  await evening.go("/giao-viec/bang");
  await picture(evening, "board");
  must(taken === 10, `${taken} pictures`);
} catch (e) {
  code = 1;
  console.log(`FAILED tour: ${e.stack ?? e}`);
} finally {
  await browser.close();
}
process.exit(code);
