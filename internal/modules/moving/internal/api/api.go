// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api are the operations of moving in.
package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/modules/moving/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(svc *core.Service) []web.Route {
	o := operations{svc}
	see := web.Needs(string(moving.PermView), string(moving.PermManage), string(moving.PermAccept))
	manage, accept := web.Needs(string(moving.PermManage)), web.Needs(string(moving.PermAccept))
	return append([]web.Route{
		web.Operation("GET /api/v1/moving/sources", "Dumps of older systems that lie on the server, with the mistakes of their mappings", web.Needs(string(moving.PermView), string(moving.PermManage)), o.sources),
		web.Operation("GET /api/v1/moving/waves", "Waves of units that come over together, the newest first", see, o.waves),
		web.Operation("POST /api/v1/moving/waves", "Plan a wave of units of a source", manage, o.plan),
		web.Operation("GET /api/v1/moving/waves/{wave}", "A wave with its units, runs and comparisons", see, o.wave),
		web.Operation("POST /api/v1/moving/waves/{wave}/runs", "Move the units of a wave in: a run in the background; run again, only what changed is taken", manage, o.start),
		web.Operation("GET /api/v1/moving/runs/{run}", "How far a run is, and why rows were not taken", see, o.run),
		web.Operation("POST /api/v1/moving/waves/{wave}/comparisons", "Compare a wave with its dump: counts by procedure and month, or (shadow) status, due date and figures", manage, o.compare),
		web.Operation("GET /api/v1/moving/comparisons/{comparison}", "What a comparison found", see, o.comparison),
		web.Operation("GET /api/v1/moving/comparisons/{comparison}/counts", "Dossiers by procedure and month on both sides", see, o.counts),
		web.Operation("GET /api/v1/moving/waves/{wave}/daily", "When a wave is compared by itself each day, and what the days found, the newest first", see, o.daily),
		web.Operation("POST /api/v1/moving/waves/{wave}/daily", "Say that a wave is compared by itself each day at an hour, or no more", manage, o.setDaily),
		web.Operation("POST /api/v1/moving/waves/{wave}/accept", "Say that what came is what was there", accept, o.accept),
		web.Operation("GET /api/v1/moving/waves/{wave}/units/{unit}/leaving", "What giving a unit back to the older system would do", manage, o.leaving),
		web.Operation("POST /api/v1/moving/waves/{wave}/units/{unit}/leaving", "Give a unit back to the older system, in the background", manage, o.back),
	}, listRoutes(o)...)
}

type operations struct{ svc *core.Service }

// MovingMistake is something wrong with a mapping.
type MovingMistake struct {
	Line int    `json:"line"`
	Path string `json:"path"`
	Code string `json:"code"`
}

// MovingSource is a dump of an older system.
type MovingSource struct {
	Name     string          `json:"name"`
	Title    string          `json:"title"`
	Units    []string        `json:"units"`
	Mistakes []MovingMistake `json:"mistakes"`
}

type sourcesOut struct {
	Body struct {
		Items []MovingSource `json:"items"`
	}
}

func (o operations) sources(ctx context.Context, _ *struct{}) (*sourcesOut, error) {
	all, err := o.svc.Sources(ctx, identity.From(ctx))
	out := &sourcesOut{}
	out.Body.Items = []MovingSource{}
	for _, s := range all {
		one := MovingSource{s.Name, s.Title, append([]string{}, s.Units...), []MovingMistake{}}
		for _, m := range s.Wrong {
			one.Mistakes = append(one.Mistakes, MovingMistake{m.Line, m.Path, m.Code})
		}
		out.Body.Items = append(out.Body.Items, one)
	}
	return out, err
}

// MovingWave is a set of units that come over together.
type MovingWave struct {
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	Source  string  `json:"source"`
	State   string  `json:"state" enum:"planned,moving,moved,accepted"`
	Hours   int     `json:"hours" doc:"in which a unit can be given back after the wave was accepted"`
	Planned db.Time `json:"planned_at"`
}

func waveOf(w core.Wave) MovingWave {
	return MovingWave{w.ID, w.Name, w.Source, string(w.State), w.Hours, w.PlannedAt}
}

type wavesIn struct {
	Before string `query:"before" maxLength:"40"`
}

type wavesOut struct {
	Body struct {
		Items []MovingWave `json:"items"`
		Next  string       `json:"next,omitempty"`
	}
}

func (o operations) waves(ctx context.Context, in *wavesIn) (*wavesOut, error) {
	all, next, err := o.svc.ListWaves(ctx, identity.From(ctx), in.Before)
	out := &wavesOut{}
	out.Body.Items, out.Body.Next = []MovingWave{}, next
	for _, w := range all {
		out.Body.Items = append(out.Body.Items, waveOf(w))
	}
	return out, err
}

