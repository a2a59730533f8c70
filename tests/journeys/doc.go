// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package journeys lets people do their work in a browser: each script in
// scripts/ is a journey, run against one program that was started for all of
// them; one in weeks/ takes weeks, has a program of its own and moves its clock
// on. It needs the built program, Node and Debian's Chromium, and fails
// without them: go test -tags system ./tests/journeys/ (or make test).
package journeys
