// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package search

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/search/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

const (
	// PageSize is how many hits a page holds.
	PageSize = 20
	// Most is how many hits of a kind are ranked and counted: the newest. Who has
	// more of them writes another word.
	Most = 1000

	maxUnits = 200 // units of a scope that narrow inside the index
	glance   = 200 // hits of a kind that are ranked while somebody types
)

// Ask is a question.
type Ask struct {
	Question string
	Kind     string            // only hits of this kind; empty: of all
	Values   map[string]string // of facets of the kind
	After    string            // Next of the page before
	Limit    int               // 0: PageSize
	Sort     Sort
	Typing   bool // the last word may not be finished
}

// Sort is an order of hits.
type Sort string

// The orders.
const (
	Best   Sort = ""       // what fits best first, then what is newer
	Latest Sort = "newest" // by the date that a hit shows; those without one last
)

// Problems says what of an ask nobody can have chosen on a page: a program asks
// so. Find itself takes it for a filter that nothing has.
func (x *Index) Problems(ask Ask) (wrong []errs.Field) {
	k, there := x.kind(ask.Kind)
	if ask.Kind != "" && !there {
		wrong = append(wrong, errs.Field{Name: "kind", Code: "form.choose"})
	}
	for facet := range ask.Values {
		if !slices.ContainsFunc(k.Facets, func(f Facet) bool { return f.Name == facet }) {
			wrong = append(wrong, errs.Field{Name: "value", Code: "form.choose"})
			break
		}
	}
	if ask.Sort != Best && ask.Sort != Latest {
		wrong = append(wrong, errs.Field{Name: "sort", Code: "form.choose"})
	}
	return wrong
}

// Hit is something found.
type Hit struct {
	Kind   Kind
	ID     string
	Title  i18n.Text
	Line   i18n.Text
	Code   string
	Path   string
	Closed bool
	At     db.Time
	Values []Value

	num    int64
	points int64
	facets string
	read   bool // its title and line are there: it is not of the index
}

// KindCount is how many hits a kind has; More: more than Most.
type KindCount struct {
	Kind Kind
	N    int
	More bool
}

// ValueCount is how many hits have a value of a facet.
type ValueCount struct {
	Value
	N      int
	Chosen bool
}

// FacetCount is a facet with the values that hits have, the most frequent first.
type FacetCount struct {
	Facet
	Counts []ValueCount
}

// Answer is what was found.
type Answer struct {
	Asked  string
	Words  []string // folded, for Highlight
	Meant  string   // what was looked for instead, because nothing has what was asked
	Loose  bool     // nothing has all the words: these have some
	Items  []Hit
	Next   string // Ask.After of the next page; empty on the last
	Kinds  []KindCount
	Facets []FacetCount
	// Personal: the question looks like a number of a person. Only keyed hashes were compared.
	Personal bool
	Building bool // the index is built for the first time: not everything is there
}

// Total is how many hits there are, at most Most of each kind.
func (a Answer) Total() (n int) {
	for _, k := range a.Kinds {
		n += k.N
	}
	return n
}

// errAfter is the answer to a made-up place in a list.
func errAfter() error {
	return &errs.Error{Kind: errs.Malformed, Code: "form.malformed", Fields: []errs.Field{{Name: "after", Code: "form.wrong_shape"}}}
}

// reach is what the actor may find of a kind.
type reach struct {
	kind  Kind
	scope *access.Scope // nil: everything
	units [][]string    // words of the scope: one of them is in every document
	own   bool          // no unit is in it: there are few
	none  bool

	classes map[string]bool // of documents that are found so; nil: the kind has no views
	tags    []string        // their words
}

// sees reports whether a document is of a class that is found so. The index has
// looked already; this is what decides.
func (of reach) sees(c store.Candidate) bool { return of.classes == nil || of.classes[class(c.Doc)] }

