// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"net/http"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/web"
)

func (o operations) duty() []web.Route {
	see, plan := needs(personnel.PermDuty, personnel.PermAll), needs(personnel.PermDutyPlan, personnel.PermAll)
	reading := web.Operation("POST /api/v1/duty-files", "Read the roster of a unit from a file; nothing is done before it is applied", plan, o.readRoster)
	reading.MaxBody = 2 * sheet.MaxFile // base64
	return []web.Route{
		web.Operation("GET /api/v1/duty", "Who is on duty at a moment", see, o.onDuty),
		web.Operation("GET /api/v1/duty/mine", "One's own shifts, and requests to swap them", see, o.myDuty),
		web.Operation("GET /api/v1/duty/kinds", "The kinds of duty", see, o.dutyKinds),
		web.Operation("GET /api/v1/duty-shifts", "The roster of a unit for a month", see, o.roster),
		web.RawOperation("GET /api/v1/duty-shifts/export", "The roster of a unit for a month as an XLSX file", see, web.Raw{
			Query: []web.Param{{Name: "unit"}, {Name: "month"}}, Gives: []string{xlsx}, Status: http.StatusOK,
		}, o.exportRoster),
		web.Operation("POST /api/v1/duty-shifts", "Put somebody on duty", plan, o.enterShift),
		web.Operation("POST /api/v1/duty-shifts/copy", "Fill a week or a month like the one before", plan, o.copyRoster),
		web.Operation("GET /api/v1/duty-shifts/{id}", "One shift", see, o.getShift),
		web.Operation("PUT /api/v1/duty-shifts/{id}", "Enter a shift anew", plan, o.changeShift),
		web.Operation("DELETE /api/v1/duty-shifts/{id}", "Take a shift off the roster before it begins", plan, o.removeShift),
		web.Operation("POST /api/v1/duty-shifts/{id}/swaps", "Ask a colleague to take a shift of one's own", see, o.askSwap),
		web.Operation("GET /api/v1/duty-swaps", "Requests to swap, of the rosters one writes", plan, o.listSwaps),
		web.Operation("POST /api/v1/duty-swaps/{id}/answer", "Accept or decline what one was asked", see, o.answerSwap),
		web.Operation("POST /api/v1/duty-swaps/{id}/withdraw", "Take a request back that nobody has answered", see, o.withdrawSwap),
		reading,
		web.Operation("GET /api/v1/duty-files/{id}", "What every row would do, with all mistakes by cell", plan, o.previewRoster),
		web.Operation("POST /api/v1/duty-files/{id}/apply", "Do all of it, or nothing", plan, o.applyRoster),
		web.Operation("POST /api/v1/duty-files/{id}/discard", "Forget what was read", plan, o.discardRoster),
	}
}

const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// DutyShift is a time in which somebody is on duty.
type DutyShift struct {
	ID      string  `json:"id"`
	Unit    orgs.ID `json:"unit"`
	Kind    string  `json:"kind"`
	Account string  `json:"account"`
	Login   string  `json:"login"`
	Name    string  `json:"name"`
	Title   string  `json:"title,omitempty"`
	Since   db.Time `json:"since"`
	Until   db.Time `json:"until" doc:"the first moment after"`
	Phone   string  `json:"phone,omitempty" doc:"by which to call"`
	Office  bool    `json:"office,omitempty" doc:"the phone is that of the unit"`
	Note    string  `json:"note,omitempty"`
	Away    string  `json:"away,omitempty" doc:"the last day of an absence that falls on it, YYYY-MM-DD"`
	Left    bool    `json:"left,omitempty" doc:"has no post in the unit then"`
	Swap    string  `json:"swap,omitempty" doc:"a request to swap that waits"`
}

func dutyShift(d core.Shift) DutyShift {
	return DutyShift{d.ID, d.Unit, d.Kind, d.Who.Account, d.Who.Login, d.Who.Name, d.Title.VI, d.Since, d.Until, d.Phone, d.Office, d.Note, d.Away, d.Left, d.Swap}
}

