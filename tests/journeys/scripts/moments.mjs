// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Two of the ten moments (docs/moments.md) at the counter: from the card to the receipt without a mouse, and a cable
// that is pulled on the way.

import { journey, must, signIn, until } from "../lib.mjs";
import { codeShape, people, procedure, says } from "../dossier.mjs";

const owner = { name: "Lê Văn Chín", number: "089049000321" };
const card = `${owner.number}||${owner.name}|03041949|Nam|Số 9, đường Giả Định, phường Long Xuyên|01072022`;

/** How long a person waits for the receipt, in seconds; and how long a machine that does much else may take. */
const [wanted, bound] = [40, 120];

/** hands are what a clerk does at the counter without a mouse. */
function hands(mai) {
  const { page } = mai;
  const keys = page.keyboard;
  const at = (selector) => page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector);

  // reach goes on with Tab until a control has the focus: a hand that never leaves the keyboard.
  const reach = async (selector) => {
    for (let i = 0; i < 120; i++) {
      if (await at(selector)) return;
      await keys.press("Tab");
    }
    must(false, `${selector} is not reached by Tab on ${page.url()}`);
  };
  const write = async (selector, text) => {
    await reach(selector);
    await keys.press("Control+A");
    await keys.type(text);
  };
  // choose moves through the answers of a question with the arrows.
  const choose = async (name, value) => {
    await reach(`input[name="${name}"]`);
    await keys.press("Space");
    for (let i = 0; i < 10 && !(await at(`input[name="${name}"][value="${value}"]`)); i++) await keys.press("ArrowDown");
    must(await at(`input[name="${name}"][value="${value}"]:checked`), `${name} is not ${value}`);
  };
  const tick = async (selector) => {
    await reach(selector);
    await keys.press("Space");
  };
  const enter = async (selector) => {
    await reach(selector);
    await Promise.all([page.waitForNavigation(), keys.press("Enter")]);
  };
  const onward = "main form .ts-button-group button[type=submit]";

  const begin = async () => {
    await page.goto("/tiep-nhan/quay?q=giay+khuyet+tat");
    await enter(`form[action="/nop-ho-so/${procedure}"] button`);
    await reach("#qr");
    const began = Date.now();
    await keys.type(card);
    await Promise.all([page.waitForNavigation(), keys.press("Enter")]); // as the scanner does
    must((await page.inputValue('[name="owner.name"]')) === owner.name, "the name of the card is not filled in");
    must((await page.inputValue('[name="owner.number"]')) === owner.number, "the number of the card is not filled in");
    await enter(onward);
    return began;
  };
  const applicant = async () => {
    await write("#applicant_name", owner.name);
    await write("#applicant_born-day", "3");
    await write("#applicant_born-month", "4");
    await write("#applicant_born-year", "1949");
    await choose("applicant_sex", "male");
    await write("#applicant_number", owner.number);
    await write("#applicant_residence-line", "Số 9, đường Giả Định");
    await write("#applicant_residence-search", "Phường Long Xuyên");
    await page.waitForSelector("#applicant_residence-search-list [role=option]");
    await keys.press("Enter");
    await enter(onward);
  };
  const rest = async () => {
    await choose("by_representative", "no");
    await enter(onward);
    await choose("request_kind", "first");
    await enter(onward);
    await tick('input[name="disability_kinds"][value="movement"]');
    await write("#difficulties", "Đi lại phải chống nạng");
    await choose("assessed_by_board", "no");
    await choose("place_of_assessment", "office");
    await enter(onward);
  };
  const papers = async () => {
    await write('[name="original-don-de-nghi"]', "1");
    await enter('main form .ts-button-group button[value="next"]');
    await tick('input[name="declare"]');
  };

  return { keys, reach, choose, tick, enter, onward, begin, applicant, rest, papers };
}

async function clerk(person, more = {}) {
  const mai = await person({ who: people.clerk.name, ...more });
  await signIn(mai, people.clerk.login);
  return mai;
}

// Moment 1: the clerk's hands stay on the keyboard from the card to the receipt.
async function receipt(mai) {
  const { page, context } = mai;
  const { keys, enter, onward, begin, applicant, rest, papers } = hands(mai);
  const began = await begin();
  await applicant();
  await rest();
  await papers();
  await enter(onward);
  await says(mai, "Đã tiếp nhận hồ sơ", codeShape, owner.name);
  await page.route("**/giay-tiep-nhan.pdf", (route) => route.fulfill({ status: 204 })); // the viewer of the browser is none of ours
  const [printed] = await Promise.all([page.waitForRequest((r) => r.url().endsWith("giay-tiep-nhan.pdf")), keys.press("p")]);
  const answer = await context.request.get(printed.url());
  const took = (Date.now() - began) / 1000;
  must(answer.ok() && (await answer.body()).subarray(0, 5).toString() === "%PDF-", "there is no receipt");
  console.log(`from the card to the receipt: ${took.toFixed(1)} s, wanted ${wanted} s`);
  must(took < bound, `from the card to the receipt it took ${took} s`);
}

// Moment 3: the cable is pulled. What was sent before stays, and what was on its way is there once.
async function cable(mai) {
  const { page, context } = mai;
  const { keys, reach, choose, tick, enter, onward, begin, applicant, rest, papers } = hands(mai);
  await begin();
  await applicant();
  const draft = new URL(page.url()).pathname.split("/")[2];
  const where = page.url();
  await choose("by_representative", "no");
  await context.setOffline(true);
  await reach(onward);
  await keys.press("Enter");
  await until(async () => !page.url().startsWith("http") || (await page.locator(onward).count()) === 0);
  await context.setOffline(false);
  await page.goto(`/nhap/${draft}`);
  must((await page.inputValue('[name="owner.name"]')) === owner.name, "the owner is not there any more");
  await page.goto(where);
  await rest();
  await papers();
  // The answer to the sending is lost on the way; the clerk presses once more.
  const check = page.url();
  let [sent, lost] = [false, false];
  await page.route(check, async (route) => {
    if (route.request().method() !== "POST" || sent) return route.continue();
    sent = true;
    await route.fetch({ maxRedirects: 0 });
    await route.abort("connectionreset");
    lost = true;
  });
  await reach(onward);
  await keys.press("Enter");
  await until(async () => lost);
  await page.unroute(check);
  await page.goto(check);
  if (new URL(page.url()).pathname === new URL(check).pathname) {
    await tick('input[name="declare"]');
    await enter(onward);
  }
  await says(mai, codeShape, owner.name);
  must(page.url().includes(draft), `${page.url()} is another dossier than ${draft}`);
}

await journey("moments", async ({ person }) => {
  await receipt(await clerk(person));
  await cable(await clerk(person, { losesLine: true }));
});
