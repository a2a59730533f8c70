// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Things that pages are about and that the demonstration does not have yet. Each is made by the people who make it in
// life, with the forms of its pages, and ends in its address.

const citizen = "dan.nguyenvanbay";
const ward = "phuong-long-xuyen";

/** makers are functions of a Walker. */
export const makers = {
  draft: (w) => w.post(citizen, "/nop-ho-so/xac-dinh-muc-do-khuyet-tat", { unit: ward, basis: "self" }).then((at) => at.match(/^\/nhap\/[^/?]+/)[0]),
};
