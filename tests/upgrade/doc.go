// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package upgrade starts the program on what earlier ones left behind. Every
// landing commits a dump of both databases (make dump); every later program
// must start on each of them, answer, and find the audit log intact. It needs
// the built program: go test -tags system ./tests/upgrade/ (or make test).
//
// A dump is a folder dumps/NAME: sqlite.tar.gz is the data folder of a demo on
// SQLite; postgres.tar.gz is the data folder of one on PostgreSQL and
// postgres.sql.gz its database.
package upgrade
