// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Things that pages are about and that the demonstration does not have yet. Each is made by the people who make it in
// life, with the forms of its pages, and ends in its address.

import { xlsx } from "../guide.mjs";
import { password } from "../lib.mjs";

const citizen = "dan.nguyenvanbay";
const clerk = "motcua.longxuyen";
const officer = "chuyenvien.longxuyen";
const registrar = "chuyenvien.datdai";
const it = "cntt.tinh";
const author = "kiemsoat.tinh";
const ward = "phuong-long-xuyen";
const procedure = "xac-dinh-muc-do-khuyet-tat";

const day = (n) =>
  new Intl.DateTimeFormat("vi-VN", { timeZone: "Asia/Ho_Chi_Minh", day: "2-digit", month: "2-digit", year: "numeric" }).format(new Date(Date.now() + n * 86_400_000));
const bare = (address) => address.split("?")[0];
const once = `${process.pid % 10000}`;

/** api asks as a program does, with a token of its own; purpose says what personal data is read for. */
export async function api(w, login, path, body, key) {
  const ask = async (token, to, data) => {
    const { context } = await w.person("");
    const res = await context.request.post(to, { data, headers: { ...(token && { Authorization: `Bearer ${token}` }), ...(key && { "Idempotency-Key": key }) } });
    if (!res.ok()) throw new Error(`POST ${to} as ${login} answered ${res.status()}: ${(await res.text()).slice(0, 300)}`);
    return (await res.text()) ? res.json() : {};
  };
  w.tokens ??= new Map();
  if (!w.tokens.has(login)) w.tokens.set(login, (await ask("", "/api/v1/sessions", { login, password })).token);
  return ask(w.tokens.get(login), path, body);
}

const residence = { commune: ward, detail: "Số 1, đường Giả Định" };
const person = { applicant_name: "Nguyễn Văn Bảy", applicant_born: "1958-03-27", applicant_sex: "male", applicant_number: "089058000001", applicant_residence: residence };

let n = 0;
/** filed is a dossier of the resident; accepted, it is the clerk's; claimed, the officer works on it. */
async function filed(w) {
  const d = await api(
    w,
    citizen,
    "/api/v1/dossiers",
    { procedure: "tro-cap-huu-tri-xa-hoi", unit: ward, answers: { ...person, applicant_phone: "0900000001", by_representative: "no", has_pension: "no", has_allowance: "no", household: "none", pay_by: "post" } },
    `walk-${once}-${++n}`,
  );
  return d.id;
}

async function claimed(w) {
  const id = await filed(w);
  await api(w, clerk, `/api/v1/dossiers/${id}/accept`, {});
  await api(w, officer, `/api/v1/dossiers/${id}/claim`, {});
  return id;
}

/** land is a parcel that changes hands: the procedure waits for the tax office. */
async function land(w) {
  const { id } = await api(
    w,
    clerk,
    "/api/v1/dossiers",
    {
      procedure: "dang-ky-bien-dong-dat-dai", unit: ward, parties: { basis: "self", owner: { name: "Nguyễn Văn Bảy", number: "089058000001" } }, handed: { "giay-chung-nhan": { original: 1 } }, answers: {
        owner_kind: "individual", owner_name: "Nguyễn Văn Bảy", owner_number: "089058000001", owner_residence: residence, owner_phone: "0900000001", change_kind: "name",
        change_detail: "Đổi số định danh", parcel_place: residence, map_sheet: "12", parcel_number: "345", area: "120.5", certificate_number: "CH01234", certificate_serial: "AA 123456",
        certificate_date: "2015-06-05", new_certificate: "no",
      },
    },
    `walk-land-${once}-${++n}`,
  );
  await api(w, clerk, `/api/v1/dossiers/${id}/accept`, {});
  await api(w, registrar, `/api/v1/dossiers/${id}/claim`, {});
  return id;
}

async function attached(w) {
  const at = await makers.draft(w);
  const { context } = await w.person(citizen);
  const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=", "base64");
  const res = await context.request.post(`${at}/giay-to`, { multipart: { do: "upload", "paper-giay-to-y-te": { name: "giay.png", mimeType: "image/png", buffer: png } }, maxRedirects: 0 });
  if (res.status() !== 303) throw new Error(`a paper for ${at}: ${res.status()}`);
  return at;
}

