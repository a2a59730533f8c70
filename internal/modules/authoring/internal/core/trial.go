// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/workflow/rehearsal"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/store"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

const (
	maxTrials   = 200                 // of a change
	maxKept     = 50                  // of a procedure
	trialsLast  = 30 * 24 * time.Hour // that nobody keeps
	maxTrialDay = 5 * 366 * 24 * time.Hour
)

// Rehearsal is what trials need of the program.
type Rehearsal struct {
	// Version returns a procedure of a set as the version that it would become.
	Version func(set *packs.Set, procedure string) (procedures.Version, error)
	// Cases says how dossiers are handled.
	Cases dossiers.Rehearser
	// Catalogue knows the versions in force.
	Catalogue procedures.Finder
	// Calendar returns the working time of a unit.
	Calendar func(unit string) *calendar.Calendar
}

// NewTrial is with what a trial begins.
type NewTrial struct {
	Procedure string
	Place     orgs.ID
	Channel   string    // online, counter
	At        time.Time // when it is accepted; zero: now
	Fill      bool      // with made-up answers
}

func (n NewTrial) check(now time.Time) (fields []errs.Field) {
	if n.Procedure == "" {
		fields = append(fields, errs.Field{Name: "procedure", Code: "authoring.trial_procedure"})
	}
	if n.Place == "" {
		fields = append(fields, errs.Field{Name: "place", Code: "authoring.trial_place"})
	}
	if n.Channel != procedures.ChannelOnline && n.Channel != procedures.ChannelCounter {
		fields = append(fields, errs.Field{Name: "channel", Code: "authoring.trial_channel"})
	}
	if n.At.Before(now.Add(-maxTrialDay)) || n.At.After(now.Add(maxTrialDay)) {
		fields = append(fields, errs.Field{Name: "day", Code: "authoring.trial_day"})
	}
	return fields
}

// StartTrial begins to try a procedure of a change with a made-up case. Whoever
// may read the change may try it, in any state: it changes nothing of it.
func (s *Service) StartTrial(ctx context.Context, actor identity.Actor, change authoring.ID, n NewTrial) (_ authoring.TrialID, err error) {
	defer errs.Wrap(&err, "start a trial of %s in change %s", n.Procedure, change)

	if err := mayRead(actor); err != nil {
		return "", err
	}
	now := s.DB.Now().Time
	if n.At.IsZero() {
		n.At = now
	}
	if err := errs.BadInput(n.check(now)); err != nil {
		return "", err
	}
	set, _, err := s.set(ctx, s.DB, change)
	if err != nil {
		return "", err
	}
	c, err := s.cast(ctx, set, n.Procedure)
	if err != nil {
		return "", err
	}
	if _, err := s.Cases.RehearseRoute(ctx, c.version, n.Place, nil); err != nil {
		return "", err
	}
	answers := forms.Answers{}
	if n.Fill {
		answers = c.form.MadeUp(c.world)
	}
	t := authoring.Trial{ID: authoring.TrialID(id.New()), Change: change, Procedure: n.Procedure, Rev: 1}
	t.Place, t.Channel, t.At = string(n.Place), n.Channel, n.At.UTC().Truncate(time.Minute)
	if t.Answers, err = answers.Canonical(); err != nil {
		return "", err
	}
	if n.Fill {
		t.Fields = madeUpFields(c.version.Template)
	}
	return t.ID, s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := store.ForgetTrials(ctx, tx, db.At(tx.Now.Add(-trialsLast))); err != nil {
			return err
		}
		all, err := store.Trials(ctx, tx, change, maxTrials)
		if err != nil {
			return err
		}
		if len(all) == maxTrials {
			return authoring.ErrTrialMany.With("max", maxTrials)
		}
		t.Made, t.Saved = authoring.Hand{Account: actor.Account, At: tx.Now}, tx.Now
		return store.PutTrial(ctx, tx, t)
	})
}

// madeUpFields fills in what an officer would write into the result.
func madeUpFields(t procedures.Template) map[string]string {
	all := map[string]string{}
	for _, f := range t.Fields {
		switch {
		case len(f.Options) > 0:
			all[f.Key] = f.Options[0].Value
		case f.Type == "money" || f.Type == "number":
			all[f.Key] = "1"
		case f.Type == "date":
			all[f.Key] = "01/01/2026"
		default:
			all[f.Key] = "Nội dung mẫu"
		}
	}
	return all
}

// ListTrials returns the trials of a change, the newest first, and behind them
// the kept ones of its procedures that earlier changes left.
func (s *Service) ListTrials(ctx context.Context, actor identity.Actor, change authoring.ID) (all []authoring.Trial, err error) {
	defer errs.Wrap(&err, "list trials of change %s", change)

	if err := mayRead(actor); err != nil {
		return nil, err
	}
	if _, err := store.Get(ctx, s.DB, change); err != nil {
		return nil, err
	}
	if all, err = store.Trials(ctx, s.DB, change, maxTrials); err != nil {
		return nil, err
	}
	ids, err := s.touched(ctx, change)
	if err != nil {
		return nil, err
	}
	for _, p := range ids {
		kept, err := store.KeptTrials(ctx, s.DB, p, maxKept)
		if err != nil {
			return nil, err
		}
		for _, t := range kept {
			if t.Change != change {
				all = append(all, t)
			}
		}
	}
	return all, nil
}

