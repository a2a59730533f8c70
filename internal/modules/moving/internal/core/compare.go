// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/modules/moving/internal/core/dump"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
	"tinhso.vn/internal/modules/moving/internal/store"
	"tinhso.vn/internal/modules/scores"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// The kinds of comparisons.
const (
	Counts = "counts" // dossiers by procedure and month, on both sides
	Shadow = "shadow" // status, due date and figures of each dossier, beside a newer dump
)

// Unread counts, among the kinds of differences, rows that were not compared because
// they make no sense.
const Unread = "unread"

// maxDifferences is how many differences are kept; a comparison that finds more says so.
const maxDifferences = 20_000

// Compare begins a comparison of a wave with the dump that lies there now.
func (s *Service) Compare(ctx context.Context, actor identity.Actor, wave, kind string, later bool) (_ string, err error) {
	defer errs.Wrap(&err, "compare wave %s", wave)

	if _, err := access.Require(actor, moving.PermManage); err != nil {
		return "", err
	}
	if kind != Counts && kind != Shadow {
		return "", errs.BadInput([]errs.Field{{Name: "kind", Code: "form.choose"}})
	}
	c := Comparison{ID: newID(), Wave: wave, Kind: kind, By: actor.Account}
	return c.ID, s.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := s.store.GetWave(ctx, tx, wave)
		if err != nil {
			return err
		}
		if w.State != moving.Moved && w.State != moving.Accepted {
			return moving.ErrNotMoved
		}
		if err := s.store.AddComparison(ctx, tx, c); err != nil {
			return err
		}
		if !later {
			if err := jobs.Enqueue(ctx, tx, JobCompare, c.ID); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, actor, moving.AuditCompared, c.ID)
	})
}

// WorkCompare does JobCompare. Broken off, it begins anew.
func (s *Service) WorkCompare(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "compare")

	var id string
	if err := json.Unmarshal(body, &id); err != nil {
		return err
	}
	more, err := s.comparing(ctx, id, s.DB.Now().Add(atATime))
	switch {
	case errors.Is(err, moving.ErrMeanwhile):
		return nil // somebody else goes on with it
	case err != nil && !isSilent(err):
		return err
	case more || err != nil:
		return s.again(ctx, JobCompare, id, err)
	}
	return nil
}

// RunCompare compares, and keeps what it found.
func (s *Service) RunCompare(ctx context.Context, id string) error {
	for {
		if more, err := s.comparing(ctx, id, s.DB.Now().Add(time.Hour)); err != nil || !more {
			return err
		}
	}
}

// comparing goes on with a comparison; more says that the older system has not told
// everything yet.
func (s *Service) comparing(ctx context.Context, id string, until time.Time) (more bool, err error) {
	c, err := s.store.GetComparison(ctx, s.DB, id)
	if err != nil || c.State != "running" {
		return false, err
	}
	w, err := s.store.GetWave(ctx, s.DB, c.Wave)
	if err != nil {
		return false, err
	}
	m, folder, err := s.open(w.Source)
	if err == nil {
		if m, more, err = s.asked(ctx, folder, m, c.ID, until); more {
			return true, err
		}
	}
	if err != nil && errs.KindOf(err) != errs.Invalid {
		return false, err
	}
	if err := s.compare(ctx, c, w, folder, m, err); err != nil {
		return false, err
	}
	return false, s.forget(folder, c.ID)
}

// compare compares a wave with tables, unless they could not be read.
func (s *Service) compare(ctx context.Context, c Comparison, w Wave, folder string, m mapping.File, unread error) error {
	id := c.ID
	c.Kinds = map[string]int{}
	sides := &sides{Service: s, c: &c, mine: map[string]bool{}, theirs: map[slot]int{}, ours: map[slot]int{}, now: s.DB.Now()}
	units, err := s.store.Units(ctx, s.DB, w.ID)
	if err != nil {
		return err
	}
	for _, u := range units {
		if u.State == moving.Moved {
			sides.mine[u.Unit] = true
		}
	}
	if err = unread; err == nil {
		m, err = s.coded(ctx, folder, m)
	}
	if err == nil {
		err = sides.look(ctx, w, folder, m)
	}
	c.State = "done"
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind == errs.Invalid {
		c.State, c.Problem, err = "failed", e.Code, nil
	}
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.store.ClearDifferences(ctx, tx, id); err != nil {
			return err
		}
		for i := range sides.found {
			sides.found[i].N = i + 1
		}
		return errors.Join(
			s.store.AddDifferences(ctx, tx, id, sides.found), s.store.PutCounts(ctx, tx, id, sides.counts), s.store.EndComparison(ctx, tx, c), s.tellDay(ctx, tx, w, c),
		)
	})
}

