// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"strconv"
	"sync"
	"testing"

	"tinhso.vn/internal/modules/digitising"
	"tinhso.vn/internal/modules/digitising/internal/core"
	"tinhso.vn/internal/modules/digitising/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// laid makes a batch with papers of two pages each, as if a scan had been read.
func (w *world) laid(t *testing.T, share, papers int) (batch string, ids []string) {
	t.Helper()
	ctx := t.Context()
	batch, err := w.svc.OpenBatch(ctx, w.Clerk, core.NewBatch{Type: birth, Against: "original", Box: "Hộp 12", Share: share})
	ok(t, err)
	s := store.New(w.Deps.Keys)
	ok(t, w.DB.Write(ctx, func(tx *db.Tx) error {
		scan := store.Scan{ID: id.New(), Batch: batch, SHA: id.New(), Name: "hộp.pdf", State: store.Read, Pages: 2 * papers, Done: 2 * papers}
		if _, err := s.AddScan(ctx, tx, scan); err != nil {
			return err
		}
		for i := range papers {
			p := store.Paper{ID: id.New(), Batch: batch, Scan: scan.ID, State: digitising.Ready}
			if err := s.AddPaper(ctx, tx, p); err != nil {
				return err
			}
			for j := range 2 {
				if err := s.AddPage(ctx, tx, store.Page{ID: id.New(), Batch: batch, Scan: scan.ID, Number: 2*i + j + 1, Paper: p.ID}); err != nil {
					return err
				}
			}
			ids = append(ids, p.ID)
		}
		return nil
	}))
	return batch, ids
}

func (w *world) check(t *testing.T, batch string, ids []string) {
	t.Helper()
	for i, one := range ids {
		v, err := w.svc.GetPaper(t.Context(), w.Clerk, batch, one)
		ok(t, err)
		if v.State == digitising.Ready {
			ok(t, w.svc.Check(t.Context(), w.Clerk, batch, one, core.Checking{Version: v.Version, Values: values(strconv.Itoa(100+i) + "/2009"), Another: true}))
		}
	}
}

// A paper of a file that is too long is parted: no page is left out of its copy in silence.
func TestAPaperWithTooManyPagesIsParted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, s := t.Context(), w.svc
		batch, ids := w.laid(t, 0, 2)
		long, all := ids[1], []string(nil)
		ok(t, w.DB.Write(ctx, func(tx *db.Tx) error {
			st := store.New(w.Deps.Keys)
			p, err := st.GetPaper(ctx, tx, long)
			for i := 5; err == nil && i <= 602; i++ { // 600 with the two that it has
				all = append(all, id.New())
				err = st.AddPage(ctx, tx, store.Page{ID: all[len(all)-1], Batch: batch, Scan: p.Scan, Number: i, Paper: long})
			}
			return err
		}))
		at := func(paper string) core.Sheet {
			v, err := s.GetPaper(ctx, w.Clerk, batch, paper)
			ok(t, err)
			return v
		}
		if v := at(long); len(v.Pages) != 600 || v.Over != 0 {
			t.Errorf("%d pages, over %d", len(v.Pages), v.Over)
		}
		refused(t, "two more", only(s.Join(ctx, w.Clerk, batch, long)), digitising.ErrTooManyPages)
		if v := at(ids[0]); len(v.Pages) != 2 || len(at(long).Pages) != 600 {
			t.Errorf("a join that was refused has moved pages: %d", len(v.Pages))
		}
		ok(t, w.DB.Write(ctx, func(tx *db.Tx) error {
			p, err := store.New(w.Deps.Keys).GetPaper(ctx, tx, long)
			if err != nil {
				return err
			}
			return store.New(w.Deps.Keys).AddPage(ctx, tx, store.Page{ID: id.New(), Batch: batch, Scan: p.Scan, Number: 603, Paper: long})
		}))
		v := at(long)
		if len(v.Pages) != 600 || v.Over != 600 {
			t.Errorf("%d pages are shown, over %d", len(v.Pages), v.Over)
		}
		refused(t, "one too many", s.Check(ctx, w.Clerk, batch, long, core.Checking{Version: v.Version, Values: values("7/2009")}), digitising.ErrTooManyPages)
		made, err := s.Split(ctx, w.Clerk, batch, all[len(all)-1])
		ok(t, err)
		for _, one := range []string{long, made} {
			v := at(one)
			if v.Over != 0 || len(v.Pages) > 599 {
				t.Errorf("parted into %d", len(v.Pages))
			}
			ok(t, s.Check(ctx, w.Clerk, batch, one, core.Checking{Version: v.Version, Values: values(one[len(one)-6:] + "/2009")}))
		}
	})
}

