// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// MaxParts is into how many units one is split at most.
const MaxParts = 6

// SplitPart is a unit that begins with a split. It stands where the old one stood.
type SplitPart struct{ Name, NameEN, Short, Code string }

// SplitDecision is what a person enters to split a unit.
type SplitDecision struct {
	Unit                string
	Number, Date, Basis string
	From                string // the first day of the parts, YYYY-MM-DD; to come
	Keep                bool   // the unit goes on, without what goes to the parts
	Parts               []SplitPart
	People              map[string]int // holding → part, counted from 1; none: the first, or the old unit where it goes on
	Children            map[string]int // units right under it → part
}

func (d *SplitDecision) check(today string) error {
	var a asked
	d.Number = a.words("number", d.Number)
	a.day("date", d.Date)
	d.Basis = a.words("basis", d.Basis)
	if a.day("from", d.From); d.From <= today {
		a.add("from", "personnel.split_past") // nobody splits a unit in days that are written already
	}
	d.Parts = slices.DeleteFunc(slices.Clone(d.Parts), func(p SplitPart) bool { return text.Line(p.Name) == "" })
	least := 2
	if d.Keep {
		least = 1
	}
	if len(d.Parts) < least || len(d.Parts) > MaxParts {
		a.fields = append(a.fields, errs.Field{Name: "part-1", Code: "personnel.split_parts", Args: map[string]any{"min": least, "max": MaxParts}})
	}
	for i := range d.Parts {
		d.Parts[i].Name = text.Line(d.Parts[i].Name)
	}
	for _, to := range []map[string]int{d.People, d.Children} {
		for _, n := range to {
			if n < 0 || n > len(d.Parts) || n == 0 && !d.Keep {
				a.add("part-1", "form.choose")
				return a.err()
			}
		}
	}
	return a.err()
}

// idOf is the id of a part: its name without marks.
func idOf(name string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r == ' ' || r == '-' || r == '.':
			return '-'
		}
		return -1
	}, text.Fold(name))
	return strings.Trim(strings.Join(strings.FieldsFunc(clean, func(r rune) bool { return r == '-' }), "-"), "-")
}

// Assigned is somebody of the unit with where the split puts them.
type Assigned struct {
	Post Post
	Who  Who
	Part int // counted from 1; 0: stays
	Held int // open work that has to be handed over
}

// SplitEffect is what a split would do.
type SplitEffect struct {
	Unit     orgs.Unit
	Parts    []orgs.Unit
	People   []Assigned
	Children []orgs.Unit
	To       map[orgs.ID]int // of the children
	Counts   []SplitCount    // of each part, the first for what stays
	Lost     int             // roles beside a post and delegations that end
}

// SplitCount is how much goes to a part.
type SplitCount struct{ People, Units, Work int }

// PreviewSplit says what a split would do, with counts, and does nothing.
func (s *Service) PreviewSplit(ctx context.Context, actor identity.Actor, d SplitDecision) (e SplitEffect, err error) {
	defer errs.Wrap(&err, "preview a split")

	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if e, err = s.split(ctx, tx, actor, d, ""); err != nil {
			return err
		}
		return errPreview
	})
	if errors.Is(err, errPreview) {
		err = nil
	}
	return e, err
}

// EnterSplit splits a unit from a day on. People hold the same posts in their
// part; what they have in hand is on the list of work to hand over.
func (s *Service) EnterSplit(ctx context.Context, actor identity.Actor, d SplitDecision) (split string, err error) {
	defer errs.Wrap(&err, "split unit %s", d.Unit)

	split = id.New()
	return split, s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.split(ctx, tx, actor, d, split); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, personnel.AuditUnit, d.Unit)
	})
}

