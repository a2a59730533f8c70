// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Motion is what an officer wants a leader to decide about a dossier.
type Motion struct {
	ID             string
	Kind           dossiers.MotionKind
	Days           int // working days to add
	Money          dossiers.Money
	Reason, Basis  string
	Asker          string // name
	AskedAt        db.Time
	State          dossiers.MotionState
	OldDue, NewDue db.Time // NewDue of an open one is what it would be if it were agreed to now
	Words          string  // why it was declined
	Ender          string  // name
	EndedAt        db.Time
	Mine           bool   // the actor has made it
	Letter         string // number of the letter that was issued about it; empty: none is
}

// Open reports whether it waits for a leader.
func (m Motion) Open() bool { return m.State == dossiers.MotionOpen }

// Wish is what an officer asks for.
type Wish struct {
	Kind   dossiers.MotionKind
	Step   dossiers.TaskID // empty: the one that is theirs to do
	Days   int             // working days to add
	Reason string
	Basis  string
	Money  dossiers.Money // of a stop
}

func (w Wish) check() (Wish, error) {
	var found []errs.Field
	add := func(name, code string, args map[string]any) {
		found = append(found, errs.Field{Name: name, Code: code, Args: args})
	}
	w.Reason, w.Basis = text.NFC(w.Reason), text.Line(w.Basis)
	if n := utf8.RuneCountInString(w.Reason); n < minReason {
		add("reason", "dossiers.reason_needed", map[string]any{"min": minReason})
	} else if n > maxReason {
		add("reason", "form.too_long", map[string]any{"max": maxReason, "over": n - maxReason})
	}
	if n := utf8.RuneCountInString(w.Basis); n > maxLine {
		add("basis", "form.too_long", map[string]any{"max": maxLine, "over": n - maxLine})
	}
	switch w.Kind {
	case dossiers.Extend:
		if w.Money = ""; w.Days < 1 || w.Days > maxDays {
			add("days", "dossiers.ask.days", map[string]any{"max": maxDays})
		}
	case dossiers.Stop:
		w.Days = 0
		if w.Basis == "" {
			add("basis", "form.required", nil) // nobody is turned away without a rule
		}
		if !slices.Contains([]dossiers.Money{dossiers.NothingPaid, dossiers.KeepPaid, dossiers.PayBack}, w.Money) {
			add("money", "form.choose", nil)
		}
	default:
		add("kind", "form.choose", nil)
	}
	return w, errs.BadInput(found)
}

// Move asks a leader for another day, or to stop a dossier, by whoever has it in
// hand. One motion waits at a time.
func (s *Service) Move(ctx context.Context, actor identity.Actor, id dossiers.ID, w Wish) (motion string, err error) {
	defer errs.Wrap(&err, "make a motion about dossier %s", id)

	if w, err = w.check(); err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.turn(ctx, tx, actor, dossiers.PermProcess, id, w.Step, actAppraise, actConsult, actDraft)
		if err != nil {
			return err
		}
		if decided(d.Status) {
			return dossiers.ErrTooLate
		}
		all, err := s.store.Motions(ctx, tx, id)
		if err != nil {
			return err
		}
		before := make([]Motion, len(all))
		for i, m := range all {
			if before[i] = motionOf(actor, m); before[i].Open() {
				return dossiers.ErrMotionOpen.With("who", m.Asker)
			}
		}
		if w.Kind == dossiers.Extend {
			if d.Due.IsZero() {
				return dossiers.ErrNoTerm
			}
			if most := s.Calendar(string(d.Received)).Extensions(); most > 0 && extended(before) >= most {
				return dossiers.ErrExtended.With("times", most)
			}
		}
		m := store.Motion{
			ID: newid.New(), Dossier: id, Kind: w.Kind, Days: w.Days, Money: w.Money, Reason: w.Reason, Basis: w.Basis,
			AskedBy: actor.Account, Asker: actor.Name, AskerPerson: actor.Person, OldDue: d.Due,
		}
		motion = m.ID
		if err := s.store.AddMotion(ctx, tx, m); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditMotion, string(id)+" "+string(w.Kind))
	})
	return motion, err
}

// extended counts how often the day was moved.
func extended(all []Motion) (n int) {
	for _, m := range all {
		if m.Kind == dossiers.Extend && m.State == dossiers.MotionAgreed {
			n++
		}
	}
	return n
}

// DropMotion takes one's own motion back.
func (s *Service) DropMotion(ctx context.Context, actor identity.Actor, id dossiers.ID, motion string) (err error) {
	defer errs.Wrap(&err, "drop motion %s", motion)

	scope, err := access.Require(actor, dossiers.PermProcess)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.store.Lock(ctx, tx, scope, store.Involved(), id); err != nil {
			return err
		}
		m, err := s.openMotion(ctx, tx, id, motion)
		if err != nil {
			return err
		}
		if m.AskedBy != actor.Account {
			return dossiers.ErrNoMotion
		}
		m.State, m.EndedBy, m.Ender = dossiers.MotionDropped, actor.Account, actor.Name
		if _, err := s.store.EndMotion(ctx, tx, m); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditDropped, string(id))
	})
}