func dutyShifts(all []core.Shift) []DutyShift {
	out := []DutyShift{}
	for _, d := range all {
		out = append(out, dutyShift(d))
	}
	return out
}

type onDutyIn struct {
	Unit  string `query:"unit" maxLength:"200" doc:"and the units under it"`
	At    string `query:"at" maxLength:"16" doc:"YYYY-MM-DDThh:mm in Vietnam; absent: now"`
	After string `query:"after" maxLength:"400" doc:"next of the page before"`
}

type shiftsOut struct {
	Body struct {
		At    *db.Time    `json:"at,omitempty"`
		Items []DutyShift `json:"items"`
		Next  string      `json:"next,omitempty" doc:"send it as after"`
	}
}

func (o operations) onDuty(ctx context.Context, in *onDutyIn) (*shiftsOut, error) {
	d, err := o.svc.ListOnDuty(ctx, identity.From(ctx), core.DutyQuery(*in))
	out := &shiftsOut{}
	out.Body.At, out.Body.Items, out.Body.Next = &d.At, dutyShifts(d.Items), d.Next
	return out, err
}

type rosterIn struct {
	Unit  string `query:"unit" maxLength:"200" doc:"absent: one's own"`
	Month string `query:"month" maxLength:"7" doc:"YYYY-MM; absent: this one"`
	After string `query:"after" maxLength:"400" doc:"next of the page before"`
}

func (o operations) roster(ctx context.Context, in *rosterIn) (*shiftsOut, error) {
	r, err := o.svc.GetRoster(ctx, identity.From(ctx), in.Unit, in.Month, in.After)
	out := &shiftsOut{}
	out.Body.Items, out.Body.Next = dutyShifts(r.Items), r.Next
	return out, err
}

func (o operations) exportRoster(w http.ResponseWriter, r *http.Request) error {
	month := r.FormValue("month")
	if month == "" {
		month = o.svc.DB.Now().In(calendar.Zone()).Format(core.Month)
	}
	w.Header().Set("Content-Type", xlsx)
	w.Header().Set("Cache-Control", "private, no-store")
	return o.svc.ExportRoster(r.Context(), identity.From(r.Context()), r.FormValue("unit"), month, w)
}

type kindsOut struct {
	Body struct {
		Items []dutyKind `json:"items"`
	}
}

type dutyKind struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	NameEN string `json:"name_en,omitempty"`
}

func (o operations) dutyKinds(ctx context.Context, _ *nothingIn) (*kindsOut, error) {
	kinds, err := o.svc.ListDutyKinds(ctx, identity.From(ctx))
	out := &kindsOut{}
	out.Body.Items = []dutyKind{}
	for _, k := range kinds {
		out.Body.Items = append(out.Body.Items, dutyKind{k.ID, k.Name.VI, k.Name.EN})
	}
	return out, err
}

type nothingIn struct{}

// NewDutyShift is a shift as a program enters it.
type NewDutyShift struct {
	Unit  string `json:"unit,omitempty" maxLength:"200" doc:"of a new one; a shift stays in its unit"`
	Kind  string `json:"kind" maxLength:"100"`
	Login string `json:"login" maxLength:"100"`
	From  string `json:"from" maxLength:"16" doc:"YYYY-MM-DDThh:mm in Vietnam"`
	To    string `json:"to" maxLength:"16" doc:"YYYY-MM-DDThh:mm in Vietnam, when it ends"`
	Phone string `json:"phone,omitempty" maxLength:"20"`
	Note  string `json:"note,omitempty" maxLength:"2000"`
}

type shiftIn struct{ Body NewDutyShift }

func (o operations) enterShift(ctx context.Context, in *shiftIn) (*made, error) {
	id, err := o.svc.EnterShift(ctx, identity.From(ctx), core.NewShift(in.Body))
	if err != nil {
		return nil, err
	}
	out := &made{}
	out.Body.ID = id
	return out, nil
}

type oneShiftOut struct{ Body DutyShift }

