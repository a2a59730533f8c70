// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/docx"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// ExtraPaper is the paper under which files are kept that answer a line which
// names no paper of the procedure.
const ExtraPaper = "bo-sung"

// What a request for a supplement may hold.
const (
	maxMissing = 40
	maxDays    = 90  // working days
	maxLine    = 500 // characters of each part of a line
	maxMessage = 2000
)

// Missing is one thing to add or to put right.
type Missing struct {
	Paper string `json:"paper,omitempty"` // id of a paper of the procedure; empty: something else
	What  string `json:"what"`            // in words; of a paper its name
	Why   string `json:"why"`
	Basis string `json:"basis,omitempty"` // what asks for it: "khoản 1 Điều 9 …"
}

// Ask is a request to add everything that is missing, at once.
type Ask struct {
	Missing []Missing
	Days    int    // working days to answer; 0 means what the province gives
	Again   bool   // it is not the first: the dossier counts as late, and the actor knows
	Reason  string // why it was not asked for the first time; of a request that is not the first
}

// Supplement is a request with how it ended.
type Supplement struct {
	Missing        []Missing
	Until          db.Time
	By             string // name of who asked
	AskedAt        db.Time
	Answer         string  // what was said with the papers
	EndedAt        db.Time // zero: people are still asked
	OldDue, NewDue db.Time // what it did to the deadline; zero where no time was running
	Basis          string
	Again          string // why it was not asked for the first time; for the office
	Before         int    // how many of the papers were there before
}

// Open reports whether people are still asked.
func (u Supplement) Open() bool { return u.EndedAt.IsZero() }

// check reports every problem, in the order of the form, and fills in the names
// of papers. Lines are numbered from 0 as they came.
func (a Ask) check(v procedures.Version) (Ask, []errs.Field) {
	var found []errs.Field
	add := func(name, code string, args map[string]any) {
		found = append(found, errs.Field{Name: name, Code: code, Args: args})
	}
	if len(a.Missing) == 0 {
		add("missing", "dossiers.ask.nothing", nil)
	}
	if len(a.Missing) > maxMissing {
		add("missing", "form.choose_fewer", map[string]any{"max": maxMissing})
		return a, found
	}
	a.Missing = slices.Clone(a.Missing)
	for i, m := range a.Missing {
		m.What, m.Why, m.Basis = text.Line(m.What), text.Line(m.Why), text.Line(m.Basis)
		if m.Paper != "" {
			at := slices.IndexFunc(v.Papers, func(p procedures.Paper) bool { return p.ID == m.Paper })
			if at < 0 {
				add(fmt.Sprintf("missing[%d].paper", i), "dossiers.no_such_paper", nil)
				continue
			}
			m.What = v.Papers[at].Name.VI
		}
		for _, part := range []struct {
			name, value string
			needed      bool
		}{{"what", m.What, true}, {"why", m.Why, true}, {"basis", m.Basis, false}} {
			name := fmt.Sprintf("missing[%d].%s", i, part.name)
			switch n := utf8.RuneCountInString(part.value); {
			case n == 0 && part.needed:
				add(name, "form.required", nil)
			case n > maxLine:
				add(name, "form.too_long", map[string]any{"max": maxLine, "over": n - maxLine})
			}
		}
		a.Missing[i] = m
	}
	if a.Days < 1 || a.Days > maxDays {
		add("days", "dossiers.ask.days", map[string]any{"max": maxDays})
	}
	return a, found
}

// excused says what is wrong with the words why something is asked for once more.
func (a *Ask) excused() error {
	a.Reason = text.NFC(a.Reason)
	switch n := utf8.RuneCountInString(a.Reason); {
	case n < minReason:
		return errs.BadInput([]errs.Field{{Name: "again_reason", Code: "dossiers.reason_needed", Args: map[string]any{"min": minReason}}})
	case n > maxReason:
		return errs.BadInput([]errs.Field{{Name: "again_reason", Code: "form.too_long", Args: map[string]any{"max": maxReason, "over": n - maxReason}}})
	}
	return nil
}

