// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/url"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// clerk reports whether the actor receives people at a counter.
func clerk(actor identity.Actor) bool {
	places, _ := actor.Places(dossiers.PermAccept)
	for _, p := range places {
		if p.Unit != "" {
			return true
		}
	}
	return false
}

// subject is what the files of a draft, and later of the dossier, belong to.
func subject(id dossiers.ID) files.Subject { return files.Subject{Kind: "dossier", ID: string(id)} }

// StartDraft begins a draft of the actor: on the web for oneself, at the
// counter for the person in front of the clerk.
func (s *Service) StartDraft(ctx context.Context, actor identity.Actor, in NewDraft) (_ Draft, err error) {
	defer errs.Wrap(&err, "start draft")

	scope, err := s.own(ctx, s.DB, actor, access.Prepare, dossiers.PermSubmit)
	if err != nil {
		return Draft{}, err
	}
	v, err := s.Procedures.Get(ctx, in.Procedure)
	if err != nil {
		return Draft{}, err
	}
	row, err := s.newDraft(ctx, actor, v, in.Unit)
	if err != nil {
		return Draft{}, err
	}
	if row.Case, err = chosenCase(v, in.Case); err != nil {
		return Draft{}, err
	}
	if err := s.byPost(actor, &row, in.Mail); err != nil {
		return Draft{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.store.InsertDraft(ctx, tx, row); err != nil {
			return err
		}
		return s.keepMail(ctx, tx, actor, row.ID, row.Desk, in.Mail)
	})
	if err != nil {
		return Draft{}, err
	}
	return s.draft(ctx, scope, actor, row.ID)
}

// newDraft checks where a draft would go and returns its row.
func (s *Service) newDraft(ctx context.Context, actor identity.Actor, v procedures.Version, unit orgs.ID) (row store.Draft, err error) {
	atCounter := clerk(actor)
	switch {
	case v.Route != "" && v.Route != procedures.Local:
		return row, notLocal(v)
	case !atCounter && v.Online == "none":
		return row, dossiers.ErrNotOnline
	case actor.Person == "":
		return row, access.ErrNotAllowed
	}
	row = store.Draft{
		ID: dossiers.ID(id.New()), Account: actor.Account, Person: whose(actor), Procedure: v.ID, SHA: v.SHA,
		NameVI: v.Name.VI, NameEN: v.Name.EN, Unit: unit, Channel: dossiers.Online, Answers: "{}",
	}
	parties := Parties{Basis: dossiers.Self, Owner: Party{Kind: identity.Individual}}
	if atCounter {
		row.Desk, row.Channel = orgs.ID(actor.Unit), dossiers.Counter
		if row.Unit == "" || row.Unit != row.Desk {
			row.Unit = row.Desk // a clerk receives for the own unit
		}
	} else if actor.Acts() {
		if parties, err = s.represent(ctx, actor, v.ID, parties); err != nil {
			return row, err
		}
	} else {
		own, err := s.Directory.GetPerson(ctx, s.DB, actor.Person)
		if err != nil {
			return row, err
		}
		parties.Owner = partyOf(own)
		parties.Owner.Source = FromAccount
	}
	if _, err := receiver(ctx, s.DB, v, row.Unit, calendar.On(s.DB.Now().Time), atCounter); err != nil {
		return row, err
	}
	text, err := json.Marshal(parties)
	row.Parties = string(text)
	return row, err
}

func partyOf(p identity.Person) Party {
	return Party{Kind: p.Kind, Name: p.Name, Number: p.Number, Phone: p.Phone, Email: p.Email}
}

// GetDraft returns a draft of the actor, on whatever device it was begun.
func (s *Service) GetDraft(ctx context.Context, actor identity.Actor, id dossiers.ID) (_ Draft, err error) {
	defer errs.Wrap(&err, "get draft %s", id)

	scope, err := s.own(ctx, s.DB, actor, access.Prepare, dossiers.PermSubmit)
	if err != nil {
		return Draft{}, err
	}
	return s.draft(ctx, scope, actor, id)
}

