// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/workflow/rehearsal"
	"tinhso.vn/internal/kernel/workflow/replay"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

// tryoutRoutes are the operations of trying a change out.
func (o operations) tryoutRoutes() []web.Route {
	all, one := "/api/v1/changes/{change}/trials", "/api/v1/changes/{change}/trials/{trial}"
	return []web.Route{
		web.Operation("GET "+all, "List the made-up cases of a change, and what can be tried in it", mayRead(), o.trials),
		web.Operation("POST "+all, "Begin to try a procedure of a change with a made-up case", mayRead(), o.startTrial),
		web.Operation("GET "+one, "What came of a made-up case: fee, due, who decides, where it stands", mayRead(), o.trial),
		web.Operation("PUT "+one+"/answers", "Answer the form of a made-up case; the case begins again", mayRead(), o.answerTrial),
		web.Operation("POST "+one+"/fill", "Fill in a made-up case with plausible answers of nobody", mayRead(), o.fillTrial),
		web.Operation("POST "+one+"/acts", "Carry a made-up case on by an act", mayRead(), o.actTrial),
		web.Operation("POST "+one+"/undo", "Take the last act of a made-up case back, or all", mayRead(), o.undoTrial),
		web.Operation("PUT "+one+"/result", "What an officer would write into the result", mayRead(), o.trialFields),
		web.Operation("GET "+one+"/result", "The result of a made-up case as a PDF in base64, marked as a simulation", mayRead(), o.trialResult),
		web.Operation("POST "+one+"/keep", "Keep a made-up case as a test of its procedure", mayEdit(), o.keepTrial),
		web.Operation("DELETE "+one, "Delete a made-up case", mayRead(), o.dropTrial),
		web.Operation("GET /api/v1/changes/{change}/past/{procedure}", "How past cases would have gone through the flow of a change", mayRead(), o.past),
	}
}

// Trial is a made-up case.
type Trial struct {
	ID        authoring.TrialID `json:"id"`
	Change    authoring.ID      `json:"change"`
	Procedure string            `json:"procedure"`
	Name      string            `json:"name,omitempty" doc:"of a kept one"`
	Rev       int               `json:"rev"`
	Kept      bool              `json:"kept" doc:"it is a test of the procedure"`
	Place     string            `json:"place"`
	Channel   string            `json:"channel" enum:"online,counter"`
	At        time.Time         `json:"at" doc:"when it is accepted"`
	Acts      []rehearsal.Act   `json:"acts"`
	Expect    authoring.Expect  `json:"expect"`
}

func trialOf(t authoring.Trial) Trial {
	return Trial{t.ID, t.Change, t.Procedure, t.Name, t.Rev, t.Kept, t.Place, t.Channel, t.At, append([]rehearsal.Act{}, t.Acts...), t.Expect}
}

type trialsOut struct {
	Body struct {
		Items      []Trial  `json:"items"`
		Procedures []string `json:"procedures" doc:"that can be tried"`
		Places     []string `json:"places" doc:"ids of units"`
	}
}

func (o operations) trials(ctx context.Context, in *oneIn) (*trialsOut, error) {
	actor, change := identity.From(ctx), authoring.ID(in.Change)
	all, err := o.svc.ListTrials(ctx, actor, change)
	if err != nil {
		return nil, err
	}
	choices, err := o.svc.TrialChoices(ctx, actor, change)
	if err != nil {
		return nil, err
	}
	out := &trialsOut{}
	out.Body.Items, out.Body.Procedures, out.Body.Places = []Trial{}, []string{}, []string{}
	for _, t := range all {
		out.Body.Items = append(out.Body.Items, trialOf(t))
	}
	for _, v := range choices.Procedures {
		out.Body.Procedures = append(out.Body.Procedures, string(v.ID))
	}
	for _, u := range choices.Places {
		out.Body.Places = append(out.Body.Places, string(u.ID))
	}
	return out, nil
}

type startTrialIn struct {
	Change string `path:"change" maxLength:"100"`
	Body   struct {
		Procedure string    `json:"procedure" maxLength:"120"`
		Place     string    `json:"place" maxLength:"120" doc:"id of the unit that receives"`
		Channel   string    `json:"channel" enum:"online,counter"`
		At        time.Time `json:"at,omitzero" doc:"when it is accepted; absent: now"`
		Fill      bool      `json:"fill,omitempty" doc:"with made-up answers"`
	}
}

