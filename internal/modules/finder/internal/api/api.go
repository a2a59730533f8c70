// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves the search as JSON.
package api

import (
	"context"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/modules/finder"
	"tinhso.vn/internal/modules/finder/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o, manage := operations{svc: s}, web.Needs(string(finder.PermManage))
	return []web.Route{
		web.Operation("GET /api/v1/search", "Find what the caller may see: procedures, dossiers, units, people, law", web.Public(), o.find),
		web.Operation("GET /api/v1/search/suggestions", "Suggest while somebody types", web.Public(), o.suggest),
		web.Operation("GET /api/v1/search/recent", "List the caller's last questions", web.SignedIn(), o.recent),
		web.Operation("DELETE /api/v1/search/recent", "Forget the caller's last questions", web.SignedIn(), o.clear),
		web.Operation("GET /api/v1/search/saved", "List the saved searches of the caller and those shared in the unit, with what is new", web.SignedIn(), o.saved),
		web.Operation("POST /api/v1/search/saved", "Save a search under a name", web.SignedIn(), o.save),
		web.Operation("POST /api/v1/search/saved/{id}/looked", "Note that the caller has seen what a saved search finds", web.SignedIn(), o.look),
		web.Operation("DELETE /api/v1/search/saved/{id}", "Remove a saved search", web.SignedIn(), o.unsave),
		web.Operation("GET /api/v1/search/health", "What the index holds and how far a rebuild has come", manage, o.health),
		web.Operation("POST /api/v1/search/rebuild", "Build the index anew beside the one that answers", manage, o.rebuild),
		web.Operation("POST /api/v1/search/check", "Compare samples of the index with their sources", manage, o.check),
		web.Operation("POST /api/v1/search/retry", "Read changes again that could not be read", manage, o.retry),
	}
}

type operations struct{ svc *core.Service }

type findIn struct {
	Q     string   `query:"q" required:"true" maxLength:"300" doc:"Words with or without marks, \"a phrase\", a code; a number or phone of a person finds what is theirs and within the caller's rights"`
	Kind  string   `query:"kind" maxLength:"30" doc:"procedure, dossier, unit, …; absent: all"`
	Value []string `query:"value" maxItems:"8" doc:"facet=value, with kind; several times"`
	Sort  string   `query:"sort" maxLength:"20" doc:"newest: by date; absent: the best first"`
	After string   `query:"after" maxLength:"100" doc:"next of the page before"`
}

// SearchHit is something found.
type SearchHit struct {
	Kind   string    `json:"kind"`
	ID     string    `json:"id"`
	Code   string    `json:"code,omitempty"`
	Title  i18n.Text `json:"title"`
	Line   i18n.Text `json:"line" doc:"what stands under the title; never in suggestions of dossiers"`
	Path   string    `json:"path,omitempty"`
	Closed bool      `json:"closed"`
	At     string    `json:"at,omitempty"`
}

func hits(all []search.Hit) []SearchHit {
	out := make([]SearchHit, len(all))
	for i, h := range all {
		out[i] = SearchHit{Kind: h.Kind.Name, ID: h.ID, Code: h.Code, Title: h.Title, Line: h.Line, Path: h.Path, Closed: h.Closed}
		if !h.At.IsZero() {
			out[i].At = h.At.Format(time.RFC3339)
		}
	}
	return out
}

// SearchCount is how many hits a kind or a value has.
type SearchCount struct {
	Name  string    `json:"name"`
	Label i18n.Text `json:"label"`
	N     int       `json:"n"`
	More  bool      `json:"more" doc:"there are more than n"`
}

// SearchFacet is a facet with the values that hits have.
type SearchFacet struct {
	Name   string        `json:"name"`
	Values []SearchCount `json:"values"`
}

