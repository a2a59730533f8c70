// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/digitising"
	"tinhso.vn/internal/modules/digitising/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

type (
	// Quality is how a batch is looked at by a second person.
	Quality = store.Quality
	// Sample is a paper that a second person looks at.
	Sample = store.Sample
)

// The states of a sample.
const (
	SampleOpen     = store.SampleOpen
	SampleAccepted = store.SampleAccepted
	SampleRedo     = store.SampleRedo
)

// mostWrong is the share of wrong papers, of 100, above which a batch goes back, where
// who opens it has not said another; with more than highestWrong a sample says nothing.
const (
	mostWrong    = 5
	highestWrong = 20
)

// Look is the sample of a batch and how far it is.
type Look struct {
	Quality
	Samples  []Sample
	Checked  int // papers that wait to be sealed
	Finished bool
}

// Open is how many papers of the sample nobody has looked at yet.
func (l Look) Open() (n int) {
	for _, s := range l.Samples {
		if s.State == SampleOpen {
			n++
		}
	}
	return n
}

// GetLook returns the sample of a batch.
func (s *Service) GetLook(ctx context.Context, actor identity.Actor, batch string) (l Look, err error) {
	defer errs.Wrap(&err, "sample of batch %s", batch)

	sc, err := scope(actor)
	if err != nil {
		return l, err
	}
	b, err := s.store.GetBatch(ctx, s.DB, sc, batch)
	if err != nil {
		return l, err
	}
	if l.Quality, err = s.store.GetQuality(ctx, s.DB, batch); err != nil {
		return l, err
	}
	if l.Samples, err = s.store.Samples(ctx, s.DB, batch, l.Round); err != nil {
		return l, err
	}
	counted, err := s.counted(ctx, b)
	if err != nil {
		return l, err
	}
	l.Checked = counted[0].Counts[digitising.Checked]
	return l, nil
}

// DrawSample draws the papers of a batch that a second person looks at: as many of
// 100 as the batch says, at least one, by its seed, so that the same are drawn again.
func (s *Service) DrawSample(ctx context.Context, actor identity.Actor, batch string) (n int, err error) {
	defer errs.Wrap(&err, "draw a sample of batch %s", batch)

	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.batchIn(ctx, tx, actor, digitising.PermScan, batch); err != nil {
			return err
		}
		q, err := s.store.GetQuality(ctx, tx, batch)
		if err != nil {
			return err
		}
		now, err := s.store.Samples(ctx, tx, batch, q.Round)
		switch {
		case err != nil:
			return err
		case q.Share == 0:
			return digitising.ErrNoSample
		case slices.ContainsFunc(now, func(one Sample) bool { return one.State == SampleOpen }):
			return digitising.ErrSampling
		}
		all, err := s.store.ListPapers(ctx, tx, batch, digitising.Checked, "", maxDrawn)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return digitising.ErrUnchecked
		}
		q.Round++
		drawn := drawnBy(q.Seed, q.Share, all)
		for _, p := range drawn {
			if err := s.store.AddSample(ctx, tx, Sample{Paper: p.ID, Batch: batch, Round: q.Round, Clerk: p.CheckedBy}); err != nil {
				return err
			}
		}
		n = len(drawn)
		if err := s.store.PutQuality(ctx, tx, batch, q); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, digitising.AuditDrawn, batch)
	})
	return n, err
}

// maxDrawn bounds a batch of which a sample is drawn.
const maxDrawn = 5000

// drawnBy returns share of 100 papers, rounded up: those whose ids, hashed with the
// seed, come first.
func drawnBy(seed string, share int, all []Paper) []Paper {
	at := func(p Paper) string {
		sum := sha256.Sum256([]byte(seed + p.ID))
		return string(sum[:])
	}
	sorted := slices.SortedFunc(slices.Values(all), func(a, b Paper) int { return cmp.Compare(at(a), at(b)) })
	return sorted[:min((len(all)*share+99)/100, len(all))]
}

