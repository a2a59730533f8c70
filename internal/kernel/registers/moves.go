// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// What can go wrong with moves.
var (
	ErrNoMove    = errs.New(errs.NotFound, "registers.move_unknown")
	ErrNotFrom   = errs.New(errs.Conflict, "registers.move_not_from") // the record is in another state; state
	ErrSameWrote = errs.New(errs.Forbidden, "registers.move_same_person")
)

// Moved is one move of a record that was made.
type Moved struct {
	Version  int64 // of the record once it was moved
	Move     string
	From, To string
	By       string // account
	At       db.Time
	Reason   string
}

// MayMove returns the moves that lead on from where a record is and that a right
// of the actor allows, in the order of the file. Whether it must be another
// person is told when it is tried.
func (k *Keeper) MayMove(ctx context.Context, q db.Querier, s Standing, rec Record) (moves []Move, err error) {
	defer errs.Wrap(&err, "moves of record %s", rec.ID)

	state, shown := rec.Values[LifeKey].(string)
	if s.Definition.Life == nil || !shown {
		return nil, nil
	}
	which, err := s.reached(ctx, q, View, rec.ID)
	if err != nil {
		return nil, err
	}
	for _, m := range s.Definition.Life.Moves {
		if slices.Contains(m.From, state) && s.mayMove(which, m) {
			moves = append(moves, m)
		}
	}
	return moves, nil
}

// mayMove reports whether one of the rights that reach a record is to make a move.
func (s Standing) mayMove(which through, m Move) bool {
	for i, h := range s.Holds {
		if which&(1<<i) != 0 && slices.Contains(m.May, h.ID) {
			return true
		}
	}
	return false
}

// Move brings a record that is still at the version the actor has seen from its
// state to another. Values are those of fields that the move asks for. It is one
// act: one version, one row of the history, one of the audit log.
func (k *Keeper) Move(ctx context.Context, tx *db.Tx, s Standing, record string, seen int64, move, reason string, values map[string]any) (version int64, err error) {
	defer errs.Wrap(&err, "move record %s of register %s", record, s.Definition.ID)

	d, err := k.forWriting(ctx, tx, s.Definition.ID)
	if err != nil {
		return 0, err
	}
	if d.Version != s.Definition.Version { // the rights of another file
		if s, err = k.Stand(ctx, tx, s.Actor, d.ID); err != nil {
			return 0, err
		}
	}
	m, ok := d.move(move)
	if !ok {
		return 0, ErrNoMove
	}
	which, err := s.reached(ctx, tx, View, record)
	if err != nil {
		return 0, err
	}
	if !s.mayMove(which, m) {
		return 0, access.ErrNotAllowed
	}
	old, err := k.take(ctx, tx, access.All(), d, record, seen)
	if err != nil {
		return 0, err
	}
	from := old.life()
	if !slices.Contains(m.From, from) {
		return 0, ErrNotFrom.With("state", from)
	}
	if m.Other {
		if err := k.another(ctx, tx, d, old, s.Actor); err != nil {
			return 0, err
		}
	}
	parsed, err := k.passage(ctx, tx, s, d, which, old, m, reason, values)
	if err != nil {
		return 0, err
	}
	if err := k.put(ctx, tx, s.Actor, d, old, parsed); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO registers_moves (register, record, version, move, from_state, to_state, moved_by, moved_at, reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, d.ID, record, old.Version+1, m.ID, from, m.To, s.Actor.Account, tx.Now, reason); err != nil {
		return 0, err
	}
	return old.Version + 1, audit.Record(ctx, tx, s.Actor, AuditMoved, d.ID+"/"+record+" "+m.ID)
}

// life is the state of a record as it is stored.
func (l loaded) life() string {
	state, _ := l.raw["f_"+LifeKey].(string)
	return state
}

// passage checks what a move asks for and returns the values that it writes.
func (k *Keeper) passage(ctx context.Context, tx *db.Tx, s Standing, d Definition, which through, old loaded, m Move, reason string, values map[string]any) (map[string]any, error) {
	for key := range values {
		if !slices.Contains(m.Asks, key) {
			return nil, errs.BadInput([]errs.Field{{Name: key, Code: "registers.value.unknown"}})
		}
	}
	if err := s.foreign(which, values); err != nil {
		return nil, err
	}
	if err := k.mayPoint(ctx, tx, s, values); err != nil {
		return nil, err
	}
	parsed, merged, problems, err := k.merged(d, old, values)
	if err != nil {
		return nil, err
	}
	wrong := map[string]bool{}
	for _, p := range problems {
		wrong[p.Name] = true
	}
	for _, key := range m.Asks {
		if f, _ := d.Field(key); merged[key] == nil && !wrong[key] {
			problems = append(problems, f.problem("required"))
		}
	}
	switch n := utf8.RuneCountInString(reason); {
	case m.Reason && strings.TrimSpace(reason) == "":
		problems = append(problems, errs.Field{Name: "reason", Code: "registers.value.move_reason"})
	case n > maxReason:
		problems = append(problems, errs.Field{Name: "reason", Code: "registers.value.move_reason_long", Args: map[string]any{"max": maxReason}})
	}
	parsed[LifeKey], merged[LifeKey] = m.To, m.To
	_, err = k.judge(ctx, tx, d, old.ID, parsed, merged, problems)
	return parsed, err
}

