// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Bounds of what is asked and answered.
const (
	maxTargets     = 10   // units asked in one go
	maxOpinionDays = 60   // working days
	maxWords       = 4000 // of a question or an answer, in characters
)

// anyPost is what the workflow calls a question to a whole unit.
const anyPost = "any"

// inDossier is what the workflow keeps of questions and answers: the words are
// sealed with the dossier.
const inDossier = "in the dossier"

// Target is who is asked for an opinion.
type Target struct {
	Unit orgs.ID
	Post string // a role; empty: anybody there who may answer
}

// Consultation asks other units for their opinions.
type Consultation struct {
	Step     dossiers.TaskID // for which it is asked; empty: the one that is the actor's
	Targets  []Target
	Question string
	Days     int // working days of each unit asked
}

// Opinion is what another unit was asked, with its answer.
type Opinion struct {
	ID       string
	Task     dossiers.TaskID // the step for which it is asked
	Step     i18n.Text
	Unit     i18n.Text
	Post     string
	Question string
	Asker    string // name
	From     i18n.Text
	AskedAt  db.Time
	Due      db.Time
	Late     bool   // it is open past its time, or was given after it
	State    string // open, agreed, disagreed, unanswered (closed by who asked, with the reason in Words), dropped
	Words    string
	Ender    string // name
	EndedAt  db.Time
	File     *FileInfo
}

// Open reports whether it is still waited for. Silence is no consent.
func (o Opinion) Open() bool { return o.State == store.OpinionOpen }

func (c Consultation) check() []errs.Field {
	var found []errs.Field
	add := func(name, code string, args map[string]any) {
		found = append(found, errs.Field{Name: name, Code: code, Args: args})
	}
	switch n := len(c.Targets); {
	case n == 0:
		add("units", "dossiers.opinion.nobody", nil)
	case n > maxTargets:
		add("units", "form.choose_fewer", map[string]any{"max": maxTargets})
	}
	switch n := utf8.RuneCountInString(c.Question); {
	case n == 0:
		add("question", "form.required", nil)
	case n > maxWords:
		add("question", "form.too_long", map[string]any{"max": maxWords, "over": n - maxWords})
	}
	if c.Days < 1 || c.Days > maxOpinionDays {
		add("days", "dossiers.ask.days", map[string]any{"max": maxOpinionDays})
	}
	return found
}

// consulters are the actions in which opinions can be asked for.
func consulters() []string { return []string{actAppraise, actConsult, actDraft, actSign} }

// Consult asks units, or one post in each, for their opinion about a dossier in
// the step that is the actor's. The step cannot be ended before each has
// answered or its question was closed.
func (s *Service) Consult(ctx context.Context, actor identity.Actor, id dossiers.ID, c Consultation) (asked []string, err error) {
	defer errs.Wrap(&err, "ask for opinions about dossier %s", id)

	p, actions, err := s.duty(ctx, actor, id, c.Step)
	if err != nil {
		return nil, err
	}
	actions = slices.DeleteFunc(slices.Clone(actions), func(a string) bool { return !slices.Contains(consulters(), a) })
	if _, err := s.look(ctx, actor, p, id, c.Step, actions...); err != nil {
		return nil, err
	}
	c.Question = text.NFC(c.Question)
	if err := errs.BadInput(c.check()); err != nil {
		return nil, err
	}
	for i, t := range c.Targets {
		if err := s.answerable(ctx, t); err != nil {
			if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind == errs.Invalid {
				return nil, errs.BadInput([]errs.Field{{Name: fmt.Sprintf("units[%d]", i), Code: e.Code, Args: e.Args}})
			}
			return nil, err
		}
		if slices.Contains(c.Targets[:i], t) {
			return nil, errs.BadInput([]errs.Field{{Name: fmt.Sprintf("units[%d]", i), Code: "dossiers.opinion.twice"}})
		}
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		ids := []string{}
		d, err := s.turn(ctx, tx, actor, p, id, c.Step, actions...)
		if err != nil {
			return err
		}
		if decided(d.Status) {
			return dossiers.ErrTooLate
		}
		for _, t := range c.Targets {
			o, err := s.askOne(ctx, tx, actor, d, c, t)
			if err != nil {
				return err
			}
			ids = append(ids, o)
		}
		if d.Assignee == "" { // whoever asks waits for the answers
			if err := s.assign(ctx, tx, &d, actor.Account, actor.Name); err != nil {
				return err
			}
		}
		if err := s.working(ctx, tx, &d); err != nil {
			return err
		}
		if err := s.store.Save(ctx, tx, d); err != nil {
			return err
		}
		asked = ids
		return audit.Record(ctx, tx, actor, dossiers.AuditOpinion, string(id))
	})
	return asked, err
}

