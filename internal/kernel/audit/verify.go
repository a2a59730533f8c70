// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"
	"fmt"
	"math/bits"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Fault is one way in which the log can be wrong.
type Fault string

// The faults that Verify finds.
const (
	Changed   Fault = "changed"   // the record is not the one that was sequenced
	Deleted   Fault = "deleted"   // the record is gone
	Reordered Fault = "reordered" // the record belongs to another place
	Forged    Fault = "forged"    // the tree does not lead to a checkpoint, or a checkpoint is not signed by us
	Cut       Fault = "cut"       // a checkpoint has seen more records than there are
	Unvouched Fault = "unvouched" // the record was emptied, and no record of the log says that it was erased
	Stray     Fault = "stray"     // the record claims a place that the tree does not give it
)

// Problem is a fault and where it is: the place of the record or, for Forged
// and Cut, the size of the checkpoint.
type Problem struct {
	Fault Fault
	At    int64
	ID    string // of the record that is there, if any
}

// String says it for operators.
func (p Problem) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s at %d %s", p.Fault, p.At, p.ID))
}

// Report is what Verify found.
type Report struct {
	Size     int64 // records under the last checkpoint
	Waiting  int64 // records after it, which nothing protects yet
	Erased   int64 // of Size, by law; a record of the log vouches for each
	Problems []Problem
}

// maxProblems bounds a report: whoever rewrote a million records is found by the first.
const maxProblems = 100

const page = 2000

// Verify reads the whole log in order, a page at a time, and compares every
// record with its leaf, and the tree of the leaves with every checkpoint and
// with kept, checkpoints from outside the database ("" for none, several as a
// FilePublisher appends them). Progress, if given, is told how many leaves have
// been read. It runs beside a live server.
func Verify(ctx context.Context, q db.Querier, key *Verifier, kept string, progress func(done, of int64)) (rep Report, err error) {
	defer errs.Wrap(&err, "verify the audit log")

	v := &verification{ctx: ctx, q: q, roots: map[int64]tlog.Hash{}, wrong: map[string][]int{}}
	if err := v.checkpoints(key, kept); err != nil {
		return rep, err
	}
	for n := int64(0); n < v.rep.Size; n += page {
		if err := v.page(n, min(n+page, v.rep.Size)); err != nil {
			return rep, err
		}
		if progress != nil {
			progress(min(n+page, v.rep.Size), v.rep.Size)
		}
	}
	if err := v.elsewhere(); err != nil {
		return rep, err
	}
	if err := v.strays(); err != nil {
		return rep, err
	}
	err = q.QueryRow(ctx, `SELECT (SELECT COUNT(*) FROM audit_records WHERE seq IS NULL) + (SELECT COUNT(*) FROM audit_records WHERE seq >= $1)`,
		v.rep.Size).Scan(&v.rep.Waiting)
	return v.rep, err
}

type verification struct {
	ctx    context.Context //nolint:containedctx // lives as long as one call of Verify
	q      db.Querier
	rep    Report
	roots  map[int64]tlog.Hash // what the checkpoints say, by size
	forest []tlog.Hash         // the roots of the complete subtrees read so far, the largest first
	wrong  map[string][]int    // the hash of a record that has another leaf → the problems of its report
}

func (v *verification) add(f Fault, at int64, id string) {
	if len(v.rep.Problems) < maxProblems {
		v.rep.Problems = append(v.rep.Problems, Problem{f, at, id})
	}
}

// checkpoints opens every checkpoint: the largest says how long the log is.
func (v *verification) checkpoints(key *Verifier, kept string) error {
	type stored struct {
		size int64
		note string
	}
	notes, err := db.All(v.ctx, v.q, func(r db.Row) (s stored, err error) {
		err = r.Scan(&s.size, &s.note)
		return s, err
	}, `SELECT size, note FROM audit_checkpoints ORDER BY size`)
	if err != nil {
		return err
	}
	for _, s := range notes {
		head, err := openNote(s.note, key)
		if err != nil || head.N != s.size {
			v.add(Forged, s.size, "")
			continue
		}
		v.roots[head.N] = head.Hash
		v.rep.Size = head.N
	}
	for _, note := range notesOf(kept) {
		head, err := openNote(note, key)
		switch {
		case err != nil:
			return fmt.Errorf("the kept checkpoint: %w", err)
		case head.N > v.rep.Size:
			v.add(Cut, head.N, "")
		default:
			if inside, ok := v.roots[head.N]; ok && inside != head.Hash {
				v.add(Forged, head.N, "") // two logs with the same key: a copy went its own way
			}
			v.roots[head.N] = head.Hash
		}
	}
	return nil
}

func openNote(text string, key *Verifier) (t tlog.Tree, err error) {
	n, err := note.Open([]byte(text), note.VerifierList(key.verifier))
	if err != nil {
		return t, err
	}
	var hash string
	rest, ok := strings.CutPrefix(n.Text, origin)
	if !ok {
		return t, fmt.Errorf("a checkpoint of another log")
	}
	if _, err := fmt.Sscanf(rest, "\n%d\n%s\n", &t.N, &hash); err != nil {
		return t, err
	}
	t.Hash, err = tlog.ParseHash(hash)
	return t, err
}

