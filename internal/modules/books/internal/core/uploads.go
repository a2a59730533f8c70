// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"io"
	"maps"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/modules/books/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Files of a new record come before there is a record that could have them: with
// its form, or by an operation of their own. They wait with whoever sent them. The
// transaction that adds the record gives them to it; where another person must
// agree they wait with the proposal.

const (
	// MaxFormFiles is how many files one form brings.
	MaxFormFiles = 20

	// MaxFormSize is how much a form weighs with its files, in bytes.
	MaxFormSize = 100 << 20

	// UploadsKept is how long a file waits for the record of who sent it.
	UploadsKept = 24 * time.Hour
	maxUploads  = 200 // that wait with one account
	sweptAtOnce = 200
)

// heldFile is the kind of what such files belong to.
const heldFile = "register_upload"

func heldBy(u store.Upload) files.Subject {
	return files.Subject{Kind: heldFile, ID: u.Register + "/" + u.Field + "/" + u.Account}
}

// Upload is a file that waits for its record.
type Upload struct {
	files.File
	Field string
}

// UploadFile takes a file for a field of a record that is yet to be added: it is
// looked at as every other. Only who sent it may use it.
func (s *Service) UploadFile(ctx context.Context, actor identity.Actor, register, field, name string, content io.Reader) (f files.File, err error) {
	defer errs.Wrap(&err, "upload a file for a new record")

	st, of, err := s.uploading(ctx, actor, register, field)
	if err != nil {
		return f, err
	}
	n, err := s.store.CountUploads(ctx, s.db, actor.Account)
	if err != nil {
		return f, err
	}
	if n >= maxUploads {
		return f, books.ErrTooManyUploads.With("max", maxUploads)
	}
	staged, err := s.files.Receive(ctx, content, files.Meta{Name: name, Allow: AllowedFiles(), Limit: MaxRecordFile})
	if err != nil {
		return f, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		u := store.Upload{Register: st.Definition.ID, Field: of.Key, Account: actor.Account}
		kept, err := s.files.Keep(ctx, tx, staged, heldBy(u), actor.Account)
		if err != nil {
			return err
		}
		u.File = string(kept.ID)
		f = kept
		return s.store.AddUpload(ctx, tx, u)
	})
	return f, err
}

// uploading returns the field that the actor may fill in on a new record.
func (s *Service) uploading(ctx context.Context, actor identity.Actor, register, field string) (registers.Standing, registers.Field, error) {
	st, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
	if err != nil {
		return registers.Standing{}, registers.Field{}, err
	}
	f, ok := st.Definition.Field(text.Line(field))
	switch {
	case actor.Anonymous():
		return st, f, access.ErrSignInNeeded
	case !st.Can(registers.Add):
		return st, f, access.ErrNotAllowed
	case !ok || f.Hidden || f.Type != registers.Files || !st.Reaches(registers.Add, f.Key):
		return st, f, registers.ErrNotFound
	}
	return st, f, nil
}

// Uploads returns those of some files that wait with the actor for a record of a
// register, in the order in which they are named.
func (s *Service) Uploads(ctx context.Context, actor identity.Actor, register string, named []string) (all []Upload, err error) {
	defer errs.Wrap(&err, "files that wait for a record")

	if len(named) > maxUploads {
		named = named[:maxUploads]
	}
	waiting, err := s.store.UploadsOf(ctx, s.db, text.Line(register), actor.Account, named)
	if err != nil {
		return nil, err
	}
	for _, one := range named {
		u, waits := waiting[one]
		if !waits {
			continue
		}
		f, err := files.Get(ctx, s.db, heldBy(u), files.ID(one))
		if errors.Is(err, files.ErrNotFound) { // a record took it a moment ago: it waits no more
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, Upload{File: f, Field: u.Field})
		delete(waiting, one)
	}
	return all, nil
}

// DropUpload removes a file that waits with the actor.
func (s *Service) DropUpload(ctx context.Context, actor identity.Actor, register, field, file string) (err error) {
	defer errs.Wrap(&err, "remove a file that waits for a record")

	return s.db.Write(ctx, func(tx *db.Tx) error {
		u := store.Upload{File: file, Register: text.Line(register), Field: text.Line(field), Account: actor.Account}
		waited, err := s.store.TakeUpload(ctx, tx, u)
		if err != nil {
			return err
		}
		if !waited {
			return files.ErrNotFound
		}
		return files.Erase(ctx, tx, heldBy(u), files.ID(file))
	})
}

// SweepUploads erases files that waited too long for a record. It is meant to run daily.
func SweepUploads(ctx context.Context, d *db.DB) (err error) {
	defer errs.Wrap(&err, "sweep files that wait for a record")

	var s store.Store
	for before := db.At(d.Now().Add(-UploadsKept)); ; {
		n := 0
		if err := d.Write(ctx, func(tx *db.Tx) error {
			old, err := s.OldUploads(ctx, tx, before, sweptAtOnce)
			if err != nil {
				return err
			}
			n = len(old)
			for _, u := range old {
				if err := forgetUpload(ctx, tx, s, u); err != nil {
					return err
				}
			}
			return nil
		}); err != nil || n < sweptAtOnce {
			return err
		}
	}
}

