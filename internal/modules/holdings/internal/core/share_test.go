// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/modules/holdings/internal/core"
	"tinhso.vn/internal/platform/db"
)

func TestALinkEnds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *vault) {
		ctx, p := t.Context(), w.held(t)
		open := func(token string) error {
			content, _, err := w.svc.OpenShare(ctx, token, "203.0.113.9")
			if err == nil {
				err = content.Close()
			}
			return err
		}
		refused(t, "the neighbour shares", only(w.svc.ShareOwn(ctx, w.Neighbour, p.ID, core.Sharing{Purpose: "Thử", Days: 1})), holdings.ErrNotFound)
		if _, err := w.svc.ShareOwn(ctx, w.Citizen, p.ID, core.Sharing{Days: 91, Opens: 101}); err == nil || !strings.Contains(err.Error(), "[purpose form.required] [days holdings.days] [opens holdings.opens]") {
			t.Errorf("all that is wrong: %v", err)
		}
		s := must[core.Shared](t)(w.svc.ShareOwn(ctx, w.Citizen, p.ID, core.Sharing{Purpose: "Xin việc", Days: 1, Opens: 2}))
		if len(s.Token) < 26 || !strings.HasSuffix(s.Address, core.SharePath+s.Token) {
			t.Errorf("the link is %+v", s)
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM holdings_shares WHERE token_hash = $1 OR purpose_sealed LIKE '%Xin việc%'`, s.Token); n != 0 {
			t.Error("the link or its purpose can be read in the database")
		}
		v := must[core.Visit](t)(w.svc.VisitShare(ctx, s.Token, "203.0.113.9"))
		if v.Owner != "Nguyễn Văn Bảy" || v.Purpose != "Xin việc" || v.Left != 2 || v.Number != p.Number {
			t.Errorf("whoever has it sees %+v", v)
		}
		var all sync.WaitGroup
		var mu sync.Mutex
		opened := 0
		for range 6 {
			all.Go(func() {
				if err := open(s.Token); err == nil {
					mu.Lock()
					opened++
					mu.Unlock()
				} else if !errors.Is(err, holdings.ErrNoShare) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if opened != 2 {
			t.Errorf("opened %d times", opened)
		}
		refused(t, "used up", only(w.svc.VisitShare(ctx, s.Token, "")), holdings.ErrNoShare)
		refused(t, "never was", only(w.svc.VisitShare(ctx, strings.Repeat("A", 26), "")), holdings.ErrNoShare)

		second := must[core.Shared](t)(w.svc.ShareOwn(ctx, w.Citizen, p.ID, core.Sharing{Purpose: "Vay vốn", Days: 1}))
		ok(t, open(second.Token))
		w.clock.Advance(24 * time.Hour)
		refused(t, "expired", open(second.Token), holdings.ErrNoShare)

		third := must[core.Shared](t)(w.svc.ShareOwn(ctx, w.Citizen, p.ID, core.Sharing{Purpose: "Nhập học", Days: 30}))
		refused(t, "the neighbour withdraws", w.svc.WithdrawShare(ctx, w.Neighbour, p.ID, third.ID), holdings.ErrNotFound)
		ok(t, open(third.Token))
		ok(t, w.svc.WithdrawShare(ctx, w.Citizen, p.ID, third.ID))
		ok(t, w.svc.WithdrawShare(ctx, w.Citizen, p.ID, third.ID))
		refused(t, "withdrawn", open(third.Token), holdings.ErrNoShare)

		fourth := must[core.Shared](t)(w.svc.ShareOwn(ctx, w.Citizen, p.ID, core.Sharing{Purpose: "Nhập học", Days: 30}))
		ok(t, w.svc.Revoke(ctx, w.Leader, p.ID, "Cấp nhầm"))
		refused(t, "of a paper that was revoked", open(fourth.Token), holdings.ErrNoShare)

		d := must[core.Detail](t)(w.svc.GetOwn(ctx, w.Citizen, p.ID, ""))
		looks := map[string]int{}
		for _, s := range d.Shares {
			for _, l := range s.Looks {
				looks[l.What]++
			}
			if s.Works {
				t.Errorf("works still: %+v", s)
			}
		}
		if looks["file"] != 4 || looks["page"] != 1 || looks["refused"] != 8 { // four too many, the page after that, and one each that expired, was withdrawn, was revoked
			t.Errorf("the owner is told of %v", looks)
		}
	})
}

// What is found to be one person's moves with the person, and back; an archive has
// it; nothing but links goes on request.
func TestPapersFollowThePerson(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *vault) {
		ctx, p := t.Context(), w.held(t)
		must[core.Shared](t)(w.svc.ShareOwn(ctx, w.Citizen, p.ID, core.Sharing{Purpose: "Vay vốn", Days: 5}))
		move := func(from, to string) (n int) {
			write(t, w.DB, func(tx *db.Tx) error {
				n = 0
				all, err := w.svc.Pointers(ctx, tx, from)
				for _, one := range all {
					moved, err := w.svc.Repoint(ctx, tx, one, from, to)
					if err != nil || !moved {
						t.Errorf("%+v: %v %v", one, moved, err)
					}
					n++
				}
				return err
			})
			return n
		}
		if n := move(w.Citizen.Person, w.Neighbour.Person); n != 2 {
			t.Errorf("moved %d", n)
		}
		refused(t, "who was merged", only(w.svc.GetOwn(ctx, w.Citizen, p.ID, "")), holdings.ErrNotFound)
		if d := must[core.Detail](t)(w.svc.GetOwn(ctx, w.Neighbour, p.ID, "")); len(d.Shares) != 1 {
			t.Errorf("the other has %+v", d)
		}
		move(w.Neighbour.Person, w.Citizen.Person)
		records, names := 0, 0
		ok(t, w.svc.ExportPerson(ctx, w.Citizen.Person, func(_ core.Paper, s []core.Share) error { records += 1 + len(s); return nil }, func(_ string, content io.Reader) error {
			names++
			_, err := io.Copy(io.Discard, content)
			return err
		}))
		if records != 2 || names != 1 {
			t.Errorf("the archive has %d records and links, %d files", records, names)
		}
		write(t, w.DB, func(tx *db.Tx) error {
			n, err := w.svc.ForgetPerson(ctx, tx, w.Citizen.Person)
			if n != 1 {
				t.Errorf("forgot %d", n)
			}
			return err
		})
		if kept := must[[]core.Paper](t)(w.svc.ListKept(ctx, w.DB, w.Citizen.Person, 10)); len(kept) != 1 {
			t.Errorf("kept %+v", kept)
		}
	})
}
