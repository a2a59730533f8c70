// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"

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

// ProofPaper is the paper under which the document is kept that shows a payment.
const ProofPaper = "chung-tu-nop-tien"

// What a demand may hold.
const (
	maxDues   = 10
	maxDue    = 9_999_999_999_999 // đồng; more is a mistake of typing
	maxNumber = 60
)

// Due is one thing that is to be paid.
type Due struct {
	What   string `json:"what"`
	Amount int64  `json:"amount"` // đồng
}

// Demand is what another agency demands before the dossier goes on: the tax of a transfer of
// land. Its money never comes here; what is kept is its notice, and the document that shows
// that it was paid.
type Demand struct {
	ID             string
	Issuer, Number string // who demands it, and the number of its notice
	On, PayBy      string // YYYY-MM-DD; PayBy empty: the notice names no day
	Dues           []Due
	By             string // name of who has entered it
	AskedAt        db.Time
	Receipt        string // number of the document that shows the payment; empty: none was shown
	PaidOn         string // YYYY-MM-DD
	EndedAt        db.Time
	OldDue, NewDue db.Time // what it did to the deadline
	Basis          string
}

// Open reports whether it is waited for.
func (m Demand) Open() bool { return m.EndedAt.IsZero() }

// Total is how much it is, in đồng.
func (m Demand) Total() (sum int64) {
	for _, d := range m.Dues {
		sum += d.Amount
	}
	return sum
}

// Notice is what an officer enters of the notice of another agency.
type Notice struct {
	Step           dossiers.TaskID // empty: the one that is theirs to do
	Issuer, Number string
	On, PayBy      string // YYYY-MM-DD
	Dues           []Due
}

func (n Notice) check(today string) (Notice, []errs.Field) {
	var found []errs.Field
	add := func(name, code string, args map[string]any) {
		found = append(found, errs.Field{Name: name, Code: code, Args: args})
	}
	line := func(name, value string, most int, needed bool) string {
		value = text.Line(value)
		switch size := utf8.RuneCountInString(value); {
		case size == 0 && needed:
			add(name, "form.required", nil)
		case size > most:
			add(name, "form.too_long", map[string]any{"max": most, "over": size - most})
		}
		return value
	}
	n.Issuer, n.Number = line("issuer", n.Issuer, maxLine, true), line("number", n.Number, maxNumber, true)
	switch day, err := calendar.ParseDate(n.On); {
	case n.On == "":
		add("on", "form.required", nil)
	case err != nil:
		add("on", "form.not_a_date", nil)
	case day.String() > today:
		add("on", "dossiers.evidence_future", nil)
	}
	if day, err := calendar.ParseDate(n.PayBy); n.PayBy != "" && err != nil {
		add("pay_by", "form.not_a_date", nil)
	} else if n.PayBy != "" && day.String() < n.On {
		add("pay_by", "dossiers.pay_by_early", nil)
	}
	if n.Dues = slices.Clone(n.Dues); len(n.Dues) == 0 {
		add("dues", "dossiers.demand_nothing", nil)
	}
	if len(n.Dues) > maxDues {
		add("dues", "form.choose_fewer", map[string]any{"max": maxDues})
		return n, found
	}
	for i, d := range n.Dues {
		n.Dues[i].What = line(fmt.Sprintf("dues[%d].what", i), d.What, maxLine, true)
		if d.Amount < 1 || d.Amount > maxDue {
			add(fmt.Sprintf("dues[%d].amount", i), "dossiers.demand_amount", nil)
		}
	}
	return n, found
}