// split does it, and keeps what it has made under an id.
func (s *Service) split(ctx context.Context, tx *db.Tx, actor identity.Actor, d SplitDecision, keepAs string) (e SplitEffect, err error) {
	if _, err := access.Everywhere(actor, personnel.PermAll); err != nil {
		return e, err
	}
	if err := d.check(orgs.Day(tx.Now)); err != nil {
		return e, err
	}
	unit, found, err := orgs.AsOf(ctx, tx, orgs.ID(d.Unit), orgs.Day(tx.Now))
	if err != nil {
		return e, err
	}
	if !found {
		return e, orgs.ErrNotFound.With("unit", d.Unit)
	}
	e = SplitEffect{Unit: unit, To: map[orgs.ID]int{}, Counts: make([]SplitCount, len(d.Parts)+1)}
	what := orgs.Splitting{Unit: unit.ID, Keep: d.Keep, Children: map[orgs.ID]orgs.ID{}}
	for i, p := range d.Parts {
		u := orgs.Unit{ID: orgs.ID(idOf(p.Name)), Parent: unit.Parent, Kind: unit.Kind, Name: i18n.Text{VI: p.Name, EN: text.Line(p.NameEN)}, Short: text.Line(p.Short), Address: unit.Address, Phone: unit.Phone, Verified: true}
		if p.Code != "" {
			if u.Code, err = orgs.ParseCode(p.Code); err != nil {
				return e, errs.BadInput([]errs.Field{{Name: "code-" + strconv.Itoa(i+1), Code: "orgs.code"}})
			}
		}
		what.Parts = append(what.Parts, u)
	}
	e.Parts = what.Parts
	if err := s.placeChildren(ctx, tx, &e, &what, d); err != nil {
		return e, err
	}
	by := orgs.Decision{Number: d.Number, Date: d.Date, From: d.From, By: actor.Account}
	if err := orgs.Split(ctx, tx, what, by); err != nil {
		return e, err
	}
	items, err := s.placePeople(ctx, tx, actor, &e, d, by)
	if err != nil || keepAs == "" {
		return e, err
	}
	row := store.Split{ID: keepAs, Unit: d.Unit, Keep: d.Keep, Decision: d.Number, DecidedOn: d.Date, Basis: d.Basis, From: d.From, By: actor.Account, At: tx.Now}
	if err := store.PutSplit(ctx, tx, row); err != nil {
		return e, err
	}
	for _, p := range what.Parts {
		items = append(items, store.SplitItem{Kind: "part", Ref: string(p.ID)})
	}
	for child, part := range what.Children {
		items = append(items, store.SplitItem{Kind: "child", Ref: string(child), Was: string(part)})
	}
	for n, i := range items {
		if err := store.PutSplitItem(ctx, tx, keepAs, n, i); err != nil {
			return e, err
		}
	}
	return e, nil
}

// placeChildren finds a part for each unit right under the one that is split.
func (s *Service) placeChildren(ctx context.Context, tx *db.Tx, e *SplitEffect, what *orgs.Splitting, d SplitDecision) error {
	for from := (orgs.Page{}); ; {
		some, err := orgs.ListBranches(ctx, tx, what.Unit, d.From, from, batch)
		if err != nil {
			return err
		}
		for _, b := range some {
			e.Children = append(e.Children, b.Unit)
			to, said := d.Children[string(b.ID)]
			if !said && !d.Keep {
				to = 1
			}
			e.To[b.ID] = to
			e.Counts[to].Units++
			if to > 0 {
				what.Children[b.ID] = what.Parts[to-1].ID
			}
			from = orgs.After(b.Unit)
		}
		if len(some) < batch {
			return nil
		}
	}
}

// placePeople ends the posts in the unit and gives the same ones in the parts.
func (s *Service) placePeople(ctx context.Context, tx *db.Tx, actor identity.Actor, e *SplitEffect, d SplitDecision, by orgs.Decision) (items []store.SplitItem, err error) {
	start, err := orgs.Start(by.From)
	if err != nil {
		return nil, err
	}
	held, err := access.ListInUnits(ctx, tx, tx.Now, "", 10*batch, e.Unit.ID)
	if err != nil {
		return nil, err
	}
	names := s.naming()
	for _, h := range held {
		if !h.Standing(start) {
			continue
		}
		to, said := d.People[h.ID]
		if !said && !d.Keep {
			to = 1
		}
		post := slices.Contains(access.Kinds(), h.Kind)
		if to == 0 && post || to == 0 && d.Keep {
			if post {
				if err := s.assigned(ctx, tx, names, e, h, 0, 0); err != nil {
					return nil, err
				}
			}
			continue
		}
		until := ""
		if !h.Until.IsZero() {
			until = strconv.FormatInt(h.Until.UnixMicro(), 10)
		}
		switch err := access.End(ctx, tx, h.ID, start, actor.Account, by.Number); {
		case errors.Is(err, access.ErrEnded): // with the post from which it was delegated
			continue
		case err != nil:
			return nil, err
		}
		items = append(items, store.SplitItem{Kind: "ended", Ref: h.ID, Was: until})
		if !post {
			e.Lost++
			continue
		}
		next := h
		next.Unit, next.Since, next.Position, next.Decision, next.DecidedOn, next.EnteredBy = e.Parts[to-1].ID, start, "", by.Number, by.Date, actor.Account
		given, err := access.Give(ctx, tx, next)
		if err != nil {
			return nil, err
		}
		items = append(items, store.SplitItem{Kind: "given", Ref: given})
		work, err := s.held(ctx, tx, h.Account, e.Unit.ID)
		if err != nil {
			return nil, err
		}
		if err := s.assigned(ctx, tx, names, e, h, to, len(work)); err != nil {
			return nil, err
		}
		if len(work) > 0 {
			if err := store.OpenHandover(ctx, tx, store.Handover{ID: id.New(), Account: h.Account, Unit: d.Unit, From: by.From, Opened: tx.Now}); err != nil {
				return nil, err
			}
		}
	}
	return items, nil
}

