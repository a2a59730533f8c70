// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package geo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// The states of a proposal.
const (
	StateProposed  = "proposed"
	StateConfirmed = "confirmed"
	StateRefused   = "refused"
)

// What can go wrong with a newer table.
var (
	ErrProposed  = errs.New(errs.Conflict, "geo.proposed")  // another one waits
	ErrDecided   = errs.New(errs.Conflict, "geo.decided")   // already
	ErrSame      = errs.New(errs.Conflict, "geo.same")      // who proposed it cannot confirm it
	ErrOvertaken = errs.New(errs.Conflict, "geo.overtaken") // the table in force is another one since
	ErrUnchanged = errs.New(errs.Conflict, "geo.unchanged") // it changes nothing
	ErrMistakes  = errs.New(errs.Invalid, "geo.mistakes")   // rows that do not hold; Args say the first
	ErrNoTable   = errs.New(errs.Conflict, "geo.no_table")  // there is none in force
	ErrTooLarge  = errs.New(errs.Invalid, "geo.too_large")  // longer than a table of the country is
)

// MaxImport is how many bytes a file of a newer table may have: the country takes a tenth.
const MaxImport = 4 << 20

// Proposal is a newer table that waits for a second person, or what became of one.
type Proposal struct {
	ID, Day, Basis, State string
	Changes               int
	By                    string // account
	At                    db.Time
	Decider               string // account; empty while nobody has
	Decided               db.Time

	over  int64
	files map[string][]byte
}

func mistaken(wrong []Mistake) error {
	return ErrMistakes.With("file", wrong[0].File).With("line", wrong[0].Line).With("n", len(wrong))
}

// Compare returns what a newer table changes on a day, or every mistake in it.
// Nothing is kept.
func (a *Atlas) Compare(ctx context.Context, files map[string][]byte, day string) (Plan, []Mistake, error) {
	for _, data := range files {
		if len(data) > MaxImport {
			return Plan{}, nil, ErrTooLarge
		}
	}
	x, err := a.Index(ctx)
	if err != nil {
		return Plan{}, nil, err
	}
	if len(x.units) == 0 {
		return Plan{}, nil, ErrNoTable
	}
	plan, wrong := x.Compare(files, day)
	if len(wrong) == 0 {
		_, wrong = New(plan.over(Table{units: x.units, links: rawLinks(x)}))
	}
	return plan, wrong, nil
}

func rawLinks(x *Index) []rawLink {
	all := make([]rawLink, len(x.links))
	for i, l := range x.links {
		all[i] = l.raw
	}
	return all
}

// Propose keeps a newer table until somebody else has confirmed it.
func (a *Atlas) Propose(ctx context.Context, tx *db.Tx, account, day, basis string, files map[string][]byte) (p Proposal, err error) {
	defer errs.Wrap(&err, "propose administrative units")

	plan, wrong, err := a.Compare(ctx, files, day)
	switch {
	case err != nil:
		return p, err
	case len(wrong) > 0:
		return p, mistaken(wrong)
	case len(plan.Changes) == 0:
		return p, ErrUnchanged
	}
	named := map[string]string{}
	for name, data := range files {
		if len(data) > 0 {
			named[name] = string(data)
		}
	}
	content, err := json.Marshal(named)
	if err != nil {
		return p, err
	}
	p = Proposal{ID: id.New(), Day: day, Basis: basis, State: StateProposed, Changes: len(plan.Changes), By: account, At: tx.Now}
	added, err := tx.Exec(ctx, `INSERT INTO geo_proposals (id, from_day, basis, content, over_seq, changes, state, proposed_by, proposed_at)
		SELECT $1, $2, $3, $4, COALESCE(MAX(seq), 0), $5, $6, $7, $8 FROM geo_tables
		HAVING NOT EXISTS (SELECT 1 FROM geo_proposals WHERE state = $9)`,
		p.ID, day, basis, string(content), p.Changes, StateProposed, account, tx.Now, StateProposed)
	if err == nil && added == 0 {
		err = ErrProposed
	}
	return p, err
}

