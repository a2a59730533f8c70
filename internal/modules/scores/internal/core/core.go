// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core works out the scores of units from counts of dossiers and freezes
// periods. It knows no HTTP and no pages.
package core

import (
	"context"
	"slices"
	"sync"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/scores"
	"tinhso.vn/internal/modules/scores/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Closing is who froze a period, when, and by which set.
type Closing = store.Closing

// Service runs the use cases.
type Service struct {
	db        *db.DB
	dossiers  dossiers.Scoring
	catalogue procedures.Offerer
	decisions Decisions
	money     payments.Scoring
	rated     Ratings
	online    bool // people can pay online here

	mu     sync.Mutex
	sheets map[Period]kept
}

// Decisions counts the decisions that were signed from one day to another
// (YYYY-MM-DD), by the names of scores.
type Decisions func(ctx context.Context, from, to string) (map[string]int64, error)

// Ratings counts who has said how they were served, and who of them is satisfied, by
// unit, in the months from one day to another. It knows nobody.
type Ratings func(ctx context.Context, from, to string) (map[orgs.ID]Rated, error)

// Rated is what people have said of a unit.
type Rated struct{ Answers, Satisfied int64 }

// Beside is what counts besides dossiers and the catalogue; nil: nothing.
type Beside struct {
	Decisions Decisions
	Money     payments.Scoring
	Ratings   Ratings
	PayOnline bool // people can pay online here
}

// kept is a sheet that was worked out not long ago: a year of a province takes seconds.
type kept struct {
	sheet Sheet
	until time.Time
}

const (
	keptFor  = 5 * time.Minute
	keptMost = 60
	// PageSize is how many dossiers are listed at once.
	PageSize    = 50
	trendMonths = 6
)

// New returns a service.
func New(d *db.DB, s dossiers.Scoring, c procedures.Offerer, b Beside) *Service {
	return &Service{db: d, dossiers: s, catalogue: c, decisions: b.Decisions, money: b.Money, rated: b.Ratings, online: b.PayOnline, sheets: map[Period]kept{}}
}

// ApplySets makes the sets those of a pack, in the caller's transaction.
func (*Service) ApplySets(ctx context.Context, tx *db.Tx, sets []scores.Set) (int, error) {
	return store.PutSets(ctx, tx, sets)
}

// Sheet is all units of a period.
type Sheet struct {
	Period Period
	Set    scores.Set // without an ID: none is valid then
	At     db.Time    // how far into the period it looks
	Closed *Closing   // nil: the period is open
	nodes  []store.Node
}

// sheet returns a frozen period as it was frozen, and another as it is now, at
// most some minutes old.
func (s *Service) sheet(ctx context.Context, p Period) (Sheet, error) {
	c, found, err := store.FindClosing(ctx, s.db, p.String())
	if err != nil {
		return Sheet{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.db.Now()
	k, there := s.sheets[p]
	switch {
	case there && found && k.sheet.Closed != nil, there && !found && now.Before(k.until):
		return k.sheet, nil
	}
	var sheet Sheet
	if found {
		sheet = Sheet{Period: p, Set: c.Set, At: c.CutOff, Closed: &c}
		sheet.nodes, err = store.ListFrozen(ctx, s.db, p.String())
	} else {
		sheet, err = s.fresh(ctx, p)
	}
	if err != nil {
		return Sheet{}, err
	}
	if len(s.sheets) >= keptMost {
		clear(s.sheets)
	}
	s.sheets[p] = kept{sheet, now.Add(keptFor)}
	return sheet, nil
}

// fresh works a period out from the records of now.
func (s *Service) fresh(ctx context.Context, p Period) (Sheet, error) {
	sheet := Sheet{Period: p, At: p.To()}
	if now := s.db.Now(); now.Before(sheet.At.Time) {
		sheet.At = now
	}
	sets, err := store.ListSets(ctx, s.db)
	if err != nil {
		return sheet, err
	}
	day := p.lastDay()
	if i := slices.IndexFunc(sets, func(of scores.Set) bool { return of.ValidFrom <= day && (of.ValidTo == "" || day <= of.ValidTo) }); i >= 0 {
		sheet.Set = sets[i]
	}
	if p.From().After(sheet.At.Time) {
		return sheet, nil // it has not begun
	}
	sheet.nodes, err = s.count(ctx, p, sheet.At)
	return sheet, err
}

// scope is what the actor may see: every unit, or those of the own place.
func scope(actor identity.Actor) (access.Scope, error) {
	if all, err := access.Everywhere(actor, scores.PermAll); err == nil {
		return all, nil
	}
	return access.Require(actor, scores.PermView)
}

// visible leaves the units that the actor may see.
func (s *Service) visible(ctx context.Context, sc access.Scope, sheet Sheet) ([]store.Node, error) {
	parts, err := sc.Parts(ctx, s.db, most)
	if err != nil || parts.Wide {
		return sheet.nodes, err
	}
	may := map[string]bool{}
	for _, u := range parts.Units {
		may[u] = true
	}
	var out []store.Node
	for _, n := range sheet.nodes {
		if may[string(n.ID)] {
			out = append(out, n)
		}
	}
	return out, nil
}

// Line is a unit with its score.
type Line struct {
	store.Node
	Score
	Top bool // nothing that the actor sees stands above it
}

// Idle reports whether the unit had no dossier in the period: what its procedures
// give says nothing of its work.
func (l Line) Idle() bool {
	return l.Counts[string(dossiers.ScoreReceived)]+l.Counts[string(dossiers.ScoreCarried)] == 0
}

func (s Sheet) line(n store.Node) Line { return Line{Node: n, Score: workOut(s.Set, n.Counts)} }

// List returns the units at the top of what the actor may see, and those right
// under them that have something to score, or all of them at the very top.
func (s *Service) List(ctx context.Context, actor identity.Actor, p Period) (sheet Sheet, lines []Line, err error) {
	defer errs.Wrap(&err, "list scores of %s", p)

	sc, err := scope(actor)
	if err != nil {
		return sheet, nil, err
	}
	if sheet, err = s.sheet(ctx, p); err != nil || sheet.Set.ID == "" {
		return sheet, nil, err
	}
	nodes, err := s.visible(ctx, sc, sheet)
	return sheet, sheet.head(nodes), err
}

// head returns the units at the top of some, and those right under them that
// have something to score.
func (s Sheet) head(nodes []store.Node) (lines []Line) {
	seen := map[orgs.ID]bool{}
	for _, n := range nodes {
		seen[n.ID] = true
	}
	top := map[orgs.ID]bool{}
	for _, n := range nodes {
		top[n.ID] = !seen[n.Parent]
	}
	for _, n := range nodes {
		if l := s.line(n); top[n.ID] || top[n.Parent] && l.Of > 0 {
			l.Top = top[n.ID]
			lines = append(lines, l)
		}
	}
	slices.SortStableFunc(lines, func(a, b Line) int { return rank(a) - rank(b) })
	return lines
}

// rank puts what is at the top first.
func rank(l Line) int {
	if l.Top {
		return 0
	}
	return 1
}

// Detail is one unit: its criteria, those under it, and how it was before.
type Detail struct {
	Sheet
	Line
	Under  []Line
	Before *Score // of the period before; nil: nothing was counted
	Trend  []Month
}

// Month is the score of one month.
type Month struct {
	Period Period
	Score
}

// Unit returns one unit of a period.
func (s *Service) Unit(ctx context.Context, actor identity.Actor, p Period, unit orgs.ID) (d Detail, err error) {
	defer errs.Wrap(&err, "score of %s in %s", unit, p)

	sc, err := scope(actor)
	if err != nil {
		return d, err
	}
	if d.Sheet, err = s.sheet(ctx, p); err != nil {
		return d, err
	}
	nodes, err := s.visible(ctx, sc, d.Sheet)
	if err != nil {
		return d, err
	}
	i := slices.IndexFunc(nodes, func(n store.Node) bool { return n.ID == unit })
	if i < 0 {
		return d, scores.ErrUnknown
	}
	d.Line = d.line(nodes[i])
	for _, n := range nodes {
		if l := d.line(n); n.Parent == unit && l.Of > 0 {
			d.Under = append(d.Under, l)
		}
	}
	of := func(p Period) (*Score, error) {
		sheet, err := s.sheet(ctx, p)
		if err != nil {
			return nil, err
		}
		for _, n := range sheet.nodes {
			if score := workOut(sheet.Set, n.Counts); n.ID == unit && score.Of > 0 {
				return &score, nil
			}
		}
		return nil, nil
	}
	if d.Before, err = of(p.Before()); err != nil {
		return d, err
	}
	last := MonthOf(db.At(p.To().Add(-time.Second)))
	if now := MonthOf(s.db.Now()); now.From().Before(last.From().Time) {
		last = now
	}
	for n := range trendMonths {
		month := last.after(-n)
		score, err := of(month)
		if err != nil {
			return d, err
		}
		if score != nil {
			d.Trend = append(d.Trend, Month{month, *score})
		}
	}
	return d, nil
}

// Behind is dossiers that a number counts.
type Behind struct {
	Sheet
	Unit  store.Node
	Items []dossiers.Summary
	Next  dossiers.ID
}

// Dossiers lists the dossiers of a unit that a measure counts, in the scope in
// which the number was shown. It names nobody; each opens by a right of its own.
func (s *Service) Dossiers(ctx context.Context, actor identity.Actor, p Period, unit orgs.ID, m dossiers.ScoreMeasure, after dossiers.ID) (b Behind, err error) {
	defer errs.Wrap(&err, "dossiers behind %s of %s", m, unit)

	sc, err := scope(actor)
	if err != nil {
		return b, err
	}
	if b.Sheet, err = s.sheet(ctx, p); err != nil {
		return b, err
	}
	nodes, err := s.visible(ctx, sc, b.Sheet)
	if err != nil {
		return b, err
	}
	i := slices.IndexFunc(nodes, func(n store.Node) bool { return n.ID == unit })
	if i < 0 || !slices.Contains(Measures(), m) {
		return b, scores.ErrUnknown
	}
	b.Unit = nodes[i]
	of := dossiers.ScoredPeriod{From: p.From(), To: p.To(), At: b.At}
	if m == scores.CountDue || m == scores.CountPaid {
		b.Items, b.Next, err = s.paid(ctx, sc, of, m == scores.CountPaid, under(b.nodes, unit), after)
		return b, err
	}
	b.Items, err = s.dossiers.ListScored(ctx, sc, of, m, under(b.nodes, unit), after, PageSize+1)
	if len(b.Items) > PageSize {
		b.Items = b.Items[:PageSize]
		b.Next = b.Items[PageSize-1].ID
	}
	return b, err
}

// Close freezes a period that is over, as it is worked out now.
func (s *Service) Close(ctx context.Context, actor identity.Actor, p Period) (err error) {
	defer errs.Wrap(&err, "close %s", p)

	if _, err := access.Everywhere(actor, scores.PermClose); err != nil {
		return err
	}
	if s.db.Now().Before(p.To().Time) {
		return scores.ErrNotOver
	}
	sheet, err := s.fresh(ctx, p) // outside the transaction: it is slow
	if err != nil {
		return err
	}
	if sheet.Set.ID == "" {
		return scores.ErrNoSet
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		first, err := store.AddClosing(ctx, tx, Closing{Period: p.String(), Set: sheet.Set, CutOff: sheet.At, By: actor.Account, Named: actor.Name}, sheet.nodes)
		if err != nil {
			return err
		}
		if !first {
			return scores.ErrClosed
		}
		return audit.Record(ctx, tx, actor, scores.AuditClosed, p.String())
	})
}

// Difference is a unit whose score is another when it is worked out again.
type Difference struct {
	store.Node
	Frozen, Now Score
}

// Differences works a frozen period out again, by the set of then, and returns
// the units whose points differ. What is frozen stays.
func (s *Service) Differences(ctx context.Context, actor identity.Actor, p Period) (sheet Sheet, all []Difference, err error) {
	defer errs.Wrap(&err, "work %s out again", p)

	sc, err := scope(actor)
	if err != nil {
		return sheet, nil, err
	}
	if sheet, err = s.sheet(ctx, p); err != nil {
		return sheet, nil, err
	}
	if sheet.Closed == nil {
		return sheet, nil, scores.ErrOpen
	}
	nodes, err := s.visible(ctx, sc, sheet)
	if err != nil {
		return sheet, nil, err
	}
	again, err := s.count(ctx, p, sheet.At)
	if err != nil {
		return sheet, nil, err
	}
	counts := map[orgs.ID]map[string]int64{}
	for _, n := range again {
		counts[n.ID] = n.Counts
	}
	for _, n := range nodes {
		d := Difference{n, workOut(sheet.Set, n.Counts), workOut(sheet.Set, counts[n.ID])}
		if d.Frozen.Points != d.Now.Points || d.Frozen.Of != d.Now.Of {
			all = append(all, d)
		}
	}
	return sheet, all, nil
}
