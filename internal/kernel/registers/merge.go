// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// What can go wrong with merges.
var (
	ErrMerged        = errs.New(errs.Conflict, "registers.merged_meanwhile") // into: the record that it became
	ErrBecame        = errs.New(errs.NotFound, "registers.became")           // into: the record that it has become
	ErrMergeSelf     = errs.New(errs.Invalid, "registers.merge_self")
	ErrMergeCodes    = errs.New(errs.Conflict, "registers.merge_codes")     // entries of a catalogue end, they are not merged
	ErrMergeApproval = errs.New(errs.Forbidden, "registers.merge_approval") // there, whoever merges may also approve
	ErrMergeMany     = errs.New(errs.Conflict, "registers.merge_many")      // most: references of other records
	ErrMergeKey      = errs.New(errs.Conflict, "registers.merge_key")       // register: two of its records would be the same
	ErrNoMerge       = errs.New(errs.NotFound, "registers.merge_not_found")
)

// maxTurned bounds the references that one merge turns.
const maxTurned = 2_000

// Merging is what somebody wants to make one of two records.
type Merging struct {
	Survivor, Loser         string
	SurvivorSeen, LoserSeen int64    // versions
	Take                    []string // fields whose values come from the loser
	Reason                  string
}

// Merged is a merge that was made.
type Merged struct {
	ID, Register, Survivor, Loser string
	Survived, Lost                int64 // versions that the two got
	Taken                         []string
	Reason, By                    string // By: account
	At                            db.Time
	UndoneBy                      string
	UndoneAt                      db.Time // zero: it stands
}

// Merge makes one record of two: the survivor keeps its values but for those
// fields that are taken from the loser, other records refer to it, and the loser
// leaves the register and leads to it. Both must be within reach of a right to
// merge, which shows the fields that are taken. It is one act.
func (k *Keeper) Merge(ctx context.Context, tx *db.Tx, s Standing, in Merging) (m Merged, err error) {
	defer errs.Wrap(&err, "merge records of register %s", s.Definition.ID)

	d, err := k.forWriting(ctx, tx, s.Definition.ID)
	if err != nil {
		return Merged{}, err
	}
	if d.Version != s.Definition.Version { // the rights of another file
		if s, err = k.Stand(ctx, tx, s.Actor, d.ID); err != nil {
			return Merged{}, err
		}
	}
	if err := in.check(d); err != nil {
		return Merged{}, err
	}
	two, err := k.mergeable(ctx, tx, s, in)
	if err != nil {
		return Merged{}, err
	}
	survivor, loser := two[in.Survivor], two[in.Loser]
	taken, err := k.takes(d, s, survivor, loser, in.Take)
	if err != nil {
		return Merged{}, err
	}
	m = Merged{
		ID: id.New(), Register: d.ID, Survivor: in.Survivor, Loser: in.Loser, Taken: in.Take, Reason: in.Reason, By: s.Actor.Account, At: tx.Now,
		Survived: survivor.Version + 1, Lost: loser.Version + 1,
	}
	if err := k.leave(ctx, tx, s, loser.loaded); err != nil { // what named it is free
		return Merged{}, err
	}
	parsed, merged, problems, err := k.merged(d, survivor.loaded, taken)
	if err != nil {
		return Merged{}, err
	}
	closed, err := k.locked(d, survivor.loaded, parsed)
	if err != nil {
		return Merged{}, err
	}
	if _, err = k.judge(ctx, tx, d, in.Survivor, parsed, merged, append(problems, closed...)); err != nil {
		return Merged{}, err
	}
	own := survivor.pointing(d, in.Loser)
	for _, f := range own {
		if _, chosen := parsed[f.Key]; !chosen && !f.Required { // nothing refers to itself
			parsed[f.Key] = nil
		}
	}
	if err := k.put(ctx, tx, s.Actor, d, survivor.loaded, parsed); err != nil {
		return Merged{}, err
	}
	if err := k.keepMerge(ctx, tx, m, own); err != nil {
		return Merged{}, err
	}
	if err := k.turn(ctx, tx, s, m); err != nil {
		return Merged{}, err
	}
	return m, audit.Record(ctx, tx, s.Actor, AuditMerged, d.ID+"/"+m.Survivor+" "+m.Loser)
}

