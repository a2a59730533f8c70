// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Check says everything that keeps a draft from being sent, in the order of
// the form: Name is a field's key, "owner.…", or "paper-" with the paper's id.
func (s *Service) Check(ctx context.Context, actor identity.Actor, id dossiers.ID) (_ Draft, _ forms.Result, err error) {
	defer errs.Wrap(&err, "check draft %s", id)

	d, err := s.GetDraft(ctx, actor, id)
	if err != nil {
		return Draft{}, forms.Result{}, err
	}
	_, r := d.check()
	stale, err := s.checkVault(ctx, actor, d)
	r.Errors = append(r.Errors, stale...)
	return d, r, err
}

// check returns the answers that would be sent and what is wrong.
func (d Draft) check() (forms.Answers, forms.Result) {
	answers, r := d.Form.Submit(d.Answers, d.World)
	d.keepSources(answers)
	r.Errors = append(d.Parties.check(d.Channel), r.Errors...)
	brought := map[string]bool{}
	for _, a := range d.Papers {
		brought[a.Paper] = true
	}
	if d.Procedure.Undecided(d.Case) {
		r.Errors = append(r.Errors, errs.Field{Name: CaseField, Code: "dossiers.case_missing"})
	}
	for _, p := range d.Procedure.Papers {
		if p.Required && !p.ByForm && !brought[p.ID] {
			r.Errors = append(r.Errors, errs.Field{Name: "paper-" + p.ID, Code: "dossiers.paper_missing", Args: map[string]any{"paper": p.Name}})
		}
	}
	return answers, r
}

// Submit sends a draft. Sent again, it is the same dossier: whoever pressed
// twice, or lost the answer, gets the same reference.
func (s *Service) Submit(ctx context.Context, actor identity.Actor, id dossiers.ID) (_ Submitted, err error) {
	defer errs.Wrap(&err, "submit draft %s", id)

	return s.submit(ctx, actor, id, request{})
}

// request is what an idempotency key of a program stands for; none is empty.
type request struct{ key, sum string }

func (s *Service) submit(ctx context.Context, actor identity.Actor, id dossiers.ID, key request) (Submitted, error) {
	scope, err := s.own(ctx, s.DB, actor, access.Send, dossiers.PermSubmit)
	if err != nil {
		return Submitted{}, err
	}
	row, err := s.store.GetDraft(ctx, s.DB, scope, whose(actor), id)
	if err != nil {
		return s.again(ctx, actor, id, err)
	}
	done, err := s.send(ctx, actor, scope, row, key)
	if errors.Is(err, identity.ErrNumberTaken) { // somebody else has just brought the same person
		done, err = s.send(ctx, actor, scope, row, key)
	}
	if err != nil {
		return s.again(ctx, actor, id, err)
	}
	return done, nil
}

// again returns the dossier that a draft has become already.
func (s *Service) again(ctx context.Context, actor identity.Actor, id dossiers.ID, err error) (Submitted, error) {
	if !errors.Is(err, dossiers.ErrDraftNotFound) {
		return Submitted{}, err
	}
	d, found := s.store.Sent(ctx, s.DB, actor.Account, id)
	if found != nil {
		return Submitted{}, s.outside(ctx, actor, id, err)
	}
	return Submitted{ID: d.ID, Reference: d.Reference, At: d.SubmittedAt}, nil
}

