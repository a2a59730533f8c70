// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/platform/web"
)

// decideRoutes are the operations of a change on its way, and of what goes into it.
func (o operations) decideRoutes() []web.Route {
	approve := web.Needs(string(authoring.PermApprove))
	take := web.Operation("POST /api/v1/changes/{change}/files", "Take pack files into a change", mayEdit(), o.take)
	take.MaxBody = core.MaxUpload * 3 / 2 // in JSON it is a third longer
	return []web.Route{
		web.Operation("GET /api/v1/changes/{change}/check-list", "What is looked at before a change is submitted and approved", mayRead(), o.checks),
		web.Operation("GET /api/v1/changes/{change}/differences", "What a change makes different", mayRead(), o.diff),
		web.Operation("POST /api/v1/changes/{change}/submit", "Ask for the approval of a change", mayEdit(), o.submit),
		web.Operation("POST /api/v1/changes/{change}/approve", "Approve a change that somebody else wrote", approve, o.approve),
		web.Operation("POST /api/v1/changes/{change}/return", "Return a change to be written", approve, o.giveBack),
		web.Operation("POST /api/v1/changes/{change}/withdraw", "Withdraw a change", mayEdit(), o.withdraw),
		web.Operation("POST /api/v1/changes/{change}/undo", "Begin a change that puts back what was before a published one", mayEdit(), o.undo),
		web.Operation("POST /api/v1/changes/{change}/procedures", "Add a new procedure, blank or as a copy", mayEdit(), o.add),
		web.Operation("POST /api/v1/changes/{change}/procedures/{procedure}/fee-table", "Give a procedure a table of its own that works out its fee", mayEdit(), o.addFeeTable),
		web.Operation("GET /api/v1/changes/{change}/procedures", "Find procedures to change or to copy", mayRead(), o.find),
		web.Operation("POST /api/v1/changes/{change}/items/{list}/{item}/take-over", "Carry an item over to what is in force now", mayEdit(), o.takeOver),
		web.Operation("GET /api/v1/changes/{change}/files", "A change as pack files in a zip archive", mayRead(), o.export),
		take,
		web.Operation("GET /api/v1/legal-bases", "Find legal documents to cite", mayRead(), o.law),
	}
}

// Point is one point of a check list.
type Point struct {
	Code  string      `json:"code"`
	Mark  core.Mark   `json:"mark" enum:"fine,note,stop"`
	Lines []PointLine `json:"lines"`
}

// PointLine is what a point says of one item.
type PointLine struct {
	List authoring.List `json:"list,omitempty"`
	ID   string         `json:"id,omitempty"`
	Path string         `json:"path,omitempty"`
	Code string         `json:"code"`
	Args map[string]any `json:"args,omitempty"`
}

type checksOut struct {
	Body struct {
		Rev    int     `json:"rev" doc:"of the change that was looked at; submit and approve it as this"`
		Clear  bool    `json:"clear"`
		Points []Point `json:"points"`
	}
}

func (o operations) checks(ctx context.Context, in *oneIn) (*checksOut, error) {
	list, rev, err := o.svc.Check(ctx, identity.From(ctx), authoring.ID(in.Change))
	if err != nil {
		return nil, err
	}
	out := &checksOut{}
	out.Body.Rev, out.Body.Clear, out.Body.Points = rev, list.Clear(), []Point{}
	for _, p := range list.Points {
		point := Point{p.Code, p.Mark, []PointLine{}}
		for _, l := range p.Lines {
			line := PointLine{l.List, l.ID, l.Path, l.Code, l.Args}
			if l.Problem != nil {
				line.Code, line.Args = l.Problem.Code, map[string]any{"message": l.Problem.Message.VI}
			}
			point.Lines = append(point.Lines, line)
		}
		out.Body.Points = append(out.Body.Points, point)
	}
	return out, nil
}

type diffOut struct {
	Body struct {
		Differences []packs.Difference `json:"differences"`
	}
}

func (o operations) diff(ctx context.Context, in *oneIn) (*diffOut, error) {
	all, err := o.svc.Diff(ctx, identity.From(ctx), authoring.ID(in.Change))
	if err != nil {
		return nil, err
	}
	out := &diffOut{}
	out.Body.Differences = append([]packs.Difference{}, all...)
	return out, nil
}

type revIn struct {
	Change string `path:"change" maxLength:"100"`
	Body   struct {
		Rev int `json:"rev" minimum:"1" doc:"of the change as it was looked at"`
	}
}

func (o operations) submit(ctx context.Context, in *revIn) (*struct{}, error) {
	return nil, o.svc.Submit(ctx, identity.From(ctx), authoring.ID(in.Change), in.Body.Rev)
}

func (o operations) approve(ctx context.Context, in *revIn) (*struct{}, error) {
	return nil, o.svc.Approve(ctx, identity.From(ctx), authoring.ID(in.Change), in.Body.Rev)
}

