// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// An award: a ward proposes it, Home Affairs looks at it, the office of the council enters the decision, the certificate
// is printed, and everybody may check it and see the award in the public list.

import { journey, must, phone, signIn } from "../lib.mjs";
import { press, says } from "../dossier.mjs";
import { act, day, enter, move, offered, recordPath, refused, save, speak } from "../registers.mjs";

await journey("awards", async ({ person }) => {
  const team = "Tổ công nghệ số khóm Thử Nghiệm, phường Hà Tiên";
  const ward = await person({ who: "Lâm Thị Cẩm Nhung" });
  await signIn(ward, "thidua.hatien");
  await ward.go("/so/khen-thuong/moi", "01-new");
  await enter(ward, { award: { option: "BK" }, honoured: { option: "collective" }, of_unit: { option: "phuong-ha-tien" }, merit: "Hướng dẫn 1.200 lượt người dân nộp hồ sơ trực tuyến trong năm." });
  await refused(ward, "Ghi tên tập thể được khen");
  await ward.look("02-refused");
  await enter(ward, { name: team });
  await save(ward);
  await says(ward, /KT-\d{4}-\d{4}/, "Đơn vị soạn");
  const award = recordPath(ward);
  await move(ward, "Gửi đề nghị");
  await says(ward, "Chờ thẩm định");
  await ward.look("03-sent");
  must(!(await offered(ward, "Thẩm định, trình Hội đồng")), "the ward appraises its own proposal");

  // Home Affairs hands it back once, with a reason, and then brings it before the council.
  const affairs = await person({ who: "Phan Văn Lực" });
  await signIn(affairs, "thamdinh.sonoivu");
  await affairs.go("/so/khen-thuong?f-life=sent", "04-waiting");
  await affairs.go(award);
  await press(affairs, act(affairs, "Trả lại đơn vị"));
  await refused(affairs, "lý do");
  await affairs.look("05-reason");
  await affairs.page.fill("#reason", "Bổ sung số liệu sáu tháng cuối năm");
  await save(affairs);
  await ward.go(award);
  await says(ward, "Bổ sung số liệu sáu tháng cuối năm");
  await move(ward, "Gửi đề nghị");
  await affairs.go(award);
  await move(affairs, "Thẩm định, trình Hội đồng");
  await says(affairs, "Trình Hội đồng");
  must(!(await offered(affairs, "Ghi quyết định khen thưởng")), "who appraises also decides");

  // The office of the council: half of the votes is not enough.
  const council = await person({ who: "Nguyễn Thị Bạch Tuyết" });
  await signIn(council, "hoidong.thidua");
  await council.go(award, "06-council");
  await press(council, act(council, "Ghi quyết định khen thưởng"));
  await enter(council, { votes: "42", decision: "1234/QĐ-UBND", decided_on: day() });
  await refused(council, "Chưa quá nửa số phiếu");
  await council.look("07-votes");
  await enter(council, { votes: "92,5" });
  await save(council);
  await says(council, "Đã quyết định", "1234/QĐ-UBND");
  await council.look("08-decided");
  await press(council, council.page.getByRole("button", { name: "Cấp Giấy chứng nhận khen thưởng" }));
  await says(council, "Giấy này còn giá trị", team);
  const paper = new URL(council.page.url()).pathname;
  const printed = await council.context.request.post(`${paper}/ban-in`, { headers: { Origin: new URL(council.page.url()).origin } });
  must(printed.ok() && (await printed.body()).subarray(0, 5).toString() === "%PDF-", `the certificate: ${printed.status()}`);

  // Everybody, on a phone and in English: the certificate holds, the award is listed, the merit is not told.
  const anybody = await person({ screen: phone, language: "en" });
  await speak(anybody);
  await anybody.go(paper, "09-checked");
  await says(anybody, "This paper holds", team);
  await anybody.go(`/so/khen-thuong?f-name=${encodeURIComponent("khóm Thử Nghiệm")}`, "10-list");
  await says(anybody, team);
  await anybody.go(award);
  must(!(await says(anybody, team, "1234/QĐ-UBND")).includes("1.200"), "everybody reads the merit");

  // What the department shows.
  await affairs.go("/so/khen-thuong/thong-ke", "11-report");
  await says(affairs, "Hình thức theo bước xét", "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh");
});