/** makers are functions of a Walker. */
export const makers = {
  draft: (w) => w.post(citizen, `/nop-ho-so/${procedure}`, { unit: ward, basis: "self" }).then((at) => at.match(/^\/nhap\/[^/?]+/)[0]),
  attached,
  table: async (w) => {
    const { context } = await w.person("kiemsoat.tinh");
    const csv = "Mã TTHC;Tên thủ tục hành chính;Lĩnh vực;Cấp thực hiện;Thời hạn giải quyết\n1.099001;Thủ tục giả định;Lĩnh vực giả định;Cấp xã;5 ngày làm việc\nsai;Dòng sai;Lĩnh vực giả định;Cấp xã;nhanh\n";
    const brought = await context.request.post("/nhap-danh-muc", { multipart: { file: { name: "danh-muc.csv", mimeType: "text/csv", buffer: Buffer.from(csv) } }, maxRedirects: 0 });
    const columns = brought.headers().location;
    if (brought.status() !== 303) throw new Error(`a catalogue: ${brought.status()}`);
    const compared = await context.request.post(columns, { form: { c0: "code", c1: "name", c2: "field", c3: "level", c4: "days" }, maxRedirects: 0 });
    if (compared.status() !== 303) throw new Error(`comparing ${columns}: ${compared.status()}`);
    return columns.replace(/\/cot$/, "");
  },
  adopting: (w) => w.post(citizen, "/nop-ho-so/dang-ky-nuoi-con-nuoi", { unit: ward, basis: "self" }).then((at) => at.match(/^\/nhap\/[^/?]+/)[0]),
  filed: (w) => filed(w).then((id) => `/ho-so/${id}`),
  taken: async (w) => {
    const id = await filed(w);
    await api(w, clerk, `/api/v1/dossiers/${id}/accept`, {});
    return `/tiep-nhan/${id}/xong`;
  },
  made: async (w) => `/giay-to-da-cap/ho-so/${bare(await w.make("taken")).split("/")[2]}`,
  brought: async (w) => `/so-hoa/${bare(await w.make("taken")).split("/")[2]}`,
  case: (w) => claimed(w).then((id) => `/xu-ly/${id}`),
  supplement: async (w) => {
    const id = await claimed(w);
    await api(w, officer, `/api/v1/dossiers/${id}/supplement`, { days: 5, missing: [{ what: "Bản sao giấy xác nhận", why: "Chưa có", basis: "" }] });
    return `/ho-so/${id}/bo-sung`;
  },
  owing: async (w) => `/xu-ly/${await land(w)}`,
  paying: async (w) => {
    const id = await land(w);
    await api(w, registrar, `/api/v1/dossiers/${id}/demands`, {
      issuer: "Thuế cơ sở 2", number: `12/TB-TCS-${once}`, on: new Date(Date.now() - 86_400_000).toISOString().slice(0, 10), dues: [{ what: "Lệ phí trước bạ", amount: 2_500_000 }],
    });
    return `/xu-ly/${id}`;
  },
  "paying:own": async (w) => (await w.make("paying")).replace("/xu-ly/", "/ho-so/"),
  answering: async (w) => bare(await w.make("supplement")).replace(/^\/ho-so\/([^/]+)\/.*/, "/xu-ly/$1/nhan-bo-sung"),
  opinion: async (w) => {
    const id = await claimed(w);
    await api(w, officer, `/api/v1/dossiers/${id}/opinions`, { days: 3, question: "Đề nghị cho ý kiến về thời gian công tác", units: [{ unit: "so-noi-vu" }] });
    return w.link("chuyenvien.sonoivu", "/y-kien", /^\/y-kien\/[0-9a-f-]{36}$/);
  },
  record: (w) =>
    w.post(officer, "/so/cho/moi", { unit: ward, "f-code": `W-${once}`, "f-name": "Chợ Giả Định ngã ba đường mới, khóm Thử Nghiệm", "f-commune": ward, "f-class": "two", "f-area": "1.250,5", "f-stalls": "120", "f-built_on": "02/9/2015" }).then(bare),
  breach: (w) =>
    w.post("baove.dulieu", "/bao-ve-du-lieu/vi-pham/moi", { title: "Thư có danh sách gửi nhầm nơi nhận", found_at: `${day(-1)} 08:30`, nature: "n1", severity: "m1", system: "Thư điện tử", found_by: "Văn thư", description: "Một danh sách được gửi nhầm.", data: "Họ tên", subjects: "3", measures: "Đã thu hồi thư." }).then(bare),
  asked: (w) => w.post(citizen, "/du-lieu-cua-toi/yeu-cau/moi", { kind: "correct", purpose: "", words: "Ngày sinh đúng là 08/10/1986." }).then(bare),
  "asked:desk": async (w) => (await w.make("asked")).replace("/du-lieu-cua-toi/", "/bao-ve-du-lieu/"),
  consent: async (w) => {
    const sha = (await w.html(citizen, "/du-lieu-cua-toi")).match(/name="sha" value="([0-9a-f]+)"/)?.[1];
    if (sha) await w.post(citizen, "/du-lieu-cua-toi/dong-y/nhan-tin-tien-do", { sha });
    return w.link(citizen, "/du-lieu-cua-toi", /^\/du-lieu-cua-toi\/bien-nhan\/[^/]+$/);
  },
  system: (w) =>
    w.post(it, "/quan-tri/he-thong/moi", { name: "Phần mềm quản lý chợ", owner: "Sở Công Thương", contact: "it@example.org", purpose: "Đọc sổ chợ hằng đêm", role: "system_registers", unit: ward, networks: "", per_minute: "600", until: day(200) }).then(bare),
  client: async (w) => {
    const { context } = await w.person(it);
    const res = await context.request.post("/quan-tri/ung-dung/moi", { form: { kind: "web", name_vi: `Lịch họp ${once}`, name_en: "Meetings", purpose_vi: "Xem lịch họp", purpose_en: "See meetings", unit: "so-khoa-hoc-cong-nghe", redirects: "https://hop.example.org/ve", scopes: "openid" }, maxRedirects: 0 });
    if (res.status() >= 400) throw new Error(`an application: ${res.status()} ${(await res.text()).match(/ts-error-summary[\s\S]{0,900}/)?.[0].replace(/<[^>]+>|\s+/g, " ")}`);
    return w.link(it, "/quan-tri/ung-dung", /^\/quan-tri\/ung-dung\/(?!moi)[^/]+$/);
  },
  campaign: async (w) => {
    await w.post(it, "/quyen/ra-soat", { name: `Rà soát quý IV ${once}`, ends: day(20) });
    return w.link(it, "/quyen/ra-soat", /^\/quyen\/ra-soat\/[^/]+$/);
  },
  flow: (w) => w.link(it, "/quy-trinh", /^\/quy-trinh\/[^/]+\/\d+$/),
  people: async (w) => {
    const buffer = xlsx([["login", "name", "number", "phone", "email", "unit", "role", "title"], [`thu.${once}`, "Nguyễn Hoàng Thị Bảo Trân Châu", "089190000999", "0900000999", `thu.${once}@example.org`, ward, "officer", "Chuyên viên"]], "people");
    return bare(await w.post(it, "/nhan-su/nhap", { file: { name: "nhan-su.xlsx", mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", buffer }, number: "99/QĐ-UBND", date: day(0), from: day(1) }, "multipart"));
  },
  signing: async (w) => {
    const id = (await w.html("chutich.longxuyen", "/ky")).match(/name="dossier" value="([0-9a-f-]{36})"/)[1];
    return bare(await w.post("chutich.longxuyen", `/xu-ly/${id}/ky`, {}));
  },
  handed: async (w) => `/giao-viec/chon?buoc=${(await w.html("lanhdao.longxuyen", "/giao-viec")).match(/name="buoc" value="([0-9a-f-]{36})"/)[1]}`,
  person: async (w) => {
    const { context } = await w.person(clerk);
    const res = await context.request.post("/nguoi", { form: { tim: "089058000001", vi: "handling" } });
    const at = (await res.text()).match(/href="(\/nguoi\/[0-9a-f-]{36}[^"]*)"/);
    if (!at) throw new Error(`nobody was found: ${res.status()}`);
    return at[1].replaceAll("&amp;", "&");
  },
  reported: (w) => w.post("kiemsoat.tinh", "/thong-ke/bao-cao", { layout: "ii-06a", unit: "", from: "01/01/2026", to: "31/01/2026" }).then(bare),
  forgotten: (w) => w.post("", "/dang-nhap/quen-mat-khau", { login: "dan.vothihoa", phone: "0900000062" }).then(bare),
  change: (w) => w.post(author, "/soan-thu-tuc/moi", { title: "Đi thử các trang soạn", basis: "Quyết định 99/QĐ-UBND", day: day(0), rev: "" }).then((at) => bare(at).replace(/\/them$/, "")),
  written: async (w) => bare(await w.post(author, `${await w.make("change")}/them`, { name: `Xác nhận thử ${once}`, id: "", from: procedure, because: "Cùng cách giải quyết, khác giấy tờ" })),
  trial: async (w) => {
    const id = (await w.make("written")).split("/").pop();
    return bare(await w.post(author, `${await w.make("change")}/chay-thu`, { procedure: id, place: ward, channel: "online", day: "", time: "", fill: "1" }));
  },
};
