// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A parcel of land is given to a daughter. The registration office asks two units at once: one answers late, and its silence
// is no consent. Everything that is missing is asked for in one go. The tax office is paid, and meanwhile the clock stands. Then
// it takes longer than promised: another day, with an apology that a leader has signed. Half of it is done in English.

import { attach, codeShape, commune, opened, pdf, photo, press, says } from "../dossier.mjs";
import { desktop, journey, must, password, phone } from "../lib.mjs";
import { spoken, to } from "../clock.mjs";

const procedure = "dang-ky-bien-dong-dat-dai";
const owner = { login: "dan.vothihoa", name: "Võ Thị Hoa" };
const [clerk, officer, leader, records] = ["motcua.longxuyen", "chuyenvien.datdai", "lanhdao.datdai", "vanthu.datdai"];
const [ward, department] = ["phuong-long-xuyen", "so-nong-nghiep-moi-truong"];

/** main is the button of the form of a page. */
const main = (p) => p.page.locator("main form:not([action='/dang-xuat']) button[type=submit]").last();

/** at signs somebody in where the night has ended the session, and goes to a page. */
async function at(p, login, path, picture) {
  await p.page.goto("/dang-nhap");
  if (await p.page.locator("#password").count()) {
    await p.page.fill("#login", login);
    await p.page.fill("#password", password);
    await press(p, p.page.locator("form:has(#password) button"));
  }
  await p.go(path, picture);
}

/** english turns the pages of somebody into English. */
async function english(p) {
  await p.page.goto("/");
  await p.page.goto(await p.page.locator("a[hreflang=en]").first().getAttribute("href"));
}

/** done presses the one button of a case that does something. */
async function done(p, id, path, said) {
  await press(p, p.page.locator(`form[action="/xu-ly/${id}/${path}"] button[type=submit]`));
  await says(p, said);
}

/** promised is the day on which the result is promised, as the page of the case says it: 2026-11-16. */
async function promised(p) {
  const rows = await p.page.locator(".ts-summary-list__row").allInnerTexts();
  const row = rows.find((r) => /^(Hẹn trả|Due)/.test(r.normalize("NFC")));
  must(row, `no day is promised on ${p.page.url()}`);
  const [, day, month, year] = row.match(/(\d{2})\/(\d{2})\/(\d{4})/);
  return `${year}-${month}-${day}`;
}

