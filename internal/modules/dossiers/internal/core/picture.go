// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// FileView is what can be seen of a file without taking it away. The ticket says
// for a while that this reading is recorded: it is given back with each picture,
// so that leafing through a file is one reading and not twenty.
type FileView struct {
	FileInfo
	Ticket string
}

// ticketTime is how long a ticket counts.
const ticketTime = 15 * time.Minute

// thumbnails is what a ticket for a whole dossier opens: page 0 of its files.
const thumbnails = "thumbnails"

// ticket says that the actor has read what, and that it is recorded.
func (s *Service) ticket(actor identity.Actor, id dossiers.ID, what string) string {
	until := strconv.FormatInt(s.DB.Now().Add(ticketTime).Unix(), 36)
	return until + "." + s.stamp(actor, id, what, until)
}

func (s *Service) stamp(actor identity.Actor, id dossiers.ID, what, until string) string {
	return s.Keys.Index("dossiers reading", strings.Join([]string{actor.Account, actor.Session, string(id), what, until}, "\x00"))
}

// recorded reports whether a ticket is one that was given to the actor.
func (s *Service) recorded(actor identity.Actor, id dossiers.ID, what, ticket string) bool {
	until, stamp, ok := strings.Cut(ticket, ".")
	unix, err := strconv.ParseInt(until, 36, 64)
	if !ok || err != nil || s.DB.Now().Unix() > unix {
		return false
	}
	return subtle.ConstantTimeCompare([]byte(stamp), []byte(s.stamp(actor, id, what, until))) == 1
}

// ViewFile says what can be seen of a file of a dossier; that it is read is
// recorded. Pictures that nobody made yet are asked for.
func (s *Service) ViewFile(ctx context.Context, actor identity.Actor, id dossiers.ID, file files.ID, why access.Purpose) (v FileView, err error) {
	defer errs.Wrap(&err, "view file of dossier %s", id)

	if err := s.ofDossier(ctx, actor, id, file, why); err != nil {
		return v, err
	}
	var f files.File
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		got, err := files.Get(ctx, tx, subject(id), file)
		if err != nil {
			return err
		}
		f = got
		if err := f.Gone(); err != nil {
			return err
		}
		if err := s.Files.Show(ctx, tx, subject(id), file); err != nil {
			return err
		}
		return audit.RecordRead(ctx, tx, actor, dossiers.AuditFileRead, string(id), why)
	}); err != nil {
		return v, err
	}
	v = FileView{FileInfo: *info(f), Ticket: s.ticket(actor, id, string(file))}
	v.FileInfo.Shown, err = files.GetShown(ctx, s.DB, file)
	return v, err
}

// ofDossier decides whether the actor may read a file of a dossier, as for
// opening it.
func (s *Service) ofDossier(ctx context.Context, actor identity.Actor, id dossiers.ID, file files.ID, why access.Purpose) error {
	scope, err := s.readers(ctx, s.DB, actor)
	if err != nil {
		return err
	}
	if err := why.Check(); err != nil {
		return err
	}
	d, err := s.store.Get(ctx, s.DB, scope, store.Involved(), id)
	if errors.Is(err, dossiers.ErrNotFound) {
		d, err = s.advised(ctx, actor, id) // whose opinion is asked for reads the papers
	}
	if err != nil {
		return err
	}
	if err := honest(actor, d, why); err != nil {
		return err
	}
	_, err = s.store.PaperOfFile(ctx, s.DB, d.ID, string(file))
	return err
}

// OpenPicture opens the picture of a page of a file, a JPEG; page 0 is the
// thumbnail. Without a ticket of the same reading it is recorded by itself. The
// caller closes it.
func (s *Service) OpenPicture(ctx context.Context, actor identity.Actor, id dossiers.ID, file files.ID, page int, ticket string, why access.Purpose) (_ io.ReadCloser, _ files.Picture, err error) {
	defer errs.Wrap(&err, "open picture of dossier %s", id)

	if err := s.ofDossier(ctx, actor, id, file, why); err != nil {
		return nil, files.Picture{}, err
	}
	if !s.recorded(actor, id, string(file), ticket) && (page != 0 || !s.recorded(actor, id, thumbnails, ticket)) {
		if err := s.DB.Write(ctx, func(tx *db.Tx) error {
			return audit.RecordRead(ctx, tx, actor, dossiers.AuditFileRead, string(id), why)
		}); err != nil {
			return nil, files.Picture{}, err
		}
	}
	return s.Files.OpenPicture(ctx, s.DB, subject(id), file, page)
}

// OpenDraftPicture is OpenPicture for a draft of the actor, whom nobody else reads.
func (s *Service) OpenDraftPicture(ctx context.Context, actor identity.Actor, id dossiers.ID, attachment string, page int) (_ io.ReadCloser, _ files.Picture, err error) {
	defer errs.Wrap(&err, "open picture of draft %s", id)

	file, err := s.draftPaper(ctx, actor, id, attachment)
	if err != nil {
		return nil, files.Picture{}, err
	}
	return s.Files.OpenPicture(ctx, s.DB, subject(id), file, page)
}
