// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// TakenFile is a file of a form of the counter. What it is follows from its hash;
// through which upload it came may change from one try to the next.
type TakenFile struct {
	Paper  string // id of procedures.Paper
	SHA256 string // of its content, hex
	Upload string `json:"-"` // of the actor, complete
}

// maxTakenFiles is how many files one form may bring.
const maxTakenFiles = 30

// attachedKey is under which key it is noted that a file of a form was attached. What
// is kept of a picture may differ from what was sent: where it was taken is removed.
func attachedKey(key string, f TakenFile) string {
	return "counter-file/" + key + "/" + f.Paper + "/" + strings.ToLower(f.SHA256)
}

// missingFiles returns the hashes of files that were neither attached before, nor are
// complete on the server with the content that the device has seen.
func (s *Service) missingFiles(ctx context.Context, actor identity.Actor, in TakenIn) (missing []string, err error) {
	if len(in.Files) > maxTakenFiles {
		return nil, dossiers.ErrTooManyFiles.With("max", maxTakenFiles)
	}
	for _, f := range in.Files {
		if sum, err := hex.DecodeString(f.SHA256); err != nil || len(sum) != sha256.Size {
			return nil, errs.BadInput([]errs.Field{{Name: "paper-" + f.Paper, Code: "form.wrong_shape"}})
		}
		if _, _, attached, err := s.store.FindRequest(ctx, s.DB, actor.Account, attachedKey(in.Key, f)); err != nil || attached {
			if err != nil {
				return nil, err
			}
			continue
		}
		said, err := s.Files.Receipt(ctx, s.DB, actor.Account, f.Upload)
		switch {
		case err == nil && strings.EqualFold(said, f.SHA256):
		case err == nil, errors.Is(err, files.ErrNoUpload), errors.Is(err, files.ErrIncomplete):
			missing = append(missing, f.SHA256)
		default:
			return nil, err
		}
	}
	return missing, nil
}

// takeFiles puts the files of a form into its draft, each once: that it was attached is
// noted in the same transaction. What somebody has taken out again stays out.
func (s *Service) takeFiles(ctx context.Context, actor identity.Actor, id dossiers.ID, in TakenIn) (missing []string, err error) {
	for _, f := range in.Files {
		key := attachedKey(in.Key, f)
		_, _, attached, err := s.store.FindRequest(ctx, s.DB, actor.Account, key)
		if err == nil && !attached {
			err = s.takeFile(ctx, actor, id, f, key)
		}
		switch {
		case err == nil, db.IsDuplicate(err): // the same was faster on another line
		case errors.Is(err, dossiers.ErrDraftSent), errors.Is(err, dossiers.ErrDraftNotFound):
			return nil, nil // sent meanwhile, and not without its files
		case errors.Is(err, files.ErrNoUpload):
			if _, _, attached, err = s.store.FindRequest(ctx, s.DB, actor.Account, key); err != nil {
				return nil, err
			}
			if !attached {
				missing = append(missing, f.SHA256)
			}
		default:
			if e, ok := errors.AsType[*errs.Error](err); ok && definite(err) {
				return nil, errs.BadInput([]errs.Field{{Name: "paper-" + f.Paper, Code: e.Code, Args: e.Args}})
			}
			return nil, err
		}
	}
	return missing, nil
}

func (s *Service) takeFile(ctx context.Context, actor identity.Actor, id dossiers.ID, f TakenFile, key string) (err error) {
	if err := s.asked(ctx, actor, id, f.Paper); err != nil {
		return err
	}
	content, u, err := s.Files.OpenUpload(ctx, s.DB, actor.Account, f.Upload)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	_, err = s.attach(ctx, actor, id, f.Paper, u.Name, content, func(tx *db.Tx) error {
		if err := s.store.AddRequest(ctx, tx, actor.Account, key, f.SHA256, id); err != nil {
			return err
		}
		return files.DropUpload(ctx, tx, actor.Account, f.Upload)
	})
	return err
}