// reaches returns the kinds that the actor may find, with their scopes.
func (x *Index) reaches(ctx context.Context, actor identity.Actor) (all []reach, err error) {
	for _, k := range x.kinds {
		r := reach{kind: k}
		if k.Own != nil && actor.Anonymous() {
			continue
		}
		if k.Views != nil {
			views, err := k.Views(ctx, x.db, actor)
			if err != nil {
				return nil, err
			}
			for _, v := range views {
				one := reach{kind: k, scope: v.Scope, classes: map[string]bool{}}
				for _, c := range v.Classes {
					one.classes[c], one.tags = true, append(one.tags, classTag(k.Name, c))
				}
				if v.Scope != nil {
					if err := one.narrow(ctx, x.db); err != nil {
						return nil, err
					}
				}
				if !one.none && len(one.tags) > 0 {
					all = append(all, one)
				}
			}
			continue
		}
		if len(k.Permissions) > 0 {
			if actor.Anonymous() {
				continue
			}
			scope, err := access.RequireAny(actor, k.Permissions...)
			if err == nil && k.Scope != nil {
				scope, err = k.Scope(actor)
			}
			if err != nil {
				continue // what one may not see is not there
			}
			r.scope = &scope
			if err := r.narrow(ctx, x.db); err != nil {
				return nil, err
			}
		}
		if !r.none {
			all = append(all, r)
		}
	}
	return all, nil
}

// narrow writes the scope as words of the index.
func (of *reach) narrow(ctx context.Context, q db.Querier) error {
	parts, err := of.scope.Parts(ctx, q, maxUnits)
	if err != nil || parts.Wide {
		return err
	}
	var tags []string
	for _, u := range parts.Units {
		tags = append(tags, tag("unit", u))
	}
	for _, p := range parts.Persons {
		tags = append(tags, tag("person", p))
	}
	for _, thing := range parts.Things {
		tags = append(tags, tag("item", thing))
	}
	of.units, of.own, of.none = [][]string{tags}, len(parts.Units) == 0, len(tags) == 0
	return nil
}

// run is one search with one understanding of the question.
type run struct {
	*Index
	q     db.Querier
	state store.State
	all   []reach
	ask   Ask
	top   int64
	own   map[string][]Doc // documents of the reader, by kind
}

// found is what one kind gave.
type found struct {
	reach
	hits []Hit
	more bool
}

// ready begins a search: what the actor may find, and how words are understood.
func (x *Index) ready(ctx context.Context, actor identity.Actor, ask Ask) (r run, known synonyms, err error) {
	r = run{Index: x, q: x.db, ask: ask}
	if r.state, err = store.GetState(ctx, x.db); err != nil {
		return r, known, err
	}
	if known, err = x.known(ctx, r.state.Synonyms); err != nil {
		return r, known, err
	}
	if r.all, err = x.reaches(ctx, actor); err != nil {
		return r, known, err
	}
	if r.own, err = r.read(ctx, actor); err != nil {
		return r, known, err
	}
	r.top, err = store.Top(ctx, x.db, r.state.Active)
	return r, known, err
}

// Find answers a question within what the actor may see.
func (x *Index) Find(ctx context.Context, actor identity.Actor, ask Ask) (a Answer, err error) {
	defer errs.Wrap(&err, "search")

	after, err := place(ask.After)
	if err != nil {
		return a, err
	}
	r, known, err := x.ready(ctx, actor, ask)
	if err != nil {
		return a, err
	}
	q := parse(ask.Question, ask.Typing)
	a = Answer{Asked: q.asked, Words: q.words, Building: r.state.BuiltWith == ""}
	if len(q.words) == 0 {
		return a, nil
	}
	var all []found
	if a.Personal = LooksPersonal(q.asked); a.Personal {
		all, err = r.personal(ctx, q)
	} else {
		all, err = r.understand(ctx, q, known, &a)
	}
	if err != nil {
		return a, err
	}
	if err := x.answer(ctx, actor, r, all, after, &a); err != nil {
		return a, err
	}
	if a.Meant != "" {
		titles := []string{a.Asked}
		for _, h := range a.Items {
			titles = append(titles, h.Title.VI)
		}
		a.Meant = accented(a.Meant, titles)
	}
	return a, nil
}

