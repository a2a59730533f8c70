// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// What becomes of a dossier whose owner has died, besides being stopped.
const (
	GoesOn  = "goes_on"
	HasHeir = "heir"
)

// OwnerDied is that the owner of an open dossier has died.
type OwnerDied struct {
	Day    string                 // YYYY-MM-DD
	Death  dossiers.Death         // from which paper it is known, and since when; empty: nobody says
	Rule   *procedures.AfterDeath // by which it may go on; nil: it may not
	GoesOn bool                   // somebody has said that it does
	Who    string                 // name of who has said it
	Decide bool                   // the actor may say it, or enter an heir
}

// Succession is how a dossier whose owner has died goes on.
type Succession struct {
	Outcome  string // GoesOn or HasHeir
	Heir     Party
	Evidence Evidence // by which the heir takes over
	Words    string   // why it goes on
	// FileName and File are the evidence as a file; nil: it was seen on paper.
	FileName string
	File     io.Reader
}

// Evidence is the paper that shows who takes over: a deed of inheritance, a judgment.
type Evidence struct {
	Name   string `json:"name,omitempty"`
	Number string `json:"number,omitempty"`
	Date   string `json:"date,omitempty"` // YYYY-MM-DD
	Issuer string `json:"issuer,omitempty"`
	Words  string `json:"words,omitempty"`
}

func (s *Service) died(ctx context.Context, q db.Querier, person string) (day string, dead bool, err error) {
	if s.Died == nil || person == "" {
		return "", false, nil
	}
	return s.Died(ctx, q, person)
}

// bothLive refuses what is sent for who has died, or by them.
func (s *Service) bothLive(ctx context.Context, tx *db.Tx, d store.Dossier) error {
	if day, dead, err := s.died(ctx, tx, d.OwnerID); err != nil || dead {
		if err == nil {
			err = dossiers.ErrOwnerDead.With("day", dayText(day))
		}
		return err
	}
	if day, dead, err := s.died(ctx, tx, d.SubmitterID); err != nil || dead {
		if err == nil {
			err = dossiers.ErrSubmitterDead.With("day", dayText(day))
		}
		return err
	}
	return nil
}

// dayText is a day as people write it.
func dayText(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	return t.Format("02/01/2006")
}

// mayDecide refuses a result for an owner who has died, until somebody has said how
// the dossier goes on.
func (s *Service) mayDecide(ctx context.Context, q db.Querier, d store.Dossier) error {
	day, dead, err := s.died(ctx, q, d.OwnerID)
	if err != nil || !dead {
		return err
	}
	all, err := s.store.Successions(ctx, q, d.ID)
	if err == nil && !slices.ContainsFunc(all, func(c store.Succession) bool { return c.Outcome == GoesOn && c.Person == d.OwnerID }) {
		err = dossiers.ErrDeadOpen.With("day", dayText(day))
	}
	return err
}

// ownerDied is what an official is told of an owner who has died.
func (s *Service) ownerDied(ctx context.Context, actor identity.Actor, d store.Dossier, v procedures.Version) (*OwnerDied, error) {
	if d.Status.Ended() {
		return nil, nil //nolint:nilnil // nothing is decided any more
	}
	day, dead, err := s.died(ctx, s.DB, d.OwnerID)
	if err != nil || !dead {
		return nil, err
	}
	all, err := s.store.Successions(ctx, s.DB, d.ID)
	if err != nil {
		return nil, err
	}
	o := &OwnerDied{Day: day, Rule: v.AfterDeath}
	known, err := s.deaths(ctx, s.DB, []string{d.OwnerID})
	if err != nil {
		return nil, err
	}
	o.Death = known[d.OwnerID]
	if i := slices.IndexFunc(all, func(c store.Succession) bool { return c.Outcome == GoesOn && c.Person == d.OwnerID }); i >= 0 {
		o.GoesOn, o.Who = true, all[i].Name
	}
	scope, err := access.RequireAny(actor, dossiers.PermAccept, dossiers.PermProcess)
	if err == nil {
		_, err = s.store.Get(ctx, s.DB, scope, successors(), d.ID)
	}
	o.Decide = err == nil
	return o, nil
}

