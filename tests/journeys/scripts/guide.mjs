// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// docs/guides/new-procedure.md, followed line by line: whoever can read it can write a procedure and process a case.
// With GUIDE_IMAGES=1 its pictures are taken anew into docs/images.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { effort, follow, steps, table, xlsx } from "../guide.mjs";
import { file } from "../dossier.mjs";
import { desktop, journey, must } from "../lib.mjs";

const guide = "../../docs/guides/new-procedure.md";
const out = process.env.GUIDE_IMAGES ? "../../docs/images" : process.env.OUT;

await journey("guide", async ({ person }) => {
  const all = steps(guide);
  const { fields, presses, minutes } = effort(all);
  must(all.length > 80 && fields > 25, `the guide has lost its lines: ${all.length} steps, ${fields} fields`);
  must(minutes < 30, `${fields} fields of 20 seconds and ${presses} presses of 10 are ${minutes} minutes`);
  const said = `${fields} ô × 20 giây + ${presses} lần bấm × 10 giây ≈ ${minutes} phút`;
  must(readFileSync(guide, "utf8").includes(said), `the guide does not say: ${said}`);

  const files = { "quy-trinh.xlsx": file("quy-trinh.xlsx", xlsx(table(guide, "## 1. Quyết định ban hành / What the decision says"))) };
  const p = await person({ who: "everybody in the guide", screen: desktop });
  await follow(p, all, { files, take: (name) => p.page.screenshot({ path: join(out, `${name}.png`), scale: "css" }) });
});