type findOut struct {
	Body struct {
		Items    []SearchHit   `json:"items"`
		Next     string        `json:"next,omitempty" doc:"send it as after"`
		Kinds    []SearchCount `json:"kinds" doc:"within the caller's rights; at most 1,000 are counted"`
		Facets   []SearchFacet `json:"facets"`
		Meant    string        `json:"meant,omitempty" doc:"what was looked for instead"`
		Some     bool          `json:"some" doc:"nothing has all the words: these have some"`
		Building bool          `json:"building" doc:"the index is built for the first time"`
	}
}

func (o operations) find(ctx context.Context, in *findIn) (*findOut, error) {
	ask := search.Ask{Question: in.Q, Kind: in.Kind, After: in.After, Sort: search.Sort(in.Sort), Values: map[string]string{}}
	var wrong []errs.Field
	for _, v := range in.Value {
		facet, value, ok := strings.Cut(v, "=")
		if !ok || value == "" {
			wrong = append(wrong, errs.Field{Name: "value", Code: "form.wrong_shape"})
			break
		}
		ask.Values[facet] = value
	}
	if wrong = append(wrong, o.svc.Problems(ask)...); len(wrong) > 0 {
		return nil, errs.BadInput(wrong)
	}
	a, err := o.svc.Find(ctx, identity.From(ctx), ask)
	if err != nil {
		return nil, err
	}
	out := &findOut{}
	out.Body.Items, out.Body.Next, out.Body.Meant, out.Body.Some, out.Body.Building = hits(a.Items), a.Next, a.Meant, a.Loose, a.Building
	out.Body.Kinds, out.Body.Facets = []SearchCount{}, []SearchFacet{}
	for _, k := range a.Kinds {
		out.Body.Kinds = append(out.Body.Kinds, SearchCount{Name: k.Kind.Name, N: k.N, More: k.More})
	}
	for _, f := range a.Facets {
		one := SearchFacet{Name: f.Name}
		for _, c := range f.Counts {
			one.Values = append(one.Values, SearchCount{Name: c.Value.Value, Label: c.Label, N: c.N})
		}
		out.Body.Facets = append(out.Body.Facets, one)
	}
	return out, nil
}

type suggestIn struct {
	Q string `query:"q" required:"true" maxLength:"300"`
}

type suggestOut struct {
	Body struct {
		Items []SearchHit `json:"items"`
	}
}

func (o operations) suggest(ctx context.Context, in *suggestIn) (*suggestOut, error) {
	a, err := o.svc.Suggest(ctx, identity.From(ctx), in.Q)
	if err != nil {
		return nil, err
	}
	out := &suggestOut{}
	out.Body.Items = hits(a.Items)
	return out, nil
}

type recentOut struct {
	Body struct {
		Questions []string `json:"questions"`
	}
}

func (o operations) recent(ctx context.Context, _ *struct{}) (*recentOut, error) {
	all, err := o.svc.ListRecent(ctx, identity.From(ctx))
	if err != nil {
		return nil, err
	}
	out := &recentOut{}
	out.Body.Questions = append([]string{}, all...)
	return out, nil
}

func (o operations) clear(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, o.svc.ClearRecent(ctx, identity.From(ctx))
}

// SavedSearch is a search under a name.
type SavedSearch struct {
	ID       finder.ID         `json:"id"`
	Name     string            `json:"name"`
	Question string            `json:"question"`
	Kind     string            `json:"kind,omitempty"`
	Values   map[string]string `json:"values,omitempty"`
	Sort     search.Sort       `json:"sort,omitempty"`
	Shared   bool              `json:"shared" doc:"with the officials of the owner's unit"`
	Mine     bool              `json:"mine"`
	New      int               `json:"new" doc:"found since the caller looked at it last; -1: not counted"`
}

type savedOut struct {
	Body struct {
		Items []SavedSearch `json:"items"`
	}
}

func (o operations) saved(ctx context.Context, _ *struct{}) (*savedOut, error) {
	all, err := o.svc.ListSaved(ctx, identity.From(ctx))
	if err != nil {
		return nil, err
	}
	out := &savedOut{}
	out.Body.Items = []SavedSearch{}
	for _, s := range all {
		out.Body.Items = append(out.Body.Items, SavedSearch(s))
	}
	return out, nil
}

