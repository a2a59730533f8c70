// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// People of another ward cannot see a dossier nor find it; of two clerks who accept at once, the second is told who was first.

import { journey, must, signIn } from "../lib.mjs";
import { applicant, attach, begin, codeShape, pdf, people, press, referenceShape, rest, says, send } from "../dossier.mjs";

await journey("scopes", async ({ person }) => {
  const { resident, clerk, officer } = people;
  const bay = await person({ who: resident.name, scripts: false });
  await signIn(bay, resident.login);
  await begin(bay);
  await applicant(bay, resident);
  await rest(bay);
  await attach(bay, "don-de-nghi", pdf("đơn.pdf"));
  await press(bay, bay.page.locator("main form .ts-button-group button[value=next]"));
  await send(bay);
  const reference = (await says(bay, referenceShape)).match(referenceShape)[0];
  const id = new URL(bay.page.url()).pathname.split("/")[2];

  // Two windows of the counter show the same dossier, and both press.
  const [first, second] = [await person({ who: clerk.name }), await person({ who: clerk.name })];
  for (const p of [first, second]) {
    await signIn(p, clerk.login);
    await p.go(`/xu-ly/${id}`);
  }
  const button = (p) => p.page.locator(`form[action="/xu-ly/${id}/tiep-nhan"] button`);
  await Promise.all([first, second].map((p) => press(p, button(p))));
  const texts = await Promise.all([first, second].map((p) => says(p, codeShape)));
  must(texts.filter((t) => t.includes("Đã tiếp nhận. Thời hạn bắt đầu tính.")).length === 1, "not exactly one of two accepted");
  const told = texts.find((t) => !t.includes("Đã tiếp nhận. Thời hạn bắt đầu tính."));
  must(/đã được .*tiếp nhận/i.test(told) && told.includes(clerk.name), `the second is not told who: ${told.slice(0, 800)}`);
  await (texts[0] === told ? first : second).look("second-told");
  const code = texts[0].match(codeShape)[0];

  for (const login of ["motcua.chaudoc", "chuyenvien.chaudoc"]) {
    const other = await person({ who: login });
    await signIn(other, login);
    for (const path of [`/xu-ly/${id}`, `/xu-ly/${id}/du-thao.pdf`, `/ho-so/${id}/giay-tiep-nhan.pdf`, `/ho-so/${id}/ket-qua.pdf`]) {
      const res = await other.context.request.get(path, { maxRedirects: 0 });
      // A role that never writes documents is refused before anything is looked up.
      must(res.status() === 404 || (path.endsWith("du-thao.pdf") && res.status() === 403), `${login} opens ${path}: ${res.status()}`);
      must(!(await res.text()).includes(resident.name), `${path} names the owner to ${login}`);
    }
    for (const key of [code, reference]) {
      const res = await other.page.goto(`/tim-ho-so?ma=${key}`);
      must(!other.page.url().includes("/xu-ly/"), `${login} finds ${key}`);
      must(res.status() === 404 || res.status() === 422, `searching answered ${res.status()}`);
    }
    await other.look(login === "motcua.chaudoc" ? "other-ward-search" : undefined);
    const posted = await other.context.request.post(`/xu-ly/${id}/nhan-viec`, { headers: { Origin: new URL(other.page.url()).origin }, maxRedirects: 0 });
    must(posted.status() === 404 || posted.status() === 403, `${login} takes the step: ${posted.status()}`);
    await other.go("/viec");
    must(!(await other.page.content()).includes(code), `${login} sees ${code} on the desk`);
  }
  // The officer of the right ward does.
  const hung = await person({ who: officer.name });
  await signIn(hung, officer.login);
  await hung.go(`/tim-ho-so?ma=${code}`);
  await says(hung, code, resident.name);
});