// send turns the draft as it was read into a dossier. Was it changed meanwhile,
// by another tab, then it is read again.
func (s *Service) send(ctx context.Context, actor identity.Actor, scope access.Scope, row store.Draft, key request) (done Submitted, err error) {
	d, err := s.open(ctx, row)
	if err != nil {
		return done, err
	}
	if d.Parties, err = s.settle(ctx, actor, d.Procedure.ID, d.Channel, d.Parties); err != nil {
		return done, err
	}
	if err := s.stillHere(ctx, row); err != nil {
		return done, err
	}
	answers, r := d.check()
	stale, err := s.checkVault(ctx, actor, d)
	if err != nil {
		return done, err
	}
	if err := errs.BadInput(append(r.Errors, stale...)); err != nil {
		return done, err
	}
	sent := row
	sent.Unit = d.Unit.ID
	n, p, f, err := s.filed(actor, sent, d, answers)
	if err != nil {
		return done, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		scope, err := s.own(ctx, tx, actor, access.Send, dossiers.PermSubmit) // a right may have ended since
		if err != nil {
			return err
		}
		now, err := s.store.LockDraft(ctx, tx, scope, whose(actor), row.ID)
		if err != nil {
			return err
		}
		if now.Version != row.Version {
			return errChanged
		}
		if err := s.insert(ctx, tx, actor, d, &n, p, f); err != nil {
			return err
		}
		if err := s.confirmVault(ctx, tx, actor, d); err != nil { // persons are locked before papers
			return err
		}
		if key.key != "" {
			if err := s.store.AddRequest(ctx, tx, actor.Account, key.key, key.sum, n.ID); err != nil {
				return err
			}
		}
		if err := s.store.DeleteDraft(ctx, tx, row.ID); err != nil {
			return err
		}
		done = Submitted{ID: n.ID, Reference: n.Reference, At: tx.Now}
		return nil
	})
	if errors.Is(err, errChanged) {
		fresh, err := s.store.GetDraft(ctx, s.DB, scope, whose(actor), row.ID)
		if err != nil {
			return Submitted{}, err
		}
		return s.send(ctx, actor, scope, fresh, key)
	}
	if err != nil {
		return Submitted{}, err
	}
	return done, nil
}

var errChanged = errors.New("the draft was changed while it was being sent")

// filed returns the rows of a draft that is sent.
func (s *Service) filed(actor identity.Actor, row store.Draft, d Draft, answers forms.Answers) (n store.Dossier, p store.Personal, f store.Found, err error) {
	n = store.Dossier{
		Summary: dossiers.Summary{
			ID: row.ID, Reference: reference(), Procedure: row.Procedure, Name: d.Procedure.Name, Channel: row.Channel, Received: row.Unit,
		},
		SHA: row.SHA, Case: row.Case, FiledBy: actor.Account, Basis: d.Parties.Basis, OwnerName: d.Parties.Owner.Name, Helped: row.Unit,
	}
	if row.Channel.OnPaper() {
		n.Helper, n.Helped = actor.Account, row.Desk
	}
	owner, err := json.Marshal(d.Parties.Owner)
	if err != nil {
		return n, p, f, err
	}
	submitter, err := json.Marshal(d.Parties.Submitter)
	if err != nil {
		return n, p, f, err
	}
	said, err := answers.Canonical()
	if err != nil {
		return n, p, f, err
	}
	p = store.Personal{Owner: string(owner), Submitter: string(submitter), BasisNote: d.Parties.BasisNote, Answers: string(said)}
	return n, p, store.Found{Folded: text.Fold(d.Parties.Owner.Name), Number: d.Parties.Owner.Number, Phone: d.Parties.Owner.Phone}, nil
}