// successors are those who say how a dossier goes on: who received it, decides it, or
// has its turn.
func successors() store.Part {
	return store.Part{Turns: true, Columns: access.Columns{Units: []string{"received_unit", "authority_unit"}}}
}

func (s *Service) checkSuccession(in Succession) (Succession, error) {
	var found []errs.Field
	add := func(name, code string) { found = append(found, errs.Field{Name: name, Code: code}) }
	in.Words, in.Evidence.Words = text.NFC(in.Words), ""
	switch in.Outcome {
	case GoesOn:
		if _, err := reason(in.Words); err != nil {
			found = append(found, errs.Field{Name: "words", Code: "dossiers.reason_needed", Args: map[string]any{"min": minReason}})
		}
	case HasHeir:
		p := Parties{Owner: in.Heir, Basis: dossiers.Self}.clean()
		p.Owner.Kind, p.Owner.Source = identity.Individual, ""
		in.Heir = p.Owner
		found = append(found, p.check(dossiers.Counter)...)
		e := &in.Evidence
		e.Name, e.Number, e.Issuer = text.Line(e.Name), text.Line(e.Number), text.Line(e.Issuer)
		for name, value := range map[string]string{"evidence.name": e.Name, "evidence.number": e.Number, "evidence.issuer": e.Issuer} {
			if value == "" {
				add(name, "form.required")
			} else if over := len([]rune(value)) - maxLine; over > 0 {
				found = append(found, errs.Field{Name: name, Code: "form.too_long", Args: map[string]any{"max": maxLine, "over": over}})
			}
		}
		switch t, err := time.Parse(time.DateOnly, e.Date); {
		case e.Date == "":
			add("evidence.date", "form.required")
		case err != nil:
			add("evidence.date", "form.not_a_date")
		case t.Format(time.DateOnly) > calendar.On(s.DB.Now().Time).String():
			add("evidence.date", "dossiers.evidence_future")
		}
		slices.SortStableFunc(found, func(a, b errs.Field) int { return order(a.Name) - order(b.Name) })
	default:
		add("outcome", "form.choose")
	}
	return in, errs.BadInput(found)
}

// order is where a field of a succession stands on the page.
func order(name string) int {
	return slices.Index([]string{"owner.name", "owner.number", "owner.phone", "owner.email", "evidence.name", "evidence.number", "evidence.date", "evidence.issuer"}, name)
}

// Succeed says how a dossier whose owner has died goes on: as it is, where its
// procedure has a rule for that, or with an heir. Answers, papers, code and day stay.
func (s *Service) Succeed(ctx context.Context, actor identity.Actor, id dossiers.ID, in Succession) (err error) {
	defer errs.Wrap(&err, "say how dossier %s goes on", id)

	scope, err := access.RequireAny(actor, dossiers.PermAccept, dossiers.PermProcess)
	if err != nil {
		return err
	}
	if in, err = s.checkSuccession(in); err != nil {
		return err
	}
	before, err := s.store.Get(ctx, s.DB, scope, successors(), id)
	if err != nil {
		return err
	}
	v, err := s.follows(ctx, before)
	if err != nil {
		return err
	}
	var staged *files.Staged
	if in.File != nil && in.Outcome == HasHeir {
		got, err := s.Files.Receive(ctx, in.File, files.Meta{Name: in.FileName, Allow: AllowedFiles(), Limit: s.Largest()})
		if err != nil {
			return err
		}
		staged = &got
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.store.Lock(ctx, tx, scope, successors(), id)
		if err != nil {
			return err
		}
		day, dead, err := s.died(ctx, tx, d.OwnerID)
		switch {
		case err != nil:
			return err
		case d.Status.Ended():
			return dossiers.ErrTooLate
		case !dead:
			return dossiers.ErrOwnerLives
		case d.Signing != "":
			return s.waitsFor(ctx, tx, d)
		}
		row := store.Succession{ID: newid.New(), Dossier: id, Outcome: in.Outcome, Person: d.OwnerID, DiedOn: day, By: actor.Account, Name: actor.Name}
		if in.Outcome == GoesOn {
			return s.goOn(ctx, tx, actor, v, row, in.Words)
		}
		if v.AfterDeath != nil && v.AfterDeath.Outcome == procedures.DeathEnds {
			return dossiers.ErrEndsWithDeath
		}
		if staged != nil {
			if err := s.keepEvidence(ctx, tx, actor, id, *staged); err != nil {
				return err
			}
		}
		return s.inherit(ctx, tx, actor, d, row, in)
	})
}

