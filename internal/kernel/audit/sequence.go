// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

const (
	origin = "tinhso/audit" // the first line of every checkpoint
	lease  = 30 * time.Second
	batch  = 500
)

// Sequence gives waiting records their places in the tree and signs its head;
// more reports whether records may still wait. A copy of each checkpoint should
// be kept outside: with one, Verify can tell that the log was cut.
//
// Of all servers, the one named in the lease row does the work. For the others,
// and when nothing is new, the checkpoint is empty.
func Sequence(ctx context.Context, d *db.DB, server string, key *Signer) (checkpoint string, more bool, err error) {
	defer errs.Wrap(&err, "sequence audit records")

	var head tlog.Tree
	err = d.Write(ctx, func(tx *db.Tx) error {
		h, n, err := grow(ctx, tx, server)
		head, more = h, n == batch
		return err
	})
	if err != nil || head.N == 0 {
		return "", false, err
	}
	signed, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", origin, head.N, head.Hash)}, key.signer)
	if err != nil {
		return "", false, err
	}
	err = d.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO audit_checkpoints (size, at, note) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
			head.N, tx.Now, string(signed))
		return err
	})
	return string(signed), more, err
}

// grow adds waiting records to the tree. It returns the head, or the zero Tree
// when it needs no signature from this server, and how many records it added.
func grow(ctx context.Context, tx *db.Tx, server string) (head tlog.Tree, added int, err error) {
	held, err := tx.Exec(ctx, `UPDATE audit_sequencer SET server = $1, until = $2 WHERE server = $1 OR until <= $3`,
		server, db.At(tx.Now.Add(lease)), tx.Now)
	if err != nil || held == 0 {
		return head, 0, err
	}
	var size, signed int64
	if err := tx.QueryRow(ctx, `SELECT (SELECT COALESCE(MAX(n) + 1, 0) FROM audit_nodes WHERE level = 0),
		(SELECT COALESCE(MAX(size), 0) FROM audit_checkpoints)`).Scan(&size, &signed); err != nil {
		return head, 0, err
	}
	waiting, err := db.All(ctx, tx, scanRow,
		`SELECT `+columns+` FROM audit_records WHERE seq IS NULL ORDER BY id LIMIT $1`, batch)
	if err != nil {
		return head, 0, err
	}
	nodes := newNodes(ctx, tx)
	for _, r := range waiting {
		if err := place(ctx, tx, nodes, r, size); err != nil {
			return head, 0, err
		}
		size++
	}
	if size == signed {
		return head, 0, nil
	}
	head.N = size
	head.Hash, err = tlog.TreeHash(size, nodes)
	return head, len(waiting), err
}

// place makes r leaf n.
func place(ctx context.Context, tx *db.Tx, nodes *nodes, r row, n int64) error {
	leaf, err := r.leaf()
	if err != nil {
		return err
	}
	added, err := tlog.StoredHashesForRecordHash(n, leaf, nodes)
	if err != nil {
		return err
	}
	for i, h := range added {
		index := tlog.StoredHashIndex(0, n) + int64(i)
		level, pos := tlog.SplitStoredHashIndex(index)
		if _, err := tx.Exec(ctx, `INSERT INTO audit_nodes (level, n, hash) VALUES ($1, $2, $3)`, level, pos, h.String()); err != nil {
			return err
		}
		nodes.fresh[index] = h
	}
	_, err = tx.Exec(ctx, `UPDATE audit_records SET seq = $1 WHERE id = $2`, n, r.ID)
	return err
}

// nodes reads the tree: what this batch has added from memory, the rest from
// the database. Adding a leaf needs at most log2(n) of them.
type nodes struct {
	ctx   context.Context //nolint:containedctx // tlog.HashReader takes none
	q     db.Querier
	fresh map[int64]tlog.Hash
	read  int // from the database
}

func newNodes(ctx context.Context, q db.Querier) *nodes {
	return &nodes{ctx: ctx, q: q, fresh: map[int64]tlog.Hash{}}
}

// ReadHashes implements tlog.HashReader.
func (r *nodes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if h, ok := r.fresh[index]; ok {
			found[i] = h
			continue
		}
		level, n := tlog.SplitStoredHashIndex(index)
		r.read++
		var text string
		err := r.q.QueryRow(r.ctx, `SELECT hash FROM audit_nodes WHERE level = $1 AND n = $2`, level, n).Scan(&text)
		if err != nil {
			return nil, fmt.Errorf("node %d/%d: %w", level, n, err)
		}
		if found[i], err = tlog.ParseHash(text); err != nil {
			return nil, err
		}
	}
	return found, nil
}
