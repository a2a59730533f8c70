// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves processes, moves, absences and what is stuck as JSON.
package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/processes"
	"tinhso.vn/internal/modules/processes/internal/core"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o := operations{svc: s}
	view, move := web.Needs(string(processes.PermView)), web.Needs(string(processes.PermMove))
	moves := web.Needs(string(processes.PermMove), string(processes.PermApproveMove))
	away := web.Needs(string(processes.PermAbsence), string(processes.PermAbsenceUnit))
	repair := web.Needs(string(processes.PermRepair))
	const one, mv, ab, st = "/api/v1/processes/{flow}/{version}", "/api/v1/process-moves", "/api/v1/absences", "/api/v1/stuck"
	return []web.Route{
		web.Operation("GET /api/v1/processes", "List processes with how many cases run on each version", view, o.list),
		web.Operation("GET "+one, "A version of a process: its steps, who stands where, what differs from the version before", view, o.get),
		web.Operation("GET "+one+"/cases", "Running cases of a version, and where they stand", view, o.cases),
		web.RawOperation("GET "+one+"/file", "A version of a process as BPMN, XLSX or YAML", view, web.Raw{
			Query: []web.Param{{Name: "format", Doc: "bpmn, xlsx or yaml", Required: true}},
			Gives: []string{"application/xml", "application/yaml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		}, o.file),
		web.Operation("POST "+one+"/simulation", "Let past cases run through a version with other hours and posts", view, o.simulate),
		web.Operation("POST "+one+"/move-preview", "Who would be affected by a move, and what keeps it from being made", move, o.preview),
		web.Operation("GET "+mv, "List moves of running cases, the newest first", moves, o.moves),
		web.Operation("POST "+mv, "Propose to move the running cases of a version; somebody else confirms it", move, o.propose),
		web.Operation("GET "+mv+"/{move}", "A move and how far it is", moves, o.move),
		web.Operation("GET "+mv+"/{move}/results", "What a move did to each case", moves, o.results),
		web.Operation("POST "+mv+"/{move}/confirm", "Confirm a move that somebody else proposed: it begins", web.Needs(string(processes.PermApproveMove)), o.decide(true)),
		web.Operation("POST "+mv+"/{move}/withdraw", "Take a proposed move back", moves, o.decide(false)),
		web.Operation("GET "+ab, "List absences and who stands in", away, o.absences),
		web.Operation("POST "+ab, "Declare an absence: one's own, or of somebody of the unit", away, o.declare),
		web.Operation("POST "+ab+"/{absence}/end", "End an absence before its time", away, o.end),
		web.Operation("GET "+ab+"/candidates", "Who can stand in for somebody", away, o.candidates),
		web.Operation("GET "+ab+"/people", "For whom one may declare an absence", away, o.people),
		web.Operation("GET "+st, "List cases that do not go on by themselves", view, o.stuck),
		web.Operation("POST "+st+"/tasks/{job}/retry", "Try a service task again that was given up", repair, o.retry),
		web.Operation("GET "+st+"/tasks/{token}/answer", "What can be answered in place of a service task", repair, o.byHand),
		web.Operation("POST "+st+"/tasks/{token}/answer", "Answer a service task by hand", repair, o.answer),
		web.Operation("POST "+st+"/timers/{timer}/ring", "Let a timer that is due move its case now", repair, o.ring),
		web.Operation("POST "+st+"/cases/{case}/rouse", "Ask again for the service tasks of a case for which no job is left", repair, o.rouse),
	}
}

type operations struct{ svc *core.Service }

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// ProcessVersion is a version of a process.
type ProcessVersion struct {
	Flow       string     `json:"flow"`
	Version    int        `json:"version"`
	Title      i18n.Text  `json:"title"`
	Basis      string     `json:"basis,omitempty"`
	Steps      int        `json:"steps" doc:"done by people"`
	Added      *time.Time `json:"added,omitempty" doc:"absent: no case has begun with it"`
	Cases      int        `json:"cases" doc:"running, as far as the actor sees them"`
	Late       int        `json:"late"`
	Procedures []string   `json:"procedures" doc:"ids of the procedures of today"`
}

func version(v core.Version) ProcessVersion {
	out := ProcessVersion{
		Flow: v.Flow, Version: v.Version, Title: v.Title, Basis: v.Basis, Steps: v.Steps, Added: moment(v.Added.Time),
		Cases: v.Cases, Late: v.Late, Procedures: []string{},
	}
	for _, u := range v.Uses {
		out.Procedures = append(out.Procedures, u.Procedure)
	}
	return out
}

// ProcessSummary is a process with its versions.
type ProcessSummary struct {
	ID       string           `json:"id"`
	Title    i18n.Text        `json:"title"`
	Versions []ProcessVersion `json:"versions" doc:"the newest first"`
}

type listIn struct {
	Question string `query:"q" maxLength:"300"`
	After    string `query:"after" maxLength:"200" doc:"next of the page before"`
}

type listOut struct {
	Body struct {
		Items []ProcessSummary `json:"items"`
		Next  string           `json:"next,omitempty" doc:"send it as after"`
	}
}

func (o operations) list(ctx context.Context, in *listIn) (*listOut, error) {
	p, err := o.svc.List(ctx, identity.From(ctx), in.Question, in.After)
	if err != nil {
		return nil, err
	}
	out := &listOut{}
	out.Body.Items, out.Body.Next = []ProcessSummary{}, p.Next
	for _, one := range p.Items {
		s := ProcessSummary{ID: one.Base, Title: one.Title}
		for _, v := range one.Versions {
			s.Versions = append(s.Versions, version(v))
		}
		out.Body.Items = append(out.Body.Items, s)
	}
	return out, nil
}

// VersionPath names a version of a process.
type VersionPath struct {
	Flow    string `path:"flow" maxLength:"200"`
	Version int    `path:"version"`
}

func (i VersionPath) ref() workflow.Ref { return workflow.Ref{Flow: i.Flow, Version: i.Version} }

// ProcessStep is a node at which a case stands still.
type ProcessStep struct {
	ID      string   `json:"id"`
	Kind    string   `json:"kind" doc:"element of BPMN 2.0"`
	Name    string   `json:"name"`
	Post    string   `json:"post,omitempty"`
	Unit    string   `json:"unit,omitempty" doc:"the rule that finds the unit"`
	Time    string   `json:"time,omitempty"`
	Product string   `json:"product,omitempty"`
	Next    []string `json:"next"`
	Here    int      `json:"here" doc:"how many cases stand here"`
	Late    int      `json:"late"`
	Paused  int      `json:"paused"`
}

func steps(all []core.Step) []ProcessStep {
	out := []ProcessStep{}
	for _, s := range all {
		next := s.Next
		if next == nil {
			next = []string{}
		}
		out = append(out, ProcessStep{
			ID: s.ID, Kind: string(s.Kind), Name: s.Name, Post: s.Post, Unit: s.Unit, Time: core.Spell(s.Due), Product: s.Product, Next: next,
			Here: s.Count.Tokens, Late: s.Count.Late, Paused: s.Count.Paused,
		})
	}
	return out
}

// ProcessChange is what differs at one step from the version before.
type ProcessChange struct {
	Step  string              `json:"step"`
	Name  string              `json:"name"`
	Kind  string              `json:"kind" enum:"added,removed,changed"`
	Parts []ProcessChangePart `json:"parts,omitempty"`
}

// ProcessChangePart is one thing that changed at a step.
type ProcessChangePart struct {
	What string `json:"what"`
	Was  string `json:"was"`
	Now  string `json:"now"`
}

type getOut struct {
	Body struct {
		ProcessVersion
		Nodes   []ProcessStep    `json:"nodes"`
		Others  []ProcessVersion `json:"versions" doc:"of the same process, without counts"`
		Changes []ProcessChange  `json:"changes" doc:"against the version before"`
	}
}

func (o operations) get(ctx context.Context, in *VersionPath) (*getOut, error) {
	v, err := o.svc.Get(ctx, identity.From(ctx), in.ref())
	if err != nil {
		return nil, err
	}
	out := &getOut{}
	out.Body.ProcessVersion, out.Body.Nodes, out.Body.Changes = version(v.Version), steps(v.Steps), []ProcessChange{}
	for _, other := range v.Others {
		out.Body.Others = append(out.Body.Others, version(other))
	}
	for _, c := range v.Changes {
		one := ProcessChange{Step: c.Node, Name: c.Name, Kind: c.Kind}
		for _, p := range c.Parts {
			one.Parts = append(one.Parts, ProcessChangePart(p))
		}
		out.Body.Changes = append(out.Body.Changes, one)
	}
	return out, nil
}

// RunningCase is a case and where it stands.
type RunningCase struct {
	Case    string   `json:"case"`
	Kind    string   `json:"kind" doc:"of what it is about"`
	Subject string   `json:"subject" doc:"id of what it is about"`
	Code    string   `json:"code,omitempty"`
	At      []string `json:"at" doc:"names of steps"`
}

type casesIn struct {
	VersionPath
	Node  string `query:"node" maxLength:"200" doc:"of one step only"`
	After string `query:"after" maxLength:"100"`
}

type casesOut struct {
	Body struct {
		Items []RunningCase `json:"items"`
		Next  string        `json:"next,omitempty"`
	}
}

func cases(p core.Page[core.Case]) (all []RunningCase) {
	all = []RunningCase{}
	for _, c := range p.Items {
		all = append(all, RunningCase{Case: string(c.ID), Kind: c.Subject.Kind, Subject: c.Subject.ID, Code: c.Subject.Code, At: c.At})
	}
	return all
}

func (o operations) cases(ctx context.Context, in *casesIn) (*casesOut, error) {
	p, err := o.svc.ListCases(ctx, identity.From(ctx), in.ref(), in.Node, workflow.ID(in.After))
	if err != nil {
		return nil, err
	}
	out := &casesOut{}
	out.Body.Items, out.Body.Next = cases(p), p.Next
	return out, nil
}

func (o operations) file(w http.ResponseWriter, r *http.Request) error {
	version, err := strconv.Atoi(r.PathValue("version"))
	if err != nil {
		return processes.ErrNotFound
	}
	f, err := o.svc.Export(r.Context(), identity.From(r.Context()), workflow.Ref{Flow: r.PathValue("flow"), Version: version}, core.Format(r.URL.Query().Get("format")))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", f.Type)
	w.Header().Set("Content-Disposition", `attachment; filename="`+f.Name+`"`)
	_, _ = w.Write(f.Data) // the reader has gone: nobody to tell
	return nil
}
