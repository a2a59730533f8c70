// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// The states of a request to represent somebody.
const (
	Waiting   = "waiting"
	Taken     = "taken"
	NotTaken  = "refused"
	Withdrawn = "withdrawn"
)

// Asking is what somebody says online: "I represent this company", with the paper.
type Asking struct {
	Represented Who
	Basis       persons.Basis // Law, Contract or Authorisation
	Paper       Paper
	Limits      Limits
	From, Until string
	Unit        string // whose counter looks at it
	Scan        Scan
}

// asking is what is kept of it.
type asking struct {
	Kind       identity.PersonKind `json:"kind"`
	Name       string              `json:"name"`
	Number     string              `json:"number"`
	Basis      persons.Basis       `json:"basis"`
	Paper      Paper               `json:"paper"`
	Every      bool                `json:"every,omitempty"`
	Procedures []string            `json:"procedures,omitempty"`
	Fields     []string            `json:"fields,omitempty"`
	Acts       []access.Act        `json:"acts"`
	From       string              `json:"from"`
	Until      string              `json:"until,omitempty"`
}

// Request is a request as people read it.
type Request struct {
	ID, State   string
	Agent       Found
	Kind        identity.PersonKind
	Name        string // of who is represented, as it was said
	Number      string
	Known       *Found // the person of that number, where there is one; for officials
	Basis       persons.Basis
	Paper       Paper
	File        files.ID
	Every       bool
	Procedures  []i18n.Text
	Fields      []i18n.Text
	Acts        []access.Act
	From, Until string // days
	Unit        i18n.Text
	At, Decided db.Time
	Events      []Event
	MayDecide   bool
	MayWithdraw bool
}

// mostUnits is more than a province has counters.
const mostUnits = 2000

// ListCounters returns the units whose counters look at requests: wards, communes
// and special zones of today, by name.
func (s *Service) ListCounters(ctx context.Context) (all []orgs.Unit, err error) {
	defer errs.Wrap(&err, "list counters")

	for _, kind := range []orgs.Kind{orgs.Ward, orgs.Commune, orgs.SpecialZone} {
		some, err := orgs.ListKind(ctx, s.DB, kind, orgs.Day(s.DB.Now()), mostUnits)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// AskRepresentation keeps that somebody says, with a paper, that they represent
// another. It gives nothing: an official looks at the paper first.
func (s *Service) AskRepresentation(ctx context.Context, actor identity.Actor, in Asking) (made string, err error) {
	defer errs.Wrap(&err, "ask for a representation")

	if _, err := access.Require(actor, persons.PermAct); err != nil {
		return "", err
	}
	if actor.Official() {
		return "", persons.ErrOfficials
	}
	me, err := s.People.GetPerson(ctx, s.DB, actor.Person)
	if err != nil {
		return "", err
	}
	var a asked
	in.Represented.check(&a, "represented.", true)
	if in.Basis == persons.Law {
		in.Limits = Limits{Every: true, Acts: access.Acts()}
		if in.Represented.Kind != identity.Organisation {
			a.add("basis", "persons.law_organisation")
		}
	}
	g := Grant{Agent: Who{Name: me.Name, Number: me.Number}, Basis: in.Basis, Paper: in.Paper, Limits: in.Limits, From: in.From, Until: in.Until}
	if _, _, err := s.check(ctx, &a, &g, persons.Law, persons.Contract, persons.Authorisation); err != nil {
		return "", err
	}
	if g.Paper.Number == "" && g.Basis == persons.Law {
		a.add("paper.number", "form.required")
	}
	counters, err := s.ListCounters(ctx)
	if err != nil {
		return "", err
	}
	if !slices.ContainsFunc(counters, func(u orgs.Unit) bool { return string(u.ID) == in.Unit }) {
		a.add("unit", "form.choose")
	}
	if in.Scan.none() {
		a.add("file", "form.no_file")
	}
	in.Scan.Dossier = "" // that is for officials
	if err := a.err(); err != nil {
		return "", err
	}
	staged, err := s.receive(ctx, actor, in.Scan)
	if err != nil {
		return "", err
	}
	said, err := json.Marshal(asking{
		Kind: in.Represented.Kind, Name: in.Represented.Name, Number: in.Represented.Number, Basis: g.Basis, Paper: g.Paper,
		Every: g.Limits.Every, Procedures: g.Limits.Procedures, Fields: g.Limits.Fields, Acts: g.Limits.Acts, From: g.From, Until: g.Until,
	})
	if err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r := store.Request{ID: id.New(), Agent: actor.Person, Asked: string(said), Unit: in.Unit, State: Waiting, By: actor.Account, At: tx.Now}
		kept, err := s.Files.Keep(ctx, tx, staged, subject(r.ID), actor.Account)
		if err != nil {
			return err
		}
		r.File = string(kept.ID)
		if err := s.store.PutRequest(ctx, tx, r); err != nil {
			return err
		}
		if err := s.store.AddEvent(ctx, tx, store.Event{About: r.ID, What: Waiting, By: actor.Account}); err != nil {
			return err
		}
		made = r.ID
		return audit.Record(ctx, tx, actor, persons.AuditAsked, r.ID)
	})
	return made, err
}