type saveIn struct {
	Body struct {
		Name     string            `json:"name" maxLength:"200"`
		Question string            `json:"question" maxLength:"300"`
		Kind     string            `json:"kind,omitempty" maxLength:"30"`
		Values   map[string]string `json:"values,omitempty" maxProperties:"8"`
		Sort     string            `json:"sort,omitempty" maxLength:"20"`
		Shared   bool              `json:"shared,omitempty" doc:"with the officials of the caller's unit"`
	}
}

type saveOut struct {
	Body struct {
		ID finder.ID `json:"id"`
	}
}

func (o operations) save(ctx context.Context, in *saveIn) (*saveOut, error) {
	id, err := o.svc.Save(ctx, identity.From(ctx), core.Saved{
		Name: in.Body.Name, Question: in.Body.Question, Kind: in.Body.Kind, Values: in.Body.Values, Sort: search.Sort(in.Body.Sort), Shared: in.Body.Shared,
	})
	if err != nil {
		return nil, err
	}
	out := &saveOut{}
	out.Body.ID = id
	return out, nil
}

type idIn struct {
	ID string `path:"id" maxLength:"60"`
}

func (o operations) unsave(ctx context.Context, in *idIn) (*struct{}, error) {
	id, err := finder.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.Unsave(ctx, identity.From(ctx), id)
}

func (o operations) look(ctx context.Context, in *idIn) (*struct{}, error) {
	id, err := finder.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.Look(ctx, identity.From(ctx), id)
}

// SearchKindHealth is how many of a kind there are.
type SearchKindHealth struct {
	Kind   string `json:"kind"`
	Source int64  `json:"source"`
	Index  int64  `json:"index"`
}

type healthOut struct {
	Body struct {
		Kinds    []SearchKindHealth `json:"kinds"`
		Waiting  int64              `json:"waiting" doc:"changes that are not in the index yet"`
		Failed   int64              `json:"failed" doc:"changes that could not be read"`
		Building bool               `json:"building"`
		Done     int64              `json:"done"`
		Total    int64              `json:"total"`
		Percent  int                `json:"percent"`
	}
}

func (o operations) health(ctx context.Context, _ *struct{}) (*healthOut, error) {
	h, err := o.svc.Health(ctx, identity.From(ctx))
	if err != nil {
		return nil, err
	}
	out := &healthOut{}
	out.Body.Waiting, out.Body.Failed, out.Body.Building = h.Waiting, h.Failed, h.Building
	out.Body.Done, out.Body.Total, out.Body.Percent = h.Done, h.Total, h.Percent()
	out.Body.Kinds = []SearchKindHealth{}
	for _, k := range h.Kinds {
		out.Body.Kinds = append(out.Body.Kinds, SearchKindHealth{k.Kind.Name, k.Source, k.Index})
	}
	return out, nil
}

func (o operations) rebuild(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, o.svc.Rebuild(ctx, identity.From(ctx))
}

// SearchDifference is a document that the index had otherwise than its source.
type SearchDifference struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
	Gone bool   `json:"gone" doc:"the source has it no more"`
}

type checkOut struct {
	Body struct {
		Looked      int                `json:"looked"`
		Differences []SearchDifference `json:"differences" doc:"they are read again at once"`
	}
}

func (o operations) check(ctx context.Context, _ *struct{}) (*checkOut, error) {
	c, err := o.svc.Check(ctx, identity.From(ctx))
	if err != nil {
		return nil, err
	}
	out := &checkOut{}
	out.Body.Looked, out.Body.Differences = c.Looked, []SearchDifference{}
	for _, d := range c.Differences {
		out.Body.Differences = append(out.Body.Differences, SearchDifference{d.Kind.Name, d.ID, d.Gone})
	}
	return out, nil
}

func (o operations) retry(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, o.svc.Retry(ctx, identity.From(ctx))
}
