// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// keptYears is how long the file of a breach is kept after it was closed, at
// least (domain facts F.5: five years where location or biometric data is meant;
// this program keeps all of them as long).
const keptYears = 5

// Found is what is known of a breach; it grows while the case is worked on.
type Found struct {
	Title, Nature, Severity     string
	Serious, Harm, TellSubjects bool
	System, FoundBy             string
	Description, Data, Measures string
	Subjects                    int
	FoundAt                     time.Time // T0; only when it is opened
}

func (f *Found) check(now time.Time, opening bool) (wrong []errs.Field) {
	title := func(name, value string, needed bool) string {
		value = text.Line(value)
		switch n := utf8.RuneCountInString(value); {
		case n == 0 && needed:
			wrong = append(wrong, errs.Field{Name: name, Code: "form.required"})
		case n > 300:
			wrong = append(wrong, errs.Field{Name: name, Code: "form.too_long", Args: map[string]any{"max": 300, "over": n - 300}})
		}
		return value
	}
	f.Title = title("title", f.Title, true)
	if opening {
		switch {
		case f.FoundAt.IsZero():
			wrong = append(wrong, errs.Field{Name: "found_at", Code: "privacy.no_moment"})
		case f.FoundAt.After(now):
			wrong = append(wrong, errs.Field{Name: "found_at", Code: "privacy.moment_ahead"})
		}
	}
	if !slices.Contains(privacy.Natures(), f.Nature) {
		wrong = append(wrong, errs.Field{Name: "nature", Code: "form.choose"})
	}
	if !slices.Contains(privacy.Severities(), f.Severity) {
		wrong = append(wrong, errs.Field{Name: "severity", Code: "form.choose"})
	}
	f.System, f.FoundBy = title("system", f.System, false), title("found_by", f.FoundBy, false)
	for _, w := range []struct {
		name   string
		value  *string
		needed bool
	}{{"description", &f.Description, true}, {"data", &f.Data, false}, {"measures", &f.Measures, false}} {
		said, more := words(w.name, *w.value, w.needed)
		*w.value = said
		wrong = append(wrong, more...)
	}
	if f.Subjects < 0 || f.Subjects > 200_000_000 {
		wrong = append(wrong, errs.Field{Name: "subjects", Code: "privacy.no_number"})
	}
	return wrong
}

func (f Found) put(b *privacy.Breach) {
	b.Title, b.Nature, b.Severity, b.Serious, b.Harm, b.TellSubjects = f.Title, f.Nature, f.Severity, f.Serious, f.Harm, f.TellSubjects
	b.System, b.FoundBy, b.Description, b.Data, b.Measures, b.Subjects = f.System, f.FoundBy, f.Description, f.Data, f.Measures, f.Subjects
}

// clocks sets the deadlines that the law gives, counted from T0. One that was
// set stays where the classification goes down again: it is told, or why not.
func (s *Service) clocks(ctx context.Context, q db.Querier, b *privacy.Breach) error {
	for _, c := range []struct {
		what string
		runs bool
		due  *db.Time
	}{{"breach_serious", b.Serious, &b.SeriousDue}, {"breach_authority", b.Harm, &b.AuthorityDue}, {"breach_subjects", b.TellSubjects, &b.SubjectsDue}} {
		if !c.runs || !c.due.IsZero() {
			continue
		}
		t, err := s.term(ctx, q, c.what)
		if err != nil {
			return err
		}
		if *c.due, err = s.due("", b.FoundAt.Time, t.Within); err != nil {
			return err
		}
	}
	return nil
}

// OpenBreach opens the file of a breach. Who opens it is responsible for it.
func (s *Service) OpenBreach(ctx context.Context, actor identity.Actor, f Found) (breach string, err error) {
	defer errs.Wrap(&err, "open a breach")

	if _, err := access.Everywhere(actor, privacy.PermBreach); err != nil {
		return "", err
	}
	if err := errs.BadInput(f.check(s.DB.Now().Time, true)); err != nil {
		return "", err
	}
	breach = id.New()
	return breach, s.DB.Write(ctx, func(tx *db.Tx) error {
		b := privacy.Breach{ID: breach, FoundAt: db.At(f.FoundAt), Opened: tx.Now, OpenedBy: actor.Account, Responsible: actor.Account}
		f.put(&b)
		var err error
		if b.Code, err = s.code(ctx, tx, "VPDL", "privacy-breaches"); err != nil {
			return err
		}
		if err := s.clocks(ctx, tx, &b); err != nil {
			return err
		}
		if err := s.store.PutBreach(ctx, tx, b); err != nil {
			return err
		}
		if err := s.enter(ctx, tx, actor, store.Entry{Breach: breach, What: "opened", Words: f.Description}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, privacy.AuditBreachOpened, breach)
	})
}

// enter adds a line to the log of a breach that the transaction holds. Each line
// carries a sum over itself and the line before.
func (s *Service) enter(ctx context.Context, tx *db.Tx, actor identity.Actor, e store.Entry) error {
	before, err := s.store.LastSum(ctx, tx, e.Breach)
	if err != nil {
		return err
	}
	e.ID, e.Account, e.At = id.New(), actor.Account, tx.Now
	if e.Sum, err = sum(before, e); err != nil {
		return err
	}
	return s.store.AddEntry(ctx, tx, e)
}

