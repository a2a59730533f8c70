// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A heritage point is written in three languages, published by another person, and read by a visitor who has scanned its sign: in
// Vietnamese, in English and in Khmer.

import { desktop, journey, must, phone } from "../lib.mjs";
import { says } from "../dossier.mjs";
import { added, moved, official } from "../register.mjs";

await journey("heritage", async ({ person }) => {
  const once = Date.now().toString(36).toUpperCase();
  const code = `TH-${once}`;
  const writer = await official(person, "disan.soan");
  const point = await added(
    writer,
    "diem-di-san",
    {
      code, name: `Cổng chùa thử nghiệm ${once}`, english: "Gate of the pagoda", khmer: "ខ្លោងទ្វារវត្ត", kind: "architecture", site: "Khu thử nghiệm", commune: "phuong-chau-doc", "place-lat": "10.7012", "place-lon": "105.1201",
      story: "Cổng xây bằng gạch, hai bên đắp hình rắn thần.", story_english: "The gate is of brick, with serpents on both sides.", story_khmer: "ខ្លោងទ្វារធ្វើពីឥដ្ឋ។", opens: "6 giờ – 18 giờ", opens_khmer: "ម៉ោង ៦ ដល់ ១៨", ticket: "20000",
    },
    { ticket: "-1" },
    "Giá vé, lượt quét không âm",
    "point",
  );
  const early = await person({ who: "early" });
  const res = await early.page.goto(`/xem/diem-di-san/${code}`);
  must(res.status() === 404, `before it is published it answered ${res.status()}`);
  await moved(writer, point, "publish", {}, "Việc này do người khác làm");
  const head = await official(person, "disan.duyet", { screen: phone });
  await moved(head, point, "publish");
  const sign = await head.page.request.get(await head.page.locator('a[href*="/in/bang/"]').getAttribute("href"));
  must(sign.ok() && sign.headers()["content-type"] === "application/pdf", `the sign answered ${sign.status()}`);

  const visitor = await person({ who: "visitor", screen: phone });
  await visitor.go(`/xem/diem-di-san/${code}`, "vi");
  await says(visitor, "Cổng xây bằng gạch", "20.000 đồng");
  await visitor.page.locator('.ts-guide__tongues a[lang="km"]').click();
  await says(visitor, "ខ្លោងទ្វារវត្ត", "ខ្លោងទ្វារធ្វើពីឥដ្ឋ", "ម៉ោង ៦ ដល់ ១៨", "ម៉ោងបើក");
  await visitor.look("km");
  must((await visitor.page.locator("h1").getAttribute("lang")) === "km", "the title is said to be Khmer");
  const guest = await person({ who: "guest", screen: desktop, language: "en" });
  await guest.go(`/xem/diem-di-san/${code}?tieng=en`, "en");
  await says(guest, "The gate is of brick", "Architecture and art");

  await visitor.go("/xem/diem-di-san/DS-001?tieng=km", "sample-km");
  await visitor.page.goto("/xem/diem-di-san/DS-001?tieng=vi");
  await visitor.page.locator('a[href^="/xem/hien-vat/"]').first().click();
  await says(visitor, "Hiện vật", "Niên đại");
  await visitor.look("artefact");
  await visitor.go("/so/diem-di-san/ban-do", "map");
});
