// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
	"tinhso.vn/internal/modules/moving/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Contents is the stage behind the tables: the contents of the files that they name.
const Contents = "contents"

// allStages are the stages of which rows are refused: a file whose content does not come
// is a row of the table of files.
func allStages() []string { return append(stages(), Contents) }

// tableOf is the table whose rows a stage refuses.
func tableOf(stage string) string {
	if stage == Contents {
		return mapping.Files
	}
	return stage
}

// contents takes the contents of files that are due, one by one: each is received as an
// upload is, outside any transaction, and given to its dossier in one. Killed between the
// two, it is received again, and what nobody owns is swept.
func (g *going) contents(ctx context.Context, n *Run, tell func(Run)) (more bool, err error) {
	if !g.m.HasContents() {
		return false, nil
	}
	if err := g.may(ctx, g.DB, n.By); err != nil {
		return false, err
	}
	from, done, err := g.contentsFrom(n.ID)
	if err != nil {
		return false, err
	}
	defer done()
	for {
		due, err := g.store.DueFiles(ctx, g.DB, g.wave.ID, 64)
		if err != nil || len(due) == 0 {
			return false, err
		}
		if n.BytesTotal == 0 {
			if err := g.weigh(ctx, n); err != nil {
				return false, err
			}
		}
		for _, f := range due {
			if err := g.content(ctx, n, from, f); err != nil {
				return false, err
			}
			if tell != nil {
				tell(*n)
			}
			if g.DB.Now().After(g.until) || ctx.Err() != nil {
				return true, ctx.Err()
			}
		}
	}
}

func (g *going) weigh(ctx context.Context, n *Run) error {
	return g.move(ctx, n, func(tx *db.Tx, r *Run) (err error) {
		r.BytesTotal, err = g.store.DueBytes(ctx, tx, g.wave.ID)
		return err
	})
}

// content takes one file, or notes why it does not come.
func (g *going) content(ctx context.Context, n *Run, from opener, f store.File) error {
	staged, size, why, err := g.receive(ctx, from, f)
	if err != nil {
		return err
	}
	return g.move(ctx, n, func(tx *db.Tx, r *Run) error {
		if err := g.may(ctx, tx, r.By); err != nil {
			return err
		}
		r.Line++
		r.BytesDone += size
		state, file := store.Lost, ""
		if why == nil {
			file, err = g.Dossiers.KeepFile(ctx, tx, g.actor, dossiers.ID(f.Dossier), g.m.Papers[f.Paper], staged)
			switch {
			case errors.Is(err, dossiers.ErrNotFound): // given back meanwhile
				why = &refusal{mapping.Dossier, dossiers.ErrNotFound.Code, ""}
			case err != nil:
				return err
			default:
				state = store.Kept
				r.Contents++
			}
		}
		if why != nil {
			reject := g.reject(mapping.Files, f.Line, why)
			reject.Stage, reject.Run = Contents, r.ID
			if err := g.store.AddRejects(ctx, tx, []Reject{reject}); err != nil {
				return err
			}
			r.Rejected++
		}
		return g.store.SetFile(ctx, tx, f.ID, state, file)
	})
}

// opener opens the content of a file, or says why it does not come.
type opener func(ctx context.Context, f store.File, at string) (io.ReadCloser, *refusal, error)

// contentsFrom says where contents come from: a folder beside the tables, or the
// interface of the older system.
func (g *going) contentsFrom(run string) (from opener, done func(), err error) {
	if g.m.ContentPath != "" {
		asks, err := g.System.Contents(filepath.Join(g.folder, told, run), g.m)
		return func(ctx context.Context, f store.File, at string) (io.ReadCloser, *refusal, error) {
			content, why, err := asks.Ask(ctx, f.Word, at, f.Size)
			if why != "" {
				return nil, &refusal{mapping.Path, why, ""}, err
			}
			return io.NopCloser(bytes.NewReader(content)), nil, err
		}, func() {}, err
	}
	root, err := os.OpenRoot(filepath.Join(g.folder, g.m.Contents)) // nothing outside is opened, whatever a path says
	if err != nil {
		return nil, nil, moving.ErrSource.Because(err)
	}
	return func(_ context.Context, f store.File, at string) (io.ReadCloser, *refusal, error) {
		if f.Path == "" || !filepath.IsLocal(at) {
			return nil, &refusal{mapping.Path, "moving.reject.file_path", ""}, nil
		}
		in, err := root.Open(filepath.FromSlash(at))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, &refusal{mapping.Path, "moving.reject.file_missing", ""}, nil
		case err != nil: // a way out of the folder, or none that may be read
			return nil, &refusal{mapping.Path, "moving.reject.file_path", ""}, nil
		}
		return in, nil, nil
	}, func() { _ = root.Close() }, nil
}

// receive reads a file as an upload is read, and compares it with what the dump states.
func (g *going) receive(ctx context.Context, from opener, f store.File) (staged files.Staged, size int64, why *refusal, err error) {
	at := path.Clean(strings.TrimLeft(strings.ReplaceAll(f.Path, `\`, "/"), "/"))
	in, why, err := from(ctx, f, at)
	if err != nil || why != nil {
		return staged, f.Size, why, err
	}
	defer func() { _ = in.Close() }()
	name := f.Name
	if path.Ext(name) == "" {
		name += path.Ext(at)
	}
	sum, counted := sha256.New(), &counter{}
	staged, err = g.Dossiers.ReceiveFile(ctx, io.TeeReader(in, io.MultiWriter(sum, counted)), name)
	if e, ok := errors.AsType[*errs.Error](err); ok && (e.Kind == errs.Invalid || e.Kind == errs.TooLarge || e.Kind == errs.Malformed) {
		return staged, f.Size, &refusal{mapping.Path, e.Code, ""}, nil
	}
	if err != nil {
		return staged, 0, nil, err
	}
	switch {
	case f.SHA256 != "" && f.SHA256 != hex.EncodeToString(sum.Sum(nil)):
		return staged, counted.n, &refusal{mapping.SHA256, "moving.reject.file_damaged", ""}, nil
	case f.SHA256 == "" && f.Size > 0 && f.Size != counted.n:
		return staged, counted.n, &refusal{mapping.Size, "moving.reject.file_damaged", ""}, nil
	}
	return staged, counted.n, nil, nil
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}