// JudgeSample says what a second person found on a paper of the sample. The last of
// them decides about the batch: with more wrong than it may have, all that was checked
// goes back; otherwise it may be sealed, but for what was wrong.
func (s *Service) JudgeSample(ctx context.Context, actor identity.Actor, batch, paper string, right bool, words string) (err error) {
	defer errs.Wrap(&err, "judge paper %s", paper)

	sc, err := scope(actor) // also who seals: in a small unit there is no second clerk
	if err != nil {
		return err
	}
	var a asked
	words = a.line("words", words, 300, !right)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.store.GetBatch(ctx, tx, sc, batch); err != nil {
			return err
		}
		q, err := s.store.GetQuality(ctx, tx, batch) // before its papers: two who judge decide about the batch one after the other
		if err != nil {
			return err
		}
		p, err := s.store.GetPaper(ctx, tx, paper)
		if err != nil {
			return err
		}
		all, err := s.store.Samples(ctx, tx, batch, q.Round)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(one Sample) bool { return one.Paper == paper })
		switch {
		case at < 0 || p.Batch != batch:
			return digitising.ErrNoSample
		case all[at].Clerk == actor.Account:
			return digitising.ErrOwnSample
		}
		if err := a.err(); err != nil {
			return err
		}
		one := all[at]
		one.State, one.Words, one.By = SampleAccepted, words, actor.Account
		if !right {
			one.State = SampleRedo
		}
		if done, err := s.store.Judge(ctx, tx, one); err != nil || !done {
			if err == nil {
				err = digitising.ErrChanged
			}
			return err
		}
		if !right && p.State == digitising.Checked {
			p.State, p.Reason = digitising.Ready, "digitising.sample.wrong"
			if err := s.store.PutPaper(ctx, tx, p); err != nil {
				return err
			}
		}
		all[at] = one
		if err := s.decide(ctx, tx, actor, batch, q, all); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, digitising.AuditJudged, paper+" "+one.State)
	})
}

// decide says what becomes of a batch when its sample is over.
func (s *Service) decide(ctx context.Context, tx *db.Tx, actor identity.Actor, batch string, q Quality, all []Sample) error {
	redo := 0
	for _, one := range all {
		if one.State == SampleOpen {
			return nil
		}
		if one.State == SampleRedo {
			redo++
		}
	}
	if redo*100 > q.MostWrong*len(all) {
		if err := s.store.SendBack(ctx, tx, batch, "digitising.sample.back"); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, digitising.AuditSentBack, batch)
	}
	q.Passed = tx.Now
	if err := s.store.PutQuality(ctx, tx, batch, q); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, digitising.AuditPassed, batch)
}

// passed refuses to seal what no second person has answered for.
func (s *Service) passed(ctx context.Context, q db.Querier, batch string, p Paper) error {
	v, err := s.store.GetQuality(ctx, q, batch)
	if err != nil || v.Share == 0 {
		return err
	}
	if v.Passed.IsZero() || p.CheckedAt.After(v.Passed.Time) {
		return digitising.ErrSampling
	}
	return nil
}

// Rate is what somebody of a unit has checked in a time.
type Rate struct {
	store.Rate
	Name     string
	UnitName i18n.Text
}

// Wrong is how many of 100 papers that were looked at twice were wrong; false where
// none was.
func (r Rate) Wrong() (int, bool) {
	if r.Looked == 0 {
		return 0, false
	}
	return (r.Redo*100 + r.Looked/2) / r.Looked, true
}

// ListRates returns who has checked how much between two days, both in it, and how
// much of it was wrong; of the actor's units.
func (s *Service) ListRates(ctx context.Context, actor identity.Actor, from, to string) (all []Rate, err error) {
	defer errs.Wrap(&err, "rates of digitising")

	sc, err := scope(actor)
	if err != nil {
		return nil, err
	}
	var a asked
	first, bad := time.ParseInLocation(time.DateOnly, from, calendar.Zone())
	if bad != nil {
		a.add("from", "form.not_a_date")
	}
	last, wrong := time.ParseInLocation(time.DateOnly, to, calendar.Zone())
	switch {
	case wrong != nil:
		a.add("to", "form.not_a_date")
	case bad == nil && last.Before(first):
		a.add("to", "digitising.rates.reversed")
	}
	if err := a.err(); err != nil {
		return nil, err
	}
	rows, err := s.store.Rates(ctx, s.DB, sc, db.At(first), db.At(last.AddDate(0, 0, 1)))
	if err != nil {
		return nil, err
	}
	names := map[string]i18n.Text{}
	for _, r := range rows {
		if _, known := names[r.Unit]; !known {
			u, err := orgs.Get(ctx, s.DB, orgs.ID(r.Unit))
			if err != nil {
				return nil, err
			}
			names[r.Unit] = u.Name
		}
		all = append(all, Rate{r, s.Name(ctx, r.Account), names[r.Unit]})
	}
	return all, nil
}

// ExportBatch returns all papers of a batch, as they are; that they left is recorded.
func (s *Service) ExportBatch(ctx context.Context, actor identity.Actor, batch string) (b Batch, all []Paper, err error) {
	defer errs.Wrap(&err, "export batch %s", batch)

	sc, err := scope(actor)
	if err != nil {
		return b, nil, err
	}
	if b.Batch, err = s.store.GetBatch(ctx, s.DB, sc, batch); err != nil {
		return b, nil, err
	}
	if all, err = s.store.ListPapers(ctx, s.DB, batch, "", "", maxDrawn); err != nil {
		return b, nil, err
	}
	return b, all, s.DB.Write(ctx, func(tx *db.Tx) error { return audit.Record(ctx, tx, actor, digitising.AuditExported, batch) })
}