// draft reads a draft with all a page needs.
func (s *Service) draft(ctx context.Context, scope access.Scope, actor identity.Actor, id dossiers.ID) (Draft, error) {
	row, err := s.store.GetDraft(ctx, s.DB, scope, whose(actor), id)
	if err != nil {
		return Draft{}, s.sent(ctx, actor, id, err)
	}
	return s.open(ctx, row)
}

// sent tells who looks for a draft that it is a dossier now.
func (s *Service) sent(ctx context.Context, actor identity.Actor, id dossiers.ID, err error) error {
	if !errors.Is(err, dossiers.ErrDraftNotFound) {
		return err
	}
	if d, found := s.store.Sent(ctx, s.DB, actor.Account, id); found == nil {
		return dossiers.ErrDraftSent.With("reference", d.Reference)
	}
	return s.outside(ctx, actor, id, err)
}

// open puts a row together with its form, its unit and its papers.
func (s *Service) open(ctx context.Context, row store.Draft) (d Draft, err error) {
	d = Draft{ID: row.ID, Channel: row.Channel, Version: row.Version, SavedAt: row.SavedAt, Case: row.Case}
	whole, err := s.Procedures.GetVersion(ctx, row.Procedure, row.SHA)
	if err != nil {
		return Draft{}, err
	}
	d.Procedure = whole.For(row.Case, way(row.Channel))
	if d.Form, err = s.forms.get(d.Procedure); err != nil {
		return Draft{}, err
	}
	_, seat, err := s.bookOf(ctx, s.DB, row.Unit) // where it goes has been merged since
	if err != nil {
		return Draft{}, err
	}
	if d.Unit, err = orgs.Get(ctx, s.DB, seat); err != nil {
		return Draft{}, err
	}
	if seat != row.Unit {
		was, err := orgs.Get(ctx, s.DB, row.Unit)
		if err != nil {
			return Draft{}, err
		}
		d.Was = &was
	}
	if d.World, err = s.world(ctx); err != nil {
		return Draft{}, err
	}
	d.World.By = row.Account
	if err := json.Unmarshal([]byte(row.Parties), &d.Parties); err != nil {
		return Draft{}, err
	}
	if d.Answers, err = d.Form.DecodeJSON([]byte(row.Answers)); err != nil {
		return Draft{}, err
	}
	if err := s.learn(ctx, row, &d); err != nil {
		return Draft{}, err
	}
	if d.KeptUntil, err = s.keptUntil(ctx, row.SavedAt); err != nil {
		return Draft{}, err
	}
	if d.Mail, err = s.posted(ctx, s.DB, row.Channel, row.ID); err != nil {
		return Draft{}, err
	}
	d.Papers, err = s.attachments(ctx, row.ID)
	return d, err
}

// ListDrafts returns the actor's drafts, the newest first.
func (s *Service) ListDrafts(ctx context.Context, actor identity.Actor, after string) (page Page[DraftItem], err error) {
	defer errs.Wrap(&err, "list drafts")

	scope, err := s.own(ctx, s.DB, actor, access.Prepare, dossiers.PermSubmit)
	if err != nil {
		return page, err
	}
	rows, err := s.store.ListDrafts(ctx, s.DB, scope, whose(actor), after, PageSize+1)
	if err != nil {
		return page, err
	}
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		page.Next = string(rows[PageSize-1].ID)
	}
	names := s.unitNames(ctx)
	for _, r := range rows {
		until, err := s.keptUntil(ctx, r.SavedAt)
		if err != nil {
			return page, err
		}
		page.Items = append(page.Items, DraftItem{
			ID: r.ID, Name: i18n.Text{VI: r.NameVI, EN: r.NameEN}, Unit: names(r.Unit), SavedAt: r.SavedAt, KeptUntil: until, Channel: r.Channel,
		})
	}
	return page, nil
}

// unitNames returns a function that names units, each read once.
func (s *Service) unitNames(ctx context.Context) func(orgs.ID) i18n.Text {
	known := map[orgs.ID]i18n.Text{}
	return func(id orgs.ID) i18n.Text {
		if name, ok := known[id]; ok {
			return name
		}
		u, err := orgs.Get(ctx, s.DB, id)
		if err != nil {
			return i18n.Text{} // a unit that nobody knows has no name
		}
		known[id] = u.Name
		return u.Name
	}
}