// GetTrial does everything of a trial again and says what came of it.
func (s *Service) GetTrial(ctx context.Context, actor identity.Actor, change authoring.ID, trial authoring.TrialID) (r TrialRun, err error) {
	defer errs.Wrap(&err, "get trial %s", trial)

	if err := mayRead(actor); err != nil {
		return r, err
	}
	t, err := store.GetTrial(ctx, s.DB, trial)
	if err != nil {
		return r, err
	}
	if t.Change != change && !t.Kept {
		return r, authoring.ErrNoTrial
	}
	set, _, err := s.set(ctx, s.DB, change)
	if err != nil {
		return r, err
	}
	return s.rehearse(ctx, set, t)
}

// onTrial lets do something to a trial that is still at rev; 0 does not ask.
func (s *Service) onTrial(ctx context.Context, trial authoring.TrialID, rev int, do func(*db.Tx, *authoring.Trial) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		t, err := store.LockTrial(ctx, tx, trial)
		if err != nil {
			return err
		}
		if t.Rev != rev && rev != 0 {
			return authoring.ErrTrialSeen
		}
		if err := do(tx, &t); err != nil {
			return err
		}
		t.Rev, t.Saved = t.Rev+1, tx.Now
		return store.PutTrial(ctx, tx, t)
	})
}

// openTrial is GetTrial for those who change a trial: a kept one of another change
// is only looked at.
func (s *Service) openTrial(ctx context.Context, actor identity.Actor, change authoring.ID, trial authoring.TrialID) (TrialRun, error) {
	r, err := s.GetTrial(ctx, actor, change, trial)
	if err == nil && r.Change != change {
		return r, authoring.ErrNoTrial
	}
	return r, err
}

// SaveTrialStep takes what was typed into a page of the form, right or wrong,
// and says what is wrong. What had been done in the case is undone: it begins
// with these answers.
func (s *Service) SaveTrialStep(ctx context.Context, actor identity.Actor, change authoring.ID, trial authoring.TrialID, step string, sent url.Values) (r TrialRun, wrong forms.Result, err error) {
	defer errs.Wrap(&err, "save a page of trial %s", trial)

	if r, err = s.openTrial(ctx, actor, change, trial); err != nil {
		return r, wrong, err
	}
	if !slices.Contains(r.Form.Steps(r.Typed), step) {
		return r, wrong, authoring.ErrTrialStep
	}
	answers := r.Form.Apply(r.Typed, step, sent)
	if button := sent.Get(forms.EditInput); button != "" {
		answers, r.Focus, _ = r.Form.Edit(answers, step, button)
	}
	if r, err = s.answered(ctx, r, answers); err != nil {
		return r, wrong, err
	}
	return r, r.Form.Validate(r.Typed, step, r.World), nil
}

// SetTrialAnswers takes all answers of the form at once, as programs send them.
func (s *Service) SetTrialAnswers(ctx context.Context, actor identity.Actor, change authoring.ID, trial authoring.TrialID, raw []byte) (r TrialRun, err error) {
	defer errs.Wrap(&err, "answers of trial %s", trial)

	if r, err = s.openTrial(ctx, actor, change, trial); err != nil {
		return r, err
	}
	answers, err := r.Form.DecodeJSON(raw)
	if err != nil {
		return r, err
	}
	return s.answered(ctx, r, r.Form.Compute(answers))
}

// FillTrial fills in the form and the result with made-up words.
func (s *Service) FillTrial(ctx context.Context, actor identity.Actor, change authoring.ID, trial authoring.TrialID) (r TrialRun, err error) {
	defer errs.Wrap(&err, "fill trial %s", trial)

	if r, err = s.openTrial(ctx, actor, change, trial); err != nil {
		return r, err
	}
	r.Fields = madeUpFields(r.Version.Template)
	return s.answered(ctx, r, r.Form.MadeUp(r.World))
}

// answered keeps other answers and looks at the trial anew.
func (s *Service) answered(ctx context.Context, r TrialRun, answers forms.Answers) (TrialRun, error) {
	raw, err := answers.Canonical()
	if err != nil {
		return r, err
	}
	if err := s.onTrial(ctx, r.ID, r.Rev, func(_ *db.Tx, t *authoring.Trial) error {
		t.Answers, t.Acts, t.Fields = json.RawMessage(raw), nil, r.Fields
		return nil
	}); err != nil {
		return r, err
	}
	return s.again(ctx, r)
}

// again looks at a trial that was changed.
func (s *Service) again(ctx context.Context, r TrialRun) (TrialRun, error) {
	t, err := store.GetTrial(ctx, s.DB, r.ID)
	if err != nil {
		return r, err
	}
	focus := r.Focus
	r, err = s.rehearse(ctx, r.set, t)
	r.Focus = focus
	return r, err
}

