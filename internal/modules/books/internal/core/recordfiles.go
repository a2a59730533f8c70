// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"io"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// MaxRecordFile is how large a file of a record may be, in bytes.
const MaxRecordFile = 20 << 20

// AllowedFiles are the types of files that a record takes.
func AllowedFiles() []files.Type {
	return []files.Type{files.PDF, files.PNG, files.JPEG, files.DOCX, files.XLSX, files.ODT}
}

// recordFile is the kind of what the files of records belong to. A file belongs
// to one field of one record: by its id it is found nowhere else.
const recordFile = "register_file"

func ownerOf(register, record, field string) files.Subject {
	return files.Subject{Kind: recordFile, ID: register + "/" + record + "/" + field}
}

// Paper is a file of a record.
type Paper struct {
	files.File
	Version  int64  // of the record, the last that had it; 0: it has it now
	Proposal string // that would give it to the record; empty: none
}

// Papers are the files of a field of a record.
type Papers struct {
	RecordView

	Field    registers.Field
	Now      []Paper // in the order in which they came
	Former   []Paper // that earlier versions of the record had
	Proposed []Paper // that wait for another person's word, where the reader may know of them
	Withheld bool    // they are personal and no purpose was given
	Change   bool    // the reader may try to add and remove; where another person must agree, by a proposal
}

// RecordFiles returns the files of a field of a record. Those of a personal
// field are read for a purpose, which is written down.
func (s *Service) RecordFiles(ctx context.Context, actor identity.Actor, why access.Purpose, register, record, field string) (v Papers, err error) {
	defer errs.Wrap(&err, "files of record %s", record)

	if v, err = s.papers(ctx, actor, why, register, record, field); err != nil || v.Withheld {
		return v, err
	}
	known := map[files.ID]files.File{}
	all, err := files.List(ctx, s.db, ownerOf(v.Definition.ID, v.Record.ID, v.Field.Key), "", maxPapers)
	if err != nil {
		return v, err
	}
	for _, f := range all {
		known[f.ID] = f
	}
	for _, one := range held(v.Record.Values[v.Field.Key]) {
		if f, ok := known[files.ID(one.ID)]; ok {
			v.Now = append(v.Now, Paper{File: f})
			delete(known, f.ID)
		}
	}
	for _, past := range v.History {
		for _, one := range held(past.Values[v.Field.Key]) {
			if f, ok := known[files.ID(one.ID)]; ok {
				v.Former = append(v.Former, Paper{File: f, Version: past.Version})
				delete(known, f.ID)
			}
		}
	}
	wished, err := s.keeper.WishedFiles(ctx, s.db, v.Standing, v.Record.ID, v.Field.Key)
	if err != nil {
		return v, err
	}
	for _, one := range wished {
		if f, ok := known[files.ID(one.ID)]; ok {
			v.Proposed = append(v.Proposed, Paper{File: f, Proposal: one.Proposal})
		}
	}
	return v, nil
}

// maxPapers bounds the files that a field has had.
const maxPapers = 500

func held(v any) []registers.File {
	all, _ := v.([]registers.File)
	return all
}

// papers returns a record with a field of files that the actor sees of it.
func (s *Service) papers(ctx context.Context, actor identity.Actor, why access.Purpose, register, record, field string) (v Papers, err error) {
	if why == "" {
		v.RecordView, err = s.Record(ctx, actor, register, record)
	} else {
		v.RecordView, err = s.PersonalRecord(ctx, actor, why, register, record)
	}
	if err != nil {
		return v, err
	}
	f, ok := v.Definition.Field(text.Line(field))
	if !ok || f.Hidden || f.Type != registers.Files || !v.Reaches(registers.View, f.Key) {
		return v, registers.ErrNotFound
	}
	v.Field, v.Change = f, v.Reaches(registers.Amend, f.Key)
	v.Withheld = f.Withheld() && why == ""
	return v, nil
}

// OpenRecordFile returns the content of a file that a record has, or that an
// earlier version of it had, as far as the field is shown to the actor.
func (s *Service) OpenRecordFile(ctx context.Context, actor identity.Actor, why access.Purpose, register, record, field, file string) (content files.Content, f files.File, err error) {
	defer errs.Wrap(&err, "open file %s of record %s", file, record)

	v, err := s.RecordFiles(ctx, actor, why, register, record, field)
	switch {
	case err != nil:
		return nil, f, err
	case v.Withheld:
		return nil, f, access.ErrPurposeNeeded
	case !slices.ContainsFunc(slices.Concat(v.Now, v.Former, v.Proposed), func(p Paper) bool { return string(p.ID) == file }):
		return nil, f, files.ErrNotFound
	}
	return s.files.Open(ctx, s.db, ownerOf(v.Definition.ID, v.Record.ID, v.Field.Key), files.ID(file))
}

