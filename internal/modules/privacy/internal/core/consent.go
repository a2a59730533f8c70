// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// TextHash names what people agree to: the purpose with the text as it is shown,
// in both languages.
func TextHash(p privacy.Purpose) string {
	body, err := json.Marshal(struct { //nolint:errchkjson // strings and numbers always do
		Purpose    string
		Version    int
		Name, Text i18n.Text
	}{p.ID, p.Version, p.Name, p.Agreed})
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// GiveConsent notes that the actor agrees to one purpose. sha names the text that
// was shown: where the register has another by now, nothing is noted.
func (s *Service) GiveConsent(ctx context.Context, actor identity.Actor, purpose, sha string, lang i18n.Lang) (consent string, err error) {
	defer errs.Wrap(&err, "consent to %s", purpose)

	if err := person(actor); err != nil {
		return "", err
	}
	p, err := s.purpose(ctx, purpose)
	if err != nil {
		return "", err
	}
	if TextHash(p) != sha {
		return "", privacy.ErrTextOld
	}
	c := store.Consent{
		ID: id.New(), Person: actor.Person, Purpose: p.ID, SHA: sha, Lang: string(lang), Version: p.Version, Name: p.Name, Text: p.Agreed,
		By: actor.Account, Channel: privacy.Online,
	}
	return c.ID, s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.store.PutText(ctx, tx, c); err != nil {
			return err
		}
		added, err := s.store.AddConsent(ctx, tx, c)
		if err != nil {
			return err
		}
		if !added {
			return s.renew(ctx, tx, actor, c)
		}
		return audit.Record(ctx, tx, actor, privacy.AuditConsented, c.ID)
	})
}

// renew puts a consent to the text of now in the place of one to an older text.
func (s *Service) renew(ctx context.Context, tx *db.Tx, actor identity.Actor, c store.Consent) error {
	open, err := s.store.OpenConsent(ctx, tx, c.Person, c.Purpose)
	if err != nil {
		return err
	}
	old, err := s.store.GetConsent(ctx, tx, c.Person, open)
	if err != nil {
		return err
	}
	if old.SHA == c.SHA {
		return privacy.ErrConsented
	}
	if _, err := s.store.WithdrawConsent(ctx, tx, old.ID, actor.Account, privacy.Online); err != nil {
		return err
	}
	if _, err := s.store.AddConsent(ctx, tx, c); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, privacy.AuditConsented, c.ID)
}

func person(actor identity.Actor) error {
	if _, err := access.Require(actor, privacy.PermOwn); err != nil {
		return err
	}
	if actor.Person == "" {
		return access.ErrNotAllowed
	}
	return nil
}

// purpose returns a purpose that people are asked about.
func (s *Service) purpose(ctx context.Context, id string) (privacy.Purpose, error) {
	all, err := s.store.Purposes(ctx, s.DB)
	if err != nil {
		return privacy.Purpose{}, err
	}
	for _, p := range all {
		if p.ID == id && p.Consent {
			return p, nil
		}
	}
	return privacy.Purpose{}, privacy.ErrNotFound
}

// WithdrawConsent takes a consent of the actor back, at once.
func (s *Service) WithdrawConsent(ctx context.Context, actor identity.Actor, purpose string) (err error) {
	defer errs.Wrap(&err, "withdraw consent to %s", purpose)

	if err := person(actor); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		open, err := s.store.OpenConsent(ctx, tx, actor.Person, purpose)
		if err != nil {
			return err
		}
		if open == "" {
			return privacy.ErrNoConsent
		}
		return s.withdraw(ctx, tx, actor, open, privacy.Online)
	})
}

func (s *Service) withdraw(ctx context.Context, tx *db.Tx, actor identity.Actor, consent, channel string) error {
	ended, err := s.store.WithdrawConsent(ctx, tx, consent, actor.Account, channel)
	if err != nil {
		return err
	}
	if !ended {
		return privacy.ErrNoConsent
	}
	return audit.Record(ctx, tx, actor, privacy.AuditWithdrawn, consent)
}

// withdrawAll does what a granted request to withdraw means: one purpose, or all.
func (s *Service) withdrawAll(ctx context.Context, tx *db.Tx, actor identity.Actor, person, purpose string) error {
	all, err := s.store.Consents(ctx, tx, person, "", maxConsents)
	if err != nil {
		return err
	}
	for _, c := range all {
		if !c.Withdrawn.IsZero() || (purpose != "" && c.Purpose != purpose) {
			continue
		}
		if err := s.withdraw(ctx, tx, actor, c.ID, privacy.Counter); err != nil {
			return err
		}
	}
	return nil
}

// maxConsents bounds how far back the consents of one person are looked through.
const maxConsents = 1000

// Receipt proves what somebody agreed to, or took back.
type Receipt struct {
	ID, Purpose, SHA     string
	Version              int
	Name, Text           i18n.Text // as they were shown
	Lang                 string
	Given, Withdrawn     db.Time
	Channel, WithdrawnBy string // channels
	Old                  bool   // the register has another text now
}

func (s *Service) receipt(c store.Consent, register []privacy.Purpose) Receipt {
	r := Receipt{
		ID: c.ID, Purpose: c.Purpose, SHA: c.SHA, Version: c.Version, Name: c.Name, Text: c.Text, Lang: c.Lang, Given: c.Given, Withdrawn: c.Withdrawn,
		Channel: c.Channel, WithdrawnBy: c.WithdrawnChannel,
	}
	for _, p := range register {
		if p.ID == c.Purpose && TextHash(p) != c.SHA {
			r.Old = true
		}
	}
	return r
}

// ListConsents returns what the actor agreed to, the newest first, before one.
func (s *Service) ListConsents(ctx context.Context, actor identity.Actor, before string) (p Page[Receipt], err error) {
	defer errs.Wrap(&err, "list consents")

	if err := person(actor); err != nil {
		return p, err
	}
	if before != "" && !id.Valid(before) {
		before = ""
	}
	register, err := s.store.Purposes(ctx, s.DB)
	if err != nil {
		return p, err
	}
	found, err := s.store.Consents(ctx, s.DB, actor.Person, before, PageSize+1)
	all := make([]Receipt, len(found))
	for i, c := range found {
		all[i] = s.receipt(c, register)
	}
	return cut(all, func(r Receipt) string { return r.ID }), err
}

// GetReceipt returns one of them.
func (s *Service) GetReceipt(ctx context.Context, actor identity.Actor, consent string) (r Receipt, err error) {
	defer errs.Wrap(&err, "get receipt %s", consent)

	if err := person(actor); err != nil {
		return r, err
	}
	if !id.Valid(consent) {
		return r, privacy.ErrNotFound
	}
	register, err := s.store.Purposes(ctx, s.DB)
	if err != nil {
		return r, err
	}
	c, err := s.store.GetConsent(ctx, s.DB, actor.Person, consent)
	if err != nil {
		return r, err
	}
	return s.receipt(c, register), nil
}
