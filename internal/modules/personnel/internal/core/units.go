// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/csv"
	"io"
	"slices"
	"strings"

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
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/text"
)

// The kinds of decisions about units.
const (
	CreateUnit = "create"
	AlterUnit  = "alter" // name, codes, address, or another parent
	EndUnit    = "end"
	MergeUnits = "merge" // the unit into another
)

// UnitDecision is what a person enters about a unit.
type UnitDecision struct {
	Kind         string
	Number, Date string // of the document
	From         string // the first day on which it counts, YYYY-MM-DD
	Unit         string // that is changed; of CreateUnit the new id, a slug
	Parent       string
	UnitKind     string
	Name, NameEN string
	Short        string
	Code         string // either form
	Address      string
	Phone        string
	Into         string // of MergeUnits
	Carry        bool   // of MergeUnits: people hold the same posts in the other
}

func (d *UnitDecision) check() error {
	var a asked
	if !slices.Contains([]string{CreateUnit, AlterUnit, EndUnit, MergeUnits}, d.Kind) {
		a.add("kind", "form.choose")
	}
	d.Number = a.words("number", d.Number)
	a.day("date", d.Date)
	a.day("from", d.From)
	if d.Unit == "" || strings.Trim(d.Unit, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" {
		a.add("unit", "personnel.slug")
	}
	if d.Kind == CreateUnit || d.Kind == AlterUnit {
		d.Name = a.words("name", d.Name)
		if d.UnitKind == "" {
			a.add("unit_kind", "form.choose")
		}
	}
	if d.Kind == MergeUnits && d.Into == "" {
		a.add("into", "personnel.missing")
	}
	return a.err()
}

// EnterUnit enters a decision about a unit. Posts in a unit that ends end with
// it; its open work is on the list of work to hand over, under its successor.
func (s *Service) EnterUnit(ctx context.Context, actor identity.Actor, d UnitDecision) (err error) {
	defer errs.Wrap(&err, "enter a decision about unit %s", d.Unit)

	if _, err := access.Everywhere(actor, personnel.PermAll); err != nil {
		return err
	}
	if err := d.check(); err != nil {
		return err
	}
	by := orgs.Decision{Number: d.Number, Date: d.Date, From: d.From, By: actor.Account}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.unit(ctx, tx, actor, d, by); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, personnel.AuditUnit, d.Unit)
	})
}

func (s *Service) unit(ctx context.Context, tx *db.Tx, actor identity.Actor, d UnitDecision, by orgs.Decision) error {
	switch d.Kind {
	case CreateUnit:
		u := orgs.Unit{ID: orgs.ID(d.Unit), Verified: true}
		if err := s.fill(ctx, tx, &u, d); err != nil {
			return err
		}
		return orgs.Create(ctx, tx, u, by)
	case AlterUnit:
		u, err := orgs.Get(ctx, tx, orgs.ID(d.Unit))
		if err != nil {
			return err
		}
		if err := s.fill(ctx, tx, &u, d); err != nil {
			return err
		}
		return orgs.Alter(ctx, tx, u, by)
	}
	into := orgs.ID("")
	if d.Kind == MergeUnits {
		found, err := s.unitOf(ctx, tx, "into", d.Into)
		if err != nil {
			return err
		}
		into = found
		if err := orgs.Merge(ctx, tx, []orgs.ID{orgs.ID(d.Unit)}, into, by); err != nil {
			return err
		}
	} else if err := orgs.End(ctx, tx, orgs.ID(d.Unit), by); err != nil {
		return err
	}
	return s.endPosts(ctx, tx, actor, orgs.ID(d.Unit), into, d.Carry, by)
}

func (s *Service) fill(ctx context.Context, q db.Querier, u *orgs.Unit, d UnitDecision) error {
	parent, err := s.unitOf(ctx, q, "parent", d.Parent)
	if err != nil {
		return err
	}
	code := ""
	if d.Code != "" {
		if code, err = orgs.ParseCode(d.Code); err != nil {
			return err
		}
	}
	if code != u.ProvisionalCode || code == "" {
		u.Code = code
	}
	u.Parent, u.Kind, u.Name, u.Short = parent, orgs.Kind(d.UnitKind), i18n.Text{VI: d.Name, EN: text.Line(d.NameEN)}, text.Line(d.Short)
	u.Address, u.Phone = text.Line(d.Address), text.Line(d.Phone)
	return nil
}

