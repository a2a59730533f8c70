// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/text"
)

// DeskFilter chooses what a list of work shows; the zero filter shows all. What
// nobody could have chosen finds nothing.
type DeskFilter struct {
	Bucket    Bucket           `json:"bucket,omitempty"`
	Action    string           `json:"action,omitempty"`
	Mine      bool             `json:"mine,omitempty"` // only what the actor has claimed
	Procedure procedures.ID    `json:"procedure,omitempty"`
	Field     string           `json:"field,omitempty"` // in Vietnamese
	Unit      orgs.ID          `json:"unit,omitempty"`  // whose turn it is
	Post      string           `json:"post,omitempty"`
	Step      string           `json:"step,omitempty"`   // its Vietnamese name
	Holder    string           `json:"holder,omitempty"` // account of who has it in hand; Nobody: it is in nobody's
	Status    dossiers.Status  `json:"status,omitempty"`
	Channel   dossiers.Channel `json:"channel,omitempty"`
	Basis     dossiers.Basis   `json:"basis,omitempty"` // by what right who brought it acts
	From      string           `json:"from,omitempty"`  // day it was sent, YYYY-MM-DD; both ends belong to it
	To        string           `json:"to,omitempty"`
	Words     string           `json:"-"` // of the owner's name, the code or the reference; personal, so never kept
	Order     Order            `json:"order,omitempty"`
}

// Nobody is the Holder of what is in nobody's hands.
const Nobody = store.Nobody

// Order is how a list of work is sorted.
type Order = store.Order

// The orders of a list of work.
const (
	ByWork   = store.ByWork
	ByDue    = store.ByDue
	ByOldest = store.ByOldest
	ByNewest = store.ByNewest
)

// Orders lists them all.
func Orders() []Order { return []Order{ByWork, ByDue, ByOldest, ByNewest} }

// Facet is something a list can be narrowed to, and how much is there.
type Facet struct {
	Value string
	Name  i18n.Text // empty: the value speaks for itself
	Count int
}

// Facets is what a list can be narrowed to: the most first.
type Facets struct{ Procedures, Fields, Units, Posts []Facet }

// maxFacets is how many kinds of work are told apart.
const maxFacets = 500

// narrowed chooses of all work what a filter asks for, and says what could be asked.
func (s *Service) narrowed(ctx context.Context, work store.Work, f DeskFilter, facets *Facets) (store.Work, error) {
	rows, err := s.store.Facets(ctx, s.DB, work, maxFacets)
	if err != nil {
		return work, err
	}
	fields, units := s.fields(ctx), s.unitNames(ctx)
	for _, r := range rows {
		facets.Procedures = count(facets.Procedures, string(r.Procedure), r.Name, r.Count)
		facets.Units = count(facets.Units, string(r.Unit), units(r.Unit), r.Count)
		facets.Posts = count(facets.Posts, r.Post, i18n.Text{}, r.Count)
		if field := fields(r.Procedure); field.VI != "" {
			facets.Fields = count(facets.Fields, field.VI, field, r.Count)
		}
	}
	work.Mine, work.Action, work.Unit, work.Post, work.Step = f.Mine, f.Action, string(f.Unit), f.Post, f.Step
	work.Holder, work.Status, work.Channel, work.Basis, work.Order = f.Holder, f.Status, f.Channel, f.Basis, f.Order
	if f.Procedure != "" {
		work.Procedures = []string{string(f.Procedure)}
	}
	if f.Field != "" {
		work.Procedures = []string{}
		for _, r := range rows {
			if fields(r.Procedure).VI == f.Field && (f.Procedure == "" || f.Procedure == r.Procedure) {
				work.Procedures = append(work.Procedures, string(r.Procedure))
			}
		}
		slices.Sort(work.Procedures)
		work.Procedures = slices.Compact(work.Procedures)
	}
	work.Submitted = store.Span{From: startOf(f.From, 0), To: startOf(f.To, 1)}
	work.Folded = text.Fold(f.Words)
	if code := strings.ToUpper(text.Line(f.Words)); !strings.ContainsFunc(code, notOfCode) {
		work.Code = code
	}
	return work, nil
}

// notOfCode reports what stands in no code or reference.
func notOfCode(r rune) bool {
	return r != '-' && r != '.' && (r < '0' || r > '9') && (r < 'A' || r > 'Z')
}

// startOf is the beginning of a day, some days later; 0 where it is none.
func startOf(day string, later int) int64 {
	d, err := calendar.ParseDate(day)
	if err != nil || day == "" {
		return 0
	}
	return d.AddDays(later).At(0).UnixMicro()
}

func count(all []Facet, value string, name i18n.Text, n int) []Facet {
	if i := slices.IndexFunc(all, func(f Facet) bool { return f.Value == value }); i >= 0 {
		all[i].Count += n
	} else {
		all = append(all, Facet{value, name, n})
	}
	slices.SortStableFunc(all, func(a, b Facet) int { return cmp.Compare(b.Count, a.Count) })
	return all
}

// fields says of which field a procedure is, today; empty where there is none.
func (s *Service) fields(ctx context.Context) func(procedures.ID) i18n.Text {
	known := map[procedures.ID]i18n.Text{}
	return func(id procedures.ID) i18n.Text {
		field, ok := known[id]
		if !ok {
			if v, err := s.Procedures.Get(ctx, id); err == nil {
				field = v.Field
			}
			known[id] = field
		}
		return field
	}
}
