// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/platform/db"
)

// A system outside is told of valid papers that their owner agreed to show, or that the
// law lets it see, and of nothing else: each look is in the log of the owner.
func TestASystemOutsideSeesWhatItMay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *vault) {
		ctx := t.Context()
		paper := w.held(t)
		outside := identity.Program("portal").Grant(holdings.PermOutside, identity.Place{})
		number := must[identity.Person](t)(w.Deps.Directory.GetPerson(ctx, w.DB, w.Citizen.Person)).Number
		agreed := map[string]bool{}
		w.svc.Agreed = func(_ context.Context, _ db.Querier, person string) (bool, error) { return agreed[person], nil }
		sees := func(what string, want int, number string, wants ...holdings.Want) []holdings.Given {
			t.Helper()
			got := must[[]holdings.Given](t)(w.svc.ListOutside(ctx, outside, number, wants))
			if len(got) != want {
				t.Errorf("%s: %+v", what, got)
			}
			return got
		}
		whole := holdings.Want{Code: cert}
		sees("before anybody agreed", 0, number, whole)
		_, _, err := w.svc.OpenOutside(ctx, outside, paper.ID)
		refused(t, "its file", err, holdings.ErrNotFound)

		agreed[w.Citizen.Person] = true
		given := sees("agreed", 1, number, whole, whole)
		if given[0].ID != paper.ID || given[0].Number != paper.Number || given[0].SHA256 != paper.File.SHA256 {
			t.Errorf("%+v", given[0])
		}
		sees("by its number", 1, number, holdings.Want{Code: cert, Number: " " + strings.ToLower(paper.Number)})
		sees("another number of it", 0, number, holdings.Want{Code: cert, Number: "99/khac"})
		sees("another type", 0, number, holdings.Want{Code: other})
		sees("nobody's number", 0, "089058999999", whole)
		_, content, err := w.svc.OpenOutside(ctx, outside, paper.ID)
		ok(t, err)
		if raw := must[[]byte](t)(io.ReadAll(content)); int64(len(raw)) != paper.File.Size {
			t.Errorf("%d bytes", len(raw))
		}
		ok(t, content.Close())

		for _, other := range []identity.Actor{w.Clerk, w.Citizen, identity.Program("x")} {
			_, err := w.svc.ListOutside(ctx, other, number, []holdings.Want{whole})
			refused(t, "who may not ask", err, access.ErrNotAllowed)
			_, _, err = w.svc.OpenOutside(ctx, other, paper.ID)
			refused(t, "who may not open", err, access.ErrNotAllowed)
		}

		agreed[w.Citizen.Person] = false
		sees("taken back", 0, number, whole)
		_, _, err = w.svc.OpenOutside(ctx, outside, paper.ID)
		refused(t, "its file, taken back", err, holdings.ErrNotFound)
		write(t, w.DB, func(tx *db.Tx) error {
			_, err := w.svc.ApplyTypes(ctx, tx, []holdings.Type{{ID: cert, Name: i18n.Text{VI: "Giấy"}, Code: "KQ.G01.000001", Valid: holdings.Months, Months: months, Outside: "luat-x"}})
			return err
		})
		sees("by law", 1, number, holdings.Want{Code: "KQ.G01.000001"})
		w.clock.Advance(366 * 24 * 3600 * 1e9)
		sees("expired", 0, number, whole)
		_, _, err = w.svc.OpenOutside(ctx, outside, paper.ID)
		refused(t, "its file, expired", err, holdings.ErrNotFound)

		told := must[[]audit.Entry](t)(audit.List(ctx, w.DB, audit.Filter{Of: audit.Of{Person: w.Citizen.Person}, Readers: true}, "", 50))
		count := map[audit.Event]int{}
		for _, e := range told {
			count[e.Event]++
		}
		if count[holdings.AuditOutside] != 3 || count[holdings.AuditOutsideNone] != 5 || count[holdings.AuditOpened] != 1 {
			t.Errorf("the owner finds %v", count)
		}
	})
}