// forgetUpload erases a file that nothing needs any more. What somebody took in the
// same moment is theirs; what is under a hold stays, and waits for nobody.
func forgetUpload(ctx context.Context, tx *db.Tx, s store.Store, u store.Upload) error {
	waited, err := s.TakeUpload(ctx, tx, u)
	if err != nil || !waited {
		return err
	}
	if err := files.Erase(ctx, tx, heldBy(u), files.ID(u.File)); !errors.Is(err, files.ErrHeld) {
		return err
	}
	return nil
}

// ownFiles refuses values of fields of files that name a file which the record does
// not have, or, of a new one, which does not wait with the actor for that field. It
// returns the values with the files called as they were sent, and those that wait.
func (s *Service) ownFiles(ctx context.Context, st registers.Standing, record string, values map[string]any) (named map[string]any, waiting []store.Upload, err error) {
	var wrong []errs.Field
	named = maps.Clone(values)
	for key, value := range values {
		f, ok := st.Definition.Field(key)
		if !ok || f.Type != registers.Files || value == nil {
			continue
		}
		all := held(f.Kept(value)) // what makes no sense the register refuses
		for i, one := range all {
			file, u, err := s.fileFor(ctx, st, record, key, one.ID)
			if err != nil {
				return nil, nil, err
			}
			if file.ID == "" || record == "" && !file.Erased.IsZero() {
				wrong = append(wrong, errs.Field{Name: key, Code: "books.files.not_uploaded"})
				break
			}
			if record == "" {
				all[i].Name = file.Name
				waiting = append(waiting, u)
			}
		}
		if record == "" && len(all) > 0 {
			named[key] = all
		}
	}
	return named, waiting, errs.BadInput(wrong)
}

// fileFor returns the file that a value names: one that the record has or had, or of
// a new record one that waits. The zero File: there is none.
func (s *Service) fileFor(ctx context.Context, st registers.Standing, record, field, file string) (f files.File, u store.Upload, err error) {
	if !id.Valid(file) {
		return f, u, nil
	}
	owner := ownerOf(st.Definition.ID, record, field)
	if record == "" {
		found, err := s.store.UploadsOf(ctx, s.db, st.Definition.ID, st.Actor.Account, []string{file})
		if u = found[file]; err != nil || u.Field != field {
			return f, u, err
		}
		owner = heldBy(u)
	}
	f, err = files.Get(ctx, s.db, owner, files.ID(file))
	if errors.Is(err, files.ErrNotFound) {
		return files.File{}, u, nil
	}
	return f, u, err
}

// giveUploads gives files that waited to the record that was just added.
func (s *Service) giveUploads(ctx context.Context, tx *db.Tx, record string, waiting []store.Upload) error {
	for _, u := range waiting {
		waited, err := s.store.TakeUpload(ctx, tx, u)
		if err != nil {
			return err
		}
		if !waited { // another record has it since
			return errs.BadInput([]errs.Field{{Name: u.Field, Code: "books.files.not_uploaded"}})
		}
		if err := files.Give(ctx, tx, heldBy(u), files.ID(u.File), ownerOf(u.Register, record, u.Field)); err != nil {
			return err
		}
	}
	return nil
}

// proposeUploads lets files wait with the proposal that was just made.
func (s *Service) proposeUploads(ctx context.Context, tx *db.Tx, proposal string, waiting []store.Upload) error {
	for _, u := range waiting {
		free, err := s.store.ProposeUpload(ctx, tx, u, proposal)
		if err != nil {
			return err
		}
		if !free {
			return errs.BadInput([]errs.Field{{Name: u.Field, Code: "books.files.not_uploaded"}})
		}
	}
	return nil
}

// settleUploads ends the waiting of the files of a proposal to add a record: they are
// the record's where it was agreed to, and gone where it was not.
func (s *Service) settleUploads(ctx context.Context, tx *db.Tx, p registers.Proposal) error {
	if p.Act != registers.Add {
		return nil
	}
	waiting, err := s.store.UploadsWith(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	if p.State == registers.Agreed {
		return s.giveUploads(ctx, tx, p.Record, waiting)
	}
	for _, u := range waiting {
		if err := forgetUpload(ctx, tx, s.store, u); err != nil {
			return err
		}
	}
	return nil
}

// OpenProposedFile returns the content of a file that a proposal to add a record
// brings, while it waits: to who may read the proposal, as far as they see the field.
func (s *Service) OpenProposedFile(ctx context.Context, actor identity.Actor, why access.Purpose, register, proposal, field, file string) (content files.Content, f files.File, err error) {
	defer errs.Wrap(&err, "open file %s of proposal %s", file, proposal)

	var v ProposalView
	if why == "" {
		v, err = s.Proposal(ctx, actor, register, proposal)
	} else {
		v, err = s.PersonalProposal(ctx, actor, why, register, proposal)
	}
	if err != nil {
		return nil, f, err
	}
	of, ok := v.Standing.Definition.Field(text.Line(field))
	switch {
	case !ok || of.Hidden || of.Type != registers.Files:
		return nil, f, files.ErrNotFound
	case of.Withheld() && why == "":
		return nil, f, access.ErrPurposeNeeded
	}
	waiting, err := s.store.UploadsWith(ctx, s.db, v.ID)
	if err != nil {
		return nil, f, err
	}
	for _, u := range waiting {
		for _, one := range held(of.Kept(v.Values[of.Key])) { // those that the reader sees
			if u.File == file && one.ID == file && u.Field == of.Key {
				return s.files.Open(ctx, s.db, heldBy(u), files.ID(file))
			}
		}
	}
	return nil, f, files.ErrNotFound
}