// openMotion is one about a locked dossier that waits, or says who was faster.
func (s *Service) openMotion(ctx context.Context, q db.Querier, id dossiers.ID, motion string) (store.Motion, error) {
	all, err := s.store.Motions(ctx, q, id)
	if err != nil {
		return store.Motion{}, err
	}
	i := slices.IndexFunc(all, func(m store.Motion) bool { return m.ID == motion })
	if i < 0 {
		return store.Motion{}, dossiers.ErrNoMotion
	}
	if all[i].State != dossiers.MotionOpen {
		return all[i], dossiers.ErrMotionOver.With("who", all[i].Ender).With("when", when(all[i].EndedAt))
	}
	return all[i], nil
}

// Verdict is what a leader says to a motion.
type Verdict struct {
	Agree bool
	Words string // why not
}

// DecideMotion agrees to a motion, or declines it with the words why. It is never
// the officer who made it. A dossier whose result is signed is not stopped.
func (s *Service) DecideMotion(ctx context.Context, actor identity.Actor, id dossiers.ID, motion string, v Verdict) (err error) {
	defer errs.Wrap(&err, "decide motion %s", motion)

	scope, err := access.Require(actor, dossiers.PermSign)
	if err != nil {
		return err
	}
	if v.Words = text.NFC(v.Words); !v.Agree {
		if v.Words, err = reason(v.Words); err != nil {
			return err
		}
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.store.Lock(ctx, tx, scope, store.Deciders(), id)
		if err != nil {
			return err
		}
		m, err := s.openMotion(ctx, tx, id, motion)
		if err != nil {
			return err
		}
		if m.AskedBy == actor.Account || m.AskerPerson != "" && m.AskerPerson == actor.Person {
			return dossiers.ErrOwnMotion
		}
		m.State, m.Words, m.EndedBy, m.Ender = dossiers.MotionAgreed, v.Words, actor.Account, actor.Name
		switch {
		case !v.Agree:
			m.State = dossiers.MotionDeclined
			err = audit.Record(ctx, tx, actor, dossiers.AuditDeclined, string(id))
		case m.Kind == dossiers.Extend:
			err = s.extend(ctx, tx, actor, d, &m)
		default:
			err = s.stop(ctx, tx, actor, d, m)
		}
		if err != nil {
			return err
		}
		if _, err = s.store.EndMotion(ctx, tx, m); err != nil || !v.Agree {
			return err
		}
		return s.beginLetter(ctx, tx, actor, m)
	})
}

// extend moves the promised day, and tells people. What the law gives stays.
func (s *Service) extend(ctx context.Context, tx *db.Tx, actor identity.Actor, d store.Dossier, m *store.Motion) error {
	if !running(d) || d.Status == dossiers.Finished {
		return dossiers.ErrTooLate
	}
	if d.Due.IsZero() {
		return dossiers.ErrNoTerm
	}
	later, err := s.promised(d, m.Days)
	if err != nil {
		return err
	}
	m.OldDue, m.NewDue = d.Due, later
	d.Due = later
	if err := s.store.Save(ctx, tx, d); err != nil {
		return err
	}
	if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindExtended, Status: d.Status, Unit: d.Handler}); err != nil {
		return err
	}
	if err := s.tell(ctx, tx, d, dossiers.NoticeExtended, "/"+m.ID); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, dossiers.AuditExtended, string(d.ID))
}

// promised is the day that a dossier would have, so many working days on.
func (s *Service) promised(d store.Dossier, days int) (db.Time, error) {
	due, err := s.Calendar(string(d.Received)).Due(d.Due.Time, calendar.Duration{Amount: days, Unit: calendar.WorkingDay})
	return db.At(due), err
}

// stop ends a dossier without a result, and tells people.
func (s *Service) stop(ctx context.Context, tx *db.Tx, actor identity.Actor, d store.Dossier, m store.Motion) error {
	r, drafted, err := s.store.LockResult(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	if !running(d) || d.Status == dossiers.Finished || drafted && !r.SignedAt.IsZero() {
		return dossiers.ErrTooLate
	}
	if err := s.end(ctx, tx, actor, &d, dossiers.Stopped, m.Reason, "stopped"); err != nil {
		return err
	}
	if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindStopped, Status: d.Status, Unit: d.Handler}); err != nil {
		return err
	}
	if err := s.tell(ctx, tx, d, dossiers.NoticeStopped, ""); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, dossiers.AuditStopped, string(d.ID))
}

