// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/oversight/internal/core"
)

func TestAPersonIsErasedByTwo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.Accepted(t) // the citizen's own acts
		for i := range 205 {
			w.dossier(t, w.officer, w.citizen.Person)
			if i < 3 {
				w.dossier(t, w.officer, fmt.Sprint("p", i))
			}
		}
		w.seal(t)
		e := audit.Erasure{Kind: audit.ErasePerson, Target: w.citizen.Person, Reason: "Điều 14 Luật 91/2025/QH15"}
		for name, a := range map[string]identity.Actor{"officer": w.officer, "citizen": w.citizen} {
			_, err := w.svc.ProposeErasure(ctx, a, e)
			refused(t, name, err, access.ErrNotAllowed)
			_, err = w.svc.ListErasures(ctx, a, "")
			refused(t, name, err, access.ErrNotAllowed)
		}
		id, err := w.svc.ProposeErasure(ctx, w.auditor, e)
		must(t, err)
		refused(t, "alone", w.svc.DecideErasure(ctx, w.auditor, id, true), audit.ErrErasureSame)
		refused(t, "not allowed", w.svc.DecideErasure(ctx, w.officer, id, true), access.ErrNotAllowed)
		must(t, w.svc.DecideErasure(ctx, w.second, id, true))
		body, err := json.Marshal(id)
		must(t, err)
		if n := w.count(t, `SELECT COUNT(*) FROM jobs_queue WHERE kind = $1`, string(core.JobErase)); n != 1 {
			t.Fatalf("%d jobs", n)
		}
		for range 2 { // done again, it does nothing
			must(t, w.svc.Erase(ctx, body))
		}
		page, err := w.svc.ListErasures(ctx, w.auditor, "")
		if err != nil || len(page.Items) != 1 || page.Items[0].State != audit.EraseDone || page.Items[0].Rows < 206 || page.Items[0].By.Name == "" || page.Items[0].DecidedBy.Name == "" {
			t.Errorf("got %+v, %v", page.Items, err)
		}
		if n := w.count(t, `SELECT COUNT(*) FROM audit_records WHERE about = $1 OR actor = $2`, w.citizen.Person, w.citizen.Account); n != 0 {
			t.Errorf("%d records still name the citizen", n)
		}
		if n := w.count(t, `SELECT COUNT(*) FROM audit_records WHERE about LIKE 'p%'`); n != 3 {
			t.Errorf("%d of 3 records of others are left", n)
		}
	})
}
