// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// What people do with one dossier, used by several journeys: each function is one task of one person, on the pages
// where that person does it, with or without JavaScript.

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { must, until } from "./lib.mjs";

/** The procedure of the thin journey: a disability certificate, decided by the commune. */
export const procedure = "xac-dinh-muc-do-khuyet-tat";
export const ward = "phuong-long-xuyen";

/** Everybody in it (packs/an-giang/accounts). */
export const people = {
  resident: { login: "dan.nguyenvanbay", name: "Nguyễn Văn Bảy", number: "089058000001" },
  clerk: { login: "motcua.longxuyen", name: "Trần Thị Mai" },
  officer: { login: "chuyenvien.longxuyen", name: "Phạm Quốc Hưng" },
  leader: { login: "lanhdao.longxuyen", name: "Võ Thị Thanh Hà" },
  records: { login: "vanthu.longxuyen", name: "Huỳnh Minh Tâm" },
};

/** The code of a dossier of a unit of the province: H01.42-261121-0001. */
export const codeShape = /H01\.\d+-\d{6}-\d{4}/;
/** A reference is given when a dossier is sent: Q9Y8-4Q8A-YD6T. */
export const referenceShape = /\b[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\b/;

const folder = mkdtempSync(join(tmpdir(), "tinhso-journey-"));

/** pdf is a file that is what its name says. */
export function pdf(name) {
  const objects = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"];
  let text = "%PDF-1.4\n";
  const at = objects.map((o, i) => {
    const here = text.length;
    text += `${i + 1} 0 obj\n${o}\nendobj\n`;
    return here;
  });
  const table = text.length;
  text += `xref\n0 4\n0000000000 65535 f \n${at.map((n) => String(n).padStart(10, "0") + " 00000 n \n").join("")}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return file(name, Buffer.from(text));
}

/** photo is a small JPEG, as a phone makes them but smaller. */
export function photo(name) {
  const jpeg =
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/" +
    "yQALCAABAAEBAREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k=";
  return file(name, Buffer.from(jpeg, "base64"));
}

/** program is what Windows runs, under whatever name. */
export function program(name) {
  return file(name, Buffer.concat([Buffer.from("MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00", "latin1"), Buffer.alloc(2048)]));
}

export function file(name, content) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** press clicks and waits for the page that answers. */
export async function press(p, locator) {
  await Promise.all([p.page.waitForNavigation(), locator.first().click()]);
}

/** says waits until the page shows the words, and fails if it never does. Returns what the page says. */
export async function says(p, ...words) {
  let text = "";
  const missing = () => words.find((w) => !(w instanceof RegExp ? w.test(text) : text.includes(w)));
  await until(async () => {
    text = (await p.page.locator("body").innerText()).normalize("NFC");
    return missing() === undefined;
  });
  must(missing() === undefined, `${p.page.url()} does not say ${missing()}:\n${text.slice(0, 1500)}`);
  return text;
}

/** main presses the first button of the form of a page that is not the small print. */
const onward = (p) => p.page.locator("main form .ts-button-group button[type=submit]");

/** begin chooses the procedure and the place. Returns the address of the draft. */
export async function begin(p, picture) {
  await p.go(`/nop-ho-so/${procedure}`, picture);
  await p.page.selectOption("#unit", ward);
  await p.page.check("input[name=basis][value=self]");
  await press(p, p.page.locator("main form button[type=submit]"));
  await p.look();
  const draft = new URL(p.page.url()).pathname.match(/^\/nhap\/[0-9a-f-]{36}/);
  must(draft, `no draft at ${p.page.url()}`);
  return draft[0];
}

/** commune finds a commune by its name: with the list of a script, or by sending what was typed. */
export async function commune(p, field, name) {
  const { page } = p;
  await page.fill(`${field}-search`, name);
  if (await page.locator(`${field}-search[role=combobox]`).count()) {
    await page.waitForSelector(`${field}-search-list [role=option]`);
    await page.press(`${field}-search`, "Enter");
    return;
  }
  await press(p, onward(p));
  await p.look();
  await page.check(`${field}-pick`);
}

/** applicant answers who is to be assessed. */
export async function applicant(p, { name, number, born = ["27", "3", "1958"], sex = "male" }) {
  const { page } = p;
  await page.fill("#applicant_name", name);
  await page.fill("#applicant_born-day", born[0]);
  await page.fill("#applicant_born-month", born[1]);
  await page.fill("#applicant_born-year", born[2]);
  await page.check(`input[name=applicant_sex][value=${sex}]`);
  await page.fill("#applicant_number", number);
  await page.fill("#applicant_residence-line", "Số 1, đường Giả Định");
  await commune(p, "#applicant_residence", "Phường Long Xuyên");
  await press(p, onward(p));
}

/** rest answers what is left of the form after the first page. */
export async function rest(p, picture = () => undefined) {
  const { page } = p;
  await p.look(picture("representative"));
  await page.check("input[name=by_representative][value=no]");
  await press(p, onward(p));
  await p.look(picture("request"));
  await page.check("input[name=request_kind][value=first]");
  await press(p, onward(p));
  await p.look(picture("health"));
  await page.check("input[name=disability_kinds][value=movement]");
  await page.fill("#difficulties", "Đi lại phải chống nạng, không leo được cầu thang");
  await page.check("input[name=assessed_by_board][value=no]");
  await page.check("input[name=place_of_assessment][value=office]");
  await press(p, onward(p));
}

/** attach adds a file to a paper and stays on the page. */
export async function attach(p, paper, path) {
  await p.page.setInputFiles(`input[name="paper-${paper}"]`, path);
  await press(p, p.page.locator("main form .ts-button-group button[value=upload]"));
}

/** send declares and sends. */
export async function send(p) {
  await p.page.check("input[name=declare]");
  await press(p, onward(p));
}

/** opened reads a PDF as the person would: its type, and how much it is. */
export async function opened(p, href) {
  const res = await p.context.request.get(href);
  must(res.ok(), `${href} answered ${res.status()}`);
  must(res.headers()["content-type"] === "application/pdf", `${href} is ${res.headers()["content-type"]}`);
  const body = await res.body();
  must(body.subarray(0, 5).toString() === "%PDF-", `${href} is no PDF`);
  must(body.length > 10_000, `${href} is only ${body.length} bytes`);
  return body;
}

/** act presses the one button of a case that does something, and looks at the case afterwards. */
export async function act(p, id, path, said, picture) {
  await press(p, p.page.locator(`form[action="/xu-ly/${id}/${path}"] button[type=submit]`));
  await says(p, said);
  await p.look(picture);
}

/** accept lets the clerk open what waits and accept it; returns the code. */
export async function accept(p, id, picture = () => undefined) {
  await p.go("/tiep-nhan", picture("inbox"));
  await press(p, p.page.locator(`a[href="/xu-ly/${id}"]`));
  await p.look(picture("submitted"));
  await act(p, id, "tiep-nhan", "Đã tiếp nhận", picture("accepted"));
  const text = await says(p, codeShape);
  return text.match(codeShape)[0];
}

/** work lets the officer take the case, finish the steps before the document, write it and send it to be signed. */
export async function work(p, id, picture = () => undefined) {
  const { page } = p;
  await p.go("/viec", picture("desk"));
  await press(p, page.locator(`a[href="/xu-ly/${id}"]`));
  await p.look(picture("case"));
  for (let step = 0; step < 3; step++) {
    await act(p, id, "nhan-viec", "Đã nhận việc", step === 0 ? picture("claimed") : undefined);
    await page.fill("#note", "Đủ điều kiện");
    await act(p, id, "xong-buoc", "Đã xong bước", step === 2 ? picture("finished") : undefined);
  }
  await act(p, id, "nhan-viec", "Đã nhận việc", picture("drafting"));
  await page.selectOption('[name="f.degree"]', "nang");
  await page.fill('[name="f.kinds"]', "Khuyết tật vận động");
  await page.fill('[name="f.minutes"]', "số 05/BB-HĐXĐ ngày 20/11/2026");
  await press(p, page.locator(`form[action="/xu-ly/${id}/du-thao"] button[type=submit]:not([value=preview])`));
  await says(p, "Đã lưu dự thảo");
  await p.look(picture("drafted"));
  await opened(p, `/xu-ly/${id}/du-thao.pdf`);
  await page.selectOption("#signer", { label: `${people.leader.name} · PHÓ CHỦ TỊCH` });
  await act(p, id, "trinh-ky", "Đã trình ký", picture("to-sign"));
}

/** sign lets the leader read and sign. */
export async function sign(p, id, picture = () => undefined) {
  await p.go("/ky", picture("list"));
  await press(p, p.page.locator(`a[href="/xu-ly/${id}"]`));
  await p.look(picture("before"));
  await opened(p, `/ho-so/${id}/ket-qua.pdf`);
  await act(p, id, "ky", "Đã ký số", picture("signed"));
}

/** issue lets the records clerk number and seal. */
export async function issue(p, id, picture = () => undefined) {
  await p.go("/viec", picture("desk"));
  await press(p, p.page.locator(`a[href="/xu-ly/${id}"]`));
  await p.look(picture("before"));
  await act(p, id, "cap-so", "Đã cấp số và đóng dấu", picture("issued"));
  await says(p, /\d+\/GXN-UBND/);
}

/** deliver lets the clerk hand the result over. */
export async function deliver(p, id, picture = () => undefined) {
  await p.go("/viec", picture("desk"));
  await press(p, p.page.locator(`a[href="/xu-ly/${id}"]`));
  await p.look(picture("before"));
  await act(p, id, "tra-ket-qua", "Đã trả kết quả", picture("delivered"));
}
