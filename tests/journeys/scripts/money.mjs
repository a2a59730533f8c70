// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A resident pays the fee of a dossier by QR, on the phone, and has the receipt; a cashier takes cash, and the day, which
// holds three differences, is explained and signed by two persons. The resident's part in English as well.

import { journey, must, phone, desktop, signIn, until } from "../lib.mjs";
import { codeShape, opened, people, press, says, ward } from "../dossier.mjs";
import { ask, outside } from "../api.mjs";

const cashier = { login: "thuquy.longxuyen", name: "Nguyễn Thị Kim Loan" };
const accountant = { login: "ketoan.longxuyen", name: "Đinh Quốc Toàn" };
const copies = {
  procedure: "chung-thuc-ban-sao", unit: ward, handed: { "ban-chinh": { original: 1 } },
  parties: { basis: "self", owner: { kind: "individual", name: people.resident.name, number: people.resident.number, phone: "0900000001", source: "card" } },
  answers: {
    requester_name: people.resident.name, requester_number: people.resident.number, requester_phone: "0900000001", paper_kind: "diploma", paper_name: "Bằng tốt nghiệp",
    issuer: "Trường Giả Định", pages: "2", copies: "2", electronic: "no",
  },
};

/** ordered files a dossier at the counter that costs something and has it accepted; returns its id and code. */
async function ordered(clerk) {
  const { id } = await ask(clerk, "POST", "/api/v1/dossiers", copies);
  const { code } = await ask(clerk, "POST", `/api/v1/dossiers/${id}/accept`, {});
  must(codeShape.test(code), `the code is ${code}`);
  return { id, code };
}

/** toPay opens what is to be paid for a dossier, as its owner does: from the dossier. */
async function toPay(p, id, words) {
  await until(async () => {
    await p.page.goto(`/ho-so/${id}`);
    return (await p.page.locator('main a[href^="/thanh-toan"]').count()) > 0;
  });
  await p.look("dossier");
  await press(p, p.page.locator('main a[href^="/thanh-toan"]'));
  await says(p, words);
}

/** scan pays the code on the page with the simulated bank, as the phone of the payer would. */
async function scan(p) {
  const at = new URL(await p.page.locator('main a[href*="/ngan-hang?"]').getAttribute("href"));
  must(at.origin === (await outside("payment")), "the bank is somewhere else");
  const paid = await p.context.request.post(`${at.origin}${at.pathname}`, { form: { ma: at.searchParams.get("ma") } });
  must(paid.ok(), `the bank answered ${paid.status()}`);
}