// endPosts ends the posts of a unit that ends and lists its work; with carry the
// same people hold the same roles in the successor, as the decision says.
func (s *Service) endPosts(ctx context.Context, tx *db.Tx, actor identity.Actor, unit, into orgs.ID, carry bool, by orgs.Decision) error {
	start, err := orgs.Start(by.From)
	if err != nil {
		return err
	}
	if start.Before(tx.Now.Time) {
		start = tx.Now
	}
	held, err := access.ListInUnits(ctx, tx, tx.Now, "", 10*batch, unit)
	if err != nil {
		return err
	}
	for _, h := range held {
		if !h.Standing(start) {
			continue
		}
		if err := access.End(ctx, tx, h.ID, start, actor.Account, by.Number); err != nil && errs.KindOf(err) != errs.Conflict {
			return err
		}
		if err := store.OpenHandover(ctx, tx, store.Handover{ID: id.New(), Account: h.Account, Unit: string(unit), From: by.From, Opened: tx.Now}); err != nil {
			return err
		}
		if !carry || into == "" || !slices.Contains(access.Kinds(), h.Kind) {
			continue
		}
		next := h
		next.Unit, next.Since, next.Position, next.Decision, next.DecidedOn, next.EnteredBy = into, start, "", by.Number, by.Date, actor.Account
		if _, err := access.Give(ctx, tx, next); err != nil {
			return err
		}
	}
	return nil
}

// AddPosition adds a position to a unit.
func (s *Service) AddPosition(ctx context.Context, actor identity.Actor, p orgs.Position, d orgs.Decision) (position string, err error) {
	defer errs.Wrap(&err, "add a position to %s", p.Unit)

	if _, err := access.Everywhere(actor, personnel.PermAll); err != nil {
		return "", err
	}
	var a asked
	p.Title.VI = a.words("title", p.Title.VI)
	if p.Role == "" {
		a.add("role", "form.choose")
	}
	if p.Seats < 1 || p.Seats > 1000 {
		a.add("seats", "personnel.seats_range")
	}
	d.Number = a.words("number", d.Number)
	a.day("from", d.From)
	if err := a.err(); err != nil {
		return "", err
	}
	d.By = actor.Account
	return position, s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := access.GetRole(ctx, tx, access.RoleID(p.Role)); err != nil {
			return err
		}
		if position, err = orgs.AddPosition(ctx, tx, p, d); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, personnel.AuditPosition, string(p.Unit))
	})
}

// TreeQuery says which part of the tree is read.
type TreeQuery struct {
	Parent string
	Words  string // instead of a parent: name, short name, code
	Day    string // YYYY-MM-DD; empty: today
	After  string // id of the last unit of the page before
}

// Tree is a level of the tree.
type Tree struct {
	Above []orgs.Unit // the parent first
	Page[orgs.Branch]
	Day string
}

func unitsFor(actor identity.Actor) error {
	_, err := access.RequireAny(actor, personnel.PermView, personnel.PermAll, personnel.PermInspect)
	return err
}

// ListUnits returns a level of the tree on a day, or the units that match words.
// Units are no secret: whoever may see people sees all of them.
func (s *Service) ListUnits(ctx context.Context, actor identity.Actor, q TreeQuery) (t Tree, err error) {
	defer errs.Wrap(&err, "list units")

	if err := unitsFor(actor); err != nil {
		return t, err
	}
	if t.Day = q.Day; t.Day == "" {
		t.Day = s.today()
	}
	var a asked
	if a.day("day", t.Day); len(a.fields) > 0 {
		return t, a.err()
	}
	from := orgs.Page{}
	if q.After != "" {
		u, err := orgs.Get(ctx, s.DB, orgs.ID(q.After))
		if err != nil {
			return t, err
		}
		from = orgs.After(u)
	}
	var rows []orgs.Branch
	if text.Line(q.Words) != "" {
		found, err := orgs.Search(ctx, s.DB, q.Words, t.Day, from, PageSize+1)
		if err != nil {
			return t, err
		}
		for _, u := range found {
			rows = append(rows, orgs.Branch{Unit: u})
		}
	} else {
		if q.Parent != "" {
			if t.Above, err = orgs.AboveOn(ctx, s.DB, orgs.ID(q.Parent), t.Day); err != nil {
				return t, err
			}
		}
		if rows, err = orgs.ListBranches(ctx, s.DB, orgs.ID(q.Parent), t.Day, from, PageSize+1); err != nil {
			return t, err
		}
	}
	t.Page = cut(rows, PageSize, func(b orgs.Branch) string { return string(b.ID) })
	return t, nil
}

