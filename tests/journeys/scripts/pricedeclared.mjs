// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Prices: a firm declares a price, Finance asks why and then accepts it, and everybody sees it. The trend of prices is
// there for everybody, on a phone as well.

import { journey, must, phone, signIn } from "../lib.mjs";
import { press, says } from "../dossier.mjs";
import { act, day, enter, move, recordPath, refused, save } from "../registers.mjs";

await journey("pricedeclared", async ({ person }) => {
  // Anybody on a phone: what goods cost by month, and one of them drawn.
  const anybody = await person({ screen: phone });
  await anybody.go("/so/gia-thi-truong/thong-ke", "01-prices");
  await says(anybody, "Giá bình quân theo tháng và mặt hàng", "Xăng RON 95-III");
  await anybody.go("/so/gia-thi-truong/thong-ke?f-item=RON95&bang=3", "02-trend");
  must((await anybody.page.locator("svg.ts-chart__plot").count()) === 1, "no line of the price");

  // The firm, for itself: an increase of more than 5 % without a reason is refused.
  const firm = await person({ who: "Mã Thị Phụng" });
  await signIn(firm, "dn.vattu");
  await press(firm, firm.page.locator(".ts-acting__choice", { hasText: "Bảy Núi" }));
  await firm.go("/so/ke-khai-gia", "03-list");
  await press(firm, act(firm, "Gửi mới"));
  must((await firm.page.locator("#f-firm, #f-code, #f-remark").count()) === 0, "the firm is asked for what it does not write");
  await enter(firm, { item: { option: "PHAN-URE" }, document: "07/KKG-BN", area: "Toàn tỉnh", from_day: day(5), before: "600.000", price: "660.000" });
  await refused(firm, "Tăng trên 5 % phải nêu nguyên nhân điều chỉnh");
  await firm.look("04-refused");
  must((await firm.page.inputValue("#f-price")).replaceAll(".", "") === "660000", "the price is gone");
  await enter(firm, { why: "Giá nhập khẩu tăng" });
  await save(firm);
  await says(firm, /KKG-\d{4}-\d{4}/, "Đã gửi", "Bảy Núi", /10\s%/);
  await firm.look("05-sent");
  const declared = recordPath(firm);

  // Nobody outside sees it yet.
  must((await anybody.page.goto(declared)).status() === 404, "a declaration is public before it is accepted");

  // Finance asks for an explanation; the firm gives it; Finance accepts.
  const finance = await person({ who: "Thái Thị Ngọc Hân" });
  await signIn(finance, "gia.sotaichinh");
  await finance.go("/so/ke-khai-gia?f-life=sent");
  await finance.go(declared, "06-declared");
  await move(finance, "Đề nghị giải trình", { remark: "Đề nghị nêu giá nhập khẩu từng kỳ." });
  await says(finance, "Đã chuyển");
  await firm.go(declared, "07-asked");
  await says(firm, "Đề nghị nêu giá nhập khẩu từng kỳ.");
  await move(firm, "Gửi lại", { why: "Giá nhập khẩu tăng 11 % so với kỳ trước, kèm tờ khai hải quan." });
  await says(firm, "Đã gửi");
  await finance.go(declared);
  await move(finance, "Tiếp nhận, công khai", { received_on: day() });
  await says(finance, "Đã tiếp nhận, công khai");
  await press(finance, finance.page.getByRole("button", { name: "Cấp Giấy tiếp nhận kê khai giá" }));
  await says(finance, "Giấy này còn giá trị", "Phân urê", "660.000 đồng");
  await finance.look("08-receipt");

  const shown = await (await anybody.go(declared, "09-public"), says(anybody, "660.000 đồng", "Bảy Núi"));
  must(!shown.includes("hải quan"), "everybody reads why");
});