// CountSince counts what the actor would find whose date is after a moment, at
// most Most of each kind. Nothing is shown, and no typing error is guessed at.
func (x *Index) CountSince(ctx context.Context, actor identity.Actor, ask Ask, since db.Time) (n int, err error) {
	defer errs.Wrap(&err, "count what is new")

	q := parse(ask.Question, false)
	if len(q.words) == 0 || LooksPersonal(q.asked) {
		return 0, nil
	}
	r, known, err := x.ready(ctx, actor, ask)
	if err != nil {
		return 0, err
	}
	all, err := r.every(ctx, q.say(known), false)
	for _, f := range all {
		for _, h := range f.hits {
			if (ask.Kind == "" || ask.Kind == f.kind.Name) && !h.At.IsZero() && h.At.After(since.Time) {
				n++
			}
		}
	}
	return n, err
}

func some(all []found) bool {
	return slices.ContainsFunc(all, func(f found) bool { return len(f.hits) > 0 })
}

// every asks every kind.
func (r run) every(ctx context.Context, q question, loose bool) (all []found, err error) {
	bounds, err := r.bounds(ctx, q, loose)
	if err != nil {
		return nil, err
	}
	coding, err := store.HasCode(ctx, r.q, r.state.Active, code(q.asked))
	if err != nil {
		return nil, err
	}
	for _, reach := range r.all {
		if loose && !reach.kind.Loose {
			continue
		}
		f := found{reach: reach}
		if reach.kind.Own != nil {
			f.hits = r.ofReader(q, reach, loose)
			all = append(all, f)
			continue
		}
		var coded []store.Candidate
		if slices.Contains(coding, reach.kind.Name) {
			if coded, err = store.Coded(ctx, r.q, r.state.Active, reach.kind.Name, code(q.asked), reach.scope, Most); err != nil {
				return nil, err
			}
		}
		var worded []store.Candidate
		if len(coding) == 0 || !whole(q.asked) {
			if worded, err = r.candidates(ctx, reach, q.match(loose), bounds[reach.kind.Name]); err != nil {
				return nil, err
			}
		}
		f.more = len(worded) > r.most()
		seen := map[int64]bool{}
		for i, c := range append(coded, worded[:min(len(worded), r.most())]...) {
			if seen[c.Num] || !reach.sees(c) || !r.passes(reach.kind, c) {
				continue
			}
			seen[c.Num] = true
			h := reach.hit(c)
			h.points = rank(q, reach.kind, c, r.now(), loose)
			if i < len(coded) {
				h.points += exactly
			}
			if r.ask.Sort == Latest {
				h.points = h.since()
			}
			f.hits = append(f.hits, h)
		}
		all = append(all, f)
	}
	return merged(all, r.most()), nil
}

// most is how many hits of a kind are ranked.
func (r run) most() int {
	if r.ask.Typing {
		return glance
	}
	return Most
}

func (r run) now() db.Time { return r.db.Now() }

// passes reports whether a candidate has the values that were chosen: those
// found by words have them already.
func (r run) passes(k Kind, c store.Candidate) bool {
	if r.ask.Kind != k.Name || len(r.ask.Values) == 0 {
		return true
	}
	has := values(c.Facets)
	for facet, value := range r.ask.Values {
		if !slices.ContainsFunc(has, func(v Value) bool { return v.Facet == facet && v.Value == value }) {
			return false
		}
	}
	return true
}

// personal asks by keyed hashes, and by codes: those of offices may look so too.
func (r run) personal(ctx context.Context, q question) (all []found, err error) {
	var persons []string
	if r.Persons != nil {
		if persons, err = r.Persons(ctx, r.q, q.asked); err != nil {
			return nil, err
		}
	}
	for _, reach := range r.all {
		if reach.kind.Own != nil {
			continue // numbers of persons do not stand there
		}
		f := found{reach: reach}
		c, err := store.Coded(ctx, r.q, r.state.Active, reach.kind.Name, code(q.asked), reach.scope, Most)
		if err != nil {
			return nil, err
		}
		if reach.scope != nil {
			about, err := store.About(ctx, r.q, r.state.Active, reach.kind.Name, persons, reach.scope, Most)
			if err != nil {
				return nil, err
			}
			c = append(c, about...)
		}
		seen := map[int64]bool{}
		for _, one := range c {
			if seen[one.Num] || !reach.sees(one) || !r.passes(reach.kind, one) {
				continue
			}
			seen[one.Num] = true
			h := reach.hit(one)
			h.points = rank(question{}, reach.kind, one, r.now(), false)
			f.hits = append(f.hits, h)
		}
		all = append(all, f)
	}
	return merged(all, Most), nil
}