// DoTrial carries the case on by an act. One that cannot be done is refused and
// not kept.
func (s *Service) DoTrial(ctx context.Context, actor identity.Actor, change authoring.ID, trial authoring.TrialID, rev int, act rehearsal.Act) (r TrialRun, err error) {
	defer errs.Wrap(&err, "act in trial %s", trial)

	if r, err = s.openTrial(ctx, actor, change, trial); err != nil {
		return r, err
	}
	if len(r.Wrong.Errors) > 0 {
		return r, authoring.ErrTrialPlan
	}
	act.Note = cutTo(text.NFC(act.Note), maxWords)
	next := r.Trial
	next.Acts = append(slices.Clone(r.Acts[:r.State.Done]), act)
	if next, err := s.rehearse(ctx, r.set, next); err != nil {
		return r, err
	} else if why := next.State.Why; why != nil {
		return r, why
	}
	if err := s.onTrial(ctx, trial, rev, func(_ *db.Tx, t *authoring.Trial) error {
		t.Acts = next.Acts
		return nil
	}); err != nil {
		return r, err
	}
	return s.again(ctx, r)
}

// UndoTrial takes the last act back; all of them with all.
func (s *Service) UndoTrial(ctx context.Context, actor identity.Actor, change authoring.ID, trial authoring.TrialID, rev int, all bool) (r TrialRun, err error) {
	defer errs.Wrap(&err, "undo in trial %s", trial)

	if r, err = s.openTrial(ctx, actor, change, trial); err != nil {
		return r, err
	}
	if err := s.onTrial(ctx, trial, rev, func(_ *db.Tx, t *authoring.Trial) error {
		if all || len(t.Acts) == 0 {
			t.Acts = nil
			return nil
		}
		t.Acts = t.Acts[:min(len(t.Acts)-1, r.State.Done)]
		return nil
	}); err != nil {
		return r, err
	}
	return s.again(ctx, r)
}

// SetTrialFields takes what an officer would write into the result.
func (s *Service) SetTrialFields(ctx context.Context, actor identity.Actor, change authoring.ID, trial authoring.TrialID, fields map[string]string) (r TrialRun, err error) {
	defer errs.Wrap(&err, "result of trial %s", trial)

	if r, err = s.openTrial(ctx, actor, change, trial); err != nil {
		return r, err
	}
	kept := map[string]string{}
	for _, f := range r.Version.Template.Fields {
		if said := cutTo(text.NFC(fields[f.Key]), 4000); said != "" {
			kept[f.Key] = said
		}
	}
	if err := s.onTrial(ctx, trial, 0, func(_ *db.Tx, t *authoring.Trial) error {
		t.Fields = kept
		return nil
	}); err != nil {
		return r, err
	}
	return s.again(ctx, r)
}

func cutTo(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// touched returns the procedures that a change touches, or whose form, flow,
// decision or template it does.
func (s *Service) touched(ctx context.Context, change authoring.ID) (ids []string, err error) {
	items, err := store.Items(ctx, s.DB, change)
	if err != nil {
		return nil, err
	}
	set, _, err := s.set(ctx, s.DB, change)
	if err != nil || set == nil {
		return nil, err
	}
	for _, p := range proceduresOf(set, items) {
		ids = append(ids, p.ID)
	}
	return ids, nil
}

// TrialChoices is what a new trial can be of.
type TrialChoices struct {
	Procedures []procedures.Version // those that the change touches first; Unusable ones are left out
	NotYet     map[string]error     // touched ones that cannot be tried yet, by id
	Places     []orgs.Unit
}

// TrialChoices returns what can be tried in a change: the procedures it touches.
func (s *Service) TrialChoices(ctx context.Context, actor identity.Actor, change authoring.ID) (c TrialChoices, err error) {
	defer errs.Wrap(&err, "choices for trials of change %s", change)

	if err := mayRead(actor); err != nil {
		return c, err
	}
	set, _, err := s.set(ctx, s.DB, change)
	if err != nil {
		return c, err
	}
	ids, err := s.touched(ctx, change)
	if err != nil {
		return c, err
	}
	c.NotYet = map[string]error{}
	for _, p := range ids {
		cast, err := s.cast(ctx, set, p)
		if err != nil {
			c.NotYet[p] = err
			continue
		}
		c.Procedures = append(c.Procedures, cast.version)
		places, err := s.Cases.RehearsePlaces(ctx, cast.version)
		if err != nil {
			return c, err
		}
		for _, u := range places {
			if !slices.ContainsFunc(c.Places, func(have orgs.Unit) bool { return have.ID == u.ID }) {
				c.Places = append(c.Places, u)
			}
		}
	}
	return c, nil
}

// mayKeep lets in those who write.
func mayKeep(actor identity.Actor) error {
	_, err := access.Everywhere(actor, authoring.PermEdit)
	return err
}