// another refuses who has added, changed or moved a record since another person
// last had to look at it: nobody approves what they wrote.
func (k *Keeper) another(ctx context.Context, tx *db.Tx, d Definition, old loaded, actor identity.Actor) error {
	marks, args := []string{}, []any{d.ID, old.ID}
	for _, m := range d.Life.Moves {
		if m.Other {
			args = append(args, m.ID)
			marks = append(marks, mark(args))
		}
	}
	var since int64
	if err := tx.QueryRow(ctx, `SELECT COALESCE(MAX(version), 0) FROM registers_moves WHERE register = $1 AND record = $2 AND move IN (`+
		strings.Join(marks, ", ")+`)`, args...).Scan(&since); err != nil {
		return err
	}
	if since == 0 && old.CreatedBy == actor.Account {
		return ErrSameWrote
	}
	var n int
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM `+ident(d.history())+` WHERE id = $1 AND version >= $2 AND changed_by = $3`,
		old.ID, since, actor.Account).Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return ErrSameWrote
	}
	return nil
}

// locked tells which of the values would change a field that the state of the
// record locks.
func (k *Keeper) locked(d Definition, old loaded, parsed map[string]any) (problems []errs.Field, err error) {
	state, ok := d.State(old.life())
	if !ok {
		return nil, nil
	}
	for _, f := range d.Visible() {
		now, named := parsed[f.Key]
		if !named || !state.locks(f.Key) || !f.Entered() {
			continue
		}
		before, err := value(k.keys, d, f, old.ID, old.raw)
		if err != nil {
			return nil, err
		}
		if !reflect.DeepEqual(before, now) {
			problems = append(problems, f.problem("locked"))
		}
	}
	return problems, nil
}

// Open returns the fields that can be changed in the state that a record is in.
func (d Definition) Open(rec Record, fields []Field) []Field {
	id, _ := rec.Values[LifeKey].(string)
	state, ok := d.State(id)
	return slices.DeleteFunc(slices.Clone(fields), func(f Field) bool { return !f.Entered() || ok && state.locks(f.Key) })
}

// Moves returns the moves that a record has made, the latest first, for those who
// see where it stands.
func (k *Keeper) Moves(ctx context.Context, q db.Querier, s Standing, record string) (all []Moved, err error) {
	defer errs.Wrap(&err, "moves of record %s", record)

	if s.Definition.Life == nil {
		return nil, nil
	}
	which, err := s.reached(ctx, q, View, record)
	if err != nil || !s.shows(which, LifeKey) {
		return nil, err
	}
	return db.All(ctx, q, func(r db.Row) (m Moved, err error) {
		err = r.Scan(&m.Version, &m.Move, &m.From, &m.To, &m.By, &m.At, &m.Reason)
		return m, err
	}, `SELECT version, move, from_state, to_state, moved_by, moved_at, reason FROM registers_moves WHERE register = $1 AND record = $2
		ORDER BY version DESC LIMIT $3`, s.Definition.ID, record, pastLimit)
}

// inStates narrows a right to the states that it is for.
func (h Hold) inStates(cond string, args []any) (string, []any) {
	if len(h.States) == 0 {
		return cond, args
	}
	in, args := among(ident("f_"+LifeKey), h.States, args)
	return "(" + cond + " AND " + in + ")", args
}

// lifecycle adds what changes in the life cycle. Records that are older than it
// get a state.
func (p *Plan) lifecycle() {
	was, is := p.old.Life, p.def.Life
	if is == nil || reflect.DeepEqual(stripped(was), stripped(is)) {
		return
	}
	c := Change{Kind: Relabel, Label: p.def.Title, Aspect: "life", From: told(was), To: told(is)}
	if was == nil && p.Rows > 0 {
		c.RowCount = p.Rows
		c.SQL = []string{`UPDATE ` + ident(p.def.Table()) + ` SET ` + ident("f_"+LifeKey) + ` = '` + is.existing() + `' WHERE ` + ident("f_"+LifeKey) + ` IS NULL`}
	}
	p.add(c)
}

// stripped is a life cycle without the lines of its file.
func stripped(l *Life) *Life {
	if l == nil {
		return nil
	}
	c := *l
	c.States, c.Moves = slices.Clone(l.States), slices.Clone(l.Moves)
	for i := range c.States {
		c.States[i].line = 0
	}
	for i := range c.Moves {
		c.Moves[i].line = 0
	}
	return &c
}

// told is a life cycle in a plan: each move with who makes it.
func told(l *Life) string {
	if l == nil {
		return "–"
	}
	var all []string
	for _, m := range l.Moves {
		all = append(all, fmt.Sprintf("%s: %s → %s (%s)", m.ID, strings.Join(m.From, ", "), m.To, strings.Join(m.May, ", ")))
	}
	return some(all)
}

// allStates are the states of two life cycles.
func allStates(some ...*Life) []string {
	known := map[string]bool{}
	for _, l := range some {
		if l == nil {
			continue
		}
		for _, s := range l.States {
			known[s.ID] = true
		}
	}
	return slices.Sorted(maps.Keys(known))
}
