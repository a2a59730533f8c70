// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Version is what a record was from one moment to another, as it was known then.
// Personal fields are not in it.
type Version struct {
	Number      int64
	From, Until db.Time // Until zero: it is so now
	By          string  // account that wrote it
	Values      map[string]any
}

// HistoryView is a record with its versions, the latest first.
type HistoryView struct {
	RecordView

	Versions []Version
}

// Version returns one of the versions.
func (h HistoryView) Version(number int64) (Version, bool) {
	i := slices.IndexFunc(h.Versions, func(v Version) bool { return v.Number == number })
	if i < 0 {
		return Version{}, false
	}
	return h.Versions[i], true
}

// KnownAt returns the version that stood at a moment; false before the first
// that is known.
func (h HistoryView) KnownAt(at db.Time) (Version, bool) {
	i := slices.IndexFunc(h.Versions, func(v Version) bool { return !v.From.After(at.Time) })
	if i < 0 {
		return Version{}, false
	}
	return h.Versions[i], true
}

// History returns a record with what it was, each version with the fields that
// the rights which reach the record now show. It is for officials.
func (s *Service) History(ctx context.Context, actor identity.Actor, register, record string) (h HistoryView, err error) {
	defer errs.Wrap(&err, "read the history of a record")

	if h.RecordView, err = s.Record(ctx, actor, register, record); err != nil {
		return HistoryView{}, err
	}
	if !actor.Official() {
		return HistoryView{}, access.ErrNotAllowed
	}
	rec := h.Record
	h.Versions = []Version{{Number: rec.Version, From: rec.Updated, By: rec.UpdatedBy, Values: rec.Values}}
	for i, past := range h.RecordView.History {
		v := Version{Number: past.Version, From: rec.Created, Until: past.Until, By: rec.CreatedBy, Values: past.Values}
		if i+1 < len(h.RecordView.History) {
			before := h.RecordView.History[i+1]
			v.From, v.By = before.Until, before.ChangedBy
		} else if past.Version > 1 { // older ones are not read: when it began is not known
			v.From, v.By = past.Until, ""
		}
		h.Versions = append(h.Versions, v)
	}
	return h, nil
}

// Back returns what a record would get again from one of its versions: the fields
// that the actor may change, that are open in its state, are not personal, and
// differ from what they are now.
func (h HistoryView) Back(v Version) map[string]any {
	values := map[string]any{}
	for _, f := range h.Definition.Open(h.Record, h.Fields(registers.Amend)) {
		if !f.Withheld() && !registers.Same(h.Record.Values[f.Key], v.Values[f.Key]) {
			values[f.Key] = v.Values[f.Key]
		}
	}
	return values
}

// PutBack writes what a record was in one of its versions as a new version, if
// the record is still at the version that the actor has seen. Where another
// person must agree it becomes a proposal, whose id is returned.
func (s *Service) PutBack(ctx context.Context, actor identity.Actor, register, record string, seen, version int64) (proposal string, err error) {
	defer errs.Wrap(&err, "put a record back")

	h, err := s.History(ctx, actor, register, record)
	if err != nil {
		return "", err
	}
	if !h.Can(registers.Amend) {
		return "", access.ErrNotAllowed
	}
	then, ok := h.Version(version)
	if !ok {
		return "", registers.ErrNotFound
	}
	values := h.Back(then)
	if len(values) == 0 {
		return "", books.ErrNothing
	}
	if h.Definition.Approval {
		p, err := s.ProposeRecord(ctx, actor, register, Wish{Act: registers.Amend, Record: record, Seen: seen, Values: values})
		return p.ID, err
	}
	_, err = s.ChangeRecord(ctx, actor, register, record, seen, values)
	return "", err
}
