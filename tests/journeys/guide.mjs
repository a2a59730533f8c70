// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A guide for people that a browser can follow. Whoever reads it does what its numbered lines say; so does this
// program, which knows the sentences below and refuses any other. A label in bold is what stands on the page.
//
//   Đăng nhập bằng tài khoản `x`.   sign in          Bấm **Nút**.            press a button, a link or a summary
//   Mở hồ sơ **Thủ tục**.           open the last line of a list that says so
//   Mở trang `/x`.                  go there         Điền **Ô**: `chữ`.      type into a field
//   Chọn **Ô**: `lựa chọn`.         choose           Đánh dấu **Ô**.         tick a box; Bỏ dấu **Ô**. the other way
//   Tải lên **Ô**: `tệp`.           hand in a file   Thấy `chữ`.             the page says so
//
// " ở **Phần**" behind a label says in which part of the page: one with this heading, legend or name. A picture in the
// guide is taken where it stands. What is between backquotes may hold {today}, the day on which the guide is followed.

import { readFileSync } from "node:fs";
import { must, patience, signIn, signOut, until } from "./lib.mjs";

/** steps reads the numbered lines and pictures of a guide, in order. */
export function steps(path) {
  const found = [];
  readFileSync(path, "utf8")
    .split("\n")
    .forEach((line, i) => {
      const at = `${path}:${i + 1}`;
      const picture = line.match(/^!\[.*\]\(\.\.\/images\/(guide-[a-z0-9-]+)\.png\)$/);
      if (picture) found.push({ do: "picture", name: picture[1], at });
      const said = line.match(/^\d+\. (.*)$/);
      if (!said) return;
      const step = sentence(said[1].trim());
      must(step, `${at}: nobody can follow "${said[1]}"`);
      found.push({ ...step, at, line: said[1] });
    });
  return found;
}

const label = "\\*\\*(.+?)\\*\\*(?: ở \\*\\*(.+?)\\*\\*)?";

function sentence(text) {
  const is = (form) => text.match(new RegExp(`^${form}\\.$`, "u"));
  let m;
  if ((m = is("Đăng nhập bằng tài khoản `(.+?)`"))) return { do: "signIn", value: m[1] };
  if ((m = is("Mở trang `(/.*?)`"))) return { do: "open", value: m[1] };
  if ((m = is("Mở hồ sơ \\*\\*(.+?)\\*\\*"))) return { do: "row", label: m[1] };
  if ((m = is(`Bấm ${label}`))) return { do: "press", label: m[1], part: m[2] };
  if ((m = is(`Điền ${label}: \`(.*?)\``))) return { do: "fill", label: m[1], part: m[2], value: m[3] };
  if ((m = is(`Chọn ${label}: \`(.+?)\``))) return { do: "choose", label: m[1], part: m[2], value: m[3] };
  if ((m = is(`Đánh dấu ${label}`))) return { do: "tick", label: m[1], part: m[2] };
  if ((m = is(`Bỏ dấu ${label}`))) return { do: "untick", label: m[1], part: m[2] };
  if ((m = is(`Tải lên ${label}: \`(.+?)\``))) return { do: "upload", label: m[1], part: m[2], value: m[3] };
  if ((m = is("Thấy `(.+?)`"))) return { do: "see", value: m[1] };
  return undefined;
}

/** effort is what a person does by hand: fields, and presses. Signing in is two fields and a press. */
export function effort(all) {
  let fields = 0;
  let presses = 0;
  for (const s of all) {
    if (["fill", "choose", "tick", "untick", "upload"].includes(s.do)) fields++;
    if (["press", "open", "row"].includes(s.do)) presses++;
    if (s.do === "signIn") [fields, presses] = [fields + 2, presses + 1];
  }
  return { fields, presses, minutes: Math.ceil((fields * 20 + presses * 10) / 60) };
}

/** follow does what a guide says, with files for what it uploads and a place for its pictures. */
export async function follow(p, all, { files, take }) {
  let signedIn = false;
  for (const s of all) {
    const value = s.value?.replaceAll("{today}", today());
    try {
      switch (s.do) {
        case "signIn":
          if (signedIn) await signOut(p);
          await signIn(p, value);
          signedIn = true;
          break;
        case "open":
          await p.page.goto(value);
          break;
        case "press":
        case "row":
          await press(p, s);
          break;
        case "see":
          await sees(p, value);
          break;
        case "picture":
          await p.readable();
          await take(s.name);
          break;
        default:
          await answer(p, { ...s, value }, files);
      }
    } catch (e) {
      throw new Error(`${s.at}: ${s.line ?? s.name}\n${e.message}\nat ${p.page.url()}`);
    }
  }
}

