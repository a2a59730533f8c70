// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
)

// Who waits for a change is answered when it comes, and at the end of the time
// where none does.
func TestWaitingForAChange(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		f, err := w.svc.Changes(ctx, w.reader, "cho", registers.FeedNow, 10, 0)
		must(t, err)
		if len(f.Items) != 0 || f.Next == "" {
			t.Fatalf("from now on: %+v", f)
		}
		began := time.Now()
		if late, err := w.svc.Changes(ctx, w.reader, "cho", f.Next, 10, time.Second); err != nil || len(late.Items) != 0 || time.Since(began) < time.Second {
			t.Errorf("nothing came, after %s: %+v, %v", time.Since(began), late, err)
		}
		got := make(chan registers.Feed, 1)
		began = time.Now()
		go func() {
			f, err := w.svc.Changes(ctx, w.reader, "cho", f.Next, 10, 20*time.Second)
			if err != nil {
				t.Error(err)
			}
			got <- f
		}()
		rec := w.add(t, w.east, "D1")
		if f = <-got; len(f.Items) != 1 || f.Items[0].Record != rec.ID || f.Items[0].After["code"] != "D1" || time.Since(began) > 15*time.Second {
			t.Errorf("after %s: %+v", time.Since(began), f)
		}
		if _, err := w.svc.Changes(ctx, identity.Actor{}, "cho", "", 10, time.Second); err == nil {
			t.Error("who may see nothing waited")
		}
	})
}