func (in Merging) check(d Definition) error {
	switch {
	case in.Survivor == in.Loser:
		return ErrMergeSelf
	case d.Codes != nil:
		return ErrMergeCodes
	}
	switch n := utf8.RuneCountInString(in.Reason); {
	case strings.TrimSpace(in.Reason) == "":
		return errs.BadInput([]errs.Field{{Name: "reason", Code: "registers.value.merge_reason"}})
	case n > maxReason:
		return errs.BadInput([]errs.Field{{Name: "reason", Code: "registers.value.move_reason_long", Args: map[string]any{"max": maxReason}}})
	}
	return nil
}

// mergeable loads and locks both records, always in the same order. Who comes
// second is told that the record became another.
func (k *Keeper) mergeable(ctx context.Context, tx *db.Tx, s Standing, in Merging) (map[string]held, error) {
	two := map[string]held{}
	for _, one := range []struct {
		id   string
		seen int64
	}{{min(in.Survivor, in.Loser), 0}, {max(in.Survivor, in.Loser), 0}} {
		if one.seen = in.SurvivorSeen; one.id == in.Loser {
			one.seen = in.LoserSeen
		}
		which, err := s.reached(ctx, tx, Merge, one.id)
		if err == nil && s.Definition.Approval {
			if _, err = s.reached(ctx, tx, Approve, one.id); errors.Is(err, access.ErrNotAllowed) {
				return nil, ErrMergeApproval
			}
		}
		var old loaded
		if err == nil {
			old, err = k.take(ctx, tx, access.All(), s.Definition, one.id, one.seen)
		}
		if errors.Is(err, ErrNotFound) || errors.Is(err, ErrChanged) {
			for _, gone := range []string{in.Survivor, in.Loser} {
				if into, told := k.Into(ctx, tx, s, gone); told == nil && into != "" {
					return nil, ErrMerged.With("into", into)
				}
			}
		}
		if err != nil {
			return nil, err
		}
		two[one.id] = held{old, which}
	}
	return two, nil
}

// held is a record that is locked, with the rights to merge that reach it.
type held struct {
	loaded

	which through
}

// pointing are the references of a record to another of its register.
func (h held) pointing(d Definition, to string) (fields []Field) {
	for _, f := range d.Visible() {
		if v, _ := h.raw[f.base()].(string); f.Type == Reference && f.Register == d.ID && v == to {
			fields = append(fields, f)
		}
	}
	return fields
}

// takes are the values that come from the loser.
func (k *Keeper) takes(d Definition, s Standing, survivor, loser held, take []string) (map[string]any, error) {
	var problems []errs.Field
	taken := map[string]any{}
	for _, key := range take {
		f, ok := d.Field(key)
		if !ok || f.Hidden || !f.merges() || !s.shows(survivor.which, key) || !s.shows(loser.which, key) {
			problems = append(problems, errs.Field{Name: key, Code: "registers.value.unknown"})
			continue
		}
		v, err := value(k.keys, d, f, loser.ID, loser.raw)
		if err != nil {
			return nil, err
		}
		if to, _ := v.(string); f.Type == Reference && to == survivor.ID { // nothing refers to itself
			v = nil
		}
		taken[key] = v
	}
	return taken, errs.BadInput(problems)
}

// merges reports whether a merge chooses between two values of the field. Files
// belong to their record.
func (f Field) merges() bool { return f.Entered() && f.Type != Files }

