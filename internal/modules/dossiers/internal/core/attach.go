// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"io"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
)

// What a draft takes.
const (
	MaxFile  = 20 << 20 // bytes of one file, where the installation does not say otherwise
	maxFiles = 60       // of one draft
	maxSheet = 999      // sheets of one paper
)

// AllowedFiles are the types of files that people may hand in.
func AllowedFiles() []files.Type { return []files.Type{files.PDF, files.PNG, files.JPEG, files.DOCX} }

// Largest is how many bytes one file may have that is handed in.
func (s *Service) Largest() int64 {
	if s.MaxFile > 0 {
		return s.MaxFile
	}
	return MaxFile
}

// Attach adds a file to a paper of a draft. It is received before anything is
// locked, and kept only with the row that names it.
func (s *Service) Attach(ctx context.Context, actor identity.Actor, id dossiers.ID, paper, name string, content io.Reader) (a Attachment, err error) {
	defer errs.Wrap(&err, "attach to draft %s", id)

	if err := s.asked(ctx, actor, id, paper); err != nil {
		return a, err
	}
	return s.attach(ctx, actor, id, paper, name, content, func(*db.Tx) error { return nil })
}

// attach receives a file and keeps it; then is done in the same transaction.
func (s *Service) attach(ctx context.Context, actor identity.Actor, id dossiers.ID, paper, name string, content io.Reader, then func(*db.Tx) error) (a Attachment, err error) {
	staged, err := s.Files.Receive(ctx, content, files.Meta{Name: name, Allow: AllowedFiles(), Limit: s.Largest()})
	if err != nil {
		return a, err
	}
	err = s.change(ctx, actor, id, func(tx *db.Tx, _ *store.Draft) error {
		there, err := s.store.Papers(ctx, tx, id)
		if err != nil {
			return err
		}
		if len(there) >= maxFiles {
			return dossiers.ErrTooManyFiles.With("max", maxFiles)
		}
		f, err := s.Files.Keep(ctx, tx, staged, subject(id), actor.Account)
		if err != nil {
			return err
		}
		p := store.Paper{ID: newid.New(), Dossier: id, Paper: paper, File: string(f.ID), AddedBy: actor.Account}
		if err := s.store.AddPaper(ctx, tx, p); err != nil {
			return err
		}
		a = Attachment{ID: p.ID, Paper: paper, File: info(f), AddedAt: tx.Now}
		if err := s.received(ctx, tx, actor, f); err != nil {
			return err
		}
		return then(tx)
	})
	if err != nil {
		return Attachment{}, err
	}
	return a, nil
}

func info(f files.File) *FileInfo {
	return &FileInfo{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size, SHA256: f.SHA256, AddedAt: f.AddedAt, Erased: f.Erased}
}

// received records which content was received, so that whoever handed it in can
// prove it: the log keeps the hash.
func (s *Service) received(ctx context.Context, tx *db.Tx, actor identity.Actor, f files.File) error {
	return audit.Record(ctx, tx, actor, dossiers.AuditFileReceived, string(f.ID)+" sha256:"+f.SHA256)
}

// asked refuses a paper that the procedure of a draft does not ask for.
func (s *Service) asked(ctx context.Context, actor identity.Actor, id dossiers.ID, paper string) error {
	d, err := s.GetDraft(ctx, actor, id)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(d.Procedure.Papers, func(p procedures.Paper) bool { return p.ID == paper }) {
		return dossiers.ErrNoPaper
	}
	return nil
}