// asker is a dossier about which the actor may ask for a supplement now: the
// clerk before it is accepted, then who has the case in hand.
func (s *Service) asker(ctx context.Context, q db.Querier, actor identity.Actor, id dossiers.ID, get func(access.Scope, store.Part) (store.Dossier, error)) (d store.Dossier, err error) {
	scope, err := access.RequireAny(actor, dossiers.PermAccept, dossiers.PermProcess)
	if err != nil {
		return d, err
	}
	if d, err = get(scope, store.Involved()); err != nil {
		return d, err
	}
	if d.Status == dossiers.Submitted {
		if scope, err = access.Require(actor, dossiers.PermAccept); err != nil {
			return d, err
		}
		_, err = s.store.Get(ctx, q, scope, store.Receivers(), id)
		return d, err
	}
	if d.Status == dossiers.Supplement {
		return d, dossiers.ErrWaiting
	}
	if decided(d.Status) {
		return d, dossiers.ErrTooLate
	}
	if scope, err = access.Require(actor, dossiers.PermProcess); err != nil {
		return d, err
	}
	err = s.hasTurn(ctx, q, actor, scope, &d, "", actAppraise, actConsult, actDraft)
	return d, err
}

// asking checks a request before anything is locked.
func (s *Service) asking(ctx context.Context, actor identity.Actor, id dossiers.ID, a Ask) (d store.Dossier, _ Ask, err error) {
	d, err = s.asker(ctx, s.DB, actor, id, func(sc access.Scope, c store.Part) (store.Dossier, error) {
		return s.store.Get(ctx, s.DB, sc, c, id)
	})
	if err != nil {
		return d, a, err
	}
	v, err := s.follows(ctx, d)
	if err != nil {
		return d, a, err
	}
	if v.SameDay {
		return d, a, dossiers.ErrSameDay
	}
	if a.Days == 0 {
		a.Days = s.SupplementDays(d.Received)
	}
	if a.Missing, err = s.founded(ctx, actor, d.Procedure, a.Missing); err != nil {
		return d, a, err
	}
	a, found := a.check(v)
	return d, a, errs.BadInput(found)
}

// SupplementDays is how many working days people get where nothing else is said.
func (s *Service) SupplementDays(unit orgs.ID) int {
	return s.Calendar(string(unit)).Supplement().Amount
}

// AskSupplement asks for everything that is missing at once. The dossier waits:
// its clock stands still until the answer. A second request has to be confirmed,
// because it makes the dossier count as late.
func (s *Service) AskSupplement(ctx context.Context, actor identity.Actor, id dossiers.ID, a Ask) (err error) {
	defer errs.Wrap(&err, "ask for a supplement of dossier %s", id)

	_, a, err = s.asking(ctx, actor, id, a)
	if err != nil {
		return err
	}
	items, err := json.Marshal(a.Missing)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.asker(ctx, tx, actor, id, func(sc access.Scope, c store.Part) (store.Dossier, error) {
			return s.store.Lock(ctx, tx, sc, c, id)
		})
		if err != nil {
			return err
		}
		before, err := s.store.Supplements(ctx, tx, id)
		if err != nil {
			return err
		}
		if len(before) > 0 && !a.Again {
			return errs.BadInput([]errs.Field{{Name: "again", Code: "dossiers.ask.again"}})
		}
		if len(before) > 0 {
			if err := a.excused(); err != nil {
				return err
			}
		} else {
			a.Reason = ""
		}
		there, err := s.store.Papers(ctx, tx, id)
		if err != nil {
			return err
		}
		until, err := s.Calendar(string(d.Received)).Due(tx.Now.Time, calendar.Duration{Amount: a.Days, Unit: calendar.WorkingDay})
		if err != nil {
			return err
		}
		u := store.Supplement{
			ID: newid.New(), Dossier: id, Status: d.Status, Items: string(items), Papers: len(there), Days: a.Days, Until: db.At(until), AskedBy: actor.Account, OldDue: d.Due, Again: a.Reason,
		}
		if err := s.store.AddSupplement(ctx, tx, u); err != nil {
			return err
		}
		if running(d) {
			if err := s.flow.Pause(ctx, tx, actor, caseOf(id), "supplement"); err != nil {
				return err
			}
		}
		d.Status = dossiers.Supplement
		if err := s.store.Save(ctx, tx, d); err != nil {
			return err
		}
		unit := d.Handler
		if !running(d) {
			unit = d.Received
		}
		if err := s.store.AddEvent(ctx, tx, id, store.Event{Kind: KindAsked, Status: d.Status, Unit: unit}); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, d, dossiers.NoticeAsked, "/"+strconv.FormatInt(tx.Now.UnixMicro(), 10)); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditAsked, string(id))
	})
}

