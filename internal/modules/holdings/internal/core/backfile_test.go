// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/holdings"
)

// A paper from a cabinet is one paper however often the job runs, and is offered
// when its owner files a dossier that asks for it.
func TestAPaperFromACabinetIsOffered(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *vault) {
		ctx := t.Context()
		b := holdings.CabinetPaper{
			Key: "p1", Type: cert, OwnerName: "NGUYỄN VĂN BẢY", OwnerNumber: "089058000001", Number: "125/2026", Issuer: "UBND phường Long Xuyên", Issued: "2026-02-05",
			Against: "original", Officer: "Huỳnh Minh Tâm", Batch: "b1", Unit: dossierstest.Ward, Name: "ban-sao.pdf",
		}
		one := must[string](t)(w.svc.AddBackfile(ctx, w.Records, b, strings.NewReader(dossierstest.PDF)))
		if again := must[string](t)(w.svc.AddBackfile(ctx, w.Records, b, strings.NewReader(dossierstest.PDF))); again != one {
			t.Errorf("twice: %s and %s", one, again)
		}
		d, err := w.svc.GetOwn(ctx, w.Citizen, one, "")
		ok(t, err)
		if d.Source != holdings.FromBackfile || d.Officer != "Huỳnh Minh Tâm" || d.Checked != "original" || d.Number != "125/2026" {
			t.Errorf("the paper is %+v", d.Paper)
		}
		draft := w.StartOnline(t, w.Citizen)
		offers, err := w.Service.ListHoldings(ctx, w.Citizen, draft)
		ok(t, err)
		if len(offers) != 1 || len(offers[0].Holdings) != 1 || offers[0].Holdings[0].ID != one || offers[0].Holdings[0].Why != nil {
			t.Fatalf("offered %+v", offers)
		}
		a, err := w.Service.TakeHolding(ctx, w.Citizen, draft, offers[0].Paper, one)
		if err != nil || a.File == nil {
			t.Errorf("taken: %v", err)
		}
		b.Key, b.OwnerName = "p2", "Trần Văn Tám"
		refused(t, "another name", only(w.svc.AddBackfile(ctx, w.Records, b, strings.NewReader(dossierstest.PDF))), holdings.ErrOtherOwner)
		b.Key, b.OwnerNumber, b.Number = "p3", "089058009999", "7/2026"
		two := must[string](t)(w.svc.AddBackfile(ctx, w.Records, b, strings.NewReader(dossierstest.PDF)))
		if p, found, err := w.Deps.Directory.FindByNumber(ctx, w.DB, identity.Individual, "089058009999"); err != nil || !found || p.Name != "Trần Văn Tám" || two == one {
			t.Errorf("an owner who was not known: %+v %v", p, err)
		}
	})
}
