// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

const (
	maxEntries = 10_000 // of a catalogue that are read at once
	maxAdded   = 1_000  // entries of one call
	// EveryDay asks for entries whenever they hold.
	EveryDay = "all"
)

// Catalogue returns a register that is a shared list of codes, as the actor may use it.
func (s *Service) Catalogue(ctx context.Context, actor identity.Actor, name string) (st registers.Standing, err error) {
	defer errs.Wrap(&err, "open a catalogue")

	if st, err = s.keeper.Stand(ctx, s.db, actor, text.Line(name)); err != nil {
		return st, err
	}
	if st.Definition.Codes == nil {
		return st, registers.ErrUnknown.With("register", name)
	}
	return st, nil
}

// Entries returns the entries of a catalogue that hold on a day (2026-11-21, empty
// for today, or EveryDay), in the order in which they were added, after a page of at
// most limit; 0: all of them. Next is empty where there are no more.
func (s *Service) Entries(ctx context.Context, actor identity.Actor, name, day, after string, limit int) (rows []map[string]any, next string, err error) {
	defer errs.Wrap(&err, "list a catalogue")

	st, err := s.Catalogue(ctx, actor, name)
	if err != nil {
		return nil, "", err
	}
	if day == "" {
		day = s.db.Now().In(clock.Vietnam()).Format(time.DateOnly)
	}
	if _, err := time.Parse(time.DateOnly, day); err != nil && day != EveryDay {
		return nil, "", errs.BadInput([]errs.Field{{Name: "day", Code: "registers.value.date"}})
	}
	ask := registers.Ask{After: text.Line(after), Limit: 200}
	if limit > 0 {
		ask.Limit = limit
	}
	for rows = []map[string]any{}; ; {
		p, err := s.keeper.Find(ctx, s.db, st, ask)
		if err != nil {
			return nil, "", err
		}
		for _, r := range p.Records {
			if day == EveryDay || holds(st.Definition.Codes, r.Values, day) {
				rows = append(rows, registers.Plain(r.Values))
			}
		}
		if ask.After = p.Next; p.Next == "" || limit > 0 || len(rows) >= maxEntries {
			return rows, p.Next, nil
		}
	}
}

// holds reports whether an entry holds on a day: from its first to the one before
// that on which it no longer does.
func holds(c *registers.Codes, values map[string]any, day string) bool {
	from, _ := values[c.From].(string)
	until, _ := values[c.Until].(string)
	return from <= day && (until == "" || day < until)
}

// EntryError says why entries were not added: which of them, and what is wrong.
type EntryError struct {
	Record int    // from 1
	Words  string // English, as the national description has them
}

// Error implements error.
func (e *EntryError) Error() string { return fmt.Sprintf("Record %d: %s", e.Record, e.Words) }

// AddEntries adds entries to a catalogue, all or none, for the unit of the actor. What
// is wrong with one is an *EntryError.
func (s *Service) AddEntries(ctx context.Context, actor identity.Actor, name string, entries []map[string]any) (added int, err error) {
	st, err := s.Catalogue(ctx, actor, name)
	if err != nil {
		return 0, err
	}
	places := st.Places(registers.Add)
	if len(places) == 0 {
		return 0, access.ErrNotAllowed
	}
	unit := places[0].Unit
	if slices.ContainsFunc(places, func(p identity.Place) bool { return p.Unit == actor.Unit }) {
		unit = actor.Unit
	}
	if len(entries) > maxAdded {
		return 0, errs.BadInput([]errs.Field{{Name: "body", Code: "registers.value.too_many"}})
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		for i, values := range entries {
			_, err := s.keeper.Enter(ctx, tx, st, unit, values)
			if words := entryWords(st, values, err); words != "" {
				return &EntryError{i + 1, words}
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return len(entries), err
}

// entryWords says what is wrong with an entry; empty where nothing is, or where it
// is no fault of the entry.
func entryWords(st registers.Standing, values map[string]any, err error) string {
	code := fmt.Sprint(values[st.Definition.Codes.Code])
	if errors.Is(err, registers.ErrDuplicate) {
		return code + " is duplicate"
	}
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Kind != errs.Invalid {
		return ""
	}
	var all []string
	for _, f := range e.Fields {
		switch short := strings.TrimPrefix(f.Code, "registers.value."); short {
		case "taken":
			return code + " is duplicate"
		default:
			all = append(all, f.Name+" is "+strings.ReplaceAll(short, "_", " "))
		}
	}
	return strings.Join(all, ", ")
}
