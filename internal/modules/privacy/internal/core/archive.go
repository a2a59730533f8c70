// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// JobArchive makes an archive. Its body is the id.
const JobArchive jobs.Kind = "privacy.archive"

// ArchiveKept is how long an archive is kept.
const ArchiveKept = 7 * 24 * time.Hour

// maxArchive bounds an archive, in bytes.
const maxArchive = 4 << 30

func archiveOf(id string) files.Subject { return files.Subject{Kind: "privacy.archive", ID: id} }

// AskArchive asks for everything that is kept about the actor, in one archive.
func (s *Service) AskArchive(ctx context.Context, actor identity.Actor) (archive string, err error) {
	defer errs.Wrap(&err, "ask for an archive")

	if err := person(actor); err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		making, err := s.store.MakingOf(ctx, tx, actor.Person)
		if err != nil {
			return err
		}
		if making != "" {
			return privacy.ErrArchiving
		}
		archive, err = s.begin(ctx, tx, actor, actor.Person)
		return err
	})
	return archive, err
}

// begin begins an archive of a person; one that is being made already is it.
func (s *Service) begin(ctx context.Context, tx *db.Tx, actor identity.Actor, person string) (string, error) {
	a := store.Archive{ID: id.New(), Person: person, Account: actor.Account, Total: len(s.all())}
	added, err := s.store.AddArchive(ctx, tx, a)
	if err != nil {
		return "", err
	}
	if !added {
		return s.store.MakingOf(ctx, tx, person)
	}
	if err := audit.RecordReadOf(ctx, tx, actor, privacy.AuditArchiveAsked, a.ID, person, reads(actor, person)); err != nil {
		return "", err
	}
	return a.ID, jobs.Enqueue(ctx, tx, JobArchive, a.ID)
}

// reads is why an actor reads about a person.
func reads(actor identity.Actor, person string) access.Purpose {
	if actor.Person == person {
		return access.Own
	}
	return access.Handling
}

// all returns the holders, this module last.
func (s *Service) all() []privacy.Holder {
	return append(append([]privacy.Holder{}, s.Holders...), own{s})
}

// MakeArchive does JobArchive. Cut off it is done again from the beginning: what
// was written for nothing belongs to nobody and is swept.
func (s *Service) MakeArchive(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "make an archive")

	var archive string
	if err := json.Unmarshal(body, &archive); err != nil {
		return err
	}
	var a store.Archive
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		now, err := s.store.LockArchive(ctx, tx, archive)
		if err != nil || now.State != store.Making {
			a = now
			return err
		}
		now.Attempts, now.Done, now.Holder = now.Attempts+1, 0, ""
		a = now
		return s.store.SaveArchive(ctx, tx, now)
	}); err != nil || a.State != store.Making {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // where nobody reads any more, nobody writes on
	read, write := io.Pipe()
	written := make(chan struct{})
	go func() {
		defer close(written)
		write.CloseWithError(s.write(ctx, a, write))
	}()
	staged, err := s.Files.Receive(ctx, read, files.Meta{Name: "du-lieu-cua-toi.zip", Limit: maxArchive, Own: true})
	_ = read.Close() // it never fails
	<-written
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		now, err := s.store.LockArchive(ctx, tx, archive)
		if err != nil || now.State != store.Making {
			return err // another worker was here first
		}
		program := identity.Program(string(JobArchive))
		f, err := s.Files.Keep(ctx, tx, staged, archiveOf(archive), program.Account)
		if err != nil {
			return err
		}
		now.State, now.File, now.Size, now.SHA, now.Made, now.Ends = store.Ready, string(f.ID), f.Size, f.SHA256, tx.Now, db.At(tx.Now.Add(ArchiveKept))
		now.Holder, now.Done = "", now.Total
		if err := s.store.SaveArchive(ctx, tx, now); err != nil {
			return err
		}
		return audit.RecordReadOf(ctx, tx, program, privacy.AuditArchiveMade, archive, now.Person, "")
	})
}

// reach notes which holder is being asked.
func (s *Service) reach(ctx context.Context, archive, holder string, done int) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		now, err := s.store.LockArchive(ctx, tx, archive)
		if err != nil || now.State != store.Making {
			return err
		}
		now.Holder, now.Done = holder, done
		return s.store.SaveArchive(ctx, tx, now)
	})
}

