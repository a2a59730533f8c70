// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/platform/web"
)

// registerRoutes are the operations by which registers are written.
func (o operations) registerRoutes() []web.Route {
	return []web.Route{
		web.Operation("GET /api/v1/register-files", "Registers that are in force or being written", mayRead(), o.books),
		web.Operation("POST /api/v1/register-files", "Begin a change with a new register in it", mayEdit(), o.beginRegister),
		web.Operation("POST /api/v1/register-files/{register}/changes", "Begin a change to a register that is in force", mayEdit(), o.takeRegister),
		web.Operation("POST /api/v1/changes/{change}/registers", "Add a new register to a change", mayEdit(), o.addRegister),
		web.Operation("GET /api/v1/changes/{change}/registers/{register}/plan", "What publishing a change would do to a register", mayRead(), o.registerPlan),
	}
}

// RegisterFile is a register as somebody finds it who wants to change it.
type RegisterFile struct {
	ID      string       `json:"id"`
	Title   i18n.Text    `json:"title"`
	Version int          `json:"version,omitempty" doc:"in force; absent: only in a change"`
	Change  authoring.ID `json:"change,omitempty" doc:"the newest open change that touches it"`
}

type booksOut struct {
	Body struct {
		Items []RegisterFile `json:"items"`
	}
}

func (o operations) books(ctx context.Context, _ *struct{}) (*booksOut, error) {
	all, err := o.svc.Books(ctx, identity.From(ctx))
	if err != nil {
		return nil, err
	}
	out := &booksOut{}
	out.Body.Items = make([]RegisterFile, len(all))
	for i, b := range all {
		out.Body.Items[i] = RegisterFile{b.ID, i18n.Text(b.Title), b.Version, b.Change.ID}
	}
	return out, nil
}

// NewRegister is what a new register begins with.
type NewRegister struct {
	Name string `json:"name" maxLength:"500"`
	ID   string `json:"id,omitempty" maxLength:"40" doc:"absent: made of the name"`
	From string `json:"from,omitempty" maxLength:"40" doc:"a register whose fields, rights and layout it takes"`

	Basis string `json:"basis,omitempty" maxLength:"500" doc:"of the change that begins with it"`
}

type beginRegisterIn struct{ Body NewRegister }

type registerOut struct {
	Body struct {
		Change   authoring.ID `json:"change"`
		Register string       `json:"register"`
	}
}

func (o operations) beginRegister(ctx context.Context, in *beginRegisterIn) (*registerOut, error) {
	change, id, err := o.svc.BeginRegister(ctx, identity.From(ctx), core.NewBook(in.Body))
	out := &registerOut{}
	out.Body.Change, out.Body.Register = change, id
	return out, err
}

type takeRegisterIn struct {
	Register string `path:"register" maxLength:"40"`
}

func (o operations) takeRegister(ctx context.Context, in *takeRegisterIn) (*registerOut, error) {
	change, err := o.svc.TakeRegister(ctx, identity.From(ctx), in.Register)
	out := &registerOut{}
	out.Body.Change, out.Body.Register = change, in.Register
	return out, err
}

type addRegisterIn struct {
	Change string `path:"change" maxLength:"100"`
	Body   NewRegister
}

func (o operations) addRegister(ctx context.Context, in *addRegisterIn) (*registerOut, error) {
	id, err := o.svc.AddRegister(ctx, identity.From(ctx), authoring.ID(in.Change), core.NewBook(in.Body))
	out := &registerOut{}
	out.Body.Change, out.Body.Register = authoring.ID(in.Change), id
	return out, err
}

type registerPlanIn struct {
	Change   string `path:"change" maxLength:"100"`
	Register string `path:"register" maxLength:"40"`
}

