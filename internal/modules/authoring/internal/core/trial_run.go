// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"strings"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/kernel/workflow/rehearsal"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/errs"
)

// acceptance is the action of the step that accepting a dossier does.
const acceptance = "accept"

// TrialRun is a trial with all that came of it.
type TrialRun struct {
	authoring.Trial
	Version procedures.Version
	Form    *forms.Form
	World   forms.World
	Typed   forms.Answers // as they were typed
	Sent    forms.Answers // as they would be sent
	Wrong   forms.Result  // what the form says to them
	Focus   string        // the input to go to, where rows were changed

	Charge procedures.Charge
	FeeWhy error // why the fee cannot be worked out; nil: it can
	Route  dossiers.Route
	Term   dossiers.Term

	Process *workflow.Definition
	State   rehearsal.State // empty while the form refuses the answers
	Begun   bool            // the case runs
	set     *packs.Set
}

// Post is what a post is called.
func (r TrialRun) Post(role string) i18n.Text {
	if found, ok := r.set.Role(role); ok {
		return i18n.Text{VI: found.Name.VI, EN: found.Name.EN}
	}
	return i18n.Text{VI: role}
}

// cast is a procedure of a set, ready to be tried.
type cast struct {
	version procedures.Version
	form    *forms.Form
	world   forms.World
	process *workflow.Definition
}

// cast reads a procedure of a set; ErrTrialNot says what is missing before it
// can be tried.
func (s *Service) cast(ctx context.Context, set *packs.Set, procedure string) (c cast, err error) {
	if set == nil {
		return c, authoring.ErrTrialNot.With("why", "pack.yaml")
	}
	not := func(err error) error { return authoring.ErrTrialNot.With("why", reason(err)).Because(err) }
	if c.version, err = s.Version(set, procedure); err != nil {
		return c, not(err)
	}
	if c.form, err = forms.New(c.version.Form); err != nil {
		return c, not(err)
	}
	c.process, err = s.Cases.RehearseProcess(c.version)
	if err != nil {
		return c, not(err)
	}
	if c.world, err = s.Cases.RehearseWorld(ctx); err != nil {
		return c, err
	}
	file := c.world.File
	c.world.File = func(id string) (string, bool) {
		if id == forms.MadeUpFile {
			return "tep-mau.pdf", true
		}
		if file == nil {
			return "", false
		}
		return file(id)
	}
	return c, nil
}

// reason is the last sentence of an error: what is wrong, without where it was met.
func reason(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok && len(e.Fields) > 0 {
		names := make([]string, 0, len(e.Fields))
		for _, f := range e.Fields {
			names = append(names, f.Name)
		}
		return strings.Join(names, ", ")
	}
	said := strings.Split(err.Error(), ": ")
	return strings.Join(said[max(0, len(said)-2):], ": ")
}

// rehearse does everything of a trial with the province of a set.
func (s *Service) rehearse(ctx context.Context, set *packs.Set, t authoring.Trial) (r TrialRun, err error) {
	r.Trial, r.set = t, set
	c, err := s.cast(ctx, set, t.Procedure)
	if err != nil {
		return r, err
	}
	r.Version, r.Form, r.World, r.Process = c.version, c.form, c.world, c.process
	if r.Typed, err = r.Form.DecodeJSON(t.Answers); err != nil {
		r.Typed = known(r.Form, t.Answers) // the form has changed under the answers
	}
	r.Typed = r.Form.Compute(r.Typed)
	r.Sent, r.Wrong = r.Form.Submit(r.Typed, r.World)
	r.Charge, r.FeeWhy = r.Version.Charge(r.Sent, t.Channel)
	if r.FeeWhy != nil && !errors.Is(r.FeeWhy, procedures.ErrFee) {
		return r, r.FeeWhy
	}
	answers, err := r.Sent.Canonical()
	if err != nil {
		return r, err
	}
	if r.Route, err = s.Cases.RehearseRoute(ctx, r.Version, orgs.ID(t.Place), answers); err != nil {
		return r, err
	}
	if r.Term, err = s.Cases.RehearseTerm(r.Version, orgs.ID(t.Place), t.At); err != nil {
		return r, err
	}
	if len(r.Wrong.Errors) > 0 {
		return r, nil
	}
	r.Begun = true
	r.State, err = rehearsal.Run(ctx, rehearsal.Case{
		Process: r.Process, Units: r.Route.Units, Vars: r.Route.Vars, At: t.At, Calendar: s.Calendar, Begun: acceptance,
	}, t.Acts)
	return r, err
}

// TrialResult draws the result of a trial as a PDF under the mark of a simulation.
func (s *Service) TrialResult(ctx context.Context, actor identity.Actor, change authoring.ID, trial authoring.TrialID) (_ []byte, err error) {
	defer errs.Wrap(&err, "result of trial %s", trial)

	r, err := s.GetTrial(ctx, actor, change, trial)
	if err != nil {
		return nil, err
	}
	if !r.Begun {
		return nil, authoring.ErrTrialPlan
	}
	answers, err := r.Sent.Canonical()
	if err != nil {
		return nil, err
	}
	return s.Cases.RehearseResult(ctx, dossiers.MadeUp{
		Version: r.Version, Route: r.Route, Owner: "Nguyễn Văn Mẫu", Answers: answers, Fields: r.Fields, At: r.State.Now,
	})
}

// Unit is what a unit of the province is called; false where it has none of this id.
func (r TrialRun) Unit(id string) (i18n.Text, bool) {
	u, ok := r.set.Unit(id)
	return i18n.Text{VI: u.Name.VI, EN: u.Name.EN}, ok
}
