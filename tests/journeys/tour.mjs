// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// The ten pictures of docs/tour.md: one dossier and one day. It is no test: make tour runs it on a demonstration with a
// year of work. Everything in the pictures is done on the pages by the people of the demonstration.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { applicant, attach, begin, opened, pdf, people, photo, press, procedure, rest, says, send } from "./dossier.mjs";
import { must, password, patience, until } from "./lib.mjs";
import { lighter } from "./png.mjs";

const base = process.env.BASE_URL;
const out = process.env.OUT;
/** A picture is looked at on slow lines. */
const most = 120_000;
mkdirSync(out, { recursive: true });

const phone = { viewport: { width: 390, height: 760 }, isMobile: true, hasTouch: true };
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

/** picture keeps what is seen. */
async function picture(p, name) {
  await p.look();
  keep(await p.page.screenshot({ animations: "disabled", caret: "hide" }), name);
}

/** paper keeps the first page of a PDF. */
function paper(body, name) {
  const folder = mkdtempSync(join(tmpdir(), "tinhso-tour-"));
  try {
    writeFileSync(join(folder, "a.pdf"), body);
    execFileSync("pdftoppm", ["-png", "-r", "80", "-singlefile", join(folder, "a.pdf"), join(folder, "a")]);
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
  await picture(bay, "home");
  await bay.go(`/thu-tuc/${procedure}`);
  await picture(bay, "procedure");
  await begin(bay);
  await applicant(bay, resident);
  await rest(bay);
  await attach(bay, "don-de-nghi", pdf("đơn đề nghị của ông Bảy.pdf"));
  await attach(bay, "giay-to-y-te", photo("bệnh án.jpg"));
  await press(bay, bay.page.locator("main form .ts-button-group button[value=next]"));
  await says(bay, "Kiểm tra trước khi nộp");
  await picture(bay, "check");
  await send(bay);
  await says(bay, "Đã nộp hồ sơ");
  const id = new URL(bay.page.url()).pathname.split("/")[2];

  // The counter opens.
  const mai = await person(clerk.login, desk);
  await mai.go("/tiep-nhan");
  await mai.go(`/xu-ly/${id}`);
  await picture(mai, "counter");
  await done(mai, id, "tiep-nhan", "Đã tiếp nhận");

  // The officer's morning, and the case.
  const hung = await person(officer.login, desk);
  await hung.go("/viec");
  await picture(hung, "desk");
  await hung.go(`/xu-ly/${id}`);
  for (let step = 0; step < 3; step++) {
    await done(hung, id, "nhan-viec", "Ông/Bà đã nhận việc");
    if (step === 0) await picture(hung, "case");
    await hung.page.fill("#note", "Đủ điều kiện");
    await done(hung, id, "xong-buoc", "Đã xong bước");
  }
  await done(hung, id, "nhan-viec", "Ông/Bà đã nhận việc");
  await hung.page.selectOption('[name="f.degree"]', "nang");
  await hung.page.fill('[name="f.kinds"]', "Khuyết tật vận động");
  await hung.page.fill('[name="f.minutes"]', "số 05/BB-HĐXĐ ngày 20/11/2026");
  await press(hung, hung.page.locator(`form[action="/xu-ly/${id}/du-thao"] button[type=submit]:not([value=preview])`));
  await says(hung, "Đã lưu dự thảo");
  await hung.page.selectOption("#signer", { label: `${leader.name} · PHÓ CHỦ TỊCH` });
  await done(hung, id, "trinh-ky", "Đã trình ký");

  // The leader signs between two meetings.
  const ha = await person(leader.login, phone);
  await ha.go(`/xu-ly/${id}`);
  await picture(ha, "sign");
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
  await picture(bay, "done");

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
