// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A change in land is filed on the national portal, which is simulated: it comes in with its files, its owner follows the
// link of the portal, signs in with VNeID and pays by QR; it is worked on and ends in the vault, and its status and the
// file of its result go back to the portal, which fails twice meanwhile. The auditor finds every call. The owner's part in
// English as well.

import { readFileSync } from "node:fs";
import { journey, must, phone, desktop, signIn, until } from "../lib.mjs";
import { accept, opened, pdf, people, press, says, ward } from "../dossier.mjs";
import { ask, misbehave, outside, post } from "../api.mjs";

const owner = people.resident;
const code = `G22.99-${Date.now().toString(36).toUpperCase()}-${process.pid}`;
const file = (paper, name) => ({ TenTepDinhKem: name, MaThanhPhanHoSo: paper, NoiDung: readFileSync(pdf(name)).toString("base64") });
const filed = {
  MaHoSo: code, MaTTHC: "dang-ky-bien-dong-dat-dai", MaCoQuanThucHien: ward,
  ChuHoSo: { LoaiDoiTuong: "1", HoTen: owner.name, SoDinhDanh: owner.number, SoDienThoai: "0900000001" },
  NoiDungKeKhai: {
    owner_kind: "individual", owner_name: owner.name, owner_number: owner.number, owner_residence: { commune: ward, detail: "Số 1, đường Giả Định" }, owner_phone: "0900000001",
    change_kind: "gift", change_detail: "Cha tặng cho con một phần thửa đất", contract_number: "01/2026", contract_date: "2026-03-02",
    parcel_place: { commune: ward, detail: "Khóm Thử Nghiệm" }, map_sheet: "12", parcel_number: "345", area: "120.5", certificate_number: "CS00001", certificate_serial: "AB 000001",
    certificate_date: "2015-05-05", new_certificate: "no",
  },
  TaiLieuNop: [file("giay-chung-nhan", "giay-chung-nhan.pdf"), file("hop-dong", "hop-dong.pdf")],
};