// slot is a procedure in a month.
type slot struct{ procedure, month string }

// sides are both sides of a comparison.
type sides struct {
	*Service
	c            *Comparison
	mine         map[string]bool
	theirs, ours map[slot]int
	found        []Difference
	counts       []store.Count
	now          db.Time
	form         [2]form // theirs, ours
}

// look reads the dump once, and what is here of the same units.
func (s *sides) look(ctx context.Context, w Wave, folder string, m mapping.File) error {
	rows, err := dump.Open(folder, m.Tables[mapping.Dossiers])
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	var some []legacy
	seen := map[string]bool{} // codes of this wave: all that grows with it
	for rows.Next() {
		l, wrong := dossierRow(rows, m, s.now.Time)
		if !s.mine[string(l.Unit)] || seen[l.Word] {
			continue
		}
		if wrong != nil && !s.counted(l) {
			s.c.Kinds[Unread]++
			continue
		}
		seen[l.Word] = true
		s.c.Theirs++
		s.theirs[slot{string(l.Procedure), month(l.Submitted)}]++
		if some = append(some, l); len(some) == 500 {
			if err := s.beside(ctx, w, some); err != nil {
				return err
			}
			some = some[:0]
		}
	}
	if err := errors.Join(rows.Err(), s.beside(ctx, w, some)); err != nil {
		return err
	}
	if err := s.here(ctx, w, seen); err != nil {
		return err
	}
	if s.c.Kind == Counts {
		s.count()
		return nil
	}
	s.c.Scores = map[string][2]float64{}
	for _, name := range formNames() {
		s.c.Scores[name] = [2]float64{s.form[0].number(name), s.form[1].number(name)}
	}
	return nil
}

// counted reports whether a row that cannot be taken is counted all the same: the older
// system has the dossier, and what was left behind does not look equal. Each night it would
// be the same, so the shadow tells only how many there are.
func (s *sides) counted(l legacy) bool {
	return s.c.Kind == Counts && l.Word != "" && l.Procedure != "" && !l.Submitted.IsZero()
}

// beside looks at dossiers of the dump and at what they are here.
func (s *sides) beside(ctx context.Context, w Wave, some []legacy) error {
	words := make([]string, len(some))
	for i, l := range some {
		words[i] = l.Word
	}
	there, err := s.store.FindRows(ctx, s.DB, w.Source, words)
	if err != nil {
		return err
	}
	ids := make([]dossiers.ID, 0, len(there))
	for _, r := range there {
		ids = append(ids, dossiers.ID(r.Dossier))
	}
	stand, err := s.Dossiers.Stand(ctx, s.DB, ids)
	if err != nil {
		return err
	}
	for _, l := range some {
		d, here := stand[dossiers.ID(there[l.Word].Dossier)]
		month := month(l.Submitted)
		s.form[0].add(l.Status, l.Channel, l.Accepted, l.Due, l.Finished, s.now)
		if !here {
			s.add(Difference{Kind: "missing", Procedure: string(l.Procedure), Month: month, Unit: string(l.Unit), Word: l.Word})
			continue
		}
		if s.c.Kind != Shadow {
			continue
		}
		if d.Status != l.Status {
			s.add(Difference{Kind: "status", Procedure: string(l.Procedure), Month: month, Unit: string(l.Unit), Word: l.Word, Theirs: strconv.Itoa(int(l.Status)), Ours: strconv.Itoa(int(d.Status))})
		}
		if !sameDay(d.Due, l.Due) {
			s.add(Difference{Kind: "due", Procedure: string(l.Procedure), Month: month, Unit: string(l.Unit), Word: l.Word, Theirs: dayText(l.Due), Ours: dayText(d.Due)})
		}
	}
	return nil
}