await journey("land", async ({ person }) => {
  // Monday: she files it on her phone.
  const hoa = await person({ who: owner.name, screen: phone });
  const { page } = hoa;
  await at(hoa, owner.login, `/nop-ho-so/${procedure}`, "01-begin");
  await page.selectOption("#unit", ward);
  await page.check("input[name=basis][value=self]");
  await press(hoa, page.locator("main form button[type=submit]"));
  const onward = async () => {
    await press(hoa, page.locator("main form .ts-button-group button[type=submit]"));
    // Two places of that name: the first is of this province. A place that is chosen in the list is not asked for again.
    const which = page.locator('main input[type=radio][id$="-pick"]');
    if (!(await which.count())) return;
    await which.first().check();
    await press(hoa, page.locator("main form .ts-button-group button[type=submit]"));
  };
  await page.check("input[name=owner_kind][value=individual]");
  await page.fill("#owner_name", owner.name);
  await page.fill("#owner_number", "089188000062");
  await page.fill("#owner_residence-line", "Số 3, đường Giả Định");
  await commune(hoa, "#owner_residence", "Phường Long Xuyên");
  await page.fill("#owner_phone", "0900000062");
  await hoa.look("02-owner");
  await onward();
  await page.selectOption("#change_kind", "gift");
  await page.fill("#change_detail", "Mẹ tặng cho con gái toàn bộ thửa đất; không đổi ranh giới.");
  await page.fill("#contract_number", "1523/2026");
  for (const [part, value] of [["day", "20"], ["month", "10"], ["year", "2026"]]) await page.fill(`#contract_date-${part}`, value);
  await hoa.look("03-change");
  await onward();
  await page.fill("#parcel_place-line", "Tổ 5, khóm Thử Nghiệm");
  await commune(hoa, "#parcel_place", "Phường Long Xuyên");
  for (const [field, value] of Object.entries({ map_sheet: "12", parcel_number: "345", area: "120,5", certificate_number: "CH01234", certificate_serial: "AA 123456" })) await page.fill(`#${field}`, value);
  for (const [part, value] of [["day", "5"], ["month", "6"], ["year", "2015"]]) await page.fill(`#certificate_date-${part}`, value);
  await page.check("input[name=new_certificate][value=yes]");
  await hoa.look("04-parcel");
  await onward();
  await attach(hoa, "giay-chung-nhan", photo("giay-chung-nhan.jpg"));
  await press(hoa, page.locator("main form .ts-button-group button[value=next]"));
  await says(hoa, "Kiểm tra trước khi nộp");
  await hoa.look("05-check");
  await page.check("input[name=declare]");
  await onward();
  await says(hoa, "Đã nộp hồ sơ");
  const id = new URL(page.url()).pathname.split("/")[2];

  const mai = await person({ who: clerk, screen: desktop });
  await at(mai, clerk, `/xu-ly/${id}`, "06-submitted");
  await done(mai, id, "tiep-nhan", "Đã tiếp nhận");
  await says(mai, codeShape);
  const first = await promised(mai);

  // The officer asks the ward and the department at once; each has its own clock.
  const tan = await person({ who: officer, screen: desktop });
  await at(tan, officer, `/xu-ly/${id}`, "07-case");
  await done(tan, id, "nhan-viec", "Đã nhận việc");
  await tan.go(`/xu-ly/${id}/xin-y-kien`, "08-ask");
  await tan.page.fill("#question", "Thửa đất có tranh chấp, có vướng quy hoạch không?");
  await tan.page.selectOption("#unit-1", ward);
  await tan.page.selectOption("#unit-2", department);
  await tan.page.fill("#days", "2");
  await says(tan, "không");
  await press(tan, main(tan));
  await says(tan, "Phường Long Xuyên", "Sở Nông nghiệp và Môi trường");
  await tan.look("09-asked");

  const answer = async (login, words, picture) => {
    const p = await person({ who: login });
    await at(p, login, "/y-kien", `${picture}-list`);
    await press(p, p.page.locator(`main a[href^="/y-kien/"]`));
    await p.page.check("input[name=outcome][value=agreed]");
    await p.page.fill("#words", words);
    await p.look(picture);
    await press(p, main(p));
    await p.look();
  };
  await to(1, "09:00");
  await answer("chuyenvien.longxuyen", "Không có tranh chấp; ranh giới ổn định.", "10-ward");

  // Thursday: the department is late. Nothing goes on without its answer, and its silence says nothing.
  await to(3, "08:00");
  await at(tan, officer, `/xu-ly/${id}`);
  const waits = await says(tan, "Quá hạn trả lời");
  must(!(await tan.page.locator(`form[action="/xu-ly/${id}/xong-buoc"]`).count()), `silence is taken for consent:\n${waits}`);
  await tan.look("11-late");
  await answer("chuyenvien.sonongnghiep", "Không vướng quy hoạch sử dụng đất.", "12-department");
  await at(tan, officer, `/xu-ly/${id}`);
  await says(tan, "Trả lời sau hạn", "Không vướng quy hoạch");
  await tan.page.fill("#note", "Đủ ý kiến của hai cơ quan");
  await done(tan, id, "xong-buoc", "Đã xong bước");

  // From here on the officer reads English. All that is missing is asked for at once.
  const officerEN = await person({ who: officer, screen: desktop, language: "en" });
  await english(officerEN);
  await at(officerEN, officer, `/xu-ly/${id}`, "13-english");
  await done(officerEN, id, "nhan-viec", "in your hands");
  await officerEN.go(`/xu-ly/${id}/bo-sung`, "14-supplement");
  await officerEN.page.check('input[name=missing][value="hop-dong"]');
  await officerEN.page.fill("#why-hop-dong", "Chưa có hợp đồng tặng cho đã công chứng");
  await officerEN.page.fill("#basis-hop-dong", "Nghị định số 101/2024/NĐ-CP");
  await officerEN.page.check('input[name=missing][value="to-khai-thue"]');
  await officerEN.page.fill("#why-to-khai-thue", "Chưa có tờ khai lệ phí trước bạ");
  await officerEN.page.fill("#what-line-1", "Giấy khai sinh của người nhận");
  await officerEN.page.fill("#why-line-1", "Để xét miễn thuế thu nhập giữa mẹ và con");
  await press(officerEN, officerEN.page.locator("main form button[type=submit]").first());
  await says(officerEN, "Waiting");
  await officerEN.look("15-waits");

  await to(4, "10:00");
  await at(hoa, owner.login, `/ho-so/${id}`, "16-asked");
  await says(hoa, "Chưa có hợp đồng tặng cho", "Giấy khai sinh của người nhận");
  await hoa.go(`/ho-so/${id}/bo-sung`, "17-supply");
  for (const [paper, name] of [["hop-dong", "hop-dong.pdf"], ["to-khai-thue", "to-khai.pdf"], ["bo-sung", "khai-sinh.pdf"]]) await page.setInputFiles(`input[name="paper-${paper}"]`, pdf(name));
  await press(hoa, page.locator("main form .ts-button-group button[value=send]"));
  await says(hoa, "Đã gửi bổ sung");

  // Monday of the second week: the tax office has sent its notice. The clock stands from now on.
  await to(7, "09:00");
  await at(officerEN, officer, `/xu-ly/${id}`);
  const beforeTax = await promised(officerEN);
  must(beforeTax > first, `the supplement has not moved the day: ${first}, ${beforeTax}`);
  await officerEN.go(`/xu-ly/${id}/nghia-vu-tai-chinh`, "18-demand");
  await press(officerEN, main(officerEN));
  await officerEN.look("19-demand-wrong"); // nothing was entered: what is missing is named
  must((await officerEN.page.locator(".ts-error-summary a").count()) >= 3, "the page does not name what is missing");
  await officerEN.page.fill("#number", "1215/TB-TCS");
  await officerEN.page.fill("#on", spoken(await to(7, "09:05")));
  await officerEN.page.fill("#pay_by", "09/12/2026");
  await officerEN.page.fill("#what-1", "Lệ phí trước bạ");
  await officerEN.page.fill("#amount-1", "2.500.000");
  await officerEN.page.fill("#what-2", "Tiền sử dụng phần đất tăng thêm");
  await officerEN.page.fill("#amount-2", "1.200.000");
  await press(officerEN, main(officerEN));
  await says(officerEN, "The clock stands still", "3,700,000 đồng");
  await officerEN.look("20-stands");

  // She pays on Thursday; in English, on the phone.
  await to(10, "15:00");
  const hoaEN = await person({ who: owner.name, screen: phone, language: "en" });
  await english(hoaEN);
  await at(hoaEN, owner.login, `/ho-so/${id}`, "21-pay");
  await says(hoaEN, "To be paid before the dossier goes on", "2,500,000 đồng");
  await hoaEN.go(`/ho-so/${id}/da-nop-tien`, "22-paid");
  await press(hoaEN, main(hoaEN));
  await says(hoaEN, "Please check");
  await hoaEN.look("23-paid-wrong");
  await hoaEN.page.fill("#receipt", "GNT-2026-000812");
  await hoaEN.page.fill("#paid_on", spoken(await to(10, "15:05")));
  await hoaEN.page.setInputFiles("#file", photo("giay-nop-tien.jpg"));
  await press(hoaEN, main(hoaEN));
  await says(hoaEN, "The clock runs again");
  await hoaEN.look("24-goes-on");

  await to(11, "08:00");
  await at(officerEN, officer, `/xu-ly/${id}`, "25-paid");
  await says(officerEN, "GNT-2026-000812", "1215/TB-TCS");
  const afterTax = await promised(officerEN);
  must((Date.parse(afterTax) - Date.parse(beforeTax)) / 86_400_000 >= 3, `the clock has not stood: ${beforeTax}, ${afterTax}`);

  // It takes longer: another day with an apology (form 04), which the leader signs.
  await officerEN.go(`/xu-ly/${id}/gia-han`, "26-extend");
  await officerEN.page.fill("#days", "3");
  await officerEN.page.fill("#reason", "Phải đo đạc lại một cạnh của thửa đất do mốc bị mất");
  await press(officerEN, main(officerEN));
  await officerEN.look("27-asked");
  const phuong = await person({ who: leader, screen: phone });
  await at(phuong, leader, "/de-nghi", "28-motions");
  await press(phuong, phuong.page.locator(`main a[href^="/xu-ly/${id}"]`));
  await phuong.look("29-motion");
  await press(phuong, phuong.page.locator("#de-nghi button[value=agree]"));
  await at(tan, officer, "/phieu-cho-ky", "30-letter");
  await press(tan, tan.page.locator('form[action$="/ky-nhay"] button'));
  await at(phuong, leader, "/phieu-cho-ky", "31-sign-letter");
  await press(phuong, phuong.page.locator('form[action$="/ky"] button'));
  const hau = await person({ who: records });
  await at(hau, records, "/phieu-cho-ky");
  await press(hau, hau.page.locator('form[action^="/phieu-cho-ky/"][action$="/cap-so"] button'));
  await hau.look("32-letter-issued");
  await at(hoa, owner.login, `/ho-so/${id}`, "33-apology");
  await says(hoa, "Xin lỗi Ông/Bà");
  await opened(hoa, `/ho-so/${id}/xin-loi.pdf`);

  // The confirmation is written, signed, numbered and handed over, within the new day.
  await at(officerEN, officer, `/xu-ly/${id}`);
  must((await promised(officerEN)) > afterTax, "no other day is promised");
  await officerEN.page.fill("#note", "Đã nộp đủ; đã đo lại");
  await done(officerEN, id, "xong-buoc", "done");
  await to(14, "09:00");
  await at(tan, officer, `/xu-ly/${id}`);
  await done(tan, id, "nhan-viec", "Đã nhận việc");
  await tan.page.fill('[name="f.confirmed"]', "Nhận tặng cho toàn bộ thửa đất từ mẹ theo hợp đồng số 1523/2026");
  await tan.page.fill('[name="f.cadastre_number"]', "345-12-2026");
  await press(tan, tan.page.locator(`form[action="/xu-ly/${id}/du-thao"] button[type=submit]:not([value=preview])`));
  await says(tan, "Đã lưu dự thảo");
  await done(tan, id, "trinh-ky", "Đã trình ký");
  await to(14, "14:00");
  await at(phuong, leader, `/xu-ly/${id}`, "34-sign");
  await done(phuong, id, "ky", "Đã ký số");
  await at(hau, records, `/xu-ly/${id}`);
  await done(hau, id, "cap-so", "Đã cấp số và đóng dấu");
  await to(15, "08:30");
  await at(mai, clerk, `/xu-ly/${id}`, "35-hand-over");
  await done(mai, id, "tra-ket-qua", "Đã trả kết quả");
  await says(mai, owner.name);
  await at(hoa, owner.login, `/ho-so/${id}`, "36-done");
  await says(hoa, "Đã trả kết quả", /Có kết quả (sớm|đúng)/);
  await opened(hoa, `/ho-so/${id}/ket-qua.pdf`);
});