await journey("portal", async ({ person }) => {
  const portal = `${await outside("national")}/dvcqg`;
  const there = async () => (await (await fetch(`${portal}/received`)).json()).dossiers.find((d) => d.code === code);

  // Filed on the portal; sent twice it is one dossier.
  const answers = JSON.parse(await post(`${portal}/file?twice=1`, JSON.stringify([filed]), { "Content-Type": "application/json" }));
  must(answers.every((a) => a.status === 200) && JSON.stringify(answers[0].answer) === JSON.stringify(answers[1].answer), `the province answered ${JSON.stringify(answers)}`);
  const { items } = await ask("cntt.tinh", "GET", "/api/v1/national-portal/arrivals?state=taken");
  const id = items.find((a) => a.code === code).dossier;

  // The counter accepts it while the portal fails twice, and asks for the fee.
  await misbehave("national", "fail", "2");
  const mai = await person({ who: people.clerk.name });
  await signIn(mai, people.clerk.login);
  const ours = await accept(mai, id, (name) => name);
  const loan = await person({ who: "thuquy.longxuyen" });
  await signIn(loan, "thuquy.longxuyen");
  await loan.go(`/thu-tien/lap?ho-so=${ours}`, "fee");
  await loan.page.fill("#name", "Phí thẩm định hồ sơ");
  await loan.page.fill("#amount", "150.000");
  await loan.page.fill("#basis", "Nghị quyết giả định");
  await press(loan, loan.page.locator("main form button[type=submit]"));
  await says(loan, "Chờ nộp", "150.000");
  await until(async () => (await there())?.fees.length > 0);
  must((await there())?.fees[0]?.endsWith(" 150000"), `the portal knows of no fee: ${JSON.stringify(await there())}`);

  // The owner follows the link of the portal on the phone, signs in with VNeID, and pays by QR.
  for (const language of ["vi", "en"]) {
    const bay = await person({ who: owner.name, screen: phone, language });
    if (language === "en") {
      await bay.page.goto("/");
      await bay.page.goto(await bay.page.locator("a[hreflang=en]").first().getAttribute("href"));
    }
    const link = await bay.context.request.get(`/tu-cong-quoc-gia?ma=${encodeURIComponent(code)}`, { maxRedirects: 0 });
    must(link.status() === 303 && link.headers().location.startsWith("/dang-nhap/ngoai/vneid?next="), `the link leads to ${link.headers().location}`);
    await signIn(bay, owner.login); // VNeID itself has its own tests: here whoever is signed in comes to the right page
    await bay.page.goto(`/tu-cong-quoc-gia?ma=${encodeURIComponent(code)}`);
    must(new URL(bay.page.url()).pathname === `/ho-so/${id}`, `the link ends at ${bay.page.url()}`);
    await bay.look("dossier");
    await press(bay, bay.page.locator('main a[href^="/thanh-toan"]'));
    await bay.look("fee");
    if (language === "en") {
      await says(bay, "Paid");
      continue;
    }
    const at = new URL(await bay.page.locator('main a[href*="/ngan-hang?"]').getAttribute("href"));
    await post(`${at.origin}${at.pathname}`, { ma: at.searchParams.get("ma") });
    await until(async () => {
      await bay.page.reload();
      return (await bay.page.locator(`main a[href$="/bien-lai.pdf"]`).count()) > 0;
    });
    await says(bay, "Đã nộp");
    await opened(bay, await bay.page.locator(`main a[href$="/bien-lai.pdf"]`).getAttribute("href"));
  }
  await until(async () => (await there())?.paid === "2");
  must((await there()).paid === "2", "the portal does not know that it is paid");

  // It is worked on, signed, numbered and handed over.
  const { officer, leader, records } = { officer: "chuyenvien.datdai", leader: "lanhdao.datdai", records: "vanthu.datdai" };
  const at = `/api/v1/dossiers/${id}`;
  for (let step = 0; step < 2; step++) {
    await ask(officer, "POST", `${at}/claim`, {});
    await ask(officer, "POST", `${at}/finish`, { note: "Đủ điều kiện" });
  }
  await ask(officer, "POST", `${at}/claim`, {});
  await ask(officer, "PUT", `${at}/result`, { fields: { confirmed: "Tặng cho quyền sử dụng một phần thửa đất", cadastre_number: "HS-01" } });
  const signers = await ask(officer, "GET", `${at}/signers`);
  await ask(officer, "POST", `${at}/send-to-sign`, { signer: signers.items[0].account });
  const phuong = await person({ who: leader, screen: phone });
  await signIn(phuong, leader);
  await phuong.go(`/xu-ly/${id}`, "to-sign");
  await press(phuong, phuong.page.locator(`form[action="/xu-ly/${id}/ky"] button[type=submit]`));
  await says(phuong, "Đã ký số");
  await misbehave("national", "fail", "2");
  const { number } = await ask(records, "POST", `${at}/issue`, {});
  must(/XNBĐ/.test(number), `the number is ${number}`);
  await mai.go(`/xu-ly/${id}`, "to-deliver");
  await press(mai, mai.page.locator(`form[action="/xu-ly/${id}/tra-ket-qua"] button[type=submit]`));
  await says(mai, "Đã trả kết quả");

  // It is in the vault of its owner, and the portal has its status and its file.
  const kept = async () => (await ask(owner.login, "GET", "/api/v1/vault/papers")).items.find((p) => p.number === number && p.source === "result");
  await until(kept);
  must(await kept(), "the result is not in the vault");
  await until(async () => {
    const d = await there();
    return d?.status === "10" && d.result !== "";
  });
  const known = await there();
  must(known.status === "10" && known.result === (await kept()).sha256, `the portal knows ${JSON.stringify(known)}`);
  const progress = known.progress.join("; ");
  must(/Hồ sơ được gửi; Tiếp nhận hồ sơ.*Ban hành kết quả.*Trả kết quả/.test(progress), `the portal was told ${progress}`);

  // The auditor finds every call about the dossier, the failed ones too.
  const auditor = await person({ who: "kiemtra.tinh", screen: desktop });
  await signIn(auditor, "kiemtra.tinh");
  await auditor.go(`/xu-ly/${id}/ket-noi`, "calls");
  const shown = await says(auditor, "Cổng Dịch vụ công quốc gia", "Nền tảng thanh toán", "Nhận hồ sơ", "Đồng bộ hồ sơ", "Cập nhật tiến độ", "Báo có tiền", "Lấy kết quả");
  must(!shown.includes(owner.number), "the list of calls shows the number of the owner");
});