// Archive is an archive as people see it.
type Archive struct {
	ID, State   string
	Holder      privacy.Description // that is being asked; empty where none is
	Done, Total int
	Again       bool // it was begun before and cut off
	Size        int64
	Asked, Ends db.Time
	Downloads   int
}

func (s *Service) shown(a store.Archive, now time.Time) Archive {
	v := Archive{
		ID: a.ID, State: a.State, Done: a.Done, Total: a.Total, Again: a.Attempts > 1, Size: a.Size, Asked: a.Asked, Ends: a.Ends, Downloads: a.Downloads,
	}
	if a.State == store.Ready && !a.Ends.After(now) {
		v.State = store.Gone
	}
	for _, h := range s.all() {
		if h.Name() == a.Holder {
			v.Holder = h.Describe()
		}
	}
	return v
}

// ListArchives returns the last archives of the actor.
func (s *Service) ListArchives(ctx context.Context, actor identity.Actor) (all []Archive, err error) {
	defer errs.Wrap(&err, "list archives")

	if err := person(actor); err != nil {
		return nil, err
	}
	found, err := s.store.ArchivesOf(ctx, s.DB, actor.Person, 5)
	for _, a := range found {
		all = append(all, s.shown(a, s.DB.Now().Time))
	}
	return all, err
}

// OpenArchive opens an archive of the actor, or one that was asked for at the
// counter for the official who answers. That it was taken is recorded before.
func (s *Service) OpenArchive(ctx context.Context, actor identity.Actor, archive string) (content files.Content, f files.File, err error) {
	defer errs.Wrap(&err, "open archive %s", archive)

	if _, err := access.RequireAny(actor, privacy.PermOwn, privacy.PermHandle); err != nil {
		return nil, f, err
	}
	if !id.Valid(archive) {
		return nil, f, privacy.ErrNotFound
	}
	var file string
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		a, err := s.store.LockArchive(ctx, tx, archive)
		if err != nil {
			return err
		}
		if err := s.mayTake(ctx, tx, actor, a); err != nil {
			return err
		}
		switch {
		case a.State == store.Making:
			return privacy.ErrNotReady
		case a.State == store.Gone || !a.Ends.After(tx.Now.Time):
			return privacy.ErrExpired
		}
		a.Downloads++
		file = a.File
		if err := s.store.SaveArchive(ctx, tx, a); err != nil {
			return err
		}
		return audit.RecordReadOf(ctx, tx, actor, privacy.AuditArchiveTaken, a.ID, a.Person, reads(actor, a.Person))
	}); err != nil {
		return nil, f, err
	}
	return s.Files.Open(ctx, s.DB, archiveOf(archive), files.ID(file))
}

func (s *Service) mayTake(ctx context.Context, q db.Querier, actor identity.Actor, a store.Archive) error {
	if actor.Person == a.Person && actor.Person != "" && actor.May(privacy.PermOwn) {
		return nil
	}
	if !actor.May(privacy.PermHandle) {
		return privacy.ErrNotFound
	}
	counter, err := s.store.AskedAtCounter(ctx, q, a.Person, a.ID)
	if err == nil && !counter {
		return privacy.ErrNotFound
	}
	return err
}

// Tick removes archives that have been kept long enough. Any number of servers may.
func (s *Service) Tick(ctx context.Context) (more bool, err error) {
	defer errs.Wrap(&err, "remove old archives")

	const batch = 20
	old, err := s.store.Expired(ctx, s.DB, s.DB.Now(), batch)
	if err != nil {
		return false, err
	}
	for _, archive := range old {
		if err := s.DB.Write(ctx, func(tx *db.Tx) error {
			a, err := s.store.LockArchive(ctx, tx, archive)
			if err != nil || a.State != store.Ready {
				return err
			}
			if err := files.Erase(ctx, tx, archiveOf(archive), files.ID(a.File)); err != nil {
				return err
			}
			a.State = store.Gone
			if err := s.store.SaveArchive(ctx, tx, a); err != nil {
				return err
			}
			return audit.Record(ctx, tx, identity.Program("privacy.archives"), privacy.AuditArchiveGone, archive)
		}); err != nil {
			return false, err
		}
	}
	return len(old) == batch, nil
}