func (s *Service) assigned(ctx context.Context, tx *db.Tx, names *naming, e *SplitEffect, h access.Holding, to, work int) error {
	one := Assigned{Part: to, Held: work}
	var err error
	if one.Post, err = names.post(ctx, tx, h); err != nil {
		return err
	}
	if one.Who, err = s.who(ctx, tx, h.Account); err != nil {
		return err
	}
	e.People = append(e.People, one)
	e.Counts[to].People++
	e.Counts[to].Work += work
	return nil
}

// WithdrawSplit takes a split back before its day: units and posts stay what
// they are.
func (s *Service) WithdrawSplit(ctx context.Context, actor identity.Actor, split string) (err error) {
	defer errs.Wrap(&err, "withdraw split %s", split)

	if _, err := access.Everywhere(actor, personnel.PermAll); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		row, err := store.GetSplit(ctx, tx, split)
		if err != nil {
			return err
		}
		if !row.WithdrawnAt.IsZero() || row.From <= orgs.Day(tx.Now) {
			return personnel.ErrDecided
		}
		items, err := store.SplitItems(ctx, tx, split)
		if err != nil {
			return err
		}
		what := orgs.Splitting{Unit: orgs.ID(row.Unit), Keep: row.Keep, Children: map[orgs.ID]orgs.ID{}}
		for _, i := range items {
			switch i.Kind {
			case "part":
				what.Parts = append(what.Parts, orgs.Unit{ID: orgs.ID(i.Ref)})
			case "child":
				what.Children[orgs.ID(i.Ref)] = orgs.ID(i.Was)
			case "given":
				if err := access.End(ctx, tx, i.Ref, tx.Now, actor.Account, row.Decision); err != nil && !errors.Is(err, access.ErrEnded) {
					return err
				}
			}
		}
		for _, i := range items {
			if i.Kind == "ended" {
				if err := s.unend(ctx, tx, row, i); err != nil {
					return err
				}
			}
		}
		for _, p := range what.Parts { // who was put there since has to go first
			held, err := access.ListInUnits(ctx, tx, tx.Now, "", 10*batch, p.ID)
			if err != nil {
				return err
			}
			if slices.ContainsFunc(held, func(h access.Holding) bool { return h.Until.IsZero() || h.Until.After(h.Since.Time) }) {
				return personnel.ErrBuilt
			}
		}
		if err := orgs.Unsplit(ctx, tx, what, orgs.Decision{Number: row.Decision, From: row.From}); err != nil {
			return err
		}
		row.WithdrawnBy, row.WithdrawnAt = actor.Account, tx.Now
		if err := store.PutSplit(ctx, tx, row); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, personnel.AuditUnit, row.Unit)
	})
}

func (s *Service) unend(ctx context.Context, tx *db.Tx, row store.Split, i store.SplitItem) error {
	h, err := access.GetHolding(ctx, tx, i.Ref)
	if err != nil {
		return err
	}
	if h.EndDecision != row.Decision {
		return personnel.ErrBuilt
	}
	var until db.Time
	if n, err := strconv.ParseInt(i.Was, 10, 64); err == nil {
		until = db.At(time.UnixMicro(n))
	}
	if err := access.Reopen(ctx, tx, i.Ref, until); err != nil {
		return err
	}
	return store.DropHandovers(ctx, tx, h.Account, row.Unit, row.From)
}

// SplitRow is a split as lists show it.
type SplitRow struct {
	ID, Number, Date, Basis, From string
	Unit                          orgs.ID
	Parts                         []string
	By                            Who
	Entered, Withdrawn            db.Time
	Open                          bool // it can be withdrawn
}

// ListSplits returns the splits of a unit (empty: of all), the newest first.
func (s *Service) ListSplits(ctx context.Context, actor identity.Actor, unit, before string) (p Page[SplitRow], err error) {
	defer errs.Wrap(&err, "list splits")

	if err := unitsFor(actor); err != nil {
		return p, err
	}
	rows, err := store.SplitsOf(ctx, s.DB, unit, before, PageSize+1)
	if err != nil {
		return p, err
	}
	part := cut(rows, PageSize, func(r store.Split) string { return r.ID })
	p.Next = part.Next
	for _, r := range part.Items {
		one := SplitRow{ID: r.ID, Number: r.Decision, Date: r.DecidedOn, Basis: r.Basis, From: r.From, Unit: orgs.ID(r.Unit), Entered: r.At, Withdrawn: r.WithdrawnAt, Open: r.WithdrawnAt.IsZero() && r.From > s.today()}
		if one.By, err = s.who(ctx, s.DB, r.By); err != nil {
			return p, err
		}
		items, err := store.SplitItems(ctx, s.DB, r.ID)
		if err != nil {
			return p, fmt.Errorf("split %s: %w", r.ID, err)
		}
		for _, i := range items {
			if i.Kind == "part" {
				one.Parts = append(one.Parts, i.Ref)
			}
		}
		p.Items = append(p.Items, one)
	}
	return p, nil
}