type planIn struct {
	Body struct {
		Name   string   `json:"name" maxLength:"300"`
		Source string   `json:"source" maxLength:"100"`
		Units  []string `json:"units" maxItems:"500"`
		Hours  int      `json:"hours,omitempty" doc:"missing: a day"`
	}
}

type idOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

func idOf(id string, err error) (*idOut, error) {
	out := &idOut{}
	out.Body.ID = id
	return out, err
}

func (o operations) plan(ctx context.Context, in *planIn) (*idOut, error) {
	return idOf(o.svc.Plan(ctx, identity.From(ctx), core.Planned{Name: in.Body.Name, Source: in.Body.Source, Units: in.Body.Units, Hours: in.Body.Hours}))
}

// MovingUnit is a unit of a wave.
type MovingUnit struct {
	Unit   string `json:"unit"`
	State  string `json:"state" enum:"planned,moved,leaving,back"`
	Came   int    `json:"came"`
	Went   int    `json:"went"`
	Stayed int    `json:"stayed"`
}

// MovingRun is a going through the dump.
type MovingRun struct {
	ID       string  `json:"id"`
	State    string  `json:"state" enum:"running,done,failed"`
	Stage    string  `json:"stage,omitempty"`
	Total    int     `json:"total"`
	Done     int     `json:"done"`
	Added    int     `json:"added"`
	Changed  int     `json:"changed"`
	Same     int     `json:"same"`
	Kept     int     `json:"kept" doc:"changed there, and worked on here"`
	Outside  int     `json:"outside" doc:"of units of other waves"`
	Rejected int     `json:"rejected"`
	Files    int     `json:"files"`
	Steps    int     `json:"steps" doc:"that were done in the older system"`
	Contents int     `json:"contents" doc:"files whose contents came"`
	Bytes    int64   `json:"bytes" doc:"of contents that are done"`
	AllBytes int64   `json:"all_bytes" doc:"of contents that were due, as the dump states it"`
	Problem  string  `json:"problem,omitempty"`
	Started  db.Time `json:"started_at"`
	At       db.Time `json:"at"`
}

func runOf(n core.Run) MovingRun {
	return MovingRun{n.ID, n.State, n.Stage, n.Total, n.Done, n.Added, n.Changed, n.Same, n.Kept, n.Outside, n.Rejected, n.Files, n.Steps, n.Contents, n.BytesDone, n.BytesTotal, n.Problem, n.StartedAt, n.At}
}

// MovingComparison is a looking at both sides.
type MovingComparison struct {
	ID     string                `json:"id"`
	Kind   string                `json:"kind" enum:"counts,shadow"`
	State  string                `json:"state" enum:"running,done,failed"`
	Theirs int                   `json:"theirs"`
	Ours   int                   `json:"ours"`
	Found  int                   `json:"differences"`
	Scores map[string][2]float64 `json:"figures,omitempty" doc:"of the older system, and of this one"`
	At     db.Time               `json:"at"`
}

func comparisonOf(c core.Comparison) MovingComparison {
	return MovingComparison{c.ID, c.Kind, c.State, c.Theirs, c.Ours, c.Found, c.Scores, c.At}
}

type waveIn struct {
	Wave string `path:"wave" maxLength:"40"`
}

type waveOut struct {
	Body struct {
		MovingWave
		Units       []MovingUnit       `json:"units"`
		Runs        []MovingRun        `json:"runs"`
		Comparisons []MovingComparison `json:"comparisons"`
	}
}

func (o operations) wave(ctx context.Context, in *waveIn) (*waveOut, error) {
	w, err := o.svc.GetWave(ctx, identity.From(ctx), in.Wave)
	out := &waveOut{}
	out.Body.MovingWave, out.Body.Units, out.Body.Runs, out.Body.Comparisons = waveOf(w.Wave), []MovingUnit{}, []MovingRun{}, []MovingComparison{}
	for _, u := range w.Units {
		out.Body.Units = append(out.Body.Units, MovingUnit{u.Unit.Unit, string(u.State), u.Came, u.Went, u.Stayed})
	}
	for _, n := range w.Runs {
		out.Body.Runs = append(out.Body.Runs, runOf(n))
	}
	for _, c := range w.Comparisons {
		out.Body.Comparisons = append(out.Body.Comparisons, comparisonOf(c))
	}
	return out, err
}

func (o operations) start(ctx context.Context, in *waveIn) (*idOut, error) {
	return idOf(o.svc.Start(ctx, identity.From(ctx), in.Wave, false))
}

type runIn struct {
	Run   string `path:"run" maxLength:"40"`
	Stage string `query:"stage" enum:"persons,dossiers,done,files,contents" default:"dossiers"`
	After int    `query:"after" minimum:"0"`
}