type startTrialOut struct {
	Body struct {
		ID authoring.TrialID `json:"id"`
	}
}

func (o operations) startTrial(ctx context.Context, in *startTrialIn) (*startTrialOut, error) {
	b := in.Body
	id, err := o.svc.StartTrial(ctx, identity.From(ctx), authoring.ID(in.Change), core.NewTrial{
		Procedure: b.Procedure, Place: orgs.ID(b.Place), Channel: b.Channel, At: b.At, Fill: b.Fill,
	})
	out := &startTrialOut{}
	out.Body.ID = id
	return out, err
}

type trialIn struct {
	Change string `path:"change" maxLength:"100"`
	Trial  string `path:"trial" maxLength:"100"`
}

// OpenStep is a step of a made-up case that is in somebody's hands.
type OpenStep struct {
	Step     string    `json:"step"`
	Post     string    `json:"post"`
	Unit     string    `json:"unit"`
	Due      time.Time `json:"due"`
	Late     bool      `json:"late"`
	Outcomes []string  `json:"outcomes" doc:"the ways on"`
	Returns  bool      `json:"returns" doc:"it can be given back"`
}

type trialRunOut struct {
	Body struct {
		Trial
		Answers   json.RawMessage    `json:"answers"`
		Wrong     []web.ProblemField `json:"wrong" doc:"what the form refuses"`
		Papers    []procedures.Paper `json:"papers"`
		Fee       procedures.Charge  `json:"fee"`
		Statutory time.Time          `json:"statutory,omitzero"`
		Due       time.Time          `json:"due,omitzero"`
		Received  orgs.ID            `json:"received"`
		Authority orgs.ID            `json:"authority"`
		Begun     bool               `json:"begun" doc:"the form takes the answers: there is a case"`
		Now       time.Time          `json:"now,omitzero"`
		Ended     bool               `json:"ended"`
		Steps     []OpenStep         `json:"steps"`
		Done      int                `json:"done" doc:"acts that could be done"`
		Why       string             `json:"why,omitempty" doc:"code of what kept the next act from being done"`
	}
}

func runOut(r core.TrialRun) *trialRunOut {
	out := &trialRunOut{}
	b := &out.Body
	b.Trial, b.Answers, b.Fee, b.Papers = trialOf(r.Trial), r.Answers, r.Charge, append([]procedures.Paper{}, r.Version.Papers...)
	b.Wrong, b.Steps = []web.ProblemField{}, []OpenStep{}
	for _, f := range r.Wrong.Errors {
		b.Wrong = append(b.Wrong, web.ProblemField{Name: f.Name, Code: f.Code, Args: f.Args})
	}
	b.Statutory, b.Due, b.Received, b.Authority, b.Begun = r.Term.Statutory, r.Term.Due, r.Route.Received.ID, r.Route.Authority.ID, r.Begun
	b.Now, b.Ended, b.Done = r.State.Now, r.State.Ended, r.State.Done
	for _, t := range r.State.Tasks {
		b.Steps = append(b.Steps, OpenStep{t.Step, t.Post, t.Unit, t.Due.Time, t.Late, append([]string{}, t.Node.Outcomes...), t.Returns})
	}
	if e, ok := errors.AsType[*errs.Error](r.State.Why); ok {
		b.Why = e.Code
	}
	return out
}

func (o operations) trial(ctx context.Context, in *trialIn) (*trialRunOut, error) {
	r, err := o.svc.GetTrial(ctx, identity.From(ctx), authoring.ID(in.Change), authoring.TrialID(in.Trial))
	if err != nil {
		return nil, err
	}
	return runOut(r), nil
}

type answerTrialIn struct {
	Change string `path:"change" maxLength:"100"`
	Trial  string `path:"trial" maxLength:"100"`
	Body   struct {
		Answers json.RawMessage `json:"answers" doc:"as the form's schema has them"`
	}
}

func (o operations) answerTrial(ctx context.Context, in *answerTrialIn) (*trialRunOut, error) {
	r, err := o.svc.SetTrialAnswers(ctx, identity.From(ctx), authoring.ID(in.Change), authoring.TrialID(in.Trial), in.Body.Answers)
	if err != nil {
		return nil, err
	}
	return runOut(r), nil
}