func (s *Service) request(ctx context.Context, actor identity.Actor, r store.Request, names *namer) (out Request, err error) {
	var in asking
	if err := json.Unmarshal([]byte(r.Asked), &in); err != nil {
		return out, err
	}
	agent, err := s.People.GetPerson(ctx, s.DB, r.Agent)
	if err != nil {
		return out, err
	}
	out = Request{
		ID: r.ID, State: r.State, Agent: Found{Named: Named{agent.ID, agent.Kind, agent.Name}, Number: masked(agent.Number), Year: year(agent.Born)},
		Kind: in.Kind, Name: in.Name, Number: in.Number, Basis: in.Basis, Paper: in.Paper, File: files.ID(r.File), Every: in.Every, Acts: in.Acts,
		From: in.From, Until: in.Until, At: r.At, Decided: r.Decided, MayWithdraw: r.State == Waiting && r.Agent == actor.Person,
	}
	u, err := orgs.Get(ctx, s.DB, orgs.ID(r.Unit))
	if err != nil {
		return out, err
	}
	out.Unit = u.Name
	out.Procedures, out.Fields, err = names.limits(ctx, store.Representation{Procedures: in.Procedures, Fields: in.Fields})
	return out, err
}

func (s *Service) requests(ctx context.Context, actor identity.Actor, rows []store.Request) (p Page[Request], err error) {
	part, names := cut(rows, PageSize, func(r store.Request) string { return r.ID }), s.namer()
	p.Next = part.Next
	for _, r := range part.Items {
		one, err := s.request(ctx, actor, r, names)
		if err != nil {
			return p, err
		}
		p.Items = append(p.Items, one)
	}
	return p, nil
}

// ListMyRequests returns what the actor has asked for, the newest first.
func (s *Service) ListMyRequests(ctx context.Context, actor identity.Actor, before string) (p Page[Request], err error) {
	defer errs.Wrap(&err, "list own requests")

	if _, err := access.Require(actor, persons.PermAct); err != nil {
		return p, err
	}
	rows, err := s.store.RequestsOf(ctx, s.DB, actor.Person, before, PageSize+1)
	if err != nil {
		return p, err
	}
	if p, err = s.requests(ctx, actor, rows); err != nil {
		return p, err
	}
	for i := range p.Items {
		if p.Items[i].Events, err = s.events(ctx, p.Items[i].ID); err != nil {
			return p, err
		}
	}
	return p, nil
}

// ListRequests returns what waits for somebody of the actor's units to look at
// the paper, the oldest first.
func (s *Service) ListRequests(ctx context.Context, actor identity.Actor, after string) (p Page[Request], err error) {
	defer errs.Wrap(&err, "list requests")

	scope, err := access.Require(actor, persons.PermRegister)
	if err != nil {
		return p, err
	}
	rows, err := s.store.RequestsWaiting(ctx, s.DB, scope, after, PageSize+1)
	if err != nil {
		return p, err
	}
	if p, err = s.requests(ctx, actor, rows); err != nil || len(p.Items) == 0 {
		return p, err
	}
	return p, s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordRead(ctx, tx, actor, persons.AuditRead, "requests", access.Handling)
	})
}

// CountRequests is the number beside the menu.
func (s *Service) CountRequests(ctx context.Context, actor identity.Actor) (int64, error) {
	scope, err := access.Require(actor, persons.PermRegister)
	if err != nil {
		return 0, err
	}
	return s.store.CountRequests(ctx, s.DB, scope)
}

// GetRequest returns a request with who is known by the number; that it was read
// is recorded.
func (s *Service) GetRequest(ctx context.Context, actor identity.Actor, request string) (out Request, err error) {
	defer errs.Wrap(&err, "get request %s", request)

	if _, err := access.RequireAny(actor, persons.PermRegister, persons.PermConfirm); err != nil {
		return out, err
	}
	r, err := s.store.GetRequest(ctx, s.DB, request)
	if err != nil {
		return out, err
	}
	if err := s.inScope(ctx, s.DB, actor, r.Unit); err != nil {
		return out, err
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordReadOf(ctx, tx, actor, persons.AuditRead, request, r.Agent, access.Handling)
	}); err != nil {
		return out, err
	}
	if out, err = s.request(ctx, actor, r, s.namer()); err != nil {
		return out, err
	}
	known, found, err := s.People.FindByNumber(ctx, s.DB, out.Kind, out.Number)
	if err != nil {
		return out, err
	}
	if found {
		f, err := s.found(ctx, s.DB, known)
		if err != nil {
			return out, err
		}
		out.Known = &f
	}
	out.MayDecide = r.State == Waiting && actor.May(persons.PermRegister) && actor.Person != r.Agent
	out.Events, err = s.events(ctx, request)
	return out, err
}