func (s *Service) askOne(ctx context.Context, tx *db.Tx, actor identity.Actor, d store.Dossier, c Consultation, t Target) (string, error) {
	post := t.Post
	if post == "" {
		post = anyPost
	}
	task, err := s.flow.Ask(ctx, tx, actor, workflow.TaskID(d.Task), workflow.Question{
		Unit: string(t.Unit), Post: post, Text: inDossier, Within: calendar.Duration{Amount: c.Days, Unit: calendar.WorkingDay},
	})
	if err != nil {
		return "", err
	}
	if err := s.store.AddOpinion(ctx, tx, store.Opinion{
		ID: string(task.ID), Dossier: d.ID, Task: dossiers.TaskID(d.Task), Step: d.StepName, Unit: t.Unit, Post: t.Post, Question: c.Question,
		AskedBy: actor.Account, Asker: actor.Name, AskerUnit: d.Handler, Due: task.Due,
	}); err != nil {
		return "", err
	}
	if err := s.tellAdvisers(ctx, tx, actor, d, t, string(task.ID), task.Due); err != nil {
		return "", err
	}
	return string(task.ID), s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindOpinionAsked, Status: d.Status, Step: d.StepName, Unit: t.Unit})
}

// answerable refuses a unit that does not exist today, or in which nobody may
// give an opinion.
func (s *Service) answerable(ctx context.Context, t Target) error {
	u, err := orgs.Get(ctx, s.DB, t.Unit)
	if errors.Is(err, orgs.ErrNotFound) {
		return dossiers.ErrWrongUnit
	}
	if err != nil {
		return err
	}
	if day := calendar.On(s.DB.Now().Time).String(); (u.ValidFrom != "" && day < u.ValidFrom) || (u.ValidTo != "" && day > u.ValidTo) {
		return dossiers.ErrWrongUnit
	}
	holders, err := s.allowedIn(ctx, t.Unit, dossiers.PermAdvise)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(holders, func(h access.Holder) bool { return t.Post == "" || string(h.Role) == t.Post }) {
		return dossiers.ErrNobodyThere.With("unit", u.Name)
	}
	return nil
}

// CloseOpinion goes on without an answer, for a reason that stays in the
// record: that nobody answered, not that anybody agreed.
func (s *Service) CloseOpinion(ctx context.Context, actor identity.Actor, opinion, why string) (err error) {
	defer errs.Wrap(&err, "close opinion %s", opinion)

	if why, err = reason(why); err != nil {
		return err
	}
	o, err := s.store.GetOpinion(ctx, s.DB, opinion)
	if err != nil {
		return err
	}
	p, actions, err := s.duty(ctx, actor, o.Dossier, o.Task)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.turn(ctx, tx, actor, p, o.Dossier, o.Task, actions...)
		if err != nil {
			return err
		}
		now, err := s.store.GetOpinion(ctx, tx, opinion)
		if err != nil {
			return err
		}
		if now.State != store.OpinionOpen {
			return answeredBy(now)
		}
		if err := s.flow.CloseOpinion(ctx, tx, actor, workflow.TaskID(opinion), inDossier); err != nil {
			return err
		}
		now.State, now.Words, now.EndedBy, now.Ender = workflow.Unanswered, why, actor.Account, actor.Name
		if _, err := s.store.EndOpinion(ctx, tx, now); err != nil {
			return err
		}
		if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindOpinionClosed, Status: d.Status, Step: now.Step, Unit: now.Unit}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditUnanswered, string(d.ID))
	})
}

// answeredBy says who ended a question, and when.
func answeredBy(o store.Opinion) error {
	return dossiers.ErrOpinionOver.With("who", o.Ender).With("when", when(o.EndedAt))
}

// opinionsOf returns what was asked about a dossier, the oldest first.
func (s *Service) opinionsOf(ctx context.Context, q db.Querier, id dossiers.ID) (all []Opinion, err error) {
	rows, err := s.store.Opinions(ctx, q, id)
	for _, r := range rows {
		o, err := s.opinion(ctx, q, r)
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return all, err
}

// followOpinions closes the questions of steps that have ended, and moves the
// time limits of the others with the case.
func (s *Service) followOpinions(ctx context.Context, tx *db.Tx, d store.Dossier) error {
	rows, err := s.store.Opinions(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(o store.Opinion) bool { return o.State != store.OpinionOpen })
	if len(rows) == 0 {
		return nil
	}
	open, err := workflow.Of(ctx, tx, caseOf(d.ID))
	if err != nil {
		return err
	}
	for _, o := range rows {
		i := slices.IndexFunc(open, func(t workflow.Task) bool { return string(t.ID) == o.ID })
		switch {
		case i < 0:
			o.State = store.OpinionDropped
			if _, err := s.store.EndOpinion(ctx, tx, o); err != nil {
				return err
			}
		case !open[i].Due.Equal(o.Due.Time):
			if err := s.store.PostponeOpinion(ctx, tx, o.ID, open[i].Due); err != nil {
				return err
			}
		}
	}
	return nil
}

// allAnswered refuses to end a step while opinions are waited for.
func (s *Service) allAnswered(ctx context.Context, q db.Querier, d store.Dossier) error {
	all, err := s.store.Opinions(ctx, q, d.ID)
	if err != nil {
		return err
	}
	open := 0
	for _, o := range all {
		if o.State == store.OpinionOpen && string(o.Task) == d.Task {
			open++
		}
	}
	if open > 0 {
		return workflow.ErrAsked.With("count", open)
	}
	return nil
}