function today() {
  return new Intl.DateTimeFormat("vi-VN", { timeZone: "Asia/Ho_Chi_Minh", day: "2-digit", month: "2-digit", year: "numeric" }).format(new Date());
}

/** press reaches a control as the keyboard does and presses Enter, or Space on what is no link. */
async function press(p, s) {
  const found = await find(p, s.do, s);
  const page = p.page;
  const opens = await found.evaluate((e) => e.tagName === "SUMMARY");
  await reach(found);
  if (opens) return page.keyboard.press("Enter");
  // What htmx swaps into the page answers a request of its own. All else opens a page, and an answer that is
  // being saved just then must not be taken for it.
  const swaps = await found.evaluate((e) => !!e.closest("[hx-get], [hx-post]") || e.closest("[hx-boost]")?.getAttribute("hx-boost") === "true");
  const answered = [page.waitForEvent("framenavigated", { timeout: patience }).catch(() => undefined)];
  if (swaps) answered.push(page.waitForResponse((r) => ["xhr", "fetch"].includes(r.request().resourceType()) && r.status() < 300, { timeout: patience }).catch(() => undefined));
  await page.keyboard.press("Enter");
  await Promise.race(answered);
  await page.waitForLoadState("load");
  await page.waitForLoadState("networkidle");
  await page.waitForFunction(() => !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"));
}

async function answer(p, s, files) {
  const found = await find(p, s.do === "untick" ? "tick" : s.do, s);
  switch (s.do) {
    case "fill":
      await reach(found);
      return found.fill(s.value);
    case "tick":
      await reach(found);
      return (await found.isChecked()) ? undefined : p.page.keyboard.press("Space");
    case "untick":
      await reach(found);
      return (await found.isChecked()) ? p.page.keyboard.press("Space") : undefined;
    case "upload":
      must(files[s.value], `the guide has no file ${s.value}`);
      return found.setInputFiles(files[s.value]);
    case "choose": {
      const tag = await found.evaluate((e) => e.tagName);
      await reach(found);
      if (tag === "SELECT") {
        // A long option may be called by what it begins with: the number of a document, before its title.
        const value = await found.evaluate((e, said) => {
          const texts = [...e.options].map((o) => o.text.normalize("NFC").trim());
          const i = [texts.indexOf(said), texts.findIndex((t) => t.startsWith(`${said} – `))].find((n) => n >= 0);
          return i === undefined ? undefined : e.options[i].value;
        }, s.value);
        must(value !== undefined, `"${s.value}" cannot be chosen`);
        return found.selectOption(value);
      }
      return (await found.isChecked()) ? undefined : p.page.keyboard.press("Space");
    }
  }
}

/** reach puts the focus on a control and makes sure that the keyboard can. */
async function reach(found) {
  const how = await found.evaluate((e) => {
    for (let d = e.closest("details:not([open])"); d && !(e.tagName === "SUMMARY" && e.parentElement === d); d = d.parentElement?.closest("details:not([open])")) return "it is folded away";
    if (e.tabIndex < 0) return "the keyboard does not reach it";
    e.focus();
    return document.activeElement === e ? "" : "it takes no focus";
  });
  must(how === "", how);
}

/** find returns the one control that is called so on the page. */
async function find(p, what, s) {
  const handle = await p.page.evaluateHandle(
    ({ what, label, part, value }) => {
      const plain = (t) => t.normalize("NFC").replace(/\s+/g, " ").trim();
      const shown = (e) => !!(e.offsetWidth || e.offsetHeight || e.getClientRects().length);
      // What people see: without what only screen readers are told, and without the mark of questions that may stay empty.
      const words = (e) => {
        const copy = e.cloneNode(true);
        for (const hidden of copy.querySelectorAll(".ts-visually-hidden, kbd, [aria-hidden=true], svg")) hidden.remove();
        return plain(copy.textContent).replace(/ \(không bắt buộc\)$/, "");
      };
      const named = (e) => words(e) === label || (what === "press" && words(e).replace(/ ?\d+$/, "") === label); // entries of the menu count what waits
      let roots = [document.querySelector("main") ?? document.body, document.body];
      if (part) {
        const heads = [...document.querySelectorAll("h1, h2, h3, h4, legend, caption, b, summary, td, th, dt, a, strong, span")].filter((h) => shown(h) && words(h) === part);
        roots = heads.map((h) => h.closest("fieldset, li, form, tr, .ts-summary-list__row, section, article, details, table") ?? h.parentElement);
        const wider = roots.map((r) => r.parentElement?.closest("fieldset, li, form, section, article, details")).filter(Boolean);
        roots.push(...wider);
      }
      const control = (l) => {
        if (l.control) return l.control;
        return l.htmlFor ? document.getElementById(l.htmlFor) : undefined;
      };
      for (const root of roots) {
        if (what === "row") {
          const row = [...root.querySelectorAll("tr, li")].filter((e) => shown(e) && words(e).includes(label) && e.querySelector("a[href]")).pop();
          if (row) return row.querySelector("a[href]");
          continue;
        }
        if (what === "press") {
          const all = [...root.querySelectorAll("button, a[href], summary, [role=button]")].filter((e) => shown(e) && e.tabIndex >= 0 && named(e));
          if (all.length) return all[0];
          continue;
        }
        const labels = [...root.querySelectorAll("label")].filter((l) => control(l) && (shown(l) || shown(control(l))));
        const types = { fill: (e) => e.tagName === "TEXTAREA" || (e.tagName === "INPUT" && !["radio", "checkbox", "file"].includes(e.type)), tick: (e) => e.type === "checkbox", upload: (e) => e.type === "file" };
        if (what === "choose") {
          const select = labels.find((l) => named(l) && control(l).tagName === "SELECT");
          if (select) return control(select);
          for (const set of root.querySelectorAll("fieldset")) {
            const legend = set.querySelector("legend");
            if (!legend || !named(legend)) continue;
            const item = [...set.querySelectorAll("label")].find((l) => words(l) === value && control(l));
            if (item) return control(item);
          }
          continue;
        }
        const one = labels.find((l) => named(l) && types[what](control(l)));
        if (one) return control(one);
      }
      return null;
    },
    { what, label: s.label, part: s.part, value: s.value },
  );
  const found = handle.asElement();
  must(found, `nothing on the page is called "${s.label}"${s.part ? ` in "${s.part}"` : ""}:\n${(await p.page.locator("body").innerText()).slice(0, 2500)}`);
  return found;
}

async function sees(p, value) {
  let text = "";
  await until(async () => {
    text = (await p.page.locator("body").innerText()).normalize("NFC").replace(/\s+/g, " ");
    return text.includes(value);
  });
  must(text.includes(value), `the page does not say "${value}":\n${text.slice(0, 2500)}`);
}

/** table reads the first table under a heading of a guide, as rows of cells. */
export function table(path, heading) {
  const text = readFileSync(path, "utf8");
  const from = text.indexOf(`\n${heading}\n`);
  must(from >= 0, `${path} has no "${heading}"`);
  const rows = [];
  for (const line of text.slice(from + heading.length + 2).split("\n")) {
    if (!line.startsWith("|")) {
      if (rows.length) break;
      continue;
    }
    const cells = line.split("|").slice(1, -1).map((c) => c.trim());
    if (!cells.every((c) => /^:?-+:?$/.test(c))) rows.push(cells);
  }
  must(rows.length > 2, `${path} has no table under "${heading}"`);
  return rows;
}

/** xlsx makes a workbook of one sheet with this name, as a spreadsheet program saves it. */
export function xlsx(rows, name = "Quy trình") {
  const escape = (s) => s.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const sheet = rows
    .map((cells, r) => `<row r="${r + 1}">${cells.map((c, i) => `<c r="${String.fromCharCode(65 + i)}${r + 1}" t="inlineStr"><is><t>${escape(c)}</t></is></c>`).join("")}</row>`)
    .join("");
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
  const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  const rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  return zip({
    "[Content_Types].xml": `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
    "_rels/.rels": `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml": `${head}<workbook xmlns="${main}" xmlns:r="${rel}"><sheets><sheet name="${name}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    "xl/worksheets/sheet1.xml": `${head}<worksheet xmlns="${main}"><sheetData>${sheet}</sheetData></worksheet>`,
  });
}

/** zip stores files without packing them. */
function zip(files) {
  const parts = [];
  const index = [];
  let at = 0;
  for (const [name, text] of Object.entries(files)) {
    const data = Buffer.from(text, "utf8");
    const called = Buffer.from(name, "utf8");
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(0x0800, 6);
    head.writeUInt16LE(0x5b21, 12); // 1 September 2025
    head.writeUInt32LE(crc(data), 14);
    head.writeUInt32LE(data.length, 18);
    head.writeUInt32LE(data.length, 22);
    head.writeUInt16LE(called.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(20, 4);
    head.copy(entry, 6, 4, 30);
    entry.writeUInt32LE(at, 42);
    parts.push(head, called, data);
    index.push(entry, called);
    at += head.length + called.length + data.length;
  }
  const list = Buffer.concat(index);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, list, end]);
}

function crc(data) {
  let c = 0xffffffff;
  for (const byte of data) {
    c ^= byte;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  }
  return (c ^ 0xffffffff) >>> 0;
}
