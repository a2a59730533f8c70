// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Mail is the envelope in which papers came. No layout of the codes of the post is
// published, so that only their length and their signs are checked.
type Mail struct {
	Consignment string // code on the envelope; empty: an ordinary letter has none
	Came        string // YYYY-MM-DD
}

// Posted is Mail as it was opened, and how the receipt went back.
type Posted struct {
	Mail
	Opener   string // name
	OpenedAt db.Time
	Letter   string // code of the letter with the receipt; empty: none was sent
	LetterBy string // name
	LetterAt db.Time
}

// MailItem is an envelope in a list. Without Reference it is a draft.
type MailItem = store.MailItem

// CheckMail tidies what a clerk says of an envelope, and reports every problem.
func (s *Service) CheckMail(m Mail) (Mail, error) {
	var found []errs.Field
	code, ok := dossiers.MailCode(m.Consignment)
	m.Consignment, m.Came = code, text.Line(m.Came)
	if !ok {
		found = append(found, errs.Field{Name: "consignment", Code: "dossiers.consignment_wrong", Args: map[string]any{"max": dossiers.MaxMailCode}})
	}
	day, err := time.Parse(time.DateOnly, m.Came)
	switch {
	case m.Came == "":
		found = append(found, errs.Field{Name: "came", Code: "form.required"})
	case err != nil:
		found = append(found, errs.Field{Name: "came", Code: "form.not_a_date"})
	case day.Format(time.DateOnly) > calendar.On(s.DB.Now().Time).String():
		found = append(found, errs.Field{Name: "came", Code: "dossiers.came_future"})
	}
	return m, errs.BadInput(found)
}

// byPost makes the row of a draft that of papers which the post has brought. Only who
// works at a counter opens envelopes.
func (s *Service) byPost(actor identity.Actor, row *store.Draft, m *Mail) error {
	if m == nil {
		return nil
	}
	if !clerk(actor) {
		return access.ErrNotAllowed
	}
	checked, err := s.CheckMail(*m)
	if err != nil {
		return err
	}
	*m, row.Channel = checked, dossiers.Post
	return nil
}

// keepMail notes the envelope of a draft, and announces that it was opened.
func (s *Service) keepMail(ctx context.Context, tx *db.Tx, actor identity.Actor, id dossiers.ID, unit orgs.ID, m *Mail) error {
	if m == nil {
		return nil
	}
	if err := s.store.AddMail(ctx, tx, store.Mail{ID: id, Unit: unit, Consignment: m.Consignment, Came: m.Came, OpenedBy: actor.Account, Opener: actor.Name}); err != nil {
		return err
	}
	if err := events.Publish(ctx, tx, dossiers.EventMailOpenedV1, dossiers.MailOpened{Dossier: id, Unit: unit, Consignment: m.Consignment, At: tx.Now}); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, dossiers.AuditMailOpened, string(id))
}

// posted returns the envelope of a draft or dossier; nil where it did not come by post.
func (s *Service) posted(ctx context.Context, q db.Querier, c dossiers.Channel, id dossiers.ID) (*Posted, error) {
	if c != dossiers.Post {
		return nil, nil //nolint:nilnil // nothing came by post
	}
	m, found, err := s.store.FindMail(ctx, q, id)
	if err != nil || !found { // what was moved in from an older system has none
		return nil, err
	}
	return &Posted{
		Mail: Mail{Consignment: m.Consignment, Came: m.Came}, Opener: m.Opener, OpenedAt: m.OpenedAt, Letter: m.Letter, LetterBy: m.LetterBy, LetterAt: m.LetterAt,
	}, nil
}

// ListMail returns the envelopes that were opened at the actor's units, the newest
// first; those of one consignment where it is named.
func (s *Service) ListMail(ctx context.Context, actor identity.Actor, consignment, before string) (p Page[MailItem], err error) {
	defer errs.Wrap(&err, "list mail")

	scope, err := access.Require(actor, dossiers.PermAccept)
	if err != nil {
		return p, err
	}
	consignment, _ = dossiers.MailCode(consignment) // what can be none finds nothing
	p.Items, err = s.store.ListMail(ctx, s.DB, scope, consignment, before, PageSize+1)
	if err == nil && len(p.Items) > PageSize {
		p.Items = p.Items[:PageSize]
		p.Next = string(p.Items[PageSize-1].ID)
	}
	return p, err
}

// SendLetter notes with which letter the receipt of a dossier went to who sent it. The
// same code again is the same letter.
func (s *Service) SendLetter(ctx context.Context, actor identity.Actor, id dossiers.ID, letter string) (err error) {
	defer errs.Wrap(&err, "send the receipt of %s by post", id)

	scope, err := access.Require(actor, dossiers.PermAccept)
	if err != nil {
		return err
	}
	letter, ok := dossiers.MailCode(letter)
	switch {
	case letter == "":
		return errs.BadInput([]errs.Field{{Name: "letter", Code: "form.required"}})
	case !ok:
		return errs.BadInput([]errs.Field{{Name: "letter", Code: "dossiers.consignment_wrong", Args: map[string]any{"max": dossiers.MaxMailCode}}})
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.store.Lock(ctx, tx, scope, store.Receivers(), id)
		if err != nil {
			return err
		}
		m, found, err := s.store.FindMail(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case !found:
			return dossiers.ErrNotByPost
		case d.Code == "":
			return dossiers.ErrNoReceipt
		case m.Letter == letter:
			return nil
		case m.Letter != "":
			return dossiers.ErrLetterSent.With("code", m.Letter).With("who", m.LetterBy)
		}
		m.Letter, m.LetterBy = letter, actor.Name
		if err := s.store.SetLetter(ctx, tx, m); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditLetterSent, string(id))
	})
}
