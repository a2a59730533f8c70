// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossierstest

import (
	"bytes"
	"testing"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
)

// UseTemplate adds a Word template for a kind of papers, and has it approved.
func (w *World) UseTemplate(tb testing.TB, k dossiers.TemplateKind, p procedures.ID, document []byte) (id string) {
	tb.Helper()
	id, err := w.Service.AddTemplate(tb.Context(), w.Author, core.NewTemplate{Kind: k, Procedure: p, FileName: "mẫu.docx"}, bytes.NewReader(document))
	check(tb, err)
	check(tb, w.Service.DecideTemplate(tb.Context(), w.Approver, id, core.Verdict{Agree: true}))
	return id
}
