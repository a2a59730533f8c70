// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A result comes home by post: a resident asks for it on a phone, a clerk packs it and a postman signs for it, and when
// somebody has signed at the door the dossier has ended. The resident reads the same in English.

import { desktop, journey, must, phone, signIn, until } from "../lib.mjs";
import { accept, applicant, attach, begin, issue, opened, people, photo, press, rest, says, send, sign, work } from "../dossier.mjs";

await journey("post", async ({ person }) => {
  const bay = await person({ who: people.resident.name, screen: phone });
  await signIn(bay, people.resident.login);
  await begin(bay);
  await applicant(bay, people.resident);
  await rest(bay);
  await attach(bay, "giay-to-y-te", photo("bệnh án.jpg"));
  await press(bay, bay.page.locator("main form .ts-button-group button[value=next]"));
  await send(bay);
  await says(bay, "Đã nộp hồ sơ");
  const id = new URL(bay.page.url()).pathname.split("/")[2];

  // An address that nobody finds is refused, and what was typed stays.
  await bay.go(`/ho-so/${id}`);
  await press(bay, bay.page.locator(`a[href="/nhan-qua-buu-chinh/${id}"]`));
  await bay.look("ask");
  await bay.page.fill("#phone", "123");
  await bay.page.fill("#address", "Ấp 1");
  await press(bay, bay.page.locator("main form button[type=submit]"));
  await says(bay, "Số điện thoại gồm 10 chữ số", "Ghi đủ số nhà");
  must((await bay.page.inputValue("#address")) === "Ấp 1", "what was typed is lost");
  await bay.look("wrong");
  await bay.page.fill("#phone", "0912 345 678");
  await bay.page.fill("#address", "12 Trần Hưng Đạo, phường Long Xuyên, An Giang");
  await press(bay, bay.page.locator("main form button[type=submit]"));
  await says(bay, "Kết quả sẽ được gửi tới địa chỉ này");
  await bay.look("asked");

  const staff = {};
  for (const who of ["clerk", "officer", "leader", "records"]) {
    staff[who] = await person({ who: people[who].name });
    await signIn(staff[who], people[who].login);
  }
  const mai = staff.clerk;
  const code = await accept(mai, id);
  await work(staff.officer, id);
  await sign(staff.leader, id);
  await issue(staff.records, id);

  // Packed, handed over, and no longer at the counter.
  const pack = mai.page.locator(`form:has(input[value="${id}"]) button`);
  await until(async () => {
    await mai.page.goto("/buu-chinh/dong-goi");
    return (await pack.count()) > 0;
  });
  await mai.look("ready");
  await press(mai, pack);
  await until(async () => {
    await mai.page.reload();
    return /RX\d{9}VN/.test(await mai.page.locator("main").innerText());
  });
  await mai.look("packed");
  const parcel = new URL(mai.page.url()).pathname;
  await mai.go("/buu-chinh/ban-giao", "hand-over");
  await press(mai, mai.page.locator("main form button[type=submit]"));
  await says(mai, "Họ tên bưu tá nhận");
  await mai.page.fill("#courier", "Lê Văn Tá");
  await press(mai, mai.page.locator("main form button[type=submit]"));
  await says(mai, "Đã bàn giao", "Lê Văn Tá", code);
  await mai.look("slip");
  await opened(mai, `${new URL(mai.page.url()).pathname}/phieu-ban-giao.pdf`);

  // The resident sees it on its way, in English too.
  await bay.go(`/nhan-qua-buu-chinh/${id}`);
  await says(bay, "Đã giao bưu tá", /RX\d{9}VN/);
  await bay.look("on-its-way");
  const english = await person({ who: people.resident.name, screen: desktop, language: "en" });
  await english.page.goto("/");
  await english.page.goto(await english.page.locator("a[hreflang=en]").first().getAttribute("href"));
  await signIn(english, people.resident.login);
  await english.go(`/nhan-qua-buu-chinh/${id}`, "english");
  await says(english, "With the postman", "Your parcel");

  // Somebody has signed at the door.
  await mai.go(parcel);
  await mai.page.fill("#receiver", "Nguyễn Thị Tám");
  await press(mai, mai.page.locator(`form[action="${parcel}/da-phat"] button`));
  await says(mai, "Đã ghi người nhận", "Nguyễn Thị Tám");
  await mai.look("delivered");
  await bay.go(`/ho-so/${id}`);
  await says(bay, "Đã trả kết quả", "Xem đường đi của bưu phẩm");
  await bay.go(`/nhan-qua-buu-chinh/${id}`);
  await says(bay, "Đã phát");
  await bay.look("signed-for");
});