// here counts what is here of the units, and finds what the dump does not have.
func (s *sides) here(ctx context.Context, w Wave, seen map[string]bool) error {
	for _, unit := range slices.Sorted(maps.Keys(s.mine)) {
		for after := ""; ; {
			rows, err := s.store.RowsOfUnit(ctx, s.DB, w.ID, unit, after, 500)
			if err != nil {
				return err
			}
			if len(rows) == 0 {
				break
			}
			ids := make([]dossiers.ID, len(rows))
			for i, r := range rows {
				ids[i] = dossiers.ID(r.Dossier)
			}
			stand, err := s.Dossiers.Stand(ctx, s.DB, ids)
			if err != nil {
				return err
			}
			for _, r := range rows {
				after = r.Word
				d, ok := stand[dossiers.ID(r.Dossier)]
				if !ok {
					continue
				}
				s.c.Ours++
				s.ours[slot{string(d.Procedure), month(d.Submitted)}]++
				s.form[1].add(d.Status, d.Channel, d.Accepted, d.Due, d.Done, s.now)
				if !seen[r.Word] {
					s.add(Difference{Kind: "extra", Procedure: string(d.Procedure), Month: month(d.Submitted), Unit: unit, Word: r.Word})
				}
			}
		}
	}
	return nil
}

// count puts the slots in which both sides differ before single dossiers.
func (s *sides) count() {
	all := map[slot]bool{}
	for k := range s.theirs {
		all[k] = true
	}
	for k := range s.ours {
		all[k] = true
	}
	var counts []Difference
	for _, k := range slices.SortedFunc(maps.Keys(all), func(a, b slot) int {
		return cmp.Or(strings.Compare(a.procedure, b.procedure), strings.Compare(a.month, b.month))
	}) {
		s.counts = append(s.counts, store.Count{Procedure: k.procedure, Month: k.month, Theirs: s.theirs[k], Ours: s.ours[k]})
		if s.theirs[k] != s.ours[k] {
			counts = append(counts, Difference{Kind: "count", Procedure: k.procedure, Month: k.month, Theirs: strconv.Itoa(s.theirs[k]), Ours: strconv.Itoa(s.ours[k])})
		}
	}
	s.c.Found += len(counts)
	if len(counts) > 0 {
		s.c.Kinds["count"] = len(counts)
	}
	s.found = append(counts, s.found...)
	s.found = s.found[:min(len(s.found), maxDifferences)]
}

// add counts a difference, and keeps it while there are few.
func (s *sides) add(d Difference) {
	s.c.Kinds[d.Kind]++
	if s.c.Found++; len(s.found) < maxDifferences {
		s.found = append(s.found, d)
	}
}

func month(t db.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(calendar.Zone()).Format("2006-01")
}

func dayText(t db.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(calendar.Zone()).Format(time.DateOnly)
}

func sameDay(a, b db.Time) bool { return dayText(a) == dayText(b) }

// form are the columns of form II.06a that both sides can fill in, and what group 2 of
// the scores of QĐ 766/QĐ-TTg needs.
type form struct {
	received, online, early, onTime, late, open, openLate int
}

func (f *form) add(status dossiers.Status, channel dossiers.Channel, accepted, due, done, now db.Time) {
	if accepted.IsZero() {
		return
	}
	f.received++
	if channel == dossiers.Online {
		f.online++
	}
	switch {
	case status == dossiers.Withdrawn || status == dossiers.Stopped:
	case status >= dossiers.Finished && (due.IsZero() || dayText(done) == dayText(due) || !done.After(due.Time)):
		if !due.IsZero() && dayText(done) < dayText(due) {
			f.early++
		} else {
			f.onTime++
		}
	case status >= dossiers.Finished:
		f.late++
	case !due.IsZero() && due.Before(now.Time):
		f.openLate++
	default:
		f.open++
	}
}

// formNames are the figures in the order in which they are shown.
func formNames() []string {
	return []string{"received", "online", "early", "on_time", "late", "open", "open_late", scoreName}
}

// FormNames are the figures of a shadow comparison in the order in which they are shown.
func FormNames() []string { return formNames() }

func (f *form) number(name string) float64 {
	switch name {
	case "received":
		return float64(f.received)
	case "online":
		return float64(f.online)
	case "early":
		return float64(f.early)
	case "on_time":
		return float64(f.onTime)
	case "late":
		return float64(f.late)
	case "open":
		return float64(f.open)
	case "open_late":
		return float64(f.openLate)
	}
	if f.received == 0 {
		return 0
	}
	// Group 2 (tiến độ giải quyết): 20 × those in time ÷ those received.
	return float64(scores.Points(20, int64(f.early+f.onTime+f.open), int64(f.received), 100)) / 100
}
