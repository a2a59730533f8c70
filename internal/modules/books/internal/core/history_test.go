// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/platform/db"
)

// What a record was is read by version and by day, and put back as a new version.
func TestAnOldVersionIsPutBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		rec := w.add(t, w.east, "D1")
		var moments []db.Time
		for i, name := range []string{"Chợ hai", "Chợ ba"} {
			w.clock.Advance(24 * time.Hour)
			_, err := w.svc.ChangeRecord(ctx, w.east, "cho", rec.ID, int64(i+1), map[string]any{"name": name, "keeper": fmt.Sprint("Người ", i)})
			must(t, err)
			moments = append(moments, w.d.Now())
		}
		h, err := w.svc.History(ctx, w.east, "cho", rec.ID)
		must(t, err)
		said := ""
		for _, v := range h.Versions {
			said += fmt.Sprint(v.Number, " ", v.Values["name"], " ", h.Logins[v.By], " ", v.Until.IsZero(), " ", v.Values["keeper"], "; ")
		}
		if want := "3 Chợ ba east true <nil>; 2 Chợ hai east false <nil>; 1 Chợ D1 east false <nil>; "; said != want {
			t.Errorf("versions: %s, want %s", said, want)
		}
		for _, tt := range []struct {
			at   time.Time
			want int64
		}{{moments[1].Time, 3}, {moments[1].Add(-time.Second), 2}, {moments[0].Add(-time.Second), 1}, {moments[0].AddDate(-1, 0, 0), 0}} {
			v, known := h.KnownAt(db.At(tt.at))
			if v.Number != tt.want || known != (tt.want > 0) {
				t.Errorf("known at %v: %d, want %d", tt.at, v.Number, tt.want)
			}
		}
		if _, err := w.svc.PutBack(ctx, w.reader, "cho", rec.ID, 3, 1); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("a reader puts back: %v", err)
		}
		if _, err := w.svc.PutBack(ctx, w.east, "cho", rec.ID, 2, 1); !errors.Is(err, registers.ErrChanged) {
			t.Errorf("put back over another's change: %v", err)
		}
		if _, err := w.svc.PutBack(ctx, w.east, "cho", rec.ID, 3, 9); !errors.Is(err, registers.ErrNotFound) {
			t.Errorf("a version that never was: %v", err)
		}
		_, err = w.svc.PutBack(ctx, w.east, "cho", rec.ID, 3, 1)
		must(t, err)
		v, err := w.svc.PersonalRecord(ctx, w.east, access.Handling, "cho", rec.ID)
		if err != nil || v.Record.Version != 4 || v.Record.Values["name"] != "Chợ D1" || v.Record.Values["keeper"] != "Người 1" {
			t.Errorf("put back to %+v, %v", v.Record.Values, err)
		}
		if _, err := w.svc.PutBack(ctx, w.east, "cho", rec.ID, 4, 1); !errors.Is(err, books.ErrNothing) {
			t.Errorf("put back what is so: %v", err)
		}
		citizen := w.east
		citizen.Unit = ""
		if _, err := w.svc.History(ctx, citizen, "cho", rec.ID); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("not an official: %v", err)
		}
	})
}
