// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A ward's digital teams go from door to door: the ward plans a campaign, writes down a visit, reports; the province confirms and looks
// at the figures of all communes. A resident finds the team of the hamlet.

import { desktop, journey, must, phone } from "../lib.mjs";
import { says } from "../dossier.mjs";
import { added, moved, official } from "../register.mjs";

await journey("community", async ({ person }) => {
  const once = Date.now().toString(36).toUpperCase();
  const ward = "phuong-chau-doc";
  const official1 = await official(person, "congdongso.chaudoc");
  const campaign = await added(
    official1,
    "chien-dich-so",
    { code: `CD-TH-${once}`, name: `Đi từng ngõ ${once}`, commune: ward, skills: ["services", "safety"], starts: "02/11/2026", ends: "20/11/2026", teams: "4", goal: "200" },
    { ends: "01/11/2026" },
    "Kết thúc không trước bắt đầu",
    "campaign",
  );
  await moved(official1, campaign, "start");
  await moved(official1, campaign, "report", { visited: "160", helped: "190", accounts: "40" }, "Nhập Hồ sơ đã hỗ trợ nộp");
  await moved(official1, campaign, "report", { visited: "160", helped: "190", accounts: "40", dossiers: "22", lessons: "Buổi tối gặp được nhiều hộ hơn." });
  await says(official1, "95");
  must((await official1.page.locator('a[href$="/chuyen/confirm"]').count()) === 0, "the ward does not confirm its own figures");

  const province = await official(person, "hatang.duyet", { screen: phone });
  await moved(province, campaign, "confirm");
  await says(province, "Đã xác nhận kết quả");
  await province.go("/so/ket-qua-to-so/thong-ke?bang=1", "report");
  await says(province, "Tổng lượt hỗ trợ");

  const resident = await person({ who: "resident", screen: phone });
  await resident.go("/xem/to-cong-nghe-so");
  await resident.page.fill("#q", "châu đốc");
  await Promise.all([resident.page.waitForNavigation(), resident.page.locator("main .ts-search button").click()]);
  await resident.look("teams");
  await Promise.all([resident.page.waitForNavigation(), resident.page.locator(".ts-guide__cards a").first().click()]);
  const text = await says(resident, "Châu Đốc", "Lượt hỗ trợ người dân");
  must(!/09000\d{5}/.test(text), "no phone number of a member is public");
  await resident.look("team");
  const list = await official(person, "congdongso.chaudoc", { screen: desktop });
  await list.go("/so/thanh-vien-to-so", "members");
});
