// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"encoding/json"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// WishFiles proposes which files a field of a record shall have, in a register
// where another person must agree. What the author has proposed for that field
// already and nobody has decided about is one proposal with it: do is given the
// files of that, else those of the record. Fresh reports that the proposal is new.
func (k *Keeper) WishFiles(ctx context.Context, tx *db.Tx, s Standing, record, field string, do func([]File) []File) (p Proposal, fresh bool, err error) {
	defer errs.Wrap(&err, "propose files of record %s of register %s", record, s.Definition.ID)

	f, ok := s.Definition.Field(field)
	if !ok || f.Type != Files || f.Hidden {
		return Proposal{}, false, ErrNotFound
	}
	if _, err := s.reached(ctx, tx, Amend, record); err != nil {
		return Proposal{}, false, err
	}
	now, err := k.get(ctx, tx, access.All(), s.Definition.ID, record, true)
	if err != nil {
		return Proposal{}, false, err
	}
	mine, err := k.wishes(ctx, tx, s, record, s.Actor.Account)
	if err != nil {
		return Proposal{}, false, err
	}
	for _, p := range mine {
		if value, of := p.Values[field]; of && len(p.Values) == 1 && p.Seen == now.Version {
			return p, false, k.wishAgain(ctx, tx, s, p, map[string]any{field: do(slices.Clone(f.files(value)))})
		}
	}
	all, _ := now.Values[field].([]File)
	p, err = k.Propose(ctx, tx, s, Amend, "", record, now.Version, map[string]any{field: do(slices.Clone(all))})
	return p, true, err
}

// wishAgain writes other values into a proposal that waits.
func (k *Keeper) wishAgain(ctx context.Context, tx *db.Tx, s Standing, p Proposal, values map[string]any) error {
	p.Values = values
	if _, err := k.proposable(ctx, tx, s, p); err != nil {
		return err
	}
	raw, err := json.Marshal(values)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE registers_proposals SET values_sealed = $2 WHERE id = $1`,
		p.ID, k.keys.SealText("registers_proposals", proposalText, p.ID, string(raw))); err != nil {
		return err
	}
	return audit.Record(ctx, tx, s.Actor, AuditProposed, p.Register+"/"+p.ID)
}

// maxWishes bounds the waiting proposals of one record that are looked at.
const maxWishes = 100

// wishes returns the waiting changes of a record in reach: all of them to who may
// decide, the own ones to others. Account, where it is given, holds them to one author.
func (k *Keeper) wishes(ctx context.Context, q db.Querier, s Standing, record, account string) ([]Proposal, error) {
	where, args := s.proposals(false, []any{record, s.Definition.ID, Waiting, string(Amend), maxWishes})
	if account != "" {
		args = append(args, account)
		where += " AND proposed_by = " + mark(args)
	}
	return db.All(ctx, q, func(r db.Row) (Proposal, error) { return k.scanProposal(r) },
		`SELECT `+proposalColumns+` FROM registers_proposals WHERE record = $1 AND register = $2 AND state = $3 AND act = $4 AND `+where+` ORDER BY id LIMIT $5`, args...)
}

// Wished is a file that somebody has proposed for a field of a record.
type Wished struct {
	File

	Proposal string
}

// WishedFiles returns what waiting proposals in reach would give a field of a
// record, beyond what it has.
func (k *Keeper) WishedFiles(ctx context.Context, q db.Querier, s Standing, record, field string) (all []Wished, err error) {
	defer errs.Wrap(&err, "proposed files of record %s of register %s", record, s.Definition.ID)

	f, ok := s.Definition.Field(field)
	if !ok || !s.Definition.Approval {
		return nil, nil
	}
	waiting, err := k.wishes(ctx, q, s, record, "")
	if err != nil {
		return nil, err
	}
	for _, p := range waiting {
		for _, one := range f.files(p.Values[field]) {
			if !slices.ContainsFunc(all, func(w Wished) bool { return w.ID == one.ID }) {
				all = append(all, Wished{one, p.ID})
			}
		}
	}
	return all, nil
}

// files reads the files of a value, however it came.
func (f Field) files(v any) []File {
	if v == nil {
		return nil
	}
	all, _ := f.Kept(v).([]File)
	return all
}
