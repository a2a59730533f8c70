// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"
	"math"
	"strings"

	"tinhso.vn/internal/platform/db"
)

// Checkpoint is a signed head of the tree: whoever keeps one can tell later
// that nothing under it was changed.
type Checkpoint struct {
	Size int64   // records under it
	At   db.Time // when it was signed
	Note string  // the signed note: origin, size, root
}

func scanCheckpoint(r db.Row) (c Checkpoint, err error) {
	err = r.Scan(&c.Size, &c.At, &c.Note)
	return c, err
}

// GetCheckpoint returns the checkpoint over size records; ErrNoCheckpoint where
// there is none.
func GetCheckpoint(ctx context.Context, q db.Querier, size int64) (Checkpoint, error) {
	found, err := db.All(ctx, q, scanCheckpoint, `SELECT size, at, note FROM audit_checkpoints WHERE size = $1`, size)
	if err != nil {
		return Checkpoint{}, err
	}
	if len(found) == 0 {
		return Checkpoint{}, ErrNoCheckpoint.With("size", size)
	}
	return found[0], nil
}

// ListCheckpoints returns at most limit checkpoints, the newest first, smaller
// than before (0 for the newest).
func ListCheckpoints(ctx context.Context, q db.Querier, before int64, limit int) ([]Checkpoint, error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	return db.All(ctx, q, scanCheckpoint,
		`SELECT size, at, note FROM audit_checkpoints WHERE size < $1 ORDER BY size DESC LIMIT $2`, before, limit)
}

// notesOf takes apart a file to which checkpoints were appended.
func notesOf(text string) (notes []string) {
	for rest := strings.TrimLeft(text, "\n"); rest != ""; {
		next := strings.Index(rest, "\n\n"+origin+"\n")
		if next < 0 {
			return append(notes, rest)
		}
		notes = append(notes, rest[:next+1])
		rest = rest[next+2:]
	}
	return notes
}