// supplements returns what was asked for, the oldest first.
func (s *Service) supplements(ctx context.Context, id dossiers.ID) (all []Supplement, err error) {
	rows, err := s.store.Supplements(ctx, s.DB, id)
	for _, r := range rows {
		u := Supplement{
			Until: r.Until, By: s.accountName(ctx, s.DB, r.AskedBy), AskedAt: r.AskedAt, Answer: r.Answer, EndedAt: r.EndedAt,
			OldDue: r.OldDue, NewDue: r.NewDue, Basis: r.Basis, Before: r.Papers, Again: r.Again,
		}
		if err := json.Unmarshal([]byte(r.Items), &u.Missing); err != nil {
			return nil, err
		}
		all = append(all, u)
	}
	return all, err
}

// PreviewSupplement returns the slip (mẫu 02) as it would be. Nothing is kept
// but that personal data were read.
func (s *Service) PreviewSupplement(ctx context.Context, actor identity.Actor, id dossiers.ID, a Ask) (_ []byte, err error) {
	defer errs.Wrap(&err, "preview supplement of dossier %s", id)

	d, a, err := s.asking(ctx, actor, id, a)
	if err != nil {
		return nil, err
	}
	now := s.DB.Now()
	until, err := s.Calendar(string(d.Received)).Due(now.Time, calendar.Duration{Amount: a.Days, Unit: calendar.WorkingDay})
	if err != nil {
		return nil, err
	}
	d, p, err := s.read(ctx, actor, id, access.Handling, dossiers.AuditPersonRead)
	if err != nil {
		return nil, err
	}
	return s.drawSupplement(ctx, d, p, Supplement{Missing: a.Missing, Until: db.At(until), By: actor.Name, AskedAt: now})
}

// SupplementSlip returns the last slip (mẫu 02) as PDF, drawn from what is
// stored, the same each time.
func (s *Service) SupplementSlip(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose) (_ []byte, err error) {
	defer errs.Wrap(&err, "supplement slip of dossier %s", id)

	d, p, err := s.read(ctx, actor, id, why, dossiers.AuditReceiptRead)
	if err != nil {
		return nil, err
	}
	all, err := s.supplements(ctx, id)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, dossiers.ErrNoSupplement
	}
	return s.drawSupplement(ctx, d, p, all[len(all)-1])
}

func (s *Service) drawSupplement(ctx context.Context, d store.Dossier, p store.Personal, u Supplement) ([]byte, error) {
	about, err := s.about(ctx, d, p)
	if err != nil {
		return nil, err
	}
	about.Code = codeOr(d)
	unit, err := orgs.Get(ctx, s.DB, d.Received)
	if err != nil {
		return nil, err
	}
	said := new(i18n.Catalogue).Printer(i18n.VI)
	more := docx.Values{Texts: map[string]string{"can_bo.ten": u.By, "yeu_cau.han": said.Date(u.Until.Time)}, Groups: map[string][]map[string]string{"thieu": {}}}
	for i, m := range u.Missing {
		more.Groups["thieu"] = append(more.Groups["thieu"], map[string]string{"tt": strconv.Itoa(i + 1), "ten": m.What, "ly_do": m.Why, "can_cu": m.Basis})
	}
	if paper, found, err := s.byTemplate(ctx, dossiers.ForRequest, d, p, u.AskedAt.Time, more); err != nil || found {
		return paper.PDF, err
	}
	slip := papers.Supplement{Dossier: about, Until: u.Until.Time, Signer: u.By, On: u.AskedAt.Time}
	if unit.Phone != "" {
		slip.Guide, slip.Phone = u.By, unit.Phone
	}
	for _, m := range u.Missing {
		why := m.Why
		if m.Basis != "" {
			why += " (căn cứ: " + m.Basis + ")"
		}
		slip.Missing = append(slip.Missing, papers.Missing{What: m.What, Why: why})
	}
	paper, err := s.press(u.AskedAt.Time).Supplement(slip)
	return paper.PDF, err
}
