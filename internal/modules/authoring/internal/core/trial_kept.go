// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// known returns those answers that a form still takes, one by one.
func known(f *forms.Form, raw []byte) forms.Answers {
	var all map[string]json.RawMessage
	if json.Unmarshal(raw, &all) != nil {
		return forms.Answers{}
	}
	out := forms.Answers{}
	for key, value := range all {
		one, err := json.Marshal(map[string]json.RawMessage{key: value})
		if err != nil {
			continue
		}
		if a, err := f.DecodeJSON(one); err == nil {
			maps.Copy(out, a)
		}
	}
	return out
}

// dueForm is how a due moment is expected, in Vietnam.
const dueForm = "2006-01-02T15:04"

// CameTo is what a trial has come to now, as it could be expected of it.
func (r TrialRun) CameTo() (e authoring.Expect) {
	if len(r.Wrong.Errors) > 0 {
		for _, wrong := range r.Wrong.Errors {
			if !slices.Contains(e.Refused, wrong.Name) {
				e.Refused = append(e.Refused, wrong.Name)
			}
		}
		return e
	}
	if r.FeeWhy == nil && r.Charge.Known && r.Charge.Exact {
		amount := r.Charge.Amount
		e.Fee = &amount
	}
	if !r.Term.Due.IsZero() {
		e.Due = r.Term.Due.In(calendar.Zone()).Format(dueForm)
	}
	if len(r.Acts) > 0 {
		e.Last = r.State.Last()
	}
	return e
}

// Keeping says how a trial is kept: under a name, and what of that to which it
// came it has to come to again.
type Keeping struct {
	Name string
	authoring.Expect
}

func (k Keeping) check(r TrialRun) (fields []errs.Field) {
	add := func(name, code string) { fields = append(fields, errs.Field{Name: name, Code: code}) }
	if k.Name == "" {
		add("name", "authoring.trial_name")
	} else if len([]rune(k.Name)) > maxWords {
		add("name", "authoring.long")
	}
	if k.Fee != nil && *k.Fee < 0 {
		add("fee", "authoring.trial_fee")
	}
	if _, err := time.Parse(dueForm, k.Due); k.Due != "" && err != nil {
		add("due", "authoring.trial_due")
	}
	if _, there := r.Process.Model().Node(k.Last); k.Last != "" && !there {
		add("last", "authoring.trial_last")
	}
	return fields
}

// KeepTrial makes a trial a test of its procedure: it is done again before every
// approval, in this change and later ones. What is expected need not be what
// came out: then the test fails until the procedure is mended.
func (s *Service) KeepTrial(ctx context.Context, actor identity.Actor, change authoring.ID, trial authoring.TrialID, k Keeping) (err error) {
	defer errs.Wrap(&err, "keep trial %s", trial)

	if err := mayKeep(actor); err != nil {
		return err
	}
	r, err := s.openTrial(ctx, actor, change, trial)
	if err != nil {
		return err
	}
	k.Name = strings.TrimSpace(text.NFC(k.Name))
	if err := errs.BadInput(k.check(r)); err != nil {
		return err
	}
	if k.Fee == nil && k.Due == "" && k.Last == "" && len(k.Refused) == 0 {
		return authoring.ErrTrialEmp
	}
	return s.onTrial(ctx, trial, r.Rev, func(tx *db.Tx, t *authoring.Trial) error {
		kept, err := store.KeptTrials(ctx, tx, t.Procedure, maxKept)
		if err != nil {
			return err
		}
		if len(kept) == maxKept && !t.Kept {
			return authoring.ErrTrialMany.With("max", maxKept)
		}
		t.Kept, t.Name, t.Expect = true, k.Name, k.Expect
		return audit.Record(ctx, tx, actor, authoring.AuditTrialKept, string(trial))
	})
}

// DropTrial forgets a trial, kept or not.
func (s *Service) DropTrial(ctx context.Context, actor identity.Actor, change authoring.ID, trial authoring.TrialID) (err error) {
	defer errs.Wrap(&err, "drop trial %s", trial)

	if err := mayRead(actor); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		t, err := store.LockTrial(ctx, tx, trial)
		if errors.Is(err, authoring.ErrNoTrial) {
			return nil // pressed twice
		}
		if err != nil {
			return err
		}
		if t.Change != change && !t.Kept {
			return authoring.ErrNoTrial
		}
		if err := store.DropTrial(ctx, tx, trial); err != nil || !t.Kept {
			return err
		}
		if err := mayKeep(actor); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, authoring.AuditTrialDropped, string(trial))
	})
}

// Trials does the kept trials of a procedure with the province of a set and says
// how each went; the check list before an approval asks.
func (s *Service) Trials(ctx context.Context, set *packs.Set, procedure string) (all []authoring.Outcome, err error) {
	defer errs.Wrap(&err, "trials of procedure %s", procedure)

	kept, err := store.KeptTrials(ctx, s.DB, procedure, maxKept)
	if err != nil {
		return nil, err
	}
	for _, t := range kept {
		o := authoring.Outcome{Trial: t.ID, Procedure: procedure, Name: t.Name}
		r, err := s.rehearse(ctx, set, t)
		switch {
		case err == nil:
			o.Wrong = r.differs()
		case meant(err):
			o.Wrong = []authoring.Difference{{What: "broken", Got: reason(err)}}
		default:
			return nil, err
		}
		all = append(all, o)
	}
	return all, nil
}

// meant reports whether an error is one that a person may see.
func meant(err error) bool {
	e, ok := errors.AsType[*errs.Error](err)
	return ok && e.Kind != errs.Internal
}

// differs compares what came out with what is expected.
func (r TrialRun) differs() (all []authoring.Difference) {
	want, got := r.Expect, r.CameTo()
	add := func(what, want, got string) {
		if want != got {
			all = append(all, authoring.Difference{What: what, Want: want, Got: got})
		}
	}
	if len(want.Refused) > 0 {
		for _, name := range want.Refused {
			if !slices.Contains(got.Refused, name) {
				add("refused", name, "")
			}
		}
		return all
	}
	for _, name := range got.Refused {
		add("refused", "", name)
	}
	if len(all) > 0 {
		return all // no case began: the rest says nothing
	}
	if why := r.State.Why; why != nil {
		act := r.Acts[r.State.Done]
		add("broken", string(act.Do)+" "+act.At, reason(why))
	}
	if want.Fee != nil {
		said := ""
		if got.Fee != nil {
			said = strconv.FormatInt(*got.Fee, 10)
		}
		add("fee", strconv.FormatInt(*want.Fee, 10), said)
	}
	if want.Due != "" {
		add("due", want.Due, got.Due)
	}
	if want.Last != "" {
		add("last", want.Last, got.Last)
	}
	return all
}