// A second person looks at a share of a batch: the same papers for the same seed;
// nothing is sealed before; too many mistakes send the batch back.
func TestASecondPersonLooks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, s := t.Context(), w.svc
		bad := only(s.OpenBatch(ctx, w.Clerk, core.NewBatch{Type: birth, Against: "original", Box: "1", Share: 101}))
		if e, is := errors.AsType[*errs.Error](bad); !is || len(e.Fields) != 1 || e.Fields[0].Name != "share" {
			t.Errorf("a share of 101: %v", bad)
		}
		for _, most := range []int{-1, 21} {
			bad := only(s.OpenBatch(ctx, w.Clerk, core.NewBatch{Type: birth, Against: "original", Box: "1", MostWrong: &most}))
			if e, is := errors.AsType[*errs.Error](bad); !is || len(e.Fields) != 1 || e.Fields[0].Name != "most_wrong" {
				t.Errorf("a limit of %d: %v", most, bad)
			}
		}
		none := 0
		strict, err := s.OpenBatch(ctx, w.Clerk, core.NewBatch{Type: birth, Against: "original", Box: "1", Share: 10, MostWrong: &none})
		ok(t, err)
		if l, err := s.GetLook(ctx, w.Clerk, strict); err != nil || l.MostWrong != 0 {
			t.Errorf("none may be wrong: %+v %v", l.Quality, err)
		}
		batch, ids := w.laid(t, 30, 7)
		refused(t, "nothing is checked", only(s.DrawSample(ctx, w.Clerk, batch)), digitising.ErrUnchecked)
		w.check(t, batch, ids)
		refused(t, "sealed before", s.Sign(ctx, w.Records, batch, ids[0]), digitising.ErrSampling)
		refused(t, "another unit draws", only(s.DrawSample(ctx, w.OtherClerk, batch)), digitising.ErrNotFound)
		n, err := s.DrawSample(ctx, w.Clerk, batch)
		if ok(t, err); n != 3 { // 30 of 100 of 7
			t.Fatalf("%d were drawn", n)
		}
		refused(t, "drawn twice", only(s.DrawSample(ctx, w.Clerk, batch)), digitising.ErrSampling)
		l, err := s.GetLook(ctx, w.Colleague, batch)
		if ok(t, err); len(l.Samples) != 3 || l.Open() != 3 {
			t.Fatalf("%+v", l)
		}
		one := l.Samples[0].Paper
		refused(t, "one's own", s.JudgeSample(ctx, w.Clerk, batch, one, true, ""), digitising.ErrOwnSample)
		refused(t, "another unit judges", s.JudgeSample(ctx, w.OtherClerk, batch, one, true, ""), digitising.ErrNotFound)
		if e, is := errors.AsType[*errs.Error](s.JudgeSample(ctx, w.Colleague, batch, one, false, "")); !is || len(e.Fields) != 1 {
			t.Error("wrong without words")
		}
		var group sync.WaitGroup
		results := make([]error, 3)
		for i := range results {
			group.Go(func() { results[i] = s.JudgeSample(ctx, w.Colleague, batch, one, false, "số sai") })
		}
		group.Wait()
		done := 0
		for _, err := range results {
			if err == nil {
				done++
			} else if !errors.Is(err, digitising.ErrChanged) {
				t.Errorf("at once: %v", err)
			}
		}
		if done != 1 {
			t.Errorf("judged %d times", done)
		}
		for _, other := range l.Samples[1:] {
			ok(t, s.JudgeSample(ctx, w.Colleague, batch, other.Paper, true, ""))
		}
		d := w.detail(t, batch)
		if d.Counts[digitising.Ready] != 7 || w.Audited(t, digitising.AuditSentBack, batch) != 1 {
			t.Errorf("after too many mistakes: %+v", d.Counts)
		}
		w.check(t, batch, ids)
		again, err := s.DrawSample(ctx, w.Clerk, batch)
		ok(t, err)
		second, err := s.GetLook(ctx, w.Colleague, batch)
		ok(t, err)
		for i, one := range second.Samples {
			if one.Paper != l.Samples[i].Paper && again == 3 {
				t.Errorf("another paper was drawn by the same seed")
			}
			ok(t, s.JudgeSample(ctx, w.Records, batch, one.Paper, true, "")) // who seals looks too
		}
		if err := s.Sign(ctx, w.Records, batch, ids[0]); errors.Is(err, digitising.ErrSampling) {
			t.Error("a sample that passed does not let it be sealed")
		}
		now := w.DB.Now()
		day := now.Format("2006-01-02")
		rates, err := s.ListRates(ctx, w.Clerk, day, day)
		if ok(t, err); len(rates) != 1 || rates[0].Checked != 7 || rates[0].Looked != 6 || rates[0].Redo != 1 {
			t.Errorf("rates %+v", rates)
		}
		if none, err := s.ListRates(ctx, w.OtherClerk, day, day); err != nil || len(none) != 0 {
			t.Errorf("another unit sees %+v, %v", none, err)
		}
		if _, err := s.ListRates(ctx, w.Clerk, day, "2020-01-01"); err == nil {
			t.Error("days the wrong way round")
		}
		if _, all, err := s.ExportBatch(ctx, w.Clerk, batch); err != nil || len(all) != 7 || w.Audited(t, digitising.AuditExported, batch) != 1 {
			t.Errorf("%d were exported, %v", len(all), err)
		}
		refused(t, "another unit exports", func() error { _, _, err := s.ExportBatch(ctx, w.OtherClerk, batch); return err }(), digitising.ErrNotFound)
	})
}

