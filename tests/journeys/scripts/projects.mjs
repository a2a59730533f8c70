// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Investment: Finance enters a project, its board reports a payment, Finance compares it with the treasury, and the
// report says how much of the plan was paid out.

import { journey, must, phone, signIn } from "../lib.mjs";
import { press, says } from "../dossier.mjs";
import { act, enter, move, offered, recordPath, refused, save, speak } from "../registers.mjs";

await journey("projects", async ({ person }) => {
  const finance = await person({ who: "Thái Thị Ngọc Hân" });
  await signIn(finance, "gia.sotaichinh");
  await finance.go("/so/du-an-dau-tu", "01-projects");
  await finance.go("/so/du-an-dau-tu/moi");
  const name = "Cầu Kênh Thử Nghiệm";
  await enter(finance, {
    name, owner: { option: "so-xay-dung" }, commune: { option: "phuong-long-xuyen" }, kind: { option: "c" }, field: { option: "transport" },
    decision: "0777/QĐ-UBND", decided_on: "05/02/2026", starts: "2026", total: "24.000.000.000", planned: "30.000.000.000", paid: "2.000.000.000",
  });
  await refused(finance, "Kế hoạch vốn năm không quá tổng mức đầu tư");
  await finance.look("02-refused");
  await enter(finance, { planned: "8.000.000.000" });
  await save(finance);
  await says(finance, /DA-\d{4}-\d{4}/, name, "Chuẩn bị đầu tư");
  await move(finance, "Khởi công");
  await says(finance, "Đang thực hiện", "Giải ngân dưới 30 %");
  await finance.look("03-project");
  const project = recordPath(finance);

  // The board reports from the page of its project.
  const board = await person({ who: "Lương Quốc Việt" });
  await signIn(board, "banduan.soxaydung");
  await board.go(project, "04-board");
  await press(board, act(board, "Thêm vào Giải ngân vốn đầu tư theo tháng"));
  must((await says(board, "Giải ngân trong tháng")).includes(name), "the project is not chosen already");
  await enter(board, { month: "2026", capital: { option: "local" }, due: "900.000.000", amount: "700.000.000", advance: "800.000.000" });
  await refused(board, "Ghi tháng và năm", "Tạm ứng không quá số giải ngân");
  await board.look("05-refused");
  await enter(board, { month: "11/2026", advance: "100.000.000" });
  await save(board);
  await says(board, "Chủ đầu tư báo cáo", "700.000.000 đồng");
  const payment = recordPath(board);
  must(!(await offered(board, "Đối chiếu kho bạc")), "the board may match its own payment");

  // The treasury has another amount: it does not match until both are the same.
  await finance.go(payment, "06-payment");
  await press(finance, act(finance, "Đối chiếu kho bạc"));
  await enter(finance, { voucher: "KB-77001", treasury: "690.000.000" });
  await refused(finance, "Số kho bạc phải bằng số báo cáo");
  await finance.look("07-differs");
  await enter(finance, { treasury: "700.000.000" });
  await save(finance);
  await says(finance, "Đã đối chiếu kho bạc");
  await finance.look("08-matched");

  // What a leader asks for.
  await finance.go("/so/du-an-dau-tu/thong-ke", "09-report");
  await says(finance, "Kế hoạch và giải ngân theo chủ đầu tư", "Tỷ lệ", "Sở Xây dựng", /\d,\d\s%/);
  await finance.go("/so/giai-ngan/thong-ke", "10-months");
  must((await finance.page.locator("svg.ts-chart__plot").count()) === 1, "the months are not drawn");

  // Anybody sees the project on a phone, and not what was paid.
  const anybody = await person({ screen: phone, language: "en" });
  await speak(anybody);
  await anybody.go(project, "11-public");
  const shown = await says(anybody, name, "Under way");
  must(!shown.includes("8,000,000,000") && !/Paid out/.test(shown), "everybody sees what was paid");
  const res = await anybody.page.goto(payment);
  must(res.status() >= 400 || anybody.page.url().includes("/dang-nhap"), "everybody opens a payment");
});
