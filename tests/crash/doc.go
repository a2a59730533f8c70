// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package crash kills the program with -9 at random moments while a client of
// its own process files dossiers, and then looks for every acknowledgement the client
// was given: each must be there, once. It needs the built program and fails
// without it: go test -tags system ./tests/crash/ (or make test).
//
// What a kill cannot show is power failure below the operating system; that is
// why synchronous=FULL and fsync are asserted by the tests of platform/db.
package crash