// MovingReject is a row that was not taken.
type MovingReject struct {
	Line   int    `json:"line"`
	Column string `json:"column"`
	Code   string `json:"code"`
	Said   string `json:"said,omitempty"`
}

type runOut struct {
	Body struct {
		MovingRun
		Rejects []MovingReject `json:"rejects"`
		Next    int            `json:"next,omitempty"`
	}
}

func (o operations) run(ctx context.Context, in *runIn) (*runOut, error) {
	v, err := o.svc.GetRun(ctx, identity.From(ctx), in.Run, in.Stage, in.After)
	out := &runOut{}
	out.Body.MovingRun, out.Body.Rejects, out.Body.Next = runOf(v.Run), []MovingReject{}, v.Next
	for _, j := range v.Rejects {
		out.Body.Rejects = append(out.Body.Rejects, MovingReject{j.Line, j.Field, j.Code, j.Said})
	}
	return out, err
}

type compareIn struct {
	Wave string `path:"wave" maxLength:"40"`
	Body struct {
		Kind string `json:"kind" enum:"counts,shadow"`
	}
}

func (o operations) compare(ctx context.Context, in *compareIn) (*idOut, error) {
	return idOf(o.svc.Compare(ctx, identity.From(ctx), in.Wave, in.Body.Kind, false))
}

type comparisonIn struct {
	Comparison string `path:"comparison" maxLength:"40"`
	After      int    `query:"after" minimum:"0"`
}

// MovingDifference is one thing that both sides say differently.
type MovingDifference struct {
	Kind      string `json:"kind" enum:"count,missing,extra,status,due"`
	Procedure string `json:"procedure"`
	Month     string `json:"month"`
	Unit      string `json:"unit,omitempty"`
	Code      string `json:"code,omitempty"`
	Theirs    string `json:"theirs"`
	Ours      string `json:"ours"`
}

type comparisonOut struct {
	Body struct {
		MovingComparison
		Items []MovingDifference `json:"items"`
		Next  int                `json:"next,omitempty"`
	}
}

func (o operations) comparison(ctx context.Context, in *comparisonIn) (*comparisonOut, error) {
	v, err := o.svc.GetComparison(ctx, identity.From(ctx), in.Comparison, in.After)
	out := &comparisonOut{}
	out.Body.MovingComparison, out.Body.Items, out.Body.Next = comparisonOf(v.Comparison), []MovingDifference{}, v.Next
	for _, d := range v.Differences {
		out.Body.Items = append(out.Body.Items, MovingDifference{d.Kind, d.Procedure, d.Month, d.Unit, d.Word, d.Theirs, d.Ours})
	}
	return out, err
}

type acceptIn struct {
	Wave string `path:"wave" maxLength:"40"`
	Body struct {
		Note string `json:"note,omitempty" maxLength:"4000" doc:"what there is to say of differences"`
	}
}

func (o operations) accept(ctx context.Context, in *acceptIn) (*struct{}, error) {
	return nil, o.svc.Accept(ctx, identity.From(ctx), in.Wave, in.Body.Note)
}

type unitIn struct {
	Wave string `path:"wave" maxLength:"40"`
	Unit string `path:"unit" maxLength:"100"`
}

// MovingWorked is a dossier that was worked on since it came.
type MovingWorked struct {
	Code  string `json:"code"`
	Stays string `json:"stays,omitempty" doc:"why it cannot go back"`
}

type leavingOut struct {
	Body struct {
		All    int            `json:"all"`
		Worked int            `json:"worked" doc:"were worked on here"`
		Stay   int            `json:"stay" doc:"of these cannot go back"`
		Items  []MovingWorked `json:"items" doc:"the first of them"`
	}
}

func (o operations) leaving(ctx context.Context, in *unitIn) (*leavingOut, error) {
	l, err := o.svc.Leaving(ctx, identity.From(ctx), in.Wave, in.Unit)
	out := &leavingOut{}
	out.Body.All, out.Body.Worked, out.Body.Stay, out.Body.Items = l.All, l.Many, l.Stay, []MovingWorked{}
	for _, w := range l.Worked {
		out.Body.Items = append(out.Body.Items, MovingWorked{w.Word, w.Stays})
	}
	return out, err
}

type backIn struct {
	Wave string `path:"wave" maxLength:"40"`
	Unit string `path:"unit" maxLength:"100"`
	Body struct {
		Confirmed bool `json:"confirmed,omitempty" doc:"what was done here with dossiers that go back may be lost"`
	}
}

func (o operations) back(ctx context.Context, in *backIn) (*struct{}, error) {
	return nil, o.svc.GiveBack(ctx, identity.From(ctx), in.Wave, in.Unit, in.Body.Confirmed, false)
}