// HandIn notes at the counter that sheets of a paper were handed over; none
// takes the note back.
func (s *Service) HandIn(ctx context.Context, actor identity.Actor, id dossiers.ID, paper string, h Handed) (err error) {
	defer errs.Wrap(&err, "hand in to draft %s", id)

	if err := s.asked(ctx, actor, id, paper); err != nil {
		return err
	}
	for _, n := range []int{h.Original, h.Copy, h.Certified} {
		if n < 0 || n > maxSheet {
			return errs.BadInput([]errs.Field{{Name: "paper-" + paper, Code: "dossiers.sheets_wrong", Args: map[string]any{"max": maxSheet}}})
		}
	}
	return s.change(ctx, actor, id, func(tx *db.Tx, row *store.Draft) error {
		if row.Channel == dossiers.Online {
			return access.ErrNotAllowed // nobody was there to take them
		}
		if h == (Handed{}) {
			return s.store.RemoveHanded(ctx, tx, id, paper)
		}
		return s.store.AddPaper(ctx, tx, store.Paper{
			ID: newid.New(), Dossier: id, Paper: paper, Original: h.Original, Copy: h.Copy, Certified: h.Certified, AddedBy: actor.Account,
		})
	})
}

// Detach takes a file away from a draft. Nobody can read it any more.
func (s *Service) Detach(ctx context.Context, actor identity.Actor, id dossiers.ID, attachment string) (err error) {
	defer errs.Wrap(&err, "detach from draft %s", id)

	return s.change(ctx, actor, id, func(tx *db.Tx, _ *store.Draft) error {
		p, err := s.store.GetPaper(ctx, tx, id, attachment)
		if err != nil {
			return err
		}
		return s.drop(ctx, tx, p)
	})
}

// drop removes a paper and destroys the key of its file.
func (s *Service) drop(ctx context.Context, tx *db.Tx, p store.Paper) error {
	if p.Vault != "" && s.Vault != nil {
		if err := s.Vault.Unuse(ctx, tx, p.Dossier, p.Paper, p.Vault); err != nil {
			return err
		}
	}
	if p.File != "" {
		if err := files.Erase(ctx, tx, subject(p.Dossier), files.ID(p.File)); err != nil {
			return err
		}
	}
	return s.store.RemovePaper(ctx, tx, p.Dossier, p.ID)
}

// OpenDraftFile opens a file of a draft of the actor. The caller closes it.
func (s *Service) OpenDraftFile(ctx context.Context, actor identity.Actor, id dossiers.ID, attachment string) (_ files.Content, _ files.File, err error) {
	defer errs.Wrap(&err, "open file of draft %s", id)

	file, err := s.draftPaper(ctx, actor, id, attachment)
	if err != nil {
		return nil, files.File{}, err
	}
	return s.Files.Open(ctx, s.DB, subject(id), file)
}

// draftPaper returns the file of an attachment of a draft of the actor.
func (s *Service) draftPaper(ctx context.Context, actor identity.Actor, id dossiers.ID, attachment string) (files.ID, error) {
	scope, err := s.own(ctx, s.DB, actor, access.Prepare, dossiers.PermSubmit)
	if err != nil {
		return "", err
	}
	if _, err := s.store.GetDraft(ctx, s.DB, scope, whose(actor), id); err != nil {
		return "", s.sent(ctx, actor, id, err)
	}
	p, err := s.store.GetPaper(ctx, s.DB, id, attachment)
	return files.ID(p.File), err
}

// attachments returns the papers of a draft or dossier with what is known of their files.
func (s *Service) attachments(ctx context.Context, id dossiers.ID) ([]Attachment, error) {
	rows, err := s.store.Papers(ctx, s.DB, id)
	if err != nil {
		return nil, err
	}
	var all []Attachment
	for _, r := range rows {
		a := Attachment{ID: r.ID, Paper: r.Paper, Original: r.Original, Copy: r.Copy, Certified: r.Certified, AddedAt: r.AddedAt, Vault: r.Vault, VaultSHA: r.VaultSHA}
		if r.File != "" {
			f, err := files.Get(ctx, s.DB, subject(id), files.ID(r.File))
			if err != nil {
				return nil, err
			}
			a.File = info(f)
			if a.File.Shown, err = files.GetShown(ctx, s.DB, f.ID); err != nil {
				return nil, err
			}
		}
		all = append(all, a)
	}
	return all, nil
}