// keyOf is by what a paper is known to be the same: its type, its number and who has
// issued it.
func keyOf(kind string, values map[string]store.Field) string {
	plain := func(f string) string {
		return strings.Join(strings.FieldsFunc(text.Fold(values[f].Value), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }), " ")
	}
	number, issuer := plain(FieldNumber), plain(FieldIssuer)
	if number == "" || issuer == "" {
		return ""
	}
	return kind + "|" + number + "|" + issuer
}

// alone refuses a paper that another says already, and tells where that lies, as far
// as the actor may know.
func (s *Service) alone(ctx context.Context, tx *db.Tx, actor identity.Actor, key, paper string) error {
	if key == "" {
		return nil
	}
	twins, err := s.store.Twins(ctx, tx, key, paper)
	if err != nil || len(twins) == 0 {
		return err
	}
	sc, err := scope(actor)
	if err != nil {
		return err
	}
	sees, err := sc.Sees(ctx, tx, orgs.ID(twins[0].Unit))
	if err != nil {
		return err
	}
	if !sees {
		return digitising.ErrTwinElsewhere
	}
	return digitising.ErrTwin.With("box", twins[0].Box)
}

// Split makes the pages of a paper from one on a paper of its own.
func (s *Service) Split(ctx context.Context, actor identity.Actor, batch, page string) (made string, err error) {
	defer errs.Wrap(&err, "split at page %s", page)

	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.batchIn(ctx, tx, actor, digitising.PermScan, batch); err != nil {
			return err
		}
		at, err := s.store.GetPage(ctx, tx, batch, page)
		if err == nil && at.Paper == "" {
			err = digitising.ErrNotFound
		}
		if err != nil {
			return err
		}
		p, err := s.untouched(ctx, tx, at.Paper)
		if err != nil {
			return err
		}
		pages, err := s.store.PagesOf(ctx, tx, p.ID, 1)
		if err != nil {
			return err
		}
		if pages[0].ID == page {
			return digitising.ErrFirstPage
		}
		made = id.New()
		if err := s.store.AddPaper(ctx, tx, Paper{ID: made, Batch: batch, Scan: p.Scan, State: digitising.Ready}); err != nil {
			return err
		}
		if err := s.store.MovePages(ctx, tx, p.ID, made, at.Number); err != nil {
			return err
		}
		if err := s.store.PutPaper(ctx, tx, p); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, digitising.AuditSplit, p.ID+" "+made)
	})
	return made, err
}

// Join puts the pages of a paper behind those of the paper before it in the scan, and
// returns that. What was written about the first stays.
func (s *Service) Join(ctx context.Context, actor identity.Actor, batch, paper string) (into string, err error) {
	defer errs.Wrap(&err, "join paper %s", paper)

	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		second, err := s.paperIn(ctx, tx, actor, digitising.PermScan, batch, paper)
		if err != nil {
			return err
		}
		before, err := s.store.Before(ctx, tx, second)
		if err == nil && before == "" {
			err = digitising.ErrNoneBefore
		}
		if err != nil {
			return err
		}
		first, err := s.untouched(ctx, tx, before)
		if err != nil {
			return err
		}
		if _, err := s.untouched(ctx, tx, paper); err != nil {
			return err
		}
		if err := s.store.MovePages(ctx, tx, paper, first.ID, 0); err != nil {
			return err
		}
		if _, err := s.pagesOf(ctx, tx, first.ID); err != nil {
			return err
		}
		if err := s.store.PutPaper(ctx, tx, first); err != nil {
			return err
		}
		if err := s.store.RemovePaper(ctx, tx, paper); err != nil {
			return err
		}
		into = first.ID
		return audit.Record(ctx, tx, actor, digitising.AuditJoined, paper+" "+into)
	})
	return into, err
}

// untouched returns a locked paper whose pages may change: it waits for a check then.
func (s *Service) untouched(ctx context.Context, tx *db.Tx, paper string) (Paper, error) {
	p, err := s.store.GetPaper(ctx, tx, paper)
	if err != nil {
		return p, err
	}
	scan, err := s.store.GetScan(ctx, tx, p.Scan)
	switch {
	case err != nil:
		return p, err
	case scan.State == store.Reading:
		return p, digitising.ErrReading
	case p.State != digitising.Ready && p.State != digitising.Checked:
		return p, digitising.ErrOver
	}
	judged, err := s.store.WasDrawn(ctx, tx, paper)
	if err == nil && judged {
		err = digitising.ErrSampling
	}
	p.State = digitising.Ready
	return p, err
}