// PlanChange is one step of a plan.
type PlanChange struct {
	Kind    string   `json:"kind"`
	Field   string   `json:"field,omitempty"`
	Aspect  string   `json:"aspect,omitempty"`
	From    string   `json:"from,omitempty"`
	To      string   `json:"to,omitempty"`
	Reason  string   `json:"reason,omitempty" doc:"why it is refused"`
	Records int64    `json:"records,omitempty" doc:"rewritten, or in the way"`
	SQL     []string `json:"sql,omitempty" doc:"what is done to tables and indexes"`
}

// PlanWidening is something that somebody may do and may not do today.
type PlanWidening struct {
	Role       string   `json:"role,omitempty"`
	Owner      string   `json:"owner,omitempty" doc:"field of whom the record is about"`
	Public     bool     `json:"public,omitempty"`
	Everywhere bool     `json:"everywhere,omitempty"`
	Unit       string   `json:"unit,omitempty" doc:"field of a unit that brings a record within reach"`
	State      string   `json:"state,omitempty"`
	Act        string   `json:"act"`
	Fields     []string `json:"fields"`
}

// PlanNotice is something that who approves is told beside the rights.
type PlanNotice struct {
	Kind   string   `json:"kind" doc:"publishes, fields, records, kept_shorter, kept_otherwise, kept_for_ever"`
	Fields []string `json:"fields,omitempty" doc:"published and not published today"`
	Was    string   `json:"was,omitempty" doc:"how long records are kept today; absent: for ever"`
	Is     string   `json:"is,omitempty" doc:"how long they would be kept; absent: for ever"`
}

// PlanQuestion asks whether a field was renamed.
type PlanQuestion struct {
	From string `json:"from" doc:"key that the file no longer names"`
	To   string `json:"to" doc:"new key of the same type"`
}

type registerPlanOut struct {
	Body struct {
		Version   int            `json:"version" doc:"in force; 0: none"`
		Next      int            `json:"next"`
		Records   int64          `json:"records"`
		Changes   []PlanChange   `json:"changes"`
		Widenings []PlanWidening `json:"widenings"`
		Notices   []PlanNotice   `json:"notices" doc:"more is published than today, or records are kept shorter or for ever"`
		Questions []PlanQuestion `json:"questions" doc:"renamed, or new? answered by the edits same and apart"`
		Problems  []string       `json:"problems" doc:"mistakes of the file: with any there is no plan"`
	}
}

func (o operations) registerPlan(ctx context.Context, in *registerPlanIn) (*registerPlanOut, error) {
	all, err := o.svc.RegisterPlan(ctx, identity.From(ctx), authoring.ID(in.Change), in.Register)
	if err != nil {
		return nil, err
	}
	out := &registerPlanOut{}
	out.Body.Version, out.Body.Next, out.Body.Records = all.Plan.From, all.Definition.Version, all.Plan.Rows
	out.Body.Changes, out.Body.Widenings, out.Body.Notices = []PlanChange{}, []PlanWidening{}, []PlanNotice{}
	out.Body.Questions, out.Body.Problems = []PlanQuestion{}, []string{}
	for _, c := range all.Plan.Changes {
		out.Body.Changes = append(out.Body.Changes, PlanChange{string(c.Kind), c.Field, c.Aspect, c.From, c.To, c.Reason, c.RowCount, c.SQL})
	}
	for _, w := range all.Widenings {
		out.Body.Widenings = append(out.Body.Widenings, PlanWidening{w.Role, w.Owner, w.Public, w.Everywhere, w.Unit, w.State, string(w.Act), w.Fields})
	}
	for _, n := range all.Notices {
		out.Body.Notices = append(out.Body.Notices, PlanNotice{string(n.Kind), n.Fields, n.Was.String(), n.Is.String()})
	}
	for _, q := range all.Questions {
		out.Body.Questions = append(out.Body.Questions, PlanQuestion{q.From.Key, q.To.Key})
	}
	for _, p := range all.Problems {
		out.Body.Problems = append(out.Body.Problems, p.Error())
	}
	return out, nil
}
