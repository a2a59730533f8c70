// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

var (
	first  = identity.NewActor("a8", "p8")
	second = identity.NewActor("a9", "p9")
)

func (w world) write(t *testing.T, f func(tx *db.Tx) error) error {
	t.Helper()
	return w.d.Write(t.Context(), f)
}

func (w world) propose(t *testing.T, k audit.ErasureKind, target string) (erasure string) {
	t.Helper()
	if err := w.write(t, func(tx *db.Tx) (err error) {
		erasure, err = audit.ProposeErasure(t.Context(), tx, first, audit.Erasure{Kind: k, Target: target, Reason: "Luật 91/2025/QH15"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return erasure
}

func (w world) decide(t *testing.T, by identity.Actor, erasure string, confirm bool) error {
	t.Helper()
	return w.write(t, func(tx *db.Tx) error { return audit.DecideErasure(t.Context(), tx, by, erasure, confirm) })
}

func (w world) erase(t *testing.T, erasure string, own []string, limit int) (more bool, err error) {
	t.Helper()
	err = w.write(t, func(tx *db.Tx) (err error) {
		more, err = audit.EraseSome(t.Context(), tx, erasure, own, limit)
		return err
	})
	return more, err
}

// people writes ten records: of p1 and of p2 by turns, and two acts of p1, one
// at home and one in an office.
func (w world) people(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	official := identity.NewActor("a1", "p1")
	official.Unit = "u1"
	if err := w.write(t, func(tx *db.Tx) error {
		for i := range 8 {
			if err := audit.RecordReadOf(ctx, tx, second, "x.read", fmt.Sprint("d", i), fmt.Sprint("p", 1+i%2), access.Handling); err != nil {
				return err
			}
		}
		return errors.Join(
			audit.Record(ctx, tx, identity.NewActor("a1", "p1"), "x.sent", "d1"),
			audit.Record(ctx, tx, official, "x.signed", "d1"))
	}); err != nil {
		t.Fatal(err)
	}
}

func (w world) entries(t *testing.T) []audit.Entry {
	t.Helper()
	all, err := audit.List(t.Context(), w.d, audit.Filter{}, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(all)
	return all
}

func TestAnErasureTakesTwoAndLeavesTheTree(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx, w := t.Context(), newWorld(t, d)
		w.people(t)
		w.sequence(t, "one")
		all := w.entries(t)
		receipt, err := audit.GetReceipt(ctx, d, all[8].ID, "a1")
		if err != nil {
			t.Fatal(err)
		}
		e := w.propose(t, audit.ErasePerson, "p1")
		if _, err := w.erase(t, e, nil, 10); !errors.Is(err, audit.ErrErasureDecided) {
			t.Errorf("before it was confirmed: %v", err)
		}
		if err := w.decide(t, first, e, true); !errors.Is(err, audit.ErrErasureSame) {
			t.Errorf("who proposes confirms: %v", err)
		}
		if err := w.decide(t, second, e, true); err != nil {
			t.Fatal(err)
		}
		if err := w.decide(t, second, e, false); !errors.Is(err, audit.ErrErasureDecided) {
			t.Errorf("decided twice: %v", err)
		}
		for i, want := range []bool{true, true, false, false} { // 4 readings and an act, two at a time; then nothing
			if more, err := w.erase(t, e, []string{"a1"}, 2); more != want || err != nil {
				t.Errorf("batch %d: more %v, %v", i, more, err)
			}
		}
		check := func(when string, waiting int64) {
			t.Helper()
			if rep := w.verify(t, receipt.Checkpoint); rep.Erased != 5 || rep.Waiting != waiting || len(rep.Problems) != 0 {
				t.Errorf("%s: %+v", when, rep)
			}
		}
		check("vouchers wait", 7) // five vouchers, the proposal and its confirmation
		w.sequence(t, "one")
		check("sealed", 0)

		for i, got := range w.entries(t)[:10] {
			gone := i%2 == 0
			if i == 9 {
				gone = false // in the office
			}
			if got.Erased != gone || (got.Actor == "") != gone || (got.Subject == "") != gone || (got.About == "") != (gone || i > 7) || got.ID != all[i].ID {
				t.Errorf("record %d: %+v", i, got)
			}
			if p, err := audit.InclusionProof(ctx, d, got.ID); err != nil || p.Leaf != int64(i) {
				t.Errorf("proof of %d: %+v, %v", i, p, err)
			}
		}
		if _, err := receipt.Check(w.pub); err != nil {
			t.Errorf("a receipt from before: %v", err)
		}
		if _, err := audit.GetReceipt(ctx, d, all[8].ID, "a1"); !errors.Is(err, audit.ErrNoRecord) {
			t.Errorf("a receipt of nothing: %v", err)
		}
		if got, err := audit.GetErasure(ctx, d, e); err != nil || got.State != audit.EraseDone || got.Rows != 5 || got.Decider != "a9" || got.Reason == "" {
			t.Errorf("%+v, %v", got, err)
		}
		if got, err := audit.ListErasures(ctx, d, "", 10); err != nil || len(got) != 1 {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestAnErasureThatIsNotOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx, w := t.Context(), newWorld(t, d)
		for name, e := range map[string]audit.Erasure{
			"no reason": {Kind: audit.EraseSubject, Target: "d1", Reason: " \n"}, "no target": {Kind: audit.ErasePerson, Reason: "r"}, "no kind": {Target: "d1", Reason: "r"},
		} {
			err := w.write(t, func(tx *db.Tx) error { _, err := audit.ProposeErasure(ctx, tx, first, e); return err })
			if problem, ok := errors.AsType[*errs.Error](err); !ok || len(problem.Fields) != 1 {
				t.Errorf("%s: %v", name, err)
			}
		}
		w.people(t)
		e := w.propose(t, audit.EraseSubject, "d1")
		if err := w.decide(t, second, e, true); err != nil {
			t.Fatal(err)
		}
		if _, err := w.erase(t, e, nil, 10); !errors.Is(err, audit.ErrErasureWaits) {
			t.Errorf("what has no leaf: %v", err)
		}
		w.sequence(t, "one")
		later := w.propose(t, audit.EraseSubject, e) // the record of an erasure is never erased
		if err := w.decide(t, second, later, true); err != nil {
			t.Fatal(err)
		}
		w.sequence(t, "one")
		if _, err := w.erase(t, later, nil, 10); err != nil {
			t.Fatal(err)
		}
		if got, err := audit.GetErasure(ctx, d, later); err != nil || got.Rows != 0 {
			t.Errorf("erased %d records of an erasure, %v", got.Rows, err)
		}
		refused := w.propose(t, audit.EraseSubject, "d2")
		if err := w.decide(t, first, refused, false); err != nil { // taken back
			t.Fatal(err)
		}
		if _, err := w.erase(t, refused, nil, 10); !errors.Is(err, audit.ErrErasureDecided) {
			t.Errorf("refused: %v", err)
		}
		if err := w.decide(t, second, "nothing", true); !errors.Is(err, audit.ErrNoErasure) {
			t.Errorf("no erasure: %v", err)
		}
	})
}

// An administrator of the database who empties a record as an erasure does is
// found, whatever is written beside it.
func TestTamperingDisguisedAsAnErasureIsFound(t *testing.T) {
	t.Parallel()
	const empty = `UPDATE audit_records SET actor = '', subject = '', unit = '', purpose = '', salt = '', about = '', erased = `
	voucher := `(SELECT id FROM audit_records WHERE event = 'audit.erased' ORDER BY id LIMIT 1)`
	for name, tt := range map[string]struct {
		sql  string
		want []audit.Problem
	}{
		"emptied":                        {empty + `'' WHERE seq = 1`, []audit.Problem{{Fault: audit.Changed, At: 1}}},
		"no voucher":                     {empty + `'none' WHERE seq = 1`, []audit.Problem{{Fault: audit.Unvouched, At: 1}}},
		"the voucher of another":         {empty + voucher + ` WHERE seq = 1`, []audit.Problem{{Fault: audit.Unvouched, At: 1}}},
		"vouched for by itself":          {empty + `id WHERE seq = 1`, []audit.Problem{{Fault: audit.Unvouched, At: 1}}},
		"not empty":                      {`UPDATE audit_records SET erased = ` + voucher + ` WHERE seq = 1`, []audit.Problem{{Fault: audit.Changed, At: 1}}},
		"another name in an erased one":  {`UPDATE audit_records SET actor = 'b' WHERE seq = 0`, []audit.Problem{{Fault: audit.Changed, At: 0}}},
		"another time of an erased one":  {`UPDATE audit_records SET at = at + 1 WHERE seq = 0`, []audit.Problem{{Fault: audit.Unvouched, At: 0}}},
		"another event of an erased one": {`UPDATE audit_records SET event = 'x.made' WHERE seq = 0`, []audit.Problem{{Fault: audit.Unvouched, At: 0}}},
		"the voucher deleted":            {`DELETE FROM audit_records WHERE id = ` + voucher, []audit.Problem{{Fault: audit.Unvouched, At: 0}, {Fault: audit.Deleted, At: 12}}},
		"the voucher emptied as well": {
			empty + `(SELECT MAX(id) FROM audit_records WHERE event = 'audit.erased') WHERE id = ` + voucher,
			[]audit.Problem{{Fault: audit.Unvouched, At: 0}, {Fault: audit.Unvouched, At: 12}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
				w := newWorld(t, d)
				w.people(t)
				w.sequence(t, "one")
				e := w.propose(t, audit.ErasePerson, "p1")
				if err := w.decide(t, second, e, true); err != nil {
					t.Fatal(err)
				}
				if _, err := w.erase(t, e, nil, 100); err != nil {
					t.Fatal(err)
				}
				w.sequence(t, "one")
				w.exec(t, tt.sql)
				got := w.verify(t, "").Problems
				for i := range got {
					got[i].ID = ""
				}
				if !slices.Equal(got, tt.want) {
					t.Errorf("got %v, want %v", got, tt.want)
				}
			})
		})
	}
}