func (o operations) getShift(ctx context.Context, in *oneIn) (*oneShiftOut, error) {
	d, err := o.svc.GetShift(ctx, identity.From(ctx), in.ID)
	return &oneShiftOut{dutyShift(d)}, err
}

type changeShiftIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body NewDutyShift
}

func (o operations) changeShift(ctx context.Context, in *changeShiftIn) (*nothing, error) {
	return nil, o.svc.ChangeShift(ctx, identity.From(ctx), in.ID, core.NewShift(in.Body))
}

func (o operations) removeShift(ctx context.Context, in *oneIn) (*nothing, error) {
	return nil, o.svc.RemoveShift(ctx, identity.From(ctx), in.ID)
}

type copyIn struct {
	Body struct {
		Unit  string `json:"unit" maxLength:"200"`
		Week  string `json:"week,omitempty" maxLength:"10" doc:"a day of the week to fill, YYYY-MM-DD"`
		Month string `json:"month,omitempty" maxLength:"7" doc:"instead: the month to fill, YYYY-MM"`
	}
}

type notCopied struct {
	Login string  `json:"login"`
	Since db.Time `json:"since"`
	Until db.Time `json:"until"`
	Code  string  `json:"code" doc:"why"`
}

type copyOut struct {
	Body struct {
		Done int         `json:"done"`
		Left []notCopied `json:"left" doc:"what did not fit"`
	}
}

func (o operations) copyRoster(ctx context.Context, in *copyIn) (*copyOut, error) {
	done, err := o.svc.CopyRoster(ctx, identity.From(ctx), core.Copy(in.Body))
	if err != nil {
		return nil, err
	}
	out := &copyOut{}
	out.Body.Done, out.Body.Left = done.Done, []notCopied{}
	for _, l := range done.Left {
		out.Body.Left = append(out.Body.Left, notCopied{l.Who.Login, l.Since, l.Until, firstCode(l.Why)})
	}
	return out, nil
}

// firstCode is what is wrong: of a problem with a field what is wrong with that.
func firstCode(err error) string {
	problem := web.Problem(err)
	if len(problem.Fields) > 0 {
		return problem.Fields[0].Code
	}
	return problem.Code
}

type swapIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Login  string `json:"login" maxLength:"100" doc:"who shall take it"`
		Other  string `json:"other,omitempty" maxLength:"100" doc:"the colleague's shift that is taken instead"`
		Reason string `json:"reason" maxLength:"2000"`
	}
}

func (o operations) askSwap(ctx context.Context, in *swapIn) (*made, error) {
	id, err := o.svc.AskSwap(ctx, identity.From(ctx), in.ID, core.NewSwap(in.Body))
	if err != nil {
		return nil, err
	}
	out := &made{}
	out.Body.ID = id
	return out, nil
}

// DutySwap is a request of one colleague to another.
type DutySwap struct {
	ID     string     `json:"id"`
	By     string     `json:"by" doc:"login"`
	To     string     `json:"to" doc:"login"`
	Reason string     `json:"reason"`
	At     db.Time    `json:"at"`
	State  string     `json:"state" enum:"asked,accepted,declined,withdrawn"`
	Shift  *DutyShift `json:"shift,omitempty" doc:"absent: it is no more"`
	Other  *DutyShift `json:"other,omitempty"`
}

func dutySwaps(all []core.Swap) []DutySwap {
	out := []DutySwap{}
	for _, w := range all {
		one := DutySwap{ID: w.ID, By: w.By.Login, To: w.To.Login, Reason: w.Reason, At: w.At, State: w.State}
		if w.Shift.ID != "" {
			d := dutyShift(w.Shift)
			one.Shift = &d
		}
		if w.Other != nil {
			d := dutyShift(*w.Other)
			one.Other = &d
		}
		out = append(out, one)
	}
	return out
}

type mineOut struct {
	Body struct {
		Shifts []DutyShift `json:"shifts" doc:"that are not over"`
		Asked  []DutySwap  `json:"asked" doc:"of colleagues"`
		By     []DutySwap  `json:"by" doc:"one's own requests"`
	}
}

