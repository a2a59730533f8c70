// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// What runs out within ninety days: an official of the data centre sees it, writes a new subscription and finds it there. A request for
// a machine is approved by another person.

import { desktop, journey, must, phone } from "../lib.mjs";
import { says } from "../dossier.mjs";
import { added, moved, official } from "../register.mjs";

await journey("infrastructure", async ({ person }) => {
  const once = Date.now().toString(36).toUpperCase();
  const day = (n) => new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Ho_Chi_Minh" }).format(new Date(Date.now() + n * 86_400_000));
  const writer = await official(person, "hatang.soan");
  const soon = async (register, picture) => {
    await writer.go(`/so/${register}?tat-ca=1`, picture);
    const chip = writer.page.locator(".ts-chips a", { hasText: "trong 90 ngày tới" });
    const count = Number((await chip.locator(".ts-num").innerText()).replaceAll(".", ""));
    await Promise.all([writer.page.waitForNavigation(), chip.click()]);
    return count;
  };
  const before = await soon("ban-quyen", "licences");
  await added(
    writer,
    "ban-quyen",
    { code: `BQ-TH-${once}`, name: `Phòng chống mã độc ${once}`, kind: "yearly", owner: "so-khoa-hoc-cong-nghe", seats: "50", used: "20", from_day: day(-300), until_day: day(30), price: "45000000" },
    { until_day: "" },
    "Thuê bao thì có ngày hết hạn",
    "licence",
  );
  const after = await soon("ban-quyen");
  must(after >= before + 1, `${before} ended soon, now ${after}`);
  await writer.look("soon");
  await says(writer, once);
  for (const register of ["may-chu", "duong-truyen"]) {
    await soon(register);
    await writer.look(`${register}-soon`);
  }

  const request = await added(
    writer,
    "yeu-cau-ha-tang",
    { code: `YC-TH-${once}`, owner: "so-khoa-hoc-cong-nghe", system: "Kho ảnh vệ tinh", why: "Thử nghiệm theo kế hoạch năm.", cores: "8", memory: "64", disk: "2000", level: "2", asked_on: day(-1) },
    { level: "7" },
    /5/,
    "request",
  );
  await moved(writer, request, "approve", { cost: "60000000" }, "Việc này do người khác làm");
  const head = await official(person, "hatang.duyet", { screen: phone });
  await moved(head, request, "approve", { cost: "60000000" });
  await says(head, "Đã duyệt");
  const reader = await official(person, "hatang.duyet", { screen: desktop });
  await reader.go("/so/ban-quyen/thong-ke?bang=4", "report");

  const visitor = await person({ who: "visitor" });
  await visitor.page.goto("/so/may-chu");
  must(/\/dang-nhap/.test(visitor.page.url()), `everybody sees the machines at ${visitor.page.url()}`);
});
