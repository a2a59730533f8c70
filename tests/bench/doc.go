// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package bench measures the program on this machine and writes
// docs/benchmarks.md: make bench. Every figure stands beside what the machine does
// without tinhso, in the same run, because only the ratio means
// something elsewhere. It asserts nothing about speed; that is a matter of reading.
package bench