func (o operations) fillTrial(ctx context.Context, in *trialIn) (*trialRunOut, error) {
	r, err := o.svc.FillTrial(ctx, identity.From(ctx), authoring.ID(in.Change), authoring.TrialID(in.Trial))
	if err != nil {
		return nil, err
	}
	return runOut(r), nil
}

type actTrialIn struct {
	Change string `path:"change" maxLength:"100"`
	Trial  string `path:"trial" maxLength:"100"`
	Body   struct {
		rehearsal.Act
		Rev int `json:"rev" doc:"of the trial as it was read"`
	}
}

func (o operations) actTrial(ctx context.Context, in *actTrialIn) (*trialRunOut, error) {
	r, err := o.svc.DoTrial(ctx, identity.From(ctx), authoring.ID(in.Change), authoring.TrialID(in.Trial), in.Body.Rev, in.Body.Act)
	if err != nil {
		return nil, err
	}
	return runOut(r), nil
}

type undoTrialIn struct {
	Change string `path:"change" maxLength:"100"`
	Trial  string `path:"trial" maxLength:"100"`
	Body   struct {
		Rev int  `json:"rev" doc:"of the trial as it was read"`
		All bool `json:"all,omitempty"`
	}
}

func (o operations) undoTrial(ctx context.Context, in *undoTrialIn) (*trialRunOut, error) {
	r, err := o.svc.UndoTrial(ctx, identity.From(ctx), authoring.ID(in.Change), authoring.TrialID(in.Trial), in.Body.Rev, in.Body.All)
	if err != nil {
		return nil, err
	}
	return runOut(r), nil
}

type trialFieldsIn struct {
	Change string `path:"change" maxLength:"100"`
	Trial  string `path:"trial" maxLength:"100"`
	Body   struct {
		Fields map[string]string `json:"fields" doc:"by key of the template's fields"`
	}
}

func (o operations) trialFields(ctx context.Context, in *trialFieldsIn) (*trialRunOut, error) {
	r, err := o.svc.SetTrialFields(ctx, identity.From(ctx), authoring.ID(in.Change), authoring.TrialID(in.Trial), in.Body.Fields)
	if err != nil {
		return nil, err
	}
	return runOut(r), nil
}

type trialResultOut struct {
	Body struct {
		PDF []byte `json:"pdf" doc:"base64"`
	}
}

func (o operations) trialResult(ctx context.Context, in *trialIn) (*trialResultOut, error) {
	pdf, err := o.svc.TrialResult(ctx, identity.From(ctx), authoring.ID(in.Change), authoring.TrialID(in.Trial))
	if err != nil {
		return nil, err
	}
	out := &trialResultOut{}
	out.Body.PDF = pdf
	return out, nil
}

type keepTrialIn struct {
	Change string `path:"change" maxLength:"100"`
	Trial  string `path:"trial" maxLength:"100"`
	Body   struct {
		Name string `json:"name" maxLength:"2000"`
		authoring.Expect
	}
}

func (o operations) keepTrial(ctx context.Context, in *keepTrialIn) (*struct{}, error) {
	return nil, o.svc.KeepTrial(ctx, identity.From(ctx), authoring.ID(in.Change), authoring.TrialID(in.Trial), core.Keeping{Name: in.Body.Name, Expect: in.Body.Expect})
}

func (o operations) dropTrial(ctx context.Context, in *trialIn) (*struct{}, error) {
	return nil, o.svc.DropTrial(ctx, identity.From(ctx), authoring.ID(in.Change), authoring.TrialID(in.Trial))
}

type pastIn struct {
	Change    string `path:"change" maxLength:"100"`
	Procedure string `path:"procedure" maxLength:"120"`
}

type pastOut struct {
	Body struct {
		replay.Result
		Slowest string `json:"slowest,omitempty" doc:"id of the step that takes the most time"`
		Latest  string `json:"latest,omitempty" doc:"id of the step that is late most often"`
	}
}

func (o operations) past(ctx context.Context, in *pastIn) (*pastOut, error) {
	p, err := o.svc.TryPast(ctx, identity.From(ctx), authoring.ID(in.Change), in.Procedure)
	if err != nil {
		return nil, err
	}
	out := &pastOut{}
	out.Body.Result, out.Body.Slowest, out.Body.Latest = p.Result, p.Slowest, p.Latest
	return out, nil
}
