// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// An old man without a telephone gets his social pension. His daughter brings the dossier, the clerk fills in the form and ticks the
// paper that is in his vault, the receipt is printed on A5, and a neighbour with a paper of authority fetches the decision.

import { codeShape, commune, opened, people, press, says, act } from "../dossier.mjs";
import { desktop, journey, must, signIn } from "../lib.mjs";
import { digitised } from "../oldpaper.mjs";

const procedure = "tro-cap-huu-tri-xa-hoi";
const owner = { name: "Huỳnh Văn Sáu", number: "089054000412" };
const daughter = { name: "Huỳnh Thị Bé", number: "089175000413" };
const neighbour = { name: "Danh Thị Lượm", number: "089160000414" };
const card = `${owner.number}||${owner.name}|03081954|Nam|Số 12, đường Giả Định, phường Long Xuyên|01072022`;
const box = 'input[type=checkbox][name="kho-ho-ngheo"]';

/** english turns the pages of somebody into English. */
async function english(p) {
  await p.page.goto("/");
  await p.page.goto(await p.page.locator("a[hreflang=en]").first().getAttribute("href"));
}

const onward = (p) => press(p, p.page.locator("main form .ts-button-group button[type=submit]"));

/** intake is the counter from the card to the papers: three persons, and answers that the clerk types. */
async function intake(p, picture = () => undefined) {
  const { page } = p;
  await p.go(`/tiep-nhan/quay?q=${encodeURIComponent("huu tri")}`, picture("procedures"));
  await press(p, page.locator(`form[action="/nop-ho-so/${procedure}"] button`));
  await page.fill("#qr", card);
  await Promise.all([page.waitForNavigation(), page.press("#qr", "Enter")]);
  must((await page.inputValue('[name="owner.name"]')) === owner.name, "the card does not fill in the owner");
  await page.check("input[name=basis][value=authorised]");
  if (!(await page.locator('[name="submitter.name"]').isVisible())) await page.locator("details.ts-details > summary").last().click();
  await page.fill('[name="submitter.name"]', daughter.name);
  await page.fill('[name="submitter.number"]', daughter.number);
  await page.fill("#basis_note", "Giấy ủy quyền số 15, chứng thực tại UBND phường Long Xuyên ngày 20/10/2026");
  await p.look(picture("parties"));
  await onward(p);
  await page.fill("#applicant_name", owner.name);
  for (const [part, value] of [["day", "3"], ["month", "8"], ["year", "1954"]]) await page.fill(`#applicant_born-${part}`, value);
  await page.check("input[name=applicant_sex][value=male]");
  await page.fill("#applicant_number", owner.number);
  await page.fill("#applicant_residence-line", "Số 12, đường Giả Định");
  await commune(p, "#applicant_residence", "Phường Long Xuyên");
  await p.look(picture("applicant")); // he has no telephone, and is not asked to invent one
  await onward(p);
  await page.check("input[name=by_representative][value=yes]");
  await page.fill("#representative_name", daughter.name);
  await page.fill("#representative_number", daughter.number);
  await page.selectOption("#representative_relation", "child");
  await page.fill("#representative_phone", "0900000413");
  await onward(p);
  await page.check("input[name=has_pension][value=no]");
  await page.check("input[name=has_allowance][value=no]");
  await page.check("input[name=household][value=poor]");
  await onward(p);
  await page.check("input[name=pay_by][value=post]");
  await p.look(picture("payment"));
  await onward(p);
}

