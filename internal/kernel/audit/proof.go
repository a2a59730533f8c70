// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"
	"encoding/json"

	"golang.org/x/mod/sumdb/tlog"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// What cannot be proved, and what a check finds wrong.
var (
	ErrNoRecord     = errs.New(errs.NotFound, "audit.no_record")
	ErrNoCheckpoint = errs.New(errs.NotFound, "audit.no_checkpoint")
	ErrWaiting      = errs.New(errs.Conflict, "audit.waiting")           // no checkpoint is over the record yet
	ErrSizes        = errs.New(errs.Invalid, "audit.sizes")              // not 1 <= from <= to
	ErrShape        = errs.New(errs.Invalid, "audit.proof.shape")        // not a proof, a receipt or a checkpoint at all
	ErrSignature    = errs.New(errs.Invalid, "audit.proof.signature")    // the checkpoint is not signed with the key
	ErrNotIncluded  = errs.New(errs.Invalid, "audit.proof.not_included") // the record is not under the checkpoint
	ErrRewritten    = errs.New(errs.Invalid, "audit.proof.rewritten")    // the newer log does not begin with the older
)

// Proof shows that a record is a leaf of the tree (RFC 6962 2.1.1). Hashes are
// SHA-256 in base64: a leaf is the hash of a zero byte and the payload, a node
// that of a one byte and its two children.
type Proof struct {
	Leaf int64    `json:"leaf"` // its place, from 0
	Size int64    `json:"size"` // leaves of the tree
	Path []string `json:"path"` // beside the way from the leaf up to the root
}

// Consistency shows that the log of To records begins with the log of From
// records: nothing of it was changed, removed or moved (RFC 6962 2.1.2).
type Consistency struct {
	From int64    `json:"from"`
	To   int64    `json:"to"`
	Path []string `json:"path"`
}

// Receipt is all that is needed to check a record without asking anybody.
// Payload is the record as it was hashed, byte for byte, with its salt.
type Receipt struct {
	Format     string `json:"format"`
	Payload    string `json:"payload"`
	Proof      Proof  `json:"proof"`
	Checkpoint string `json:"checkpoint"` // a signed note: origin, size, root
}

// ReceiptFormat names the shape of a Receipt.
const ReceiptFormat = "tinhso/audit/receipt/1"

// InclusionProof proves a record against the newest checkpoint. It reads as
// many nodes as the tree is high, at most twice.
func InclusionProof(ctx context.Context, q db.Querier, record string) (_ Proof, err error) {
	defer errs.Wrap(&err, "prove record %s", record)

	r, err := findRow(ctx, q, record)
	if err != nil {
		return Proof{}, err
	}
	p, _, err := prove(ctx, q, r)
	return p, err
}

// GetReceipt returns the receipt of a record for whoever did the act: to
// others there is no such record.
func GetReceipt(ctx context.Context, q db.Querier, record, actor string) (_ Receipt, err error) {
	defer errs.Wrap(&err, "receipt of record %s", record)

	r, err := findRow(ctx, q, record)
	if err != nil {
		return Receipt{}, err
	}
	if actor == "" || r.Actor != actor {
		return Receipt{}, ErrNoRecord
	}
	p, c, err := prove(ctx, q, r)
	if err != nil {
		return Receipt{}, err
	}
	payload, err := json.Marshal(r)
	return Receipt{Format: ReceiptFormat, Payload: string(payload), Proof: p, Checkpoint: c.Note}, err
}

func findRow(ctx context.Context, q db.Querier, record string) (row, error) {
	found, err := db.All(ctx, q, scanRow, `SELECT `+columns+` FROM audit_records WHERE id = $1`, record)
	if err != nil {
		return row{}, err
	}
	if len(found) == 0 {
		return row{}, ErrNoRecord
	}
	return found[0], nil
}

func prove(ctx context.Context, q db.Querier, r row) (Proof, Checkpoint, error) {
	newest, err := ListCheckpoints(ctx, q, 0, 1)
	if err != nil {
		return Proof{}, Checkpoint{}, err
	}
	if r.Seq < 0 || len(newest) == 0 || newest[0].Size <= r.Seq {
		return Proof{}, Checkpoint{}, ErrWaiting
	}
	c := newest[0]
	path, err := tlog.ProveRecord(c.Size, r.Seq, newNodes(ctx, q))
	return Proof{Leaf: r.Seq, Size: c.Size, Path: texts(path)}, c, err
}

