// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"encoding/json"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// Who holds an open dossier of somebody who has died is told once, and lists and pages
// say it with the paper that shows it.
func TestWhoWorksForTheDeadIsTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx := t.Context()
		dies, told := mortal(w)
		w.Deps.Deaths = func(ctx context.Context, q db.Querier, people []string) (map[string]dossiers.Death, error) {
			all := map[string]dossiers.Death{}
			for _, p := range people {
				if day, dead, _ := w.Deps.Died(ctx, q, p); dead {
					all[p] = dossiers.Death{Day: day, Paper: "15/TLKT", Issuer: "UBND phường", Known: w.DB.Now()}
				}
			}
			return all, nil
		}
		w.Service = core.New(w.Deps)
		s := w.Service
		held, waiting, over := w.Accepted(t), w.Submit(t), w.Issued(t)
		ok(t, w.HandOver(ctx, w.Clerk, over, "Nguyễn Văn Bảy"))
		ok(t, s.Claim(ctx, w.Officer, held, ""))
		before := len(told())
		body, err := json.Marshal(map[string]any{"body": map[string]string{"person": w.Citizen.Person}})
		ok(t, err)
		ok(t, s.TellDied(ctx, body)) // nobody has died: it was taken back
		if len(told()) != before {
			t.Errorf("told of somebody alive: %+v", told()[before:])
		}
		dies(w.Citizen.Person)
		ok(t, s.TellDied(ctx, body))
		var notices []notify.Notice
		for _, n := range told()[before:] {
			if n.Event == dossiers.NoticeDied {
				notices = append(notices, n)
			}
		}
		if len(notices) != 1 || notices[0].To.Account != w.Officer.Account || notices[0].About != string(held) || notices[0].Words["died"].VI != "01/03/2026" {
			t.Errorf("told %+v", notices)
		}
		ok(t, s.TellDied(ctx, body))
		if again := told()[len(told())-1]; again.Key != notices[0].Key {
			t.Errorf("told again as another notice: %+v", again)
		}
		inbox := must[core.Page[core.Item]](t)(s.Inbox(ctx, w.Clerk, ""))
		if len(inbox.Items) != 1 || inbox.Items[0].ID != waiting || inbox.Items[0].Died != "2026-03-01" {
			t.Errorf("the inbox: %+v", inbox.Items)
		}
		desk := must[core.Desk](t)(s.Desk(ctx, w.Officer, core.DeskFilter{}, ""))
		if len(desk.Items) != 1 || desk.Items[0].Died != "2026-03-01" {
			t.Errorf("the desk: %+v", desk.Items)
		}
		full := must[core.Full](t)(s.Get(ctx, w.Officer, held, access.Handling))
		if full.Died == nil || full.Died.Death.Paper != "15/TLKT" || full.Died.Death.Known.IsZero() {
			t.Errorf("the page: %+v", full.Died)
		}
	})
}