await journey("pension", async ({ person }) => {
  const mai = await person({ who: people.clerk.name });
  await signIn(mai, people.clerk.login);
  const tam = await person({ who: people.records.name });
  await signIn(tam, people.records.login);
  await digitised(mai, tam, { type: "giay-ho-ngheo", number: `HN-${process.pid}/2026`, issued: "05/01/2026", owner });

  // The counter: what is in his vault is ticked, what was signed on paper is handed over.
  await intake(mai, (name) => name);
  const { page } = mai;
  await says(mai, "Đã có trong kho");
  await page.check(box);
  await page.fill('[name="original-to-khai"]', "1");
  await page.fill('[name="original-van-ban-uy-quyen"]', "1");
  await mai.look("papers");
  await press(mai, page.locator("main form .ts-button-group button[value=next]"));
  await says(mai, owner.name, daughter.name, "Lấy từ kho");
  await mai.look("check");
  await page.check("input[name=declare]");
  await onward(mai);
  const text = await says(mai, "Đã tiếp nhận hồ sơ", codeShape, owner.name);
  await mai.look("received");
  const code = text.match(codeShape)[0];
  const receipt = await page.locator('main a[href$="giay-tiep-nhan.pdf?kho=a5"]').getAttribute("href");
  await opened(mai, receipt);
  await press(mai, page.locator('main a[href^="/xu-ly/"]'));
  await says(mai, code, "Người giúp lập hồ sơ", people.clerk.name, daughter.name);
  await mai.look("case");
  const id = new URL(page.url()).pathname.split("/")[2];

  // The ward decides.
  const hung = await person({ who: people.officer.name });
  await signIn(hung, people.officer.login);
  await hung.go(`/xu-ly/${id}`);
  await act(hung, id, "nhan-viec", "Đã nhận việc");
  await hung.page.fill("#note", "Đối chiếu dữ liệu dân cư: đủ điều kiện");
  await act(hung, id, "xong-buoc", "Đã xong bước");
  await act(hung, id, "nhan-viec", "Đã nhận việc");
  await hung.page.fill('[name="f.amount"]', "500000");
  await hung.page.fill('[name="f.from_month"]', "12/2026");
  await press(hung, hung.page.locator(`form[action="/xu-ly/${id}/du-thao"] button[type=submit]:not([value=preview])`));
  await hung.page.selectOption("#signer", { label: `${people.leader.name} · PHÓ CHỦ TỊCH` });
  await act(hung, id, "trinh-ky", "Đã trình ký");
  const ha = await person({ who: people.leader.name });
  await signIn(ha, people.leader.login);
  await ha.go(`/xu-ly/${id}`);
  await act(ha, id, "ky", "Đã ký số");
  await tam.go(`/xu-ly/${id}`);
  await act(tam, id, "cap-so", "Đã cấp số và đóng dấu");

  // His neighbour fetches it; the clerk reads English. Without a paper she is not given it.
  const clerkEN = await person({ who: people.clerk.name, screen: desktop, language: "en" });
  await english(clerkEN);
  await signIn(clerkEN, people.clerk.login);
  await clerkEN.go(`/xu-ly/${id}`, "hand-over");
  const give = () => press(clerkEN, clerkEN.page.locator(`form[action="/xu-ly/${id}/tra-ket-qua"] button[type=submit]`));
  await clerkEN.page.fill("#receiver", neighbour.name);
  await give();
  await says(clerkEN, "This is neither the owner nor who brought the dossier");
  await clerkEN.look("somebody-else");
  await clerkEN.page.fill("#receiver", neighbour.name);
  await clerkEN.page.check("input[name=taken_by][value=authorised]");
  await clerkEN.page.fill("#receiver_number", "123");
  await give();
  await says(clerkEN, "Please check");
  must((await clerkEN.page.inputValue("#receiver")) === neighbour.name, "what was typed is lost");
  await clerkEN.look("no-proof");
  await clerkEN.page.fill("#receiver_number", neighbour.number);
  await clerkEN.page.fill("#receiver_paper", "Giấy ủy quyền số 31, UBND phường Long Xuyên");
  await clerkEN.page.fill("#receiver_date", "02/11/2026");
  await give();
  await says(clerkEN, "handed over", neighbour.name, "Giấy ủy quyền số 31", neighbour.number);
  await clerkEN.look("handed-over");

  // The counter in English, up to the papers.
  await intake(clerkEN, (name) => name);
  await clerkEN.look("papers");
  await says(clerkEN, "The vault of the owner");
});
