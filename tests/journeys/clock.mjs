// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// The clock of a journey that takes weeks: journeys_test.go gives it a program of its own (tinhso demo --clock-control).

import { request } from "node:http";

/** to moves the clock on: so many days after the Monday on which the journey begins. Returns the day: 2026-11-03. */
export function to(day, time) {
  const at = new Date(Date.parse(process.env.START) + day * 86_400_000).toISOString().slice(0, 10);
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: process.env.CLOCK, path: "/", method: "POST" }, (answer) => {
      answer.resume();
      answer.on("end", () => { if (answer.statusCode === 200) resolve(at); else reject(new Error(`the clock answered ${answer.statusCode}`)); });
    });
    asked.on("error", reject);
    asked.end(`${at}T${time}`);
  });
}

/** spoken is a day as people write it: 10/11/2026. */
export const spoken = (iso) => iso.split("-").reverse().join("/");