// insert adds the dossier with its persons, its first line and its record.
func (s *Service) insert(ctx context.Context, tx *db.Tx, actor identity.Actor, d Draft, n *store.Dossier, p store.Personal, f store.Found) (err error) {
	if n.Authority, err = authority(ctx, tx, d.Procedure, n.Received); err != nil {
		return err
	}
	online := d.Channel == dossiers.Online
	if online && actor.Acts() {
		r, err := s.right(ctx, tx, actor, access.Send, n.Procedure)
		if err != nil {
			return err
		}
		n.OwnerID, n.SubmitterID, n.Representation, n.Basis, p.BasisNote = r.Person, actor.Person, r.ID, basisOf(r), r.Note
		return s.put(ctx, tx, actor, n, p, f)
	}
	if online && d.Parties.Basis == dossiers.Self {
		n.OwnerID = actor.Person
	} else if n.OwnerID, err = s.person(ctx, tx, actor, d.Parties.Owner); err != nil {
		return err
	}
	switch {
	case online:
		n.SubmitterID = actor.Person
	case d.Parties.Basis == dossiers.Self:
		n.SubmitterID = n.OwnerID
	default:
		if n.SubmitterID, err = s.person(ctx, tx, actor, d.Parties.Submitter); err != nil {
			return err
		}
	}
	both := []*string{&n.OwnerID, &n.SubmitterID}
	slices.SortFunc(both, func(a, b *string) int { return strings.Compare(*a, *b) }) // two who file for each other lock in the same order
	for _, who := range both {
		if *who, err = s.settled(ctx, tx, *who); err != nil {
			return err
		}
	}
	n.BringerID = n.SubmitterID
	return s.put(ctx, tx, actor, n, p, f)
}

func (s *Service) put(ctx context.Context, tx *db.Tx, actor identity.Actor, n *store.Dossier, p store.Personal, f store.Found) error {
	if err := s.bothLive(ctx, tx, *n); err != nil {
		return err
	}
	if err := s.store.Insert(ctx, tx, *n, p, f); err != nil {
		return err
	}
	if err := s.store.AddEvent(ctx, tx, n.ID, store.Event{Kind: KindSubmitted, Status: dossiers.Submitted, Unit: n.Received}); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, dossiers.AuditSubmitted, string(n.ID))
}

// reference is what somebody who sent a dossier can read aloud.
func reference() string {
	c := newid.Code(12)
	return c[:4] + "-" + c[4:8] + "-" + c[8:]
}

// Kinds of lines of a timeline.
const (
	KindSubmitted = "submitted"
	KindAccepted  = "accepted"
	KindRefused   = "refused"
	KindWorking   = "working" // somebody has begun
	KindStep      = "step"
	KindReturned  = "returned"
	KindIssued    = "issued"
	KindDelivered = "delivered"
	KindWithdrawn = "withdrawn"
	KindAsked     = "supplement"   // people are asked to add what is missing
	KindSupplied  = "supplemented" // they have
	KindPaying    = "paying"       // it waits for money
	KindPaid      = "paid"         // it waits no more
	KindExtended  = "extended"     // another day was promised, with an apology
	KindStopped   = "stopped"      // nothing more is done

	KindTransferred = "transferred" // another unit decides: Unit
	KindRevoked     = "revoked"     // the result counts no more
	KindReplaced    = "replaced"    // another stands in its place

	KindHeir = "heir" // another owner, after a death

	KindDemanded = "demanded" // another agency wants money first; the clock stands

	KindAssigned = "assigned" // by a rule, or nobody was found; seen in the office alone

	KindCase = "case" // it is another case than was chosen; Step is its name

	KindOpinionAsked  = "opinion_asked" // of another unit; these three are seen in the office alone
	KindOpinionGiven  = "opinion_given"
	KindOpinionClosed = "opinion_closed"
)

// follows returns the rules that a dossier follows: those of its version, its
// case and the way it came in.
func (s *Service) follows(ctx context.Context, d store.Dossier) (procedures.Version, error) {
	v, err := s.Procedures.GetVersion(ctx, d.Procedure, d.SHA)
	return v.For(d.Case, way(d.Channel)), err
}

// filedUnder returns the rules under which a dossier was filled in.
func (s *Service) filedUnder(ctx context.Context, d store.Dossier) (procedures.Version, error) {
	v, err := s.Procedures.GetVersion(ctx, d.Procedure, d.FormSHA)
	return v.For(d.Case, way(d.Channel)), err
}

// way is a channel as the rules of procedures tell it: the post brings paper.
func way(c dossiers.Channel) string {
	if c == dossiers.Online {
		return procedures.ChannelOnline
	}
	return procedures.ChannelCounter
}
