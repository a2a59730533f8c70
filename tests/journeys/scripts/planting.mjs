// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A cooperative's planting area gets its code: one official writes it, another issues it, a buyer scans the code on the box; when the
// area is paused, the buyer sees it at once.

import { desktop, journey, must, phone } from "../lib.mjs";
import { says } from "../dossier.mjs";
import { added, moved, official } from "../register.mjs";

await journey("planting", async ({ person }) => {
  const once = Date.now().toString(36).toUpperCase();
  const code = `VT-TH-${once}`;
  const writer = await official(person, "vungtrong.soan");
  const area = await added(
    writer,
    "vung-trong",
    {
      number: `DK-${once}`, kind: "area", name: `Vùng xoài thử nghiệm ${once}`, crop: "XOAI", variety: "Xoài cát", "holder-name": "Hợp tác xã Mô Phỏng", commune: "phuong-chau-doc",
      "place-lat": "10.705", "place-lon": "105.117", area: "12,5", yield: "9", harvest: ["3", "4"], markets: ["jp", "eu"], applied_on: "02/11/2026",
    },
    { area: "0" },
    "Diện tích phải lớn hơn 0",
    "area",
  );
  const issue = { code, issued_on: "20/11/2026", inspected_on: "18/11/2026", inspect_by: "18/05/2027" };
  await moved(writer, area, "issue", issue, "Việc này do người khác làm"); // not by who has written it

  const head = await official(person, "vungtrong.duyet");
  await moved(head, area, "issue", { ...issue, code: "" }, "Nhập Mã số được cấp");
  await moved(head, area, "issue", issue);
  await says(head, "In bảng mã QR", "112,5"); // what is expected of it was computed

  const buyer = await person({ who: "buyer", screen: phone });
  await buyer.go("/xem/vung-trong", "ask");
  await buyer.page.fill("#q", code.toLowerCase());
  await Promise.all([buyer.page.waitForNavigation(), buyer.page.locator("main .ts-search button").click()]);
  await says(buyer, "Mã số đang hiệu lực");
  await buyer.look("found");
  await buyer.go(`/xem/vung-trong/${code}`, "page");
  const text = await says(buyer, "Mã số đang hiệu lực", "Hợp tác xã Mô Phỏng", "Nhật Bản");
  must(!/DK-/.test(text), "the application is not public");

  await moved(head, area, "pause", {}, "Nêu lý do");
  await moved(head, area, "pause", {}, undefined, "Phát hiện ruồi đục quả trong lô hàng");
  await buyer.go(`/xem/vung-trong/${code}`, "paused");
  await says(buyer, "Mã số hiện không dùng được", "Tạm dừng");

  for (const screen of [phone, desktop]) {
    const visitor = await person({ screen });
    await visitor.go("/so/vung-trong/ban-do", "map");
    await visitor.go("/xem/ocop/OCOP-0001", "ocop");
  }
  const report = await official(person, "vungtrong.duyet", { screen: phone });
  await report.go("/so/vung-trong/thong-ke?bang=1", "report");
});
