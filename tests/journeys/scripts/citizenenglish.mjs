// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Somebody who reads no Vietnamese walks the citizens' site: what is not English says that it is Vietnamese.

import { journey, must, phone, signIn } from "../lib.mjs";
import { begin, people, press, procedure } from "../dossier.mjs";

const vietnamese = /[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]/iu;
/** What is the same in every language: numbers of legal documents, names that no list has, and the procedure that the
 * journey of the guide writes in Vietnamese alone: its notices name it. */
const alike = [/\b[\dA-Z]+(\/[\dA-ZĐ-]+)+/gu, /\p{Lu}[\p{L} –-]* (Province|City|Ward|Commune|Special Zone)/gu, /Việt Nam|Biển Đông|Hoàng Sa|Trường Sa|Long Xuyên/gu, /Nguyễn Văn Bảy|đồng|Xác nhận tham gia vệ sinh môi trường/gu];

await journey("citizenenglish", async ({ person }) => {
  const visitor = await person({ who: people.resident.name, screen: phone, language: "en" });
  const { page } = visitor;
  await page.goto("/");
  await page.goto(await page.locator("a[hreflang=en]").first().getAttribute("href"));

  const offices = await (await visitor.context.request.get(`/api/v1/procedures/${procedure}/offices`)).json();
  const names = offices.choice.map((u) => u.name.en).filter(Boolean).sort((a, b) => b.length - a.length);
  must(names.length > 50, `only ${names.length} names of places are known`);

  /** english returns every line that is Vietnamese and does not say so. */
  const english = () =>
    page.evaluate(() => {
      const said = [];
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let n = walk.nextNode(); n; n = walk.nextNode()) {
        const where = n.parentElement;
        if (where.closest("script, style, template, .ts-demo-accounts") || where.closest("[lang]").lang !== "en") continue;
        said.push(n.textContent);
      }
      for (const e of document.body.querySelectorAll("[aria-label], [placeholder], [title], img[alt]")) {
        if (e.closest("[lang]").lang === "en") said.push(...["aria-label", "placeholder", "title", "alt"].map((a) => e.getAttribute(a) ?? ""));
      }
      return [document.title, ...said];
    });
  const found = new Map();
  const look = async () => {
    await page.waitForLoadState("load"); // the walk over every page looks for the rest
    visitor.pages.add(new URL(page.url()).pathname);
    const bad = [];
    for (const line of await english()) {
      let rest = line.normalize("NFC");
      for (const name of names) rest = rest.replaceAll(name, "");
      for (const one of alike) rest = rest.replaceAll(one, "");
      if (vietnamese.test(rest)) bad.push(line.trim());
    }
    if (bad.length) found.set(new URL(page.url()).pathname, bad);
  };
  const go = async (path) => {
    const res = await page.goto(path);
    must(res.ok(), `${path} answered ${res.status()}`);
    await look();
  };

  const open = ["/", "/thu-tuc", "/thu-tuc?life=sinh-con", "/thu-tuc?q=zzzz", `/thu-tuc/${procedure}`, `/thu-tuc/${procedure}?noi=phuong-long-xuyen`, "/thu-tuc/dang-ky-khai-sinh",
    "/thu-tuc/chung-thuc-ban-sao", "/thu-tuc/dang-ky-bien-dong-dat-dai", `/nop-ho-so/${procedure}`, "/tra-cuu", "/dang-nhap", "/hien-thi", "/tro-nang", "/so-do-trang",
    "/ngoai-tuyen", "/du-lieu-ca-nhan", "/tro-giup", "/tro-giup/nop-ho-so", "/gop-y", "/trang-thai", "/ban-do", "/kiem-tra", "/tim?q=birth"];
  for (const path of open) await go(path);
  await page.goto("/tra-cuu?ma=ABCD-EFGH-JKLM");
  await look();

  await signIn(visitor, people.resident.login);
  for (const path of ["/ho-so", "/thong-bao", "/du-lieu-cua-toi", "/tai-khoan", "/tai-khoan/bao-mat"]) await go(path);
  const draft = await begin(visitor);
  await look();
  await press(visitor, page.locator("main form .ts-button-group button").first());
  await look();
  for (const step of ["giay-to", "kiem-tra", "nguoi-nop", "xoa"]) await go(`${draft}/${step}`);
  await go("/ho-so");
  await page.goto(`${draft}/xoa`);
  await press(visitor, page.locator("main form button[type=submit]"));

  const told = [...found].map(([path, lines]) => `${path}: ${[...new Set(lines)].slice(0, 6).join(" | ")}`);
  must(told.length === 0, `Vietnamese without lang="vi":\n  ${told.join("\n  ")}`);
});
