// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package log makes the program's logger: structured, one line for each event,
// without inputs, names, documents or tokens. The audit log is kernel/audit.
package log

import (
	"io"
	"log/slog"
)

// New returns a logger that writes to w as JSON, or as text for people at a terminal.
func New(w io.Writer, level slog.Level, json bool) *slog.Logger {
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: redact}
	if json {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// redact hides the values of keys that have no place in a log, whoever wrote them there.
func redact(_ []string, a slog.Attr) slog.Attr {
	switch a.Key {
	case "password", "token", "secret", "cookie", "authorization", "number", "phone", "email", "name", "body":
		return slog.String(a.Key, "[hidden]")
	}
	return a
}