// DemandPayment enters what another agency demands. The dossier waits: its clock stands still
// until the document comes that shows the payment. Only a procedure that says so waits for money.
func (s *Service) DemandPayment(ctx context.Context, actor identity.Actor, id dossiers.ID, n Notice) (err error) {
	defer errs.Wrap(&err, "demand a payment for dossier %s", id)

	before, err := s.look(ctx, actor, dossiers.PermProcess, id, n.Step, actAppraise, actConsult, actDraft)
	if err != nil {
		return err
	}
	v, err := s.follows(ctx, before)
	if err != nil {
		return err
	}
	if v.FinancialDuty == nil {
		return dossiers.ErrOwesNobody
	}
	n, found := n.check(calendar.On(s.DB.Now().Time).String())
	if err := errs.BadInput(found); err != nil {
		return err
	}
	lines, err := json.Marshal(n.Dues)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.turn(ctx, tx, actor, dossiers.PermProcess, id, dossiers.TaskID(before.Task), actAppraise, actConsult, actDraft)
		if err != nil {
			return err
		}
		if decided(d.Status) {
			return dossiers.ErrTooLate
		}
		if d.Assignee == "" { // whoever enters it waits for the money
			if err := s.assign(ctx, tx, &d, actor.Account, actor.Name); err != nil {
				return err
			}
		}
		if err := s.store.AddDemand(ctx, tx, store.Demand{
			ID: newid.New(), Dossier: id, Status: dossiers.Processing, Issuer: n.Issuer, Number: n.Number, On: n.On, PayBy: n.PayBy, Lines: string(lines), Legal: v.FinancialDuty.Legal,
			AskedBy: actor.Account, Asker: actor.Name, OldDue: d.Due,
		}); err != nil {
			return err
		}
		if err := s.flow.Pause(ctx, tx, actor, caseOf(id), "payment"); err != nil {
			return err
		}
		d.Status = dossiers.Paying
		if err := s.store.Save(ctx, tx, d); err != nil {
			return err
		}
		if err := s.store.AddEvent(ctx, tx, id, store.Event{Kind: KindDemanded, Status: d.Status, Unit: d.Handler}); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, d, dossiers.NoticePay, "/"+strconv.FormatInt(tx.Now.UnixMicro(), 10)); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditDemanded, string(id))
	})
}

// Payment is what shows that a demand was paid: the number and the day of the document of the
// treasury or the bank.
type Payment struct {
	Receipt string
	PaidOn  string // YYYY-MM-DD
	// Name and Content are the document as a file. On the web it is needed; at the counter it
	// may have been shown.
	Name    string
	Content io.Reader
}

func (p Payment) check(today string, official bool) (Payment, []errs.Field) {
	var found []errs.Field
	if p.Receipt = text.Line(p.Receipt); p.Receipt == "" {
		found = append(found, errs.Field{Name: "receipt", Code: "form.required"})
	} else if n := utf8.RuneCountInString(p.Receipt); n > maxNumber {
		found = append(found, errs.Field{Name: "receipt", Code: "form.too_long", Args: map[string]any{"max": maxNumber, "over": n - maxNumber}})
	}
	switch day, err := calendar.ParseDate(p.PaidOn); {
	case p.PaidOn == "":
		found = append(found, errs.Field{Name: "paid_on", Code: "form.required"})
	case err != nil:
		found = append(found, errs.Field{Name: "paid_on", Code: "form.not_a_date"})
	case day.String() > today:
		found = append(found, errs.Field{Name: "paid_on", Code: "dossiers.evidence_future"})
	}
	if p.Content == nil && !official {
		found = append(found, errs.Field{Name: "file", Code: "form.required"})
	}
	return p, found
}

// ShowPayment ends the waiting: the document is there that shows the payment. The clock runs
// again, later by the time that was waited. An officer to whom the document says something else
// enters the demand once more.
func (s *Service) ShowPayment(ctx context.Context, actor identity.Actor, id dossiers.ID, in Payment) (err error) {
	defer errs.Wrap(&err, "show the payment for dossier %s", id)

	_, official, err := s.payer(ctx, s.DB, actor, id, func(sc access.Scope, c store.Part) (store.Dossier, error) {
		return s.store.Get(ctx, s.DB, sc, c, id)
	})
	if err != nil {
		return err
	}
	in, found := in.check(calendar.On(s.DB.Now().Time).String(), official)
	if err := errs.BadInput(found); err != nil {
		return err
	}
	var staged *files.Staged
	if in.Content != nil {
		got, err := s.Files.Receive(ctx, in.Content, files.Meta{Name: in.Name, Allow: AllowedFiles(), Limit: s.Largest()})
		if err != nil {
			return err
		}
		staged = &got
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, _, err := s.payer(ctx, tx, actor, id, func(sc access.Scope, c store.Part) (store.Dossier, error) {
			return s.store.Lock(ctx, tx, sc, c, id)
		})
		if err != nil {
			return err
		}
		all, err := s.store.Demands(ctx, tx, id)
		if err != nil {
			return err
		}
		if len(all) == 0 || !all[len(all)-1].EndedAt.IsZero() {
			return dossiers.ErrNoDemand
		}
		m := all[len(all)-1]
		if staged != nil {
			if m.Paper, err = s.keepProof(ctx, tx, actor, id, *staged); err != nil {
				return err
			}
		}
		m.Receipt, m.PaidOn, m.EndedBy = in.Receipt, in.PaidOn, actor.Account
		return s.paid(ctx, tx, actor, d, m)
	})
}

