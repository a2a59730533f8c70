// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
)

// maxKey is how long an idempotency key may be, in characters.
const maxKey = 200

// File sends a whole dossier in one piece. The same key with the same
// application is the same dossier, however often it comes; with another
// application it is refused.
func (s *Service) File(ctx context.Context, actor identity.Actor, a Application, key string) (_ Submitted, err error) {
	defer errs.Wrap(&err, "file dossier")

	if _, err := s.own(ctx, s.DB, actor, access.Send, dossiers.PermSubmit); err != nil {
		return Submitted{}, err
	}
	if n := utf8.RuneCountInString(key); n == 0 || n > maxKey {
		return Submitted{}, errs.BadInput([]errs.Field{{Name: "Idempotency-Key", Code: "form.required"}})
	}
	raw, err := json.Marshal(a)
	if err != nil {
		return Submitted{}, err
	}
	sum := sha256.Sum256(raw)
	r := request{key: key, sum: hex.EncodeToString(sum[:])}
	done, found, err := s.filedBefore(ctx, actor, r)
	if err != nil || found {
		return done, err
	}
	done, err = s.file(ctx, actor, a, r)
	if db.IsDuplicate(err) || errors.Is(err, dossiers.ErrDraftNotFound) { // the same call was faster on another line
		if twin, found, err := s.filedBefore(ctx, actor, r); err != nil || found {
			return twin, err
		}
	}
	return done, err
}

func (s *Service) filedBefore(ctx context.Context, actor identity.Actor, r request) (Submitted, bool, error) {
	sum, id, ok, err := s.store.FindRequest(ctx, s.DB, actor.Account, r.key)
	switch {
	case err != nil || !ok:
		return Submitted{}, false, err
	case sum != r.sum:
		return Submitted{}, false, dossiers.ErrKeyUsed
	}
	d, err := s.store.Sent(ctx, s.DB, actor.Account, id)
	return Submitted{ID: d.ID, Reference: d.Reference, At: d.SubmittedAt}, err == nil, err
}

// file sends what came in one piece. Without a draft nothing is written before
// the dossier is.
func (s *Service) file(ctx context.Context, actor identity.Actor, a Application, r request) (Submitted, error) {
	if a.Draft != "" {
		if err := s.fillDraft(ctx, actor, a); err != nil {
			return Submitted{}, err
		}
		return s.submit(ctx, actor, a.Draft, r)
	}
	v, err := s.Procedures.Get(ctx, a.Procedure)
	if err != nil {
		return Submitted{}, err
	}
	row, err := s.newDraft(ctx, actor, v, a.Unit)
	if err != nil {
		return Submitted{}, err
	}
	if row.Case, err = chosenCase(v, a.Case); err != nil {
		return Submitted{}, err
	}
	if err := s.byPost(actor, &row, a.Mail); err != nil {
		return Submitted{}, err
	}
	v = v.For(row.Case, way(row.Channel))
	d, err := s.open(ctx, row)
	if err != nil {
		return Submitted{}, err
	}
	if a.Parties != nil {
		d.Parties = *a.Parties
	}
	if d.Parties, err = s.settle(ctx, actor, d.Procedure.ID, d.Channel, d.Parties); err != nil {
		return Submitted{}, err
	}
	if len(a.Answers) > 0 {
		if d.Answers, err = d.Form.DecodeJSON(a.Answers); err != nil {
			return Submitted{}, err
		}
	}
	papers, err := handedPapers(actor, row, v, a.Handed)
	if err != nil {
		return Submitted{}, err
	}
	for _, p := range papers {
		d.Papers = append(d.Papers, Attachment{ID: p.ID, Paper: p.Paper})
	}
	answers, result := d.check()
	if err := errs.BadInput(result.Errors); err != nil {
		return Submitted{}, err
	}
	done, err := s.insertWhole(ctx, actor, row, d, answers, papers, a.Mail, r)
	if errors.Is(err, identity.ErrNumberTaken) {
		done, err = s.insertWhole(ctx, actor, row, d, answers, papers, a.Mail, r)
	}
	return done, err
}

func (s *Service) insertWhole(ctx context.Context, actor identity.Actor, row store.Draft, d Draft, answers forms.Answers, papers []store.Paper, mail *Mail, r request) (done Submitted, err error) {
	n, p, f, err := s.filed(actor, row, d, answers)
	if err != nil {
		return done, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.store.AddRequest(ctx, tx, actor.Account, r.key, r.sum, n.ID); err != nil {
			return err
		}
		if err := s.insert(ctx, tx, actor, d, &n, p, f); err != nil {
			return err
		}
		for _, paper := range papers {
			if err := s.store.AddPaper(ctx, tx, paper); err != nil {
				return err
			}
		}
		done = Submitted{ID: n.ID, Reference: n.Reference, At: tx.Now}
		return s.keepMail(ctx, tx, actor, n.ID, row.Desk, mail)
	})
	if err != nil {
		return Submitted{}, err
	}
	return done, nil
}

// handedPapers checks the sheets that came with an application at the counter.
func handedPapers(actor identity.Actor, row store.Draft, v procedures.Version, handed map[string]Handed) (all []store.Paper, err error) {
	if len(handed) > 0 && row.Channel == dossiers.Online {
		return nil, access.ErrNotAllowed
	}
	for _, paper := range slices.Sorted(maps.Keys(handed)) {
		h := handed[paper]
		if !slices.ContainsFunc(v.Papers, func(p procedures.Paper) bool { return p.ID == paper }) {
			return nil, dossiers.ErrNoPaper
		}
		if min(h.Original, h.Copy, h.Certified) < 0 || max(h.Original, h.Copy, h.Certified) > maxSheet || h == (Handed{}) {
			return nil, errs.BadInput([]errs.Field{{Name: "paper-" + paper, Code: "dossiers.sheets_wrong", Args: map[string]any{"max": maxSheet}}})
		}
		all = append(all, store.Paper{
			ID: newid.New(), Dossier: row.ID, Paper: paper, Original: h.Original, Copy: h.Copy, Certified: h.Certified, AddedBy: actor.Account,
		})
	}
	return all, nil
}

// fillDraft lays what came in one piece over a draft that holds the files.
func (s *Service) fillDraft(ctx context.Context, actor identity.Actor, a Application) error {
	if a.Case != "" {
		if _, err := s.ChooseCase(ctx, actor, a.Draft, a.Case); err != nil {
			return err
		}
	}
	if a.Parties != nil {
		if _, err := s.SaveParties(ctx, actor, a.Draft, *a.Parties); err != nil {
			return err
		}
	}
	if len(a.Answers) > 0 {
		if _, _, err := s.SaveAnswers(ctx, actor, a.Draft, a.Answers); err != nil {
			return err
		}
	}
	for _, paper := range slices.Sorted(maps.Keys(a.Handed)) {
		if err := s.HandIn(ctx, actor, a.Draft, paper, a.Handed[paper]); err != nil {
			return err
		}
	}
	return nil
}