// ConsistencyProof proves that the log of to records begins with that of from.
// Whoever kept a checkpoint of size from can so tell that nothing before it was
// rewritten; to is the size of a checkpoint, 0 for the newest.
func ConsistencyProof(ctx context.Context, q db.Querier, from, to int64) (_ Consistency, err error) {
	defer errs.Wrap(&err, "prove the log of %d against that of %d", to, from)

	if to == 0 {
		newest, err := ListCheckpoints(ctx, q, 0, 1)
		if err != nil {
			return Consistency{}, err
		}
		if len(newest) == 0 {
			return Consistency{}, ErrNoCheckpoint
		}
		to = newest[0].Size
	}
	if from < 1 || to < from {
		return Consistency{}, ErrSizes
	}
	if _, err := GetCheckpoint(ctx, q, to); err != nil {
		return Consistency{}, err
	}
	path, err := tlog.ProveTree(to, from, newNodes(ctx, q))
	return Consistency{From: from, To: to, Path: texts(path)}, err
}

// CheckInclusion reports what is wrong with the proof that payload is a record
// under a checkpoint signed with key; nil when it holds. It asks nobody.
func CheckInclusion(payload []byte, p Proof, checkpoint string, key *Verifier) error {
	head, err := openNote(checkpoint, key)
	if err != nil {
		return ErrSignature.Because(err)
	}
	path, err := hashes(p.Path)
	if err != nil {
		return ErrShape.Because(err)
	}
	if p.Size != head.N || p.Leaf < 0 || p.Leaf >= p.Size {
		return ErrNotIncluded
	}
	if err := tlog.CheckRecord(path, head.N, head.Hash, p.Leaf, tlog.RecordHash(payload)); err != nil {
		return ErrNotIncluded.Because(err)
	}
	return nil
}

// CheckConsistency reports what is wrong with the proof that the log under the
// newer checkpoint begins with the one under the older; nil when it holds.
func CheckConsistency(p Consistency, older, newer string, key *Verifier) error {
	from, err := openNote(older, key)
	if err != nil {
		return ErrSignature.Because(err)
	}
	to, err := openNote(newer, key)
	if err != nil {
		return ErrSignature.Because(err)
	}
	path, err := hashes(p.Path)
	if err != nil {
		return ErrShape.Because(err)
	}
	if p.From != from.N || p.To != to.N || from.N < 1 || to.N < from.N {
		return ErrRewritten
	}
	if err := tlog.CheckTree(path, to.N, to.Hash, from.N, from.Hash); err != nil {
		return ErrRewritten.Because(err)
	}
	return nil
}

// ParseReceipt reads a receipt as JSON.
func ParseReceipt(text []byte) (r Receipt, err error) {
	if err := json.Unmarshal(text, &r); err != nil {
		return r, ErrShape.Because(err)
	}
	if r.Format != ReceiptFormat || r.Payload == "" || r.Checkpoint == "" {
		return r, ErrShape
	}
	return r, nil
}

// Check reports what is wrong with the receipt; otherwise it returns the record.
func (r Receipt) Check(key *Verifier) (Entry, error) {
	if err := CheckInclusion([]byte(r.Payload), r.Proof, r.Checkpoint, key); err != nil {
		return Entry{}, err
	}
	var rec row
	if err := json.Unmarshal([]byte(r.Payload), &rec); err != nil {
		return Entry{}, ErrShape.Because(err)
	}
	rec.Seq = r.Proof.Leaf
	return rec.entry(), nil
}

func texts(path []tlog.Hash) []string {
	out := make([]string, len(path))
	for i, h := range path {
		out[i] = h.String()
	}
	return out
}

// maxPath is more than a tree of 2^62 leaves needs.
const maxPath = 130

func hashes(path []string) ([]tlog.Hash, error) {
	if len(path) > maxPath {
		return nil, ErrShape
	}
	out := make([]tlog.Hash, len(path))
	for i, text := range path {
		h, err := tlog.ParseHash(text)
		if err != nil {
			return nil, err
		}
		out[i] = h
	}
	return out, nil
}