// UnitFile is a unit with everything that is known of it.
type UnitFile struct {
	orgs.Unit // as it is on the day, or was last
	There     bool
	Day       string
	OldCode   string // the identifier in the older form; empty where it has none
	Above     []orgs.Unit
	Versions  []orgs.Version
	From, To  []orgs.Tie
	Positions []orgs.Position
}

// GetUnit returns a unit as of a day with its history.
func (s *Service) GetUnit(ctx context.Context, actor identity.Actor, unit, day string) (f UnitFile, err error) {
	defer errs.Wrap(&err, "read unit %s", unit)

	if err := unitsFor(actor); err != nil {
		return f, err
	}
	if f.Day = day; f.Day == "" {
		f.Day = s.today()
	}
	if f.Unit, f.There, err = orgs.AsOf(ctx, s.DB, orgs.ID(unit), f.Day); err != nil {
		return f, err
	}
	if !f.There {
		if f.Unit, err = orgs.Get(ctx, s.DB, orgs.ID(unit)); err != nil {
			return f, err
		}
	}
	f.OldCode, _ = orgs.OldCode(f.Agency())
	if f.Above, err = orgs.AboveOn(ctx, s.DB, f.ID, f.Day); err != nil {
		return f, err
	}
	if f.Versions, err = orgs.ListVersions(ctx, s.DB, f.ID); err != nil {
		return f, err
	}
	if f.From, f.To, err = orgs.ListTies(ctx, s.DB, f.ID); err != nil {
		return f, err
	}
	f.Positions, err = orgs.ListPositions(ctx, s.DB, f.ID)
	return f, err
}

// columns heads an export of units; an import has the same.
func columns() []string {
	return []string{"id", "parent", "kind", "name", "short", "code", "valid_from", "valid_to", "address", "phone"}
}

// ExportUnits writes all units of a day, as CSV (UTF-8 with its mark) or XLSX.
func (s *Service) ExportUnits(ctx context.Context, actor identity.Actor, day string, xlsx bool, w io.Writer) (err error) {
	defer errs.Wrap(&err, "export units")

	if err := unitsFor(actor); err != nil {
		return err
	}
	if day == "" {
		day = s.today()
	}
	var rows [][]string
	for after := orgs.ID(""); ; {
		some, err := orgs.ListAll(ctx, s.DB, day, after, 500)
		if err != nil {
			return err
		}
		for _, u := range some {
			rows = append(rows, []string{string(u.ID), string(u.Parent), string(u.Kind), u.Name.VI, u.Short, u.Agency(), u.ValidFrom, u.ValidTo, u.Address, u.Phone})
			after = u.ID
		}
		if len(some) < 500 {
			break
		}
	}
	if xlsx {
		heads, cells := make([]sheet.Column, 0, len(columns())), make([][]any, len(rows))
		for _, c := range columns() {
			heads = append(heads, sheet.Column{Title: c, Width: 20})
		}
		for i, r := range rows {
			for _, v := range r {
				cells[i] = append(cells[i], v)
			}
		}
		return sheet.WriteXLSX(w, "units", heads, cells)
	}
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	file := csv.NewWriter(w)
	if err := file.Write(columns()); err != nil {
		return err
	}
	for _, r := range rows {
		if err := file.Write(plain(r...)); err != nil {
			return err
		}
	}
	file.Flush()
	return file.Error()
}