// AddRecordFile adds a file to a field of a record: it is looked at before
// anything is written, and the record has a version with it. What the record has
// of the field meanwhile stays. Where another person must agree it is proposed.
func (s *Service) AddRecordFile(ctx context.Context, actor identity.Actor, register, record, field, name string, content io.Reader) (added Paper, err error) {
	defer errs.Wrap(&err, "add a file to record %s", record)

	v, err := s.mayChangeFiles(ctx, actor, register, record, field)
	if err != nil {
		return added, err
	}
	staged, err := s.files.Receive(ctx, content, files.Meta{Name: name, Allow: AllowedFiles(), Limit: MaxRecordFile})
	if err != nil {
		return added, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		kept, err := s.files.Keep(ctx, tx, staged, ownerOf(v.Definition.ID, v.Record.ID, v.Field.Key), actor.Account)
		if err != nil {
			return err
		}
		proposal, err := s.putFiles(ctx, tx, v, func(all []registers.File) []registers.File {
			return append(all, registers.File{ID: string(kept.ID), Name: kept.Name})
		})
		added = Paper{File: kept, Proposal: proposal}
		return err
	})
	return added, s.named(ctx, err)
}

// RemoveRecordFile takes a file out of a record. Earlier versions of the record
// keep it.
func (s *Service) RemoveRecordFile(ctx context.Context, actor identity.Actor, register, record, field, file string) (err error) {
	defer errs.Wrap(&err, "remove file %s of record %s", file, record)

	v, err := s.mayChangeFiles(ctx, actor, register, record, field)
	if err != nil {
		return err
	}
	return s.named(ctx, s.db.Write(ctx, func(tx *db.Tx) error {
		found := false
		_, err := s.putFiles(ctx, tx, v, func(all []registers.File) []registers.File {
			return slices.DeleteFunc(all, func(f registers.File) bool {
				found = found || f.ID == file
				return f.ID == file
			})
		})
		if err == nil && !found {
			return files.ErrNotFound
		}
		return err
	}))
}

func (s *Service) mayChangeFiles(ctx context.Context, actor identity.Actor, register, record, field string) (v Papers, err error) {
	if v, err = s.papers(ctx, actor, "", register, record, field); err != nil {
		return v, err
	}
	if !v.Change {
		return v, access.ErrNotAllowed
	}
	return v, nil
}

// putFiles changes the files of a field as they are now, as a version of the
// record; where another person must agree, as the proposal that is returned.
func (s *Service) putFiles(ctx context.Context, tx *db.Tx, v Papers, do func([]registers.File) []registers.File) (proposal string, err error) {
	if v.Definition.Approval {
		made, fresh, err := s.keeper.WishFiles(ctx, tx, v.Standing, v.Record.ID, v.Field.Key, do)
		if err != nil || !fresh {
			return made.ID, err
		}
		return made.ID, s.tellDeciders(ctx, tx, v.Standing, made)
	}
	_, err = s.keeper.AmendFiles(ctx, tx, v.Standing, v.Record.ID, v.Field.Key, do)
	return "", err
}

// forgetProposed erases the files that a proposal brought and that no version of
// the record has: it was refused or withdrawn.
func (s *Service) forgetProposed(ctx context.Context, tx *db.Tx, st registers.Standing, p registers.Proposal) error {
	for key, value := range p.Values {
		f, ok := st.Definition.Field(key)
		if !ok || f.Type != registers.Files || p.Act != registers.Amend {
			continue
		}
		owner := ownerOf(st.Definition.ID, p.Record, key)
		for _, one := range held(f.Kept(value)) {
			file, err := files.Get(ctx, tx, owner, files.ID(one.ID))
			if errors.Is(err, files.ErrNotFound) || err == nil && file.AddedAt.Before(p.At.Time) {
				continue // the record has or had it before
			}
			if err == nil {
				err = files.Erase(ctx, tx, owner, file.ID)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}