func (k *Keeper) keepMerge(ctx context.Context, tx *db.Tx, m Merged, own []Field) error {
	raw, err := json.Marshal(m.Taken)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO registers_merges (id, register, survivor, loser, survived, lost, taken, reason, merged_by, merged_at, undone_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '')`, m.ID, m.Register, m.Survivor, m.Loser, m.Survived, m.Lost, string(raw), m.Reason, m.By, m.At); err != nil {
		return err
	}
	for _, f := range own {
		if err := keepRef(ctx, tx, m.ID, m.Register, m.Survivor, f.Key); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `INSERT INTO registers_twins (register, first, second, rules, state, decided_by, decided_at) VALUES ($1, $2, $3, '', $4, $5, $6)
		ON CONFLICT (register, first, second) DO UPDATE SET state = excluded.state, decided_by = excluded.decided_by, decided_at = excluded.decided_at`,
		m.Register, min(m.Survivor, m.Loser), max(m.Survivor, m.Loser), string(pairMerged), m.By, m.At)
	return err
}

func keepRef(ctx context.Context, tx *db.Tx, merge, register, record, field string) error {
	_, err := tx.Exec(ctx, `INSERT INTO registers_merge_refs (merge_id, register, record, field) VALUES ($1, $2, $3, $4)`, merge, register, record, field)
	return err
}

// turn makes all references to the loser point to the survivor, wherever they
// stand: what another register says of the one is said of the other.
func (k *Keeper) turn(ctx context.Context, tx *db.Tx, s Standing, m Merged) error {
	pointing, err := k.pointers(ctx, tx, m.Register)
	if err != nil {
		return err
	}
	turned := 0
	for _, p := range pointing {
		d, err := k.forWriting(ctx, tx, p.register)
		if err != nil {
			return err
		}
		f, ok := d.Field(p.field)
		if !ok || f.Hidden || f.Register != m.Register {
			continue
		}
		rows, err := db.All(ctx, tx, func(r db.Row) (loaded, error) { return scan(r, d.Fields) },
			`SELECT `+selected(d, d.Fields)+` FROM `+ident(d.Table())+` WHERE `+ident(f.base())+` = $1 AND state = $2 AND id <> $3 ORDER BY id LIMIT $4`+tx.ForUpdate(),
			m.Loser, StateActive, m.Survivor, maxTurned-turned+1)
		if err != nil {
			return err
		}
		if turned += len(rows); turned > maxTurned {
			return ErrMergeMany.With("most", maxTurned)
		}
		for _, row := range rows {
			err := k.put(ctx, tx, s.Actor, d, row, map[string]any{f.Key: m.Survivor})
			if errors.Is(err, ErrDuplicate) {
				return ErrMergeKey.With("register", d.Title).Because(err)
			}
			if err != nil {
				return err
			}
			if err := keepRef(ctx, tx, m.ID, d.ID, row.ID, f.Key); err != nil {
				return err
			}
		}
	}
	return nil
}

// pointer is a field of a register whose values are records of another.
type pointer struct{ register, field string }

// pointers are the fields that point to records of a register, by id or by code.
func (k *Keeper) pointers(ctx context.Context, q db.Querier, register string) (all []pointer, err error) {
	raws, err := db.All(ctx, q, db.Column[string], `SELECT a.definition FROM registers_definitions a
		WHERE NOT EXISTS (SELECT 1 FROM registers_definitions b WHERE b.id = a.id AND b.version > a.version) ORDER BY a.id`)
	if err != nil {
		return nil, err
	}
	for _, raw := range raws {
		if !strings.Contains(raw, `"register":"`+register+`"`) && !strings.Contains(raw, `"catalogue":"`+register+`"`) { // of most nothing points there
			continue
		}
		d, err := k.memory.definition(raw)
		if err != nil {
			return nil, err
		}
		for _, f := range d.Visible() {
			if f.Type == Reference && f.Register == register || f.Type == Code && f.Catalogue == register {
				all = append(all, pointer{d.ID, f.Key})
			}
		}
	}
	return all, nil
}

const mergeColumns = `m.id, m.register, m.survivor, m.loser, m.survived, m.lost, m.taken, m.reason, m.merged_by, m.merged_at, m.undone_by, m.undone_at`

func scanMerge(r db.Row) (m Merged, err error) {
	var taken string
	var undone *db.Time
	if err := r.Scan(&m.ID, &m.Register, &m.Survivor, &m.Loser, &m.Survived, &m.Lost, &taken, &m.Reason, &m.By, &m.At, &m.UndoneBy, &undone); err != nil {
		return m, err
	}
	if undone != nil {
		m.UndoneAt = *undone
	}
	return m, json.Unmarshal([]byte(taken), &m.Taken)
}

// Into returns the record that another has become, through all merges since, if
// the actor sees it; empty where there is none.
func (k *Keeper) Into(ctx context.Context, q db.Querier, s Standing, record string) (into string, err error) {
	defer errs.Wrap(&err, "find what record %s became", record)

	for seen := []string{}; !slices.Contains(seen, record); {
		seen = append(seen, record)
		next, err := db.All(ctx, q, db.Column[string], `SELECT survivor FROM registers_merges WHERE register = $1 AND loser = $2 AND undone_at IS NULL ORDER BY id DESC LIMIT 1`, s.Definition.ID, record)
		if err != nil {
			return "", err
		}
		if len(next) == 0 {
			break
		}
		record, into = next[0], next[0]
	}
	if into == "" {
		return "", nil
	}
	if _, err := s.reached(ctx, q, View, into); errors.Is(err, ErrNotFound) {
		return "", nil
	} else if err != nil {
		return "", err
	}
	return into, nil
}