func (o operations) myDuty(ctx context.Context, _ *nothingIn) (*mineOut, error) {
	m, err := o.svc.GetMyDuty(ctx, identity.From(ctx))
	out := &mineOut{}
	out.Body.Shifts, out.Body.Asked, out.Body.By = dutyShifts(m.Shifts), dutySwaps(m.Asked), dutySwaps(m.By)
	return out, err
}

type swapsOut struct {
	Body struct {
		Items []DutySwap `json:"items"`
		Next  string     `json:"next,omitempty" doc:"send it as before"`
	}
}

func (o operations) listSwaps(ctx context.Context, in *listIn) (*swapsOut, error) {
	p, err := o.svc.ListSwaps(ctx, identity.From(ctx), in.Before)
	out := &swapsOut{}
	out.Body.Items, out.Body.Next = dutySwaps(p.Items), p.Next
	return out, err
}

type answerIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Accept bool   `json:"accept"`
		Phone  string `json:"phone,omitempty" maxLength:"20" doc:"by which the shift is called from then on"`
	}
}

func (o operations) answerSwap(ctx context.Context, in *answerIn) (*nothing, error) {
	return nil, o.svc.AnswerSwap(ctx, identity.From(ctx), in.ID, in.Body.Accept, in.Body.Phone)
}

func (o operations) withdrawSwap(ctx context.Context, in *oneIn) (*nothing, error) {
	return nil, o.svc.WithdrawSwap(ctx, identity.From(ctx), in.ID)
}

type rosterFileIn struct {
	Body struct {
		Unit string `json:"unit" maxLength:"200"`
		Name string `json:"name,omitempty" maxLength:"200"`
		File []byte `json:"file" doc:"XLSX or CSV, base64"`
	}
}

func (o operations) readRoster(ctx context.Context, in *rosterFileIn) (*made, error) {
	id, err := o.svc.ReadRoster(ctx, identity.From(ctx), in.Body.Unit, in.Body.Name, in.Body.File)
	if err != nil {
		return nil, err
	}
	out := &made{}
	out.Body.ID = id
	return out, nil
}

type rosterLine struct {
	Cell    string `json:"cell" doc:"A7"`
	Subject string `json:"subject,omitempty"`
	What    string `json:"what" enum:"new,changed,same,wrong"`
	Code    string `json:"code,omitempty" doc:"what is wrong"`
}

type rosterFileOut struct {
	Body struct {
		ID      string       `json:"id"`
		Unit    orgs.ID      `json:"unit"`
		State   string       `json:"state" enum:"read,applied,discarded"`
		Added   int          `json:"added"`
		Changed int          `json:"changed"`
		Wrong   int          `json:"wrong" doc:"rows"`
		Lines   []rosterLine `json:"lines" doc:"a wrong row has a line for each mistake"`
	}
}

func (o operations) previewRoster(ctx context.Context, in *oneIn) (*rosterFileOut, error) {
	f, err := o.svc.PreviewRoster(ctx, identity.From(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out := &rosterFileOut{}
	b := &out.Body
	b.ID, b.Unit, b.State, b.Added, b.Changed, b.Wrong, b.Lines = f.ID, f.Unit.ID, f.State, f.Added, f.Changed, f.Wrong, []rosterLine{}
	for _, l := range f.Lines {
		one := rosterLine{Cell: l.Cell, Subject: l.Subject, What: l.What}
		if l.Problem != nil {
			one.Code = firstCode(l.Problem)
		}
		b.Lines = append(b.Lines, one)
	}
	return out, nil
}

func (o operations) applyRoster(ctx context.Context, in *oneIn) (*nothing, error) {
	return nil, o.svc.ApplyRoster(ctx, identity.From(ctx), in.ID)
}

func (o operations) discardRoster(ctx context.Context, in *oneIn) (*nothing, error) {
	return nil, o.svc.DiscardRoster(ctx, identity.From(ctx), in.ID)
}