type reasonIn struct {
	Change string `path:"change" maxLength:"100"`
	Body   struct {
		Reason string `json:"reason" maxLength:"4000"`
	}
}

func (o operations) giveBack(ctx context.Context, in *reasonIn) (*struct{}, error) {
	return nil, o.svc.Return(ctx, identity.From(ctx), authoring.ID(in.Change), in.Body.Reason)
}

func (o operations) withdraw(ctx context.Context, in *reasonIn) (*struct{}, error) {
	return nil, o.svc.Withdraw(ctx, identity.From(ctx), authoring.ID(in.Change), in.Body.Reason)
}

func (o operations) undo(ctx context.Context, in *oneIn) (*createOut, error) {
	id, err := o.svc.Undo(ctx, identity.From(ctx), authoring.ID(in.Change))
	out := &createOut{}
	out.Body.ID = id
	return out, err
}

type addIn struct {
	Change string `path:"change" maxLength:"100"`
	Body   struct {
		Name        string `json:"name" maxLength:"4000"`
		ID          string `json:"id,omitempty" maxLength:"200" doc:"absent: made of the name"`
		From        string `json:"from,omitempty" maxLength:"120" doc:"the procedure it is a copy of; absent: blank"`
		SameBecause string `json:"same_because,omitempty" maxLength:"4000" doc:"why form and flow are those of from; absent: it gets copies of its own"`
	}
}

type addOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

func (o operations) add(ctx context.Context, in *addIn) (*addOut, error) {
	b := in.Body
	id, err := o.svc.AddProcedure(ctx, identity.From(ctx), authoring.ID(in.Change), core.Blueprint{Name: b.Name, ID: b.ID, From: b.From, SameBecause: b.SameBecause})
	out := &addOut{}
	out.Body.ID = id
	return out, err
}

type feeTableIn struct {
	Change    string `path:"change" maxLength:"100"`
	Procedure string `path:"procedure" maxLength:"120"`
}

func (o operations) addFeeTable(ctx context.Context, in *feeTableIn) (*addOut, error) {
	id, err := o.svc.AddFeeTable(ctx, identity.From(ctx), authoring.ID(in.Change), in.Procedure)
	out := &addOut{}
	out.Body.ID = id
	return out, err
}

type findIn struct {
	Change   string `path:"change" maxLength:"100"`
	Question string `query:"q" maxLength:"200"`
}

// Named is something with a name.
type Named struct {
	ID   string     `json:"id"`
	Name packs.Text `json:"name"`
}

type findOut struct {
	Body struct {
		Items []Named `json:"items"`
	}
}

func (o operations) find(ctx context.Context, in *findIn) (*findOut, error) {
	all, err := o.svc.FindProcedures(ctx, identity.From(ctx), authoring.ID(in.Change), in.Question)
	if err != nil {
		return nil, err
	}
	out := &findOut{}
	out.Body.Items = []Named{}
	for _, f := range all {
		out.Body.Items = append(out.Body.Items, Named(f))
	}
	return out, nil
}

type lawIn struct {
	Question string `query:"q" required:"true" maxLength:"200"`
}

func (o operations) law(ctx context.Context, in *lawIn) (*findOut, error) {
	all, err := o.svc.FindLaw(ctx, identity.From(ctx), in.Question)
	if err != nil {
		return nil, err
	}
	out := &findOut{}
	out.Body.Items = []Named{}
	for _, d := range all {
		out.Body.Items = append(out.Body.Items, Named{d.ID, packs.Text{VI: d.Number + " " + d.Title.VI, EN: d.Title.EN}})
	}
	return out, nil
}

func (o operations) takeOver(ctx context.Context, in *ItemAt) (*struct{}, error) {
	return nil, o.svc.TakeOver(ctx, identity.From(ctx), authoring.ID(in.Change), authoring.List(in.List), in.Item)
}

type exportOut struct {
	Body struct {
		Archive []byte `json:"archive" doc:"a zip archive"`
	}
}

func (o operations) export(ctx context.Context, in *oneIn) (*exportOut, error) {
	archive, err := o.svc.Export(ctx, identity.From(ctx), authoring.ID(in.Change))
	out := &exportOut{}
	out.Body.Archive = archive
	return out, err
}

type takeIn struct {
	Change string `path:"change" maxLength:"100"`
	Body   struct {
		Name    string `json:"name" maxLength:"200" doc:"of the file: flows.yaml, change.zip"`
		Content []byte `json:"content" maxLength:"3000000"`
	}
}

type takeOut struct {
	Body struct {
		Taken    int             `json:"taken" doc:"items; none where there are problems"`
		Problems []packs.Problem `json:"problems"`
	}
}

func (o operations) take(ctx context.Context, in *takeIn) (*takeOut, error) {
	taken, problems, err := o.svc.Import(ctx, identity.From(ctx), authoring.ID(in.Change), in.Body.Name, in.Body.Content)
	out := &takeOut{}
	out.Body.Taken, out.Body.Problems = taken, append([]packs.Problem{}, problems...)
	return out, err
}