// DiscardDraft throws a draft away, with its files.
func (s *Service) DiscardDraft(ctx context.Context, actor identity.Actor, id dossiers.ID) (err error) {
	defer errs.Wrap(&err, "discard draft %s", id)

	return s.change(ctx, actor, id, func(tx *db.Tx, _ *store.Draft) error { return s.discard(ctx, tx, id) })
}

// discard removes a draft that the transaction has locked, with its files.
func (s *Service) discard(ctx context.Context, tx *db.Tx, id dossiers.ID) error {
	papers, err := s.store.Papers(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, p := range papers {
		if err := s.drop(ctx, tx, p); err != nil {
			return err
		}
	}
	if err := s.store.DropMail(ctx, tx, id); err != nil {
		return err
	}
	return s.store.DeleteDraft(ctx, tx, id)
}

// change runs f on a locked draft of the actor; f changes the row and saves what else it must.
func (s *Service) change(ctx context.Context, actor identity.Actor, id dossiers.ID, f func(*db.Tx, *store.Draft) error) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		scope, err := s.own(ctx, tx, actor, access.Prepare, dossiers.PermSubmit)
		if err != nil {
			return err
		}
		row, err := s.store.LockDraft(ctx, tx, scope, whose(actor), id)
		if err != nil {
			return err
		}
		if err := f(tx, &row); err != nil {
			return err
		}
		return s.store.SaveDraft(ctx, tx, row) // of a discarded draft no row is left to save
	})
	return s.sent(ctx, actor, id, err)
}

// SaveStep saves the answers to one step as a browser sent them, and says what
// is wrong with them. They are kept all the same; other steps stay as they are,
// and so do answers that the page did not change since it was shown: of two
// devices the newer one wins, answer by answer.
func (s *Service) SaveStep(ctx context.Context, actor identity.Actor, id dossiers.ID, step string, sent url.Values) (_ Draft, _ forms.Result, err error) {
	defer errs.Wrap(&err, "save step %s of draft %s", step, id)

	var clashes []forms.Clash
	var focus string
	d, r, err := s.saveAnswers(ctx, actor, id, step, func(f *forms.Form, old forms.Answers) (a forms.Answers) {
		a, clashes = f.Merge(old, step, sent)
		if button := sent.Get(forms.EditInput); button != "" {
			a, focus, _ = f.Edit(a, step, button)
		}
		return a
	})
	d.Clashes, d.Focus = clashes, focus
	return d, r, err
}

// SaveAnswers saves answers as a program sends them: those that are named, and
// no others.
func (s *Service) SaveAnswers(ctx context.Context, actor identity.Actor, id dossiers.ID, raw []byte) (_ Draft, _ forms.Result, err error) {
	defer errs.Wrap(&err, "save answers of draft %s", id)

	before, err := s.GetDraft(ctx, actor, id) // its form tells what the answers may be
	if err != nil {
		return Draft{}, forms.Result{}, err
	}
	given, err := before.Form.DecodeJSON(raw)
	if err != nil {
		return Draft{}, forms.Result{}, err
	}
	return s.saveAnswers(ctx, actor, id, forms.All, func(_ *forms.Form, old forms.Answers) forms.Answers {
		maps.Copy(old, given)
		return before.Form.Compute(old)
	})
}

func (s *Service) saveAnswers(ctx context.Context, actor identity.Actor, id dossiers.ID, step string, apply func(*forms.Form, forms.Answers) forms.Answers) (Draft, forms.Result, error) {
	before, err := s.GetDraft(ctx, actor, id) // outside the transaction: it asks other modules
	if err != nil {
		return Draft{}, forms.Result{}, err
	}
	err = s.change(ctx, actor, id, func(_ *db.Tx, row *store.Draft) error {
		old, err := before.Form.DecodeJSON([]byte(row.Answers))
		if err != nil {
			return err
		}
		text, err := apply(before.Form, old).Canonical()
		row.Answers = string(text)
		return err
	})
	if err != nil {
		return Draft{}, forms.Result{}, err
	}
	after, err := s.GetDraft(ctx, actor, id)
	if err != nil {
		return Draft{}, forms.Result{}, err
	}
	return after, after.Form.Validate(after.Answers, step, after.World), nil
}