await journey("money", async ({ person }) => {
  // By QR, on the phone.
  for (const [language, word, done] of [["vi", "Chờ nộp", "Đã nộp"], ["en", "To be paid", "Paid"]]) {
    const { id } = await ordered(people.clerk.login);
    const bay = await person({ who: people.resident.name, screen: phone, language });
    if (language === "en") {
      await bay.page.goto("/");
      await bay.page.goto(await bay.page.locator("a[hreflang=en]").first().getAttribute("href"));
    }
    await signIn(bay, people.resident.login);
    await toPay(bay, id, /8[.,]000/);
    await says(bay, word);
    await bay.look("to-pay");
    const address = bay.page.url();
    await scan(bay);
    await until(async () => {
      await bay.page.goto(address);
      return (await bay.page.locator(`main a[href$="/bien-lai.pdf"]`).count()) > 0;
    });
    await says(bay, done);
    await bay.look("paid");
    await opened(bay, await bay.page.locator(`main a[href$="/bien-lai.pdf"]`).getAttribute("href"));
  }

  // At the counter, in cash, three times.
  const loan = await person({ who: cashier.name, screen: desktop });
  await signIn(loan, cashier.login);
  for (let i = 0; i < 3; i++) {
    const { code } = await ordered(people.clerk.login);
    await until(async () => {
      await loan.page.goto(`/thu-tien?q=${code}`);
      return loan.page.url().includes("/thu-tien/khoan/");
    });
    if (i === 0) await loan.look("order");
    await press(loan, loan.page.locator('form[action$="/thu"] button'));
    await says(loan, "Đã nộp", "Biên lai");
  }
  await loan.go("/thu-tien", "orders");

  // The day holds three differences: each is explained by itself.
  await loan.go("/thu-tien/chot", "drawer");
  const should = Number((await says(loan, /phải có [\d.]+/)).match(/phải có ([\d.]+)/)[1].replaceAll(".", ""));
  await loan.page.fill("#counted", String(should - 4000));
  const close = loan.page.locator('form[action="/thu-tien/chot"] button[value=close]');
  await press(loan, close);
  await loan.look("one-difference");
  must((await loan.page.inputValue("#counted")) === String(should - 4000), "what was counted is gone");
  must((await loan.page.inputValue("#amount-1")).replaceAll(".", "") === "4000", "the difference is not offered");
  for (let i = 0; i < 2; i++) await press(loan, loan.page.locator('form[action="/thu-tien/chot"] button[value=more]'));
  const explained = [
    ["short", "5000", "change", "Trả thừa tiền cho người nộp lúc 10 giờ"], ["over", "2000", "later", "Tiền lẻ để sẵn từ hôm trước"], ["short", "1500", "unfit", "Một tờ rách không nhận được"],
  ];
  const explain = async () => {
    for (const [i, [direction, amount, cause, why]] of explained.entries()) {
      await loan.page.check(`input[name=direction-${i + 1}][value=${direction}]`);
      await loan.page.fill(`#amount-${i + 1}`, amount);
      await loan.page.selectOption(`#cause-${i + 1}`, cause);
      await loan.page.fill(`#reason-${i + 1}`, why);
    }
    await press(loan, close);
  };
  await explain();
  await says(loan, "Các chênh lệch cộng lại là");
  await loan.look("they-do-not-add-up");
  explained[2][1] = "1000";
  await explain();
  await says(loan, "Chờ xác nhận", "Một tờ rách không nhận được", cashier.name);
  await loan.look("closed");
  const day = new URL(loan.page.url()).pathname;
  must((await loan.page.locator(`form[action="${day}"]`).count()) === 0, "who has counted can confirm it");

  // The second person signs.
  const toan = await person({ who: accountant.name, screen: desktop });
  await signIn(toan, accountant.login);
  await toan.go(day, "to-confirm");
  await press(toan, toan.page.locator('form button[value=yes]'));
  await says(toan, "Đã xác nhận", cashier.name, accountant.name, "Trả thừa tiền cho người nộp lúc 10 giờ");
  await toan.look("confirmed");
  await opened(toan, `${day}/bang-ke.pdf`);

  // Money that names nothing is found by what only its payer knows, and given to the order it is for.
  const { id } = await ordered(people.clerk.login);
  const bay = await person({ who: people.resident.name, screen: phone });
  await signIn(bay, people.resident.login);
  await toPay(bay, id, /8[.,]000/);
  const code = (await says(bay, /TP\d{10}/)).match(/TP\d{10}/)[0];
  const { vietqr } = await ask(people.resident.login, "GET", `/api/v1/payments/own/${bay.page.url().match(/thanh-toan\/([0-9a-f-]{36})/)[1]}`);
  must(vietqr.includes(code), "the code is not in the text of the QR");
  const bank = await outside("payment");
  const paid = await (await fetch(`${bank}/payment/ngan-hang`, { method: "POST", body: new URLSearchParams({ ma: unnamed(vietqr) }) })).text();
  const number = paid.match(/FT[0-9A-Z]+/)[0];
  await until(async () => {
    await toan.page.goto("/thu-tien/tien-chua-ro");
    await toan.page.fill("#reference", number);
    await toan.page.fill("#amount", "8.000");
    await press(toan, toan.page.locator("main form button[type=submit]"));
    return toan.page.url().includes("/tien-la/");
  });
  await toan.look("found");
  await toan.page.fill("#order", code);
  await toan.page.fill("#note", "Người nộp quên ghi mã");
  await press(toan, toan.page.locator("main form button[type=submit]"));
  await until(async () => {
    await bay.page.goto(`/ho-so/${id}`);
    await press(bay, bay.page.locator('main a[href^="/thanh-toan"]'));
    return (await bay.page.locator("main").innerText()).normalize("NFC").includes("Đã nộp");
  });
  await says(bay, "Đã nộp");
});

/** unnamed is a code whose transfer says nothing: the payer has typed it anew. */
function unnamed(code) {
  const more = code.indexOf("62", code.indexOf("5802VN"));
  const text = `${code.slice(0, more)}62080804none6304`;
  let sum = 0xffff;
  for (const c of Buffer.from(text)) {
    sum ^= c << 8;
    for (let i = 0; i < 8; i++) sum = sum & 0x8000 ? ((sum << 1) ^ 0x1021) & 0xffff : (sum << 1) & 0xffff;
  }
  return text + sum.toString(16).toUpperCase().padStart(4, "0");
}
