// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/url"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// CounterForm is the whole form of a procedure, without answers.
type CounterForm struct {
	Procedure procedures.Version
	Form      *forms.Form
	World     forms.World
}

// CounterForm returns what is asked at the counter on one page. It is the same
// for everybody.
func (s *Service) CounterForm(ctx context.Context, id procedures.ID) (c CounterForm, err error) {
	defer errs.Wrap(&err, "get the form of the counter for %s", id)

	if c.Procedure, err = s.Procedures.Get(ctx, id); err != nil {
		return c, err
	}
	if c.Procedure.Route != "" && c.Procedure.Route != procedures.Local {
		return c, notLocal(c.Procedure)
	}
	if c.Form, err = s.forms.get(c.Procedure); err != nil {
		return c, err
	}
	c.World, err = s.world(ctx)
	return c, err
}

// TakenIn is what a clerk has written down for somebody at the counter, perhaps
// while there was no line.
type TakenIn struct {
	Key       string // chosen by the device, once for each dossier; at most 100 characters
	Procedure procedures.ID
	Case      string `json:",omitempty"` // of the procedure, where it has cases
	Parties   Parties
	Inputs    url.Values // of the page of the whole form
	Handed    map[string]Handed
	Mail      *Mail               `json:",omitempty"` // the envelope in which it came; nil: the person was there
	Vault     map[string][]string `json:",omitempty"` // papers of the vault that were ticked, by paper of the procedure
	Present   bool                `json:",omitempty"` // the person stood at the counter while their vault was open
	Files     []TakenFile         `json:",omitempty"` // that were picked or photographed on the device
}

// Taken is what became of it.
type Taken struct {
	ID      dossiers.ID // of the draft, and of the dossier; empty: nothing was kept, because files are missing
	Done    *Submitted  // nil: a draft is there, and Why says what is wrong with it
	Why     error
	Missing []string // hashes of files that have to be uploaded before the same is sent again
}

// maxTakenKey is how long the key of a device may be.
const maxTakenKey = 100

// TakeIn keeps what was written down, as a draft, and sends it if nothing is
// wrong with it. With the same key it is the same draft and the same dossier,
// however often it comes; a draft that somebody has mended is not overwritten.
func (s *Service) TakeIn(ctx context.Context, actor identity.Actor, in TakenIn) (_ Taken, err error) {
	defer errs.Wrap(&err, "take in at the counter")

	if _, err := access.Require(actor, dossiers.PermAccept); err != nil {
		return Taken{}, err
	}
	if !clerk(actor) {
		return Taken{}, access.ErrNotAllowed
	}
	if n := utf8.RuneCountInString(in.Key); n == 0 || n > maxTakenKey {
		return Taken{}, errs.BadInput([]errs.Field{{Name: "Idempotency-Key", Code: "form.required"}})
	}
	raw, err := json.Marshal(in)
	if err != nil {
		return Taken{}, err
	}
	sum := sha256.Sum256(raw)
	r := request{key: "counter/" + in.Key, sum: hex.EncodeToString(sum[:])}
	id, err := s.takenBefore(ctx, actor, r)
	if err == nil {
		missing, err := s.missingFiles(ctx, actor, in)
		if err != nil || len(missing) > 0 {
			return Taken{Missing: missing}, err
		}
	}
	if err == nil && id == "" {
		if id, err = s.keepTaken(ctx, actor, in, r); db.IsDuplicate(err) { // the same was faster on another line
			id, err = s.takenBefore(ctx, actor, r)
		}
	}
	if err != nil {
		return Taken{}, err
	}
	if err := s.takeTicked(ctx, actor, id, in); definite(err) {
		return Taken{ID: id, Why: err}, nil
	} else if err != nil {
		return Taken{}, err
	}
	missing, err := s.takeFiles(ctx, actor, id, in)
	switch {
	case definite(err):
		return Taken{ID: id, Why: err}, nil
	case err != nil || len(missing) > 0:
		return Taken{Missing: missing}, err
	}
	done, err := s.submit(ctx, actor, id, request{})
	switch {
	case err == nil:
		return Taken{ID: id, Done: &done}, nil
	case definite(err):
		return Taken{ID: id, Why: err}, nil
	}
	return Taken{}, err
}

// takenBefore returns what a key stands for; empty where it is new.
func (s *Service) takenBefore(ctx context.Context, actor identity.Actor, r request) (dossiers.ID, error) {
	sum, id, found, err := s.store.FindRequest(ctx, s.DB, actor.Account, r.key)
	if err == nil && found && sum != r.sum {
		return "", dossiers.ErrKeyUsed
	}
	return id, err
}

// keepTaken writes the draft with all that is in it, and its key, at once.
func (s *Service) keepTaken(ctx context.Context, actor identity.Actor, in TakenIn, r request) (dossiers.ID, error) {
	if _, err := s.own(ctx, s.DB, actor, access.Prepare, dossiers.PermSubmit); err != nil {
		return "", err
	}
	c, err := s.CounterForm(ctx, in.Procedure)
	if err != nil {
		return "", err
	}
	row, err := s.newDraft(ctx, actor, c.Procedure, "")
	if err != nil {
		return "", err
	}
	if err := s.byPost(actor, &row, in.Mail); err != nil {
		return "", err
	}
	parties, err := json.Marshal(in.Parties.clean())
	if err != nil {
		return "", err
	}
	answers, err := c.Form.ApplyWhole(in.Inputs).Canonical()
	if err != nil {
		return "", err
	}
	row.Parties, row.Answers = string(parties), string(answers)
	if _, known := c.Procedure.FindCase(in.Case); known {
		row.Case = in.Case // one that is gone meanwhile is asked again
	}
	c.Procedure.Papers = EveryPaper(c.Procedure)
	papers, err := handedPapers(actor, row, c.Procedure, in.Handed)
	if err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.store.AddRequest(ctx, tx, actor.Account, r.key, r.sum, row.ID); err != nil {
			return err
		}
		if err := s.store.InsertDraft(ctx, tx, row); err != nil {
			return err
		}
		if err := s.keepMail(ctx, tx, actor, row.ID, row.Desk, in.Mail); err != nil {
			return err
		}
		var all []error
		for _, paper := range papers {
			all = append(all, s.store.AddPaper(ctx, tx, paper))
		}
		return errors.Join(all...)
	})
	return row.ID, err
}