func sum(before string, e store.Entry) (string, error) {
	body, err := json.Marshal([]any{before, e.ID, e.Breach, e.At.UnixMicro(), e.Account, e.What, e.Words, e.File, e.FileName, e.SHA})
	h := sha256.Sum256(body)
	return hex.EncodeToString(h[:]), err
}

// work locks an open breach and changes it.
func (s *Service) work(ctx context.Context, actor identity.Actor, breach string, f func(tx *db.Tx, b *privacy.Breach) (store.Entry, audit.Event, error)) error {
	if _, err := access.Everywhere(actor, privacy.PermBreach); err != nil {
		return err
	}
	if !id.Valid(breach) {
		return privacy.ErrNotFound
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		b, err := s.store.LockBreach(ctx, tx, breach)
		if err != nil {
			return err
		}
		if !b.Closed.IsZero() {
			return privacy.ErrClosed
		}
		e, event, err := f(tx, &b)
		if err != nil {
			return err
		}
		e.Breach = breach
		if err := s.store.PutBreach(ctx, tx, b); err != nil {
			return err
		}
		if err := s.enter(ctx, tx, actor, e); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, event, breach)
	})
}

// DescribeBreach changes what is known. What stood before stays in the log.
func (s *Service) DescribeBreach(ctx context.Context, actor identity.Actor, breach string, f Found) (err error) {
	defer errs.Wrap(&err, "describe breach %s", breach)

	if err := errs.BadInput(f.check(s.DB.Now().Time, false)); err != nil {
		return err
	}
	return s.work(ctx, actor, breach, func(tx *db.Tx, b *privacy.Breach) (store.Entry, audit.Event, error) {
		old, err := json.Marshal(Found{
			Title: b.Title, Nature: b.Nature, Severity: b.Severity, Serious: b.Serious, Harm: b.Harm, TellSubjects: b.TellSubjects, System: b.System, FoundBy: b.FoundBy,
			Description: b.Description, Data: b.Data, Measures: b.Measures, Subjects: b.Subjects, FoundAt: b.FoundAt.Time,
		})
		if err != nil {
			return store.Entry{}, "", err
		}
		f.put(b)
		return store.Entry{What: "described", Words: string(old)}, privacy.AuditBreachLogged, s.clocks(ctx, tx, b)
	})
}

// LogBreach adds what was done or found.
func (s *Service) LogBreach(ctx context.Context, actor identity.Actor, breach, said string) (err error) {
	defer errs.Wrap(&err, "log of breach %s", breach)

	said, wrong := words("said", said, true)
	if err := errs.BadInput(wrong); err != nil {
		return err
	}
	return s.work(ctx, actor, breach, func(*db.Tx, *privacy.Breach) (store.Entry, audit.Event, error) {
		return store.Entry{What: "noted", Words: said}, privacy.AuditBreachLogged, nil
	})
}

// TakeBreach makes the actor responsible: the clocks stand on the own desk.
func (s *Service) TakeBreach(ctx context.Context, actor identity.Actor, breach string) (err error) {
	defer errs.Wrap(&err, "take breach %s", breach)

	return s.work(ctx, actor, breach, func(_ *db.Tx, b *privacy.Breach) (store.Entry, audit.Event, error) {
		b.Responsible = actor.Account
		return store.Entry{What: "taken"}, privacy.AuditBreachLogged, nil
	})
}

// TellBreach notes that somebody was told, with the words: authority, serious or subjects.
func (s *Service) TellBreach(ctx context.Context, actor identity.Actor, breach, whom, said string) (err error) {
	defer errs.Wrap(&err, "tell of breach %s", breach)

	said, wrong := words("told", said, true)
	if whom != "breach_authority" && whom != "breach_serious" && whom != "breach_subjects" {
		wrong = append([]errs.Field{{Name: "whom", Code: "form.choose"}}, wrong...)
	}
	if err := errs.BadInput(wrong); err != nil {
		return err
	}
	return s.work(ctx, actor, breach, func(tx *db.Tx, b *privacy.Breach) (store.Entry, audit.Event, error) {
		to := map[string]*db.Time{"breach_authority": &b.Told, "breach_serious": &b.SeriousTold, "breach_subjects": &b.SubjectsTold}[whom]
		if to.IsZero() { // what is told later adds to the first notice
			*to = tx.Now
		}
		return store.Entry{What: whom, Words: said}, privacy.AuditBreachTold, nil
	})
}

// CloseBreach closes the file with what was learned. A clock that still runs
// keeps it open.
func (s *Service) CloseBreach(ctx context.Context, actor identity.Actor, breach, lessons string) (err error) {
	defer errs.Wrap(&err, "close breach %s", breach)

	lessons, wrong := words("lessons", lessons, true)
	if err := errs.BadInput(wrong); err != nil {
		return err
	}
	return s.work(ctx, actor, breach, func(tx *db.Tx, b *privacy.Breach) (store.Entry, audit.Event, error) {
		if due, _ := b.Next(); !due.IsZero() {
			return store.Entry{}, "", privacy.ErrNotTold
		}
		b.Lessons, b.Closed, b.ClosedBy = lessons, tx.Now, actor.Account
		b.KeptUntil = db.At(tx.Now.AddDate(keptYears, 0, 0))
		return store.Entry{What: "closed", Words: lessons}, privacy.AuditBreachClosed, nil
	})
}
