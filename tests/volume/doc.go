// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package volume fills a database for measurements: it takes every row that the use
// cases have left of some hundred dossiers (a year of a demonstration, lived through
// by its people) and writes it again and again, with other ids, codes, days, owners and
// numbers, and with what is sealed bound to its new row. It writes nothing that the
// use cases did not write before it, and is no part of the program. What it leaves
// out says leftOut.
package volume
