// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/post"
	"tinhso.vn/internal/modules/post/internal/core"
)

// What the postman brings waits until it is opened at the counter, or goes back.
func TestEnvelopesWaitToBeOpened(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		today := w.DB.Now().Format(time.DateOnly)
		_, err := w.svc.NoteIncoming(ctx, w.Citizen, core.Came{Consignment: "RA1", Day: today})
		if err == nil {
			t.Error("a citizen notes letters")
		}
		for name, wrong := range map[string]core.Came{
			"consignment": {Day: today}, "came": {Consignment: "RA1", Day: w.DB.Now().AddDate(0, 0, 2).Format(time.DateOnly)},
		} {
			_, err := w.svc.NoteIncoming(ctx, w.Clerk, wrong)
			wrongField(t, err, name)
		}
		var group sync.WaitGroup
		results := make([]error, 2)
		for i := range results {
			group.Go(func() {
				_, results[i] = w.svc.NoteIncoming(ctx, w.Clerk, core.Came{Consignment: "ra 123 vn", Day: today, From: "Nguyễn Thị Tám, Châu Phú"})
			})
		}
		group.Wait()
		if (results[0] == nil) == (results[1] == nil) || !errors.Is(errors.Join(results...), post.ErrCame) {
			t.Errorf("noted twice at once: %v", results)
		}
		wrong, err := w.svc.NoteIncoming(ctx, w.Clerk, core.Came{Consignment: "RA9", Day: today})
		ok(t, err)
		all, _, err := w.svc.ListIncoming(ctx, w.Colleague, post.Waiting, "")
		if err != nil || len(all) != 2 || all[1].Consignment != "RA123VN" || all[1].From != "Nguyễn Thị Tám, Châu Phú" {
			t.Errorf("waiting: %+v, %v", all, err)
		}
		if all, _, err := w.svc.ListIncoming(ctx, w.OtherClerk, "", ""); err != nil || len(all) != 0 {
			t.Errorf("the other ward sees %+v, %v", all, err)
		}
		refused(t, "sent back from elsewhere", w.svc.SendBack(ctx, w.OtherClerk, wrong, "Không phải"), post.ErrNotFound)
		wrongField(t, w.svc.SendBack(ctx, w.Clerk, wrong, " "), "reason")
		ok(t, w.svc.SendBack(ctx, w.Clerk, wrong, "Gửi cho xã khác"))
		refused(t, "sent back twice", w.svc.SendBack(ctx, w.Clerk, wrong, "Gửi cho xã khác"), post.ErrChanged)

		opened, err := json.Marshal(map[string]any{"body": dossiers.MailOpened{Dossier: "d1", Unit: dossierstest.Ward, Consignment: "RA123VN"}})
		ok(t, err)
		ok(t, w.svc.Opened(ctx, opened))
		ok(t, w.svc.Opened(ctx, opened)) // events come twice
		all, _, err = w.svc.ListIncoming(ctx, w.Clerk, post.Opened, "")
		if err != nil || len(all) != 1 || all[0].Dossier != "d1" {
			t.Errorf("opened: %+v, %v", all, err)
		}
	})
}
