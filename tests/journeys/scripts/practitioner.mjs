// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Is this doctor licensed? A patient asks, on a phone, without signing in; the department licenses one and suspends her, and the
// answer follows.

import { desktop, journey, must, phone } from "../lib.mjs";
import { says } from "../dossier.mjs";
import { added, moved, official } from "../register.mjs";

await journey("practitioner", async ({ person }) => {
  const once = Date.now().toString(36).toUpperCase();
  const code = `${once}/TH-GPHN`;
  const patient = await person({ who: "patient", screen: phone });
  const asks = async (typed, picture) => {
    await patient.go("/xem/nguoi-hanh-nghe");
    await patient.page.fill("#q", typed);
    await Promise.all([patient.page.waitForNavigation(), patient.page.locator("main .ts-search button").click()]);
    await patient.look(picture);
  };
  await patient.go("/xem", "doors");
  await asks(code, "unknown");
  await says(patient, "không", "Không có trong sổ nghĩa là");

  const writer = await official(person, "hanhnghe.soan");
  const values = {
    code, name: `Lê Thị Thử ${once}`, "person-name": `Lê Thị Thử ${once}`, "person-number": "089185000999", "person-born": "1985", title: "doctor", speciality: "CK04", workplace: "Phòng khám Mô Phỏng", commune: "phuong-chau-doc",
    hours: "7 giờ – 11 giờ", credits: "24",
  };
  const record = await added(writer, "nguoi-hanh-nghe", values, { credits: "-3" }, "Số giờ không âm", "practitioner");
  await asks(code, "not-yet"); // who has only applied is not in the public register
  await says(patient, "Không có trong sổ nghĩa là");

  const head = await official(person, "hanhnghe.duyet");
  await moved(head, record, "license", { issued_on: "20/11/2026", until_day: "01/11/2026" }, "Hết hiệu lực sau ngày cấp");
  await moved(head, record, "license", { issued_on: "20/11/2026", until_day: "20/11/2031" });
  await asks("le thi thu " + once.toLowerCase(), "by-name");
  await says(patient, "Được phép hành nghề");
  await patient.go(`/xem/nguoi-hanh-nghe/${code}`, "licensed");
  const text = await says(patient, "Được phép hành nghề", "Hiệu lực đến 20/11/2031", "Phòng khám Mô Phỏng");
  must(!/089185000999|1985/.test(text), "her number is hers");

  await moved(writer, record, "suspend", { decision: "12/QĐ-SYT" }, undefined, "Theo kết luận kiểm tra");
  await patient.go(`/xem/nguoi-hanh-nghe/${code}`, "suspended");
  await says(patient, "Hiện không được phép hành nghề", "Đình chỉ hành nghề");

  const foreigner = await person({ who: "foreigner", screen: desktop, language: "en" });
  await foreigner.go("/xem/co-so-y-te?q=nha+thuoc", "pharmacies"); // English since the browser speaks it
  await says(foreigner, "Licensed to operate");
});