func (s *Service) goOn(ctx context.Context, tx *db.Tx, actor identity.Actor, v procedures.Version, row store.Succession, words string) error {
	if v.AfterDeath == nil || v.AfterDeath.Outcome != procedures.DeathGoesOn {
		return dossiers.ErrMayNotGoOn
	}
	evidence, err := json.Marshal(Evidence{Words: words})
	if err != nil {
		return err
	}
	row.Legal, row.Evidence = v.AfterDeath.Legal, string(evidence)
	if err := s.store.AddSuccession(ctx, tx, row); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, dossiers.AuditGoesOn, string(row.Dossier))
}

// HeirPaper is the paper under which the file is kept that shows who takes over.
const HeirPaper = "giay-to-thua-ke"

func (s *Service) keepEvidence(ctx context.Context, tx *db.Tx, actor identity.Actor, id dossiers.ID, staged files.Staged) error {
	f, err := s.Files.Keep(ctx, tx, staged, subject(id), actor.Account)
	if err != nil {
		return err
	}
	return s.store.AddPaper(ctx, tx, store.Paper{ID: newid.New(), Dossier: id, Paper: HeirPaper, File: string(f.ID), AddedBy: actor.Account})
}

// inherit makes the heir the owner.
func (s *Service) inherit(ctx context.Context, tx *db.Tx, actor identity.Actor, d store.Dossier, row store.Succession, in Succession) error {
	r, drafted, err := s.store.FindResult(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	if drafted && r.State != string(Drafted) {
		return dossiers.ErrHeirSigned
	}
	heir, err := s.person(ctx, tx, actor, in.Heir)
	if err != nil {
		return err
	}
	if heir, err = s.settled(ctx, tx, heir); err != nil {
		return err
	}
	if heir == d.OwnerID {
		return dossiers.ErrHeirSame
	}
	if heir == actor.Person {
		return dossiers.ErrOwnWork
	}
	if day, dead, err := s.died(ctx, tx, heir); err != nil || dead {
		if err == nil {
			err = dossiers.ErrOwnerDead.With("day", dayText(day))
		}
		return err
	}
	p, err := s.store.Personal(ctx, tx, access.All(), d.ID)
	if err != nil {
		return err
	}
	owner, err := json.Marshal(in.Heir)
	if err != nil {
		return err
	}
	evidence, err := json.Marshal(in.Evidence)
	if err != nil {
		return err
	}
	row.Heir, row.Evidence, p.Owner = heir, string(evidence), string(owner)
	d.OwnerID, d.OwnerName, d.SubmitterID, d.BringerID, d.Basis = heir, in.Heir.Name, heir, heir, dossiers.Self // who acted for the dead does so no more
	nobody, err := json.Marshal(Party{})
	if err != nil {
		return err
	}
	p.Submitter, p.BasisNote = string(nobody), ""
	if err := s.store.TakeOver(ctx, tx, d, p, store.Found{Folded: text.Fold(in.Heir.Name), Number: in.Heir.Number, Phone: in.Heir.Phone}); err != nil {
		return err
	}
	if err := s.store.AddSuccession(ctx, tx, row); err != nil {
		return err
	}
	if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindHeir, Status: d.Status, Step: d.StepName, Unit: d.Handler}); err != nil {
		return err
	}
	return audit.RecordReadOf(ctx, tx, actor, dossiers.AuditHeir, string(d.ID), heir, access.Handling)
}
