// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Those who keep the house: the unit's administrator, the province's IT and the auditor see their pages and no more; an
// officer adds a record to a register and changes it; the auditor finds both acts.

import { desktop, journey, must, phone, signIn, signOut } from "../lib.mjs";
import { people, press, says, ward } from "../dossier.mjs";

const market = { code: `C-${String(process.pid % 10000)}`, name: "Chợ Giả Định" };

async function refused(p, ...paths) {
  for (const path of paths) {
    const res = await p.context.request.get(path, { maxRedirects: 0 });
    must(res.status() === 403 || res.status() === 404, `${path} answered ${res.status()}`);
  }
}

await journey("admin", async ({ person }) => {
  const hung = await person({ who: people.officer.name });
  const { page } = hung;
  await signIn(hung, people.officer.login);
  await hung.go("/so", "registers");
  await hung.go("/so/cho", "register");
  await hung.go("/so/cho/moi", "new");
  await press(hung, page.locator("main form[method=post] button[type=submit]:not([aria-hidden])"));
  await hung.look("new-errors");
  must((await page.locator(".ts-error-summary a").count()) >= 3, "an empty record has fewer than three errors");
  if (await page.locator("select#unit").count()) await page.selectOption("#unit", ward);
  await page.fill('[name="f-code"]', market.code);
  await page.fill('[name="f-name"]', market.name);
  await page.selectOption('[name="f-commune"]', ward);
  await page.selectOption('[name="f-class"]', "two");
  await page.fill('[name="f-area"]', "1.250,5");
  await page.fill('[name="f-stalls"]', "120");
  await page.fill('[name="f-fee_year"]', "1.234.567.000");
  await page.fill('[name="f-built_on"]', "02/9/2015");
  await press(hung, page.locator("main form[method=post] button[type=submit]:not([aria-hidden])"));
  await says(hung, market.name, "1.250,5", "1.234.567.000", "02/09/2015");
  await hung.look("record");
  const record = new URL(page.url()).pathname;
  await hung.go(`${record}/sua`, "edit");
  await page.fill('[name="f-stalls"]', "125");
  await press(hung, page.locator("main form[method=post] button[type=submit]:not([aria-hidden])"));
  await says(hung, "125", "120");
  await hung.look("changed");
  await refused(hung, "/van-hanh", "/van-hanh/nhat-ky");

  for (const screen of [desktop, phone]) {
    const lan = await person({ who: "unit admin", screen });
    await signIn(lan, "quantri.longxuyen");
    await lan.look("unit-admin");
    await lan.go("/so/cho");
    await says(lan, market.name);
    await lan.go("/don-vi", "units");
    await lan.go(`/don-vi/${ward}/nguoi`, "people");
    await says(lan, people.officer.name, people.clerk.name);
    await refused(lan, "/van-hanh", "/van-hanh/nhat-ky", "/so/cho/moi", "/viec", "/tiep-nhan");
    await signOut(lan);

    const thinh = await person({ who: "province IT", screen });
    await signIn(thinh, "cntt.tinh");
    await thinh.go("/van-hanh", "operate");
    await says(thinh, "Cơ sở dữ liệu", "Niêm phong nhật ký");
    await thinh.go("/van-hanh/viec-nen", "jobs");
    await thinh.go("/don-vi", "units");
    await refused(thinh, "/van-hanh/nhat-ky", "/viec", "/tiep-nhan");

    const yen = await person({ who: "auditor", screen });
    await signIn(yen, "kiemtra.tinh");
    await yen.go("/van-hanh/nhat-ky", "audit");
    await yen.go(`/van-hanh/nhat-ky?login=${people.officer.login}`, "audit-of-officer");
    await says(yen, people.officer.login);
    await yen.go(`/van-hanh/nhat-ky?subject=${record.split("/").slice(2).join("/")}`, "audit-of-record");
    const acts = yen.page.getByText(/registers\.record_(created|changed)/).or(yen.page.getByText(/Thêm bản ghi vào sổ|Sửa bản ghi/));
    must((await yen.page.locator("main table tbody tr").count()) >= 2 || (await acts.count()) >= 2, "the auditor does not find both acts on the record");
    const head = await yen.context.request.get("/van-hanh/nhat-ky/diem-neo.txt");
    must(head.ok() && (await head.text()).startsWith("tinhso/audit"), `the checkpoint answered ${head.status()}`);
    await refused(yen, "/van-hanh", "/viec", "/so/cho", "/tiep-nhan");
  }
});