func (s *Service) keepProof(ctx context.Context, tx *db.Tx, actor identity.Actor, id dossiers.ID, staged files.Staged) (string, error) {
	f, err := s.Files.Keep(ctx, tx, staged, subject(id), actor.Account)
	if err != nil {
		return "", err
	}
	p := store.Paper{ID: newid.New(), Dossier: id, Paper: ProofPaper, File: string(f.ID), AddedBy: actor.Account}
	return p.ID, s.store.AddPaper(ctx, tx, p)
}

// paid lets a locked dossier go on.
func (s *Service) paid(ctx context.Context, tx *db.Tx, actor identity.Actor, d store.Dossier, m store.Demand) error {
	d.Status = m.Status
	if err := s.goOnAfter(ctx, tx, actor, &d, m.AskedAt); err != nil {
		return err
	}
	m.NewDue = d.Due
	m.Basis = "Tạm dừng tính thời hạn để thực hiện nghĩa vụ tài chính theo Thông báo số " + m.Number + " ngày " + dayText(m.On) + " của " + m.Issuer
	if err := s.store.EndDemand(ctx, tx, m); err != nil {
		return err
	}
	if err := s.store.Save(ctx, tx, d); err != nil {
		return err
	}
	if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindPaid, Status: d.Status, Unit: d.Received}); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, dossiers.AuditPaidShown, string(d.ID))
}

// payer is a dossier that waits for money, for one who may show that it was paid: its people,
// and the officials to whom they bring the document. official tells which.
func (s *Service) payer(ctx context.Context, q db.Querier, actor identity.Actor, id dossiers.ID, get func(access.Scope, store.Part) (store.Dossier, error)) (d store.Dossier, official bool, err error) {
	scope, err := s.own(ctx, q, actor, access.Send, dossiers.PermOwn, dossiers.PermAccept, dossiers.PermProcess)
	if err != nil {
		return d, false, err
	}
	if d, err = get(scope, store.Involved()); err != nil {
		return d, false, err
	}
	official, found := s.standsFor(ctx, q, actor, id)
	if !found {
		return d, false, dossiers.ErrNotFound
	}
	if d.Status != dossiers.Paying {
		return d, official, dossiers.ErrNoDemand
	}
	return d, official, nil
}

// endDemand closes a demand when the dossier is over.
func (s *Service) endDemand(ctx context.Context, tx *db.Tx, actor identity.Actor, id dossiers.ID) error {
	all, err := s.store.Demands(ctx, tx, id)
	if err != nil || len(all) == 0 || !all[len(all)-1].EndedAt.IsZero() {
		return err
	}
	m := all[len(all)-1]
	m.EndedBy = actor.Account
	return s.store.EndDemand(ctx, tx, m)
}

// demands returns what was demanded, the oldest first.
func (s *Service) demands(ctx context.Context, id dossiers.ID) (all []Demand, err error) {
	rows, err := s.store.Demands(ctx, s.DB, id)
	for _, r := range rows {
		m := Demand{
			ID: r.ID, Issuer: r.Issuer, Number: r.Number, On: r.On, PayBy: r.PayBy, By: r.Asker, AskedAt: r.AskedAt, Receipt: r.Receipt, PaidOn: r.PaidOn,
			EndedAt: r.EndedAt, OldDue: r.OldDue, NewDue: r.NewDue, Basis: r.Basis,
		}
		if err := json.Unmarshal([]byte(r.Lines), &m.Dues); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, err
}

// owed is what the rules say of money of other agencies; nil: nothing.
func owed(v procedures.Version, d store.Dossier) bool {
	return v.FinancialDuty != nil && running(d) && !decided(d.Status)
}

// goOnAfter lets the clock of a locked dossier run again after it stood since a moment. Both
// deadlines move by the time that was waited, and so do the open steps and opinions.
func (s *Service) goOnAfter(ctx context.Context, tx *db.Tx, actor identity.Actor, d *store.Dossier, since db.Time) error {
	if err := s.flow.Resume(ctx, tx, actor, caseOf(d.ID)); err != nil {
		return err
	}
	cal, waited := s.Calendar(string(d.Received)), tx.Now.Sub(since.Time)
	for _, due := range []*db.Time{&d.Due, &d.Statutory} {
		if due.IsZero() {
			continue
		}
		later, err := cal.Later(due.Time, waited)
		if err != nil {
			return err
		}
		*due = db.At(later)
	}
	return s.follow(ctx, tx, d)
}