// page compares leaves from..to with their records and adds them to the tree.
func (v *verification) page(from, to int64) error {
	leaves, err := v.leaves(from, to)
	if err != nil {
		return err
	}
	records, err := db.All(v.ctx, v.q, scanRow,
		`SELECT `+columns+` FROM audit_records WHERE seq >= $1 AND seq < $2 ORDER BY seq`, from, to)
	if err != nil {
		return err
	}
	vouchers, err := v.vouchers(records)
	if err != nil {
		return err
	}
	at := make(map[int64]row, len(records))
	for _, r := range records {
		at[r.Seq] = r
	}
	for n := from; n < to; n++ {
		leaf, hasLeaf := leaves[n]
		r, hasRecord := at[n]
		if !hasRecord {
			v.add(Deleted, n, "")
		} else if err := v.compare(r, leaf, vouchers); err != nil {
			return err
		}
		if !hasLeaf {
			leaf = tlog.Hash{} // the root will not fit
		}
		v.grow(n, leaf)
		if want, ok := v.roots[n+1]; ok && v.root() != want {
			v.add(Forged, n+1, "")
		}
	}
	return nil
}

func (v *verification) leaves(from, to int64) (map[int64]tlog.Hash, error) {
	leaves := make(map[int64]tlog.Hash, to-from)
	_, err := db.All(v.ctx, v.q, func(r db.Row) (struct{}, error) {
		var n int64
		var text string
		if err := r.Scan(&n, &text); err != nil {
			return struct{}{}, err
		}
		if h, err := tlog.ParseHash(text); err == nil { // what is no hash is no leaf
			leaves[n] = h
		}
		return struct{}{}, nil
	}, `SELECT n, hash FROM audit_nodes WHERE level = 0 AND n >= $1 AND n < $2`, from, to)
	return leaves, err
}

func (v *verification) compare(r row, leaf tlog.Hash, vouchers map[string]string) error {
	if r.Erased != "" {
		switch {
		case !r.blank():
			v.add(Changed, r.Seq, r.ID)
		case vouchers[r.Erased] != r.vouched():
			v.add(Unvouched, r.Seq, r.ID)
		default:
			v.rep.Erased++
		}
		return nil
	}
	got, err := r.leaf()
	if err != nil || got == leaf {
		return err
	}
	if n := len(v.rep.Problems); n < maxProblems {
		v.wrong[got.String()] = append(v.wrong[got.String()], n)
	}
	v.add(Changed, r.Seq, r.ID)
	return nil
}

// vouchers returns what the records say that vouch for the erased of a page.
func (v *verification) vouchers(records []row) (map[string]string, error) {
	said := map[string]string{}
	var args []any
	var marks []string
	for _, r := range records {
		if r.Erased != "" {
			args = append(args, r.Erased)
			marks = append(marks, fmt.Sprintf("$%d", len(args)))
		}
	}
	if len(args) == 0 {
		return said, nil
	}
	found, err := db.All(v.ctx, v.q, scanRow,
		`SELECT `+columns+` FROM audit_records WHERE id IN (`+strings.Join(marks, ", ")+`)`, args...)
	for _, r := range found {
		if r.Event == string(Erased) && r.Erased == "" {
			said[r.ID] = r.Subject
		}
	}
	return said, err
}

// elsewhere tells records that were changed from those that were moved: the
// latter are leaves of another place. It reads the leaves once, however many
// are wrong.
func (v *verification) elsewhere() error {
	if len(v.wrong) == 0 {
		return nil
	}
	var args []any
	var marks []string
	for hash := range v.wrong {
		args = append(args, hash)
		marks = append(marks, fmt.Sprintf("$%d", len(args)))
	}
	moved, err := db.All(v.ctx, v.q, db.Column[string],
		`SELECT hash FROM audit_nodes WHERE level = 0 AND hash IN (`+strings.Join(marks, ", ")+`)`, args...)
	for _, hash := range moved {
		for _, i := range v.wrong[hash] {
			v.rep.Problems[i].Fault = Reordered
		}
	}
	return err
}

// strays finds records that say they have a leaf where the tree has none of
// theirs: nothing would ever seal them.
func (v *verification) strays() error {
	found, err := db.All(v.ctx, v.q, scanRow, `SELECT `+columns+` FROM audit_records
		WHERE seq < 0 OR (seq >= $1 AND NOT EXISTS (SELECT 1 FROM audit_nodes WHERE level = 0 AND n = seq)) ORDER BY id LIMIT $2`,
		v.rep.Size, maxProblems)
	for _, r := range found {
		v.add(Stray, r.Seq, r.ID)
	}
	return err
}

// grow adds leaf n. After n leaves there is one subtree for each bit of n; a
// new leaf joins with as many as the number has ones at its end.
func (v *verification) grow(n int64, leaf tlog.Hash) {
	h := leaf
	for range bits.TrailingZeros64(^uint64(n)) { //nolint:gosec // n is not negative
		last := len(v.forest) - 1
		h = tlog.NodeHash(v.forest[last], h)
		v.forest = v.forest[:last]
	}
	v.forest = append(v.forest, h)
}

// root joins the subtrees, the smallest first.
func (v *verification) root() tlog.Hash {
	last := len(v.forest) - 1
	h := v.forest[last]
	for i := last - 1; i >= 0; i-- {
		h = tlog.NodeHash(v.forest[i], h)
	}
	return h
}