const proposalColumns = `id, from_day, basis, over_seq, changes, state, proposed_by, proposed_at, decided_by, decided_at`

func proposal(r db.Row, more ...any) (p Proposal, err error) {
	err = r.Scan(append([]any{&p.ID, &p.Day, &p.Basis, &p.over, &p.Changes, &p.State, &p.By, &p.At, &p.Decider, &p.Decided}, more...)...)
	return p, err
}

// ListProposals returns at most limit proposals, the newest first, before one.
func ListProposals(ctx context.Context, q db.Querier, before string, limit int) ([]Proposal, error) {
	if before == "" {
		before = "~" // above every id
	}
	return db.All(ctx, q, func(r db.Row) (Proposal, error) { return proposal(r) },
		`SELECT `+proposalColumns+` FROM geo_proposals WHERE id < $1 ORDER BY id DESC LIMIT $2`, before, limit)
}

// GetProposal returns a proposal and its files.
func GetProposal(ctx context.Context, q db.Querier, id string) (Proposal, map[string][]byte, error) {
	var content string
	p, err := proposal(q.QueryRow(ctx, `SELECT `+proposalColumns+`, content FROM geo_proposals WHERE id = $1`, id), &content)
	if errors.Is(err, db.ErrNoRows) {
		return p, nil, ErrNotFound
	}
	p.files = filesOf(content)
	return p, p.files, err
}

// Decide confirms a proposal, so that it holds from its day on, or refuses it. Who
// proposed it may only take it back. All of it is applied or nothing.
func (a *Atlas) Decide(ctx context.Context, tx *db.Tx, account, proposal string, confirm bool) (p Proposal, err error) {
	defer errs.Wrap(&err, "decide on administrative units")

	p, files, err := GetProposal(ctx, tx, proposal)
	switch {
	case err != nil:
		return p, err
	case p.State != StateProposed:
		return p, ErrDecided
	case confirm && p.By == account:
		return p, ErrSame
	}
	p.State, p.Decider, p.Decided = StateRefused, account, tx.Now
	if confirm {
		p.State = StateConfirmed
		var latest int64
		if err := tx.QueryRow(ctx, `SELECT COALESCE(MAX(seq), 0) FROM geo_tables`).Scan(&latest); err != nil {
			return p, err
		}
		if latest != p.over {
			return p, ErrOvertaken
		}
		named := map[string]string{}
		for name, data := range files {
			named[name] = string(data)
		}
		content, err := json.Marshal(named)
		if err != nil {
			return p, err
		}
		sum := sha256.Sum256(content)
		r := Record{Import: true, Day: p.Day, Basis: p.Basis, Units: p.Changes, By: p.By}
		if err := insert(ctx, tx, r, hex.EncodeToString(sum[:]), content); err != nil {
			return p, err
		}
	}
	done, err := tx.Exec(ctx, `UPDATE geo_proposals SET state = $2, decided_by = $3, decided_at = $4 WHERE id = $1 AND state = $5`,
		p.ID, p.State, account, tx.Now, StateProposed)
	if err == nil && done == 0 {
		err = ErrDecided
	}
	return p, err
}

// imported lays what was imported over the table of a pack, in its order. A row
// that a newer pack does not allow any more is an error: nothing is guessed.
func imported(ctx context.Context, q db.Querier, t Table) (Table, error) {
	type layer struct{ day, content string }
	layers, err := db.All(ctx, q, func(r db.Row) (l layer, err error) {
		err = r.Scan(&l.day, &l.content)
		return l, err
	}, `SELECT from_day, content FROM geo_tables WHERE origin = $1 ORDER BY seq`, fromImport)
	if err != nil {
		return t, err
	}
	for _, l := range layers {
		x, wrong := New(t)
		if len(wrong) > 0 {
			return t, mistaken(wrong)
		}
		plan, wrong := x.Compare(filesOf(l.content), l.day)
		if len(wrong) > 0 {
			return t, mistaken(wrong)
		}
		t = plan.over(t)
	}
	return t, nil
}
