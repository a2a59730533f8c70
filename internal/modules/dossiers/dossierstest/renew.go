// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossierstest

import (
	"testing"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
)

// Renew takes the issued result of a dossier back and issues another in its place.
func (w *World) Renew(tb testing.TB, id dossiers.ID) {
	tb.Helper()
	ctx := tb.Context()
	asked, err := w.Service.AskRevocation(ctx, w.Officer, id, core.Retraction{Reason: "Ghi sai họ tên của người đề nghị", Decision: "Quyết định số 1/QĐ-UBND", Renew: true, Days: 2})
	check(tb, err)
	check(tb, w.Service.DecideRevocation(ctx, w.Leader, id, asked, core.Verdict{Agree: true}))
	_, err = w.Service.SendToSign(ctx, w.Officer, id, w.Leader.Account)
	check(tb, err)
	_, err = w.Service.Sign(ctx, w.Leader, id)
	check(tb, err)
	_, err = w.Service.Issue(ctx, w.Records, id)
	check(tb, err)
}
