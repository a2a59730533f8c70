// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
)

// OlderPaper is the paper under which files of an older system are kept that are no
// paper of the procedure of today.
const OlderPaper = "tu-he-thong-cu"

// KindEarlier is a line of what was done in an older system: who did it stands there in
// the words of then, and nothing of ours came of it.
const KindEarlier = "earlier"

// ReceiveFile implements dossiers.Mover.
func (s *Service) ReceiveFile(ctx context.Context, content io.Reader, name string) (files.Staged, error) {
	return s.Files.Receive(ctx, content, files.Meta{Name: name, Allow: AllowedFiles(), Limit: s.Largest(), Moved: true})
}

// KeepFile implements dossiers.Mover.
func (s *Service) KeepFile(ctx context.Context, tx *db.Tx, actor identity.Actor, id dossiers.ID, paper string, content files.Staged) (_ string, err error) {
	defer errs.Wrap(&err, "keep a file of dossier %s", id)

	there, err := s.store.FindMovedFile(ctx, tx, id, content.SHA256)
	if err != nil || there != "" {
		return there, err
	}
	d, err := s.store.Get(ctx, tx, access.All(), store.Involved(), id)
	if err != nil {
		return "", err
	}
	v, err := s.Procedures.GetVersion(ctx, d.Procedure, d.SHA)
	if err != nil {
		return "", err
	}
	if !slices.ContainsFunc(v.Papers, func(p procedures.Paper) bool { return p.ID == paper }) {
		paper = OlderPaper
	}
	kept, err := s.Files.Keep(ctx, tx, content, subject(id), actor.Account)
	if err != nil {
		return "", err
	}
	if err := s.store.AddPaper(ctx, tx, store.Paper{ID: newid.New(), Dossier: id, Paper: paper, File: string(kept.ID), AddedBy: actor.Account}); err != nil {
		return "", err
	}
	return string(kept.ID), s.store.AddMovedFile(ctx, tx, id, string(kept.ID), content.SHA256)
}

// answers are the answers of a dossier by the form of today, as JSON. What no field
// takes as it stands goes to the annex: nothing is bent until it fits.
func (t *taking) answers(ctx context.Context, v procedures.Version, id dossiers.ID, in dossiers.FromElsewhere) (string, error) {
	annex := in.Annex
	defer func() {
		if len(annex) > 0 {
			t.annexes = append(t.annexes, store.Annex{Dossier: id, Said: annex})
		}
	}()
	if len(in.Answers) == 0 {
		return "{}", nil
	}
	form, err := t.forms.get(v)
	if err != nil {
		return "", err
	}
	if t.world == nil {
		w, err := t.Service.world(ctx)
		if err != nil {
			return "", err
		}
		t.world = &w
	}
	sent := url.Values{}
	for _, a := range in.Answers {
		sent.Set(strings.ReplaceAll(a.Name, ".", "-"), a.Value) // a part of a field is an input of its own: seat.commune
	}
	given := form.ApplyWhole(sent)
	wrong := map[string]bool{}
	for _, e := range form.Validate(given, forms.All, *t.world).Errors {
		field := e.Name
		if i := strings.IndexAny(field, ".-"); i > 0 { // a part, or a row
			field = field[:i]
		}
		wrong[field] = true
	}
	kept := forms.Answers{}
	for _, a := range in.Answers {
		field, _, _ := strings.Cut(a.Name, ".")
		if value, taken := given[field]; taken && !wrong[field] {
			kept[field] = value
		} else {
			annex = append(slices.Clone(annex), a)
		}
	}
	raw, err := json.Marshal(kept)
	if err == nil {
		_, err = form.DecodeJSON(raw)
	}
	if err != nil { // of a shape that programs would not send
		annex = append(slices.Clone(in.Annex), in.Answers...)
		return "{}", nil
	}
	return string(raw), nil
}

// KeepSteps implements dossiers.Mover.
func (s *Service) KeepSteps(ctx context.Context, tx *db.Tx, all []dossiers.DoneElsewhere) (err error) {
	defer errs.Wrap(&err, "keep steps that were done elsewhere")

	return s.store.PutEarlier(ctx, tx, all)
}

// withEarlier puts what was done in an older system between the other lines.
func (s *Service) withEarlier(ctx context.Context, id dossiers.ID, all []Event) ([]Event, error) {
	done, err := s.store.Earlier(ctx, s.DB, id)
	if err != nil {
		return nil, err
	}
	for _, one := range done {
		e := Event{At: one.At, Kind: KindEarlier, By: one.By, Before: &one.Deed}
		at := len(all)
		for at > 0 && all[at-1].At.After(one.At.Time) {
			at--
		}
		if at > 0 {
			e.Status = all[at-1].Status
		}
		all = slices.Insert(all, at, e)
	}
	return all, nil
}
