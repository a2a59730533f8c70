// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A wave of two communes leaves the older system: the province's IT plans it from the dump that lies on the server, moves it in,
// compares both sides by procedure and month and dossier by dossier, has it compared each day, and accepts; an officer finds a
// dossier that came on the own desk, and people find it by its old code. One commune is rolled back: its dossiers are gone, those
// of the other stay. A smoke part in English. The dump, and codes of it (MOVED), are written by journeys_test.go.

import { desktop, journey, must, phone, signIn, until } from "../lib.mjs";
import { people, press, says } from "../dossier.mjs";

const path = "/chuyen-du-lieu";
const name = `Đợt thử ${process.pid}`;

/** waits opens a page again until it says the words: what the server does meanwhile takes longer than a page. */
async function waits(p, ...words) {
  const at = p.page.url();
  let said = false;
  for (let tries = 0; tries < 6 && !said; tries++) {
    await until(async () => {
      await p.page.goto(at);
      const text = (await p.page.locator("body").innerText()).normalize("NFC");
      return (said = words.every((w) => text.includes(w)));
    });
  }
  await says(p, ...words);
}

await journey("moving", async ({ person }) => {
  const it = await person({ who: "cntt.tinh" });
  await signIn(it, "cntt.tinh");
  await it.go(path, "waves");
  await press(it, it.page.locator(`main a[href^="${path}/lap-dot"]`));
  await it.look("plan");
  await press(it, it.page.locator("main form button[type=submit]"));
  await it.look("plan-errors");
  must((await it.page.locator(".ts-error-summary a").count()) >= 2, "an empty wave has fewer than two errors");
  await it.page.fill("#name", name);
  await it.page.check('input[name=units][value="xa-an-phu"]');
  await it.page.check('input[name=units][value="phuong-long-xuyen"]');
  await press(it, it.page.locator("main form button[type=submit]"));
  await says(it, name, "Phường Long Xuyên", "Xã An Phú", "Chưa chuyển");
  const wave = new URL(it.page.url()).pathname;
  await press(it, it.page.locator(`form[action="${wave}/chay"] button`));
  await it.page.goto(wave);
  await waits(it, "Đã xong");
  await it.look("moved");
  await press(it, it.page.locator(`main a[href^="${path}/lan-chay/"]`));
  await says(it, "Bị loại", "Không có chủ hồ sơ", "TT99");
  await it.look("run");

  await it.page.goto(wave);
  await it.page.check("input[name=kind][value=counts]");
  await press(it, it.page.locator(`form[action="${wave}/so-sanh"] button`));
  await it.page.goto(wave);
  await waits(it, "Bên cũ", "Giải thích chênh lệch");
  await press(it, it.page.locator(`main a[href^="${path}/so-sanh/"]`));
  await says(it, "Số hồ sơ theo thủ tục và tháng", "Bằng nhau", "Chứng thực bản sao");
  await it.look("counts");
  const table = await it.context.request.get(`${new URL(it.page.url()).pathname}/so-ho-so.csv`);
  must(table.ok() && (await table.text()).split("\n").length > 5, "the table of both sides is no file");
  await it.page.goto(`${wave}/hang-ngay`);
  await it.page.fill("#hour", "24");
  await press(it, it.page.locator('main form button[value="on"]'));
  await it.look("daily-errors");
  must((await it.page.locator(".ts-error-summary a[href='#hour']").count()) === 1, "hour 24 is taken");
  await it.page.fill("#hour", "4");
  await press(it, it.page.locator('main form button[value="on"]'));
  await says(it, "mỗi ngày lúc 4 giờ");
  await it.look("daily");
  await it.page.goto(wave);
  await it.page.check("input[name=kind][value=shadow]");
  await press(it, it.page.locator(`form[action="${wave}/so-sanh"] button`));
  await press(it, it.page.locator(`main a[href^="${path}/so-sanh/"]`));
  await waits(it, "Điểm tiến độ giải quyết");
  await it.look("shadow");
  await it.page.goto(wave);
  await it.page.fill("#note", "Đã đối chiếu từng tháng");
  await press(it, it.page.locator(`form[action="${wave}/chap-nhan"] button`));
  await says(it, "Đã chấp nhận");

  // What came is work of today: it lies on a desk, and the old code leads to it.
  const hung = await person({ who: people.officer.name, screen: phone });
  await signIn(hung, people.officer.login);
  const desk = await hung.context.request.get("/viec");
  const code = (await desk.text()).match(/HS9\d-\d{6}-\d{5}/);
  must(code, "no dossier that came is on the officer's desk");
  await hung.go(`/tra-cuu?ma=${encodeURIComponent(`https://motcua.example.vn/tra-cuu?hs=${code[0]}`)}`, "tracked");
  await says(hung, code[0], "Chuyển từ hệ thống cũ sang");

  // What ended there is found by its old code as well, as long as it is here.
  const track = (said) => hung.context.request.get(`/tra-cuu?ma=${encodeURIComponent(said)}`).then(async (a) => (await a.text()).includes("Chuyển từ hệ thống cũ sang"));
  let back;
  for (const one of (process.env.MOVED ?? "").split(",").filter(Boolean)) if (!back && (await track(one))) back = one;
  must(back, `none of ${process.env.MOVED} came`);

  await it.page.goto(wave);
  await press(it, it.page.locator(`main a[href="${wave}/don-vi/xa-an-phu"]`));
  await it.look("leaving");
  if (await it.page.locator("input[name=confirmed]").count()) await it.page.check("input[name=confirmed]");
  await press(it, it.page.locator("main form button[type=submit]"));
  await it.page.goto(wave);
  await waits(it, "Đã đưa trở lại");
  await it.look("left");
  await says(it, "Đã chuyển");
  must(!(await track(back)), `${back} of the commune that went back is still here`);
  must(await track(code[0]), `${code[0]} of the commune that stayed is gone`);

  for (const screen of [desktop, phone]) {
    const smoke = await person({ who: "cntt.tinh", screen, language: "en" });
    await smoke.page.goto("/");
    await smoke.page.goto(await smoke.page.locator("a[hreflang=en]").first().getAttribute("href"));
    await signIn(smoke, "cntt.tinh");
    await smoke.go(path, "english-waves");
    await smoke.go(wave, "english-wave");
    await says(smoke, "Given back", "Moved in");
    await smoke.go(`${wave}/hang-ngay`, "english-daily");
    await says(smoke, "Compared each day", "each day at 4:00");
  }
});