// DecideRequest takes on what somebody asked for, or turns it down with the
// reason. Taken on, a right by law waits for a second official, as one that was
// brought to the counter does; any other holds.
func (s *Service) DecideRequest(ctx context.Context, actor identity.Actor, request string, take bool, reason string) (err error) {
	defer errs.Wrap(&err, "decide request %s", request)

	if _, err := access.Require(actor, persons.PermRegister); err != nil {
		return err
	}
	var a asked
	reason = a.line("words", reason, MaxWords, !take)
	if err := a.err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := s.store.GetRequest(ctx, tx, request)
		if err != nil {
			return err
		}
		if err := s.inScope(ctx, tx, actor, r.Unit); err != nil {
			return err
		}
		switch {
		case r.State != Waiting:
			return persons.ErrDecided
		case r.Agent == actor.Person:
			return persons.ErrOwn
		case !take:
			return s.closeRequest(ctx, tx, actor, r, NotTaken, reason)
		}
		about, err := s.takeOn(ctx, tx, actor, r)
		if err != nil {
			return err
		}
		r.State, r.Decider, r.Decided = Taken, actor.Account, tx.Now
		if err := s.store.PutRequest(ctx, tx, r); err != nil {
			return err
		}
		return audit.RecordReadOf(ctx, tx, actor, persons.AuditRegistered, r.ID, about, "")
	})
}

// takeOn makes the right that was asked for, with the request's id and paper.
func (s *Service) takeOn(ctx context.Context, tx *db.Tx, actor identity.Actor, r store.Request) (represented string, err error) {
	var in asking
	if err := json.Unmarshal([]byte(r.Asked), &in); err != nil {
		return "", err
	}
	from, err := orgs.Start(in.From)
	if err != nil {
		return "", err
	}
	var until db.Time
	if in.Until != "" {
		var a asked
		end, _ := a.day("until", in.Until, true)
		if until, err = nextDay(end); err != nil {
			return "", err
		}
		if !until.After(tx.Now.Time) {
			return "", persons.ErrOver.With("at", until.Time)
		}
	}
	of, err := s.person(ctx, tx, Who{Kind: in.Kind, Name: in.Name, Number: in.Number}, "represented.")
	if err != nil {
		return "", err
	}
	if of.ID == actor.Person {
		return "", persons.ErrOwn
	}
	v := store.Representation{
		ID: r.ID, Represented: of.ID, Agent: r.Agent, Basis: in.Basis, Paper: in.Paper, File: r.File, From: from, Until: until, State: Active, How: Online, Unit: r.Unit,
	}
	if v.Basis == persons.Law {
		v.State = Checking
	}
	_, err = s.add(ctx, tx, actor, v, Limits{Every: in.Every, Procedures: in.Procedures, Fields: in.Fields, Acts: in.Acts})
	return of.ID, err
}

// WithdrawRequest takes back what the actor has asked for.
func (s *Service) WithdrawRequest(ctx context.Context, actor identity.Actor, request string) (err error) {
	defer errs.Wrap(&err, "withdraw request %s", request)

	if _, err := access.Require(actor, persons.PermAct); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := s.store.GetRequest(ctx, tx, request)
		switch {
		case err != nil:
			return err
		case r.Agent != actor.Person:
			return persons.ErrNotFound
		case r.State != Waiting:
			return persons.ErrDecided
		}
		return s.closeRequest(ctx, tx, actor, r, Withdrawn, "")
	})
}

func (s *Service) closeRequest(ctx context.Context, tx *db.Tx, actor identity.Actor, r store.Request, state, words string) error {
	r.State, r.Decider, r.Decided = state, actor.Account, tx.Now
	if err := s.store.PutRequest(ctx, tx, r); err != nil {
		return err
	}
	if err := s.store.AddEvent(ctx, tx, store.Event{About: r.ID, What: state, By: actor.Account, Words: words}); err != nil {
		return err
	}
	return audit.RecordReadOf(ctx, tx, actor, persons.AuditTurnedDown, r.ID, r.Agent, "")
}

// events returns the history of something, with names.
func (s *Service) events(ctx context.Context, about string) (all []Event, err error) {
	rows, err := s.store.Events(ctx, s.DB, about)
	for _, e := range rows {
		a, _ := s.People.GetAccount(ctx, s.DB, e.By) // who is erased has no name any more
		all = append(all, Event{What: e.What, Who: a.Name, Words: e.Words, At: e.At})
	}
	return all, err
}