// end ends a locked dossier before its result, with everything that waits about it.
func (s *Service) end(ctx context.Context, tx *db.Tx, actor identity.Actor, d *store.Dossier, as dossiers.Status, words, why string) error {
	if running(*d) {
		if err := s.flow.Cancel(ctx, tx, actor, caseOf(d.ID), why); err != nil {
			return err
		}
	}
	if err := s.endSupplement(ctx, tx, actor, d.ID); err != nil {
		return err
	}
	if err := s.endDemand(ctx, tx, actor, d.ID); err != nil {
		return err
	}
	if err := s.nobodyWaits(ctx, tx, actor, d); err != nil {
		return err
	}
	d.Status, d.Reason, d.FinishedAt = as, words, tx.Now
	if err := s.follow(ctx, tx, d); err != nil {
		return err
	}
	if !d.AcceptedAt.IsZero() {
		if err := events.Publish(ctx, tx, dossiers.EventEndedV1, moved(*d, tx)); err != nil {
			return err
		}
	}
	return s.store.Save(ctx, tx, *d)
}

// nobodyDecides drops the motion about a dossier that is over.
func (s *Service) nobodyDecides(ctx context.Context, tx *db.Tx, actor identity.Actor, id dossiers.ID) error {
	all, err := s.store.Motions(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.State == dossiers.MotionOpen {
			m.State, m.EndedBy, m.Ender = dossiers.MotionDropped, actor.Account, actor.Name
			_, err = s.store.EndMotion(ctx, tx, m)
		}
	}
	return err
}

// motions are those about a dossier as people see them. Its owner sees what was
// agreed to.
func (s *Service) motions(ctx context.Context, actor identity.Actor, d store.Dossier, citizen bool) (all []Motion, err error) {
	rows, err := s.store.Motions(ctx, s.DB, d.ID)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	numbers, err := s.letterNumbers(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if citizen && r.State != dossiers.MotionAgreed {
			continue
		}
		m := motionOf(actor, r)
		m.Letter = numbers[r.ID]
		if m.Open() && m.Kind == dossiers.Extend && !d.Due.IsZero() {
			if m.NewDue, err = s.promised(d, m.Days); err != nil {
				return nil, err
			}
		}
		all = append(all, m)
	}
	return all, nil
}

func motionOf(actor identity.Actor, r store.Motion) Motion {
	return Motion{
		ID: r.ID, Kind: r.Kind, Days: r.Days, Money: r.Money, Reason: r.Reason, Basis: r.Basis, Asker: r.Asker, AskedAt: r.AskedAt, State: r.State,
		OldDue: r.OldDue, NewDue: r.NewDue, Words: r.Words, Ender: r.Ender, EndedAt: r.EndedAt, Mine: r.AskedBy == actor.Account,
	}
}

// MotionItem is one line of the list of those who decide. It holds no personal data
// but what the officer has written.
type MotionItem struct {
	Motion
	Dossier dossiers.Summary
	Unit    i18n.Text // where the dossier is worked on
}

// ListMotions returns what waits for the actor's decision, the oldest first.
func (s *Service) ListMotions(ctx context.Context, actor identity.Actor, after string) (page Page[MotionItem], err error) {
	defer errs.Wrap(&err, "list motions")

	scope, err := access.Require(actor, dossiers.PermSign)
	if err != nil {
		return page, err
	}
	from, err := key(after)
	if err != nil {
		return page, err
	}
	rows, err := s.store.ListOpenMotions(ctx, s.DB, scope, from, PageSize+1)
	if err != nil {
		return page, err
	}
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		page.Next = cursor(rows[PageSize-1].AskedAt, dossiers.ID(rows[PageSize-1].ID))
	}
	about, err := s.store.Some(ctx, s.DB, scope, store.Deciders(), rows)
	if err != nil {
		return page, err
	}
	names := s.unitNames(ctx)
	for _, r := range rows {
		d := about[r.Dossier]
		item := MotionItem{Motion: motionOf(actor, r), Dossier: d.Summary, Unit: names(d.Handler)}
		if item.Kind == dossiers.Extend && !d.Due.IsZero() {
			if item.NewDue, err = s.promised(d, r.Days); err != nil {
				return page, err
			}
		}
		page.Items = append(page.Items, item)
	}
	return page, nil
}

// CountMotions returns how many wait for the actor: the number beside the menu.
func (s *Service) CountMotions(ctx context.Context, actor identity.Actor) (_ int64, err error) {
	defer errs.Wrap(&err, "count motions")

	scope, err := access.Require(actor, dossiers.PermSign)
	if err != nil {
		return 0, err
	}
	motions, err := s.store.CountOpenMotions(ctx, s.DB, scope, actor.Account)
	if err != nil {
		return 0, err
	}
	back, err := s.store.CountOpenRevocations(ctx, s.DB, scope, actor.Account)
	return motions + back, err
}