// Papers are parted and joined by hand, and one that was checked before is told.
func TestPapersAreJoinedAndParted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, s := t.Context(), w.svc
		batch, ids := w.laid(t, 0, 2)
		pages := func(paper string) []core.Page {
			v, err := s.GetPaper(ctx, w.Clerk, batch, paper)
			ok(t, err)
			return v.Pages
		}
		refused(t, "the first paper", only(s.Join(ctx, w.Clerk, batch, ids[0])), digitising.ErrNoneBefore)
		refused(t, "joined from elsewhere", only(s.Join(ctx, w.OtherClerk, batch, ids[1])), digitising.ErrNotFound)
		refused(t, "the first page", only(s.Split(ctx, w.Clerk, batch, pages(ids[0])[0].ID)), digitising.ErrFirstPage)
		refused(t, "parted from elsewhere", only(s.Split(ctx, w.OtherClerk, batch, pages(ids[0])[1].ID)), digitising.ErrNotFound)
		made, err := s.Split(ctx, w.Clerk, batch, pages(ids[0])[1].ID)
		if ok(t, err); len(pages(ids[0])) != 1 || len(pages(made)) != 1 {
			t.Errorf("parted into %d and %d pages", len(pages(ids[0])), len(pages(made)))
		}
		into, err := s.Join(ctx, w.Clerk, batch, made)
		if ok(t, err); into != ids[0] || len(pages(into)) != 2 {
			t.Errorf("joined to %s with %d pages", into, len(pages(into)))
		}
		refused(t, "what was joined", only(s.GetPaper(ctx, w.Clerk, batch, made)), digitising.ErrNotFound)
		if into, err = s.Join(ctx, w.Clerk, batch, ids[1]); err != nil || len(pages(into)) != 4 {
			t.Errorf("two papers joined: %v", err)
		}
		ok(t, s.Check(ctx, w.Clerk, batch, into, core.Checking{Version: w.detail(t, batch).Papers[0].Version, Values: values("125/2009")}))

		other, more := w.laid(t, 0, 1)
		same := values("125 / 2009")
		same["issuer"] = "ubnd  Phường Long Xuyên"
		refused(t, "the same again", s.Check(ctx, w.Colleague, other, more[0], core.Checking{Version: 1, Values: same}), digitising.ErrTwin)
		ok(t, s.Check(ctx, w.Colleague, other, more[0], core.Checking{Version: 1, Values: same, Another: true}))
		if w.Audited(t, digitising.AuditSplit, ids[0]+" "+made) != 1 || w.Audited(t, digitising.AuditJoined, made+" "+ids[0]) != 1 {
			t.Error("it is not recorded")
		}
	})
}
