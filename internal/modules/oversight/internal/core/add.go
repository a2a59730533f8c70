// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// MaxTitle is how many characters a title may have.
const MaxTitle = 200

// Draft is what a person sends to add an entry.
type Draft struct{ Unit, Title string }

// Check reports every problem at once, in the order of the form.
func (d Draft) Check() (fields []errs.Field) {
	if strings.TrimSpace(d.Unit) == "" {
		fields = append(fields, errs.Field{Name: "unit", Code: "oversight.unit_missing"})
	}
	switch n := utf8.RuneCountInString(text.NFC(d.Title)); {
	case strings.TrimSpace(d.Title) == "":
		fields = append(fields, errs.Field{Name: "title", Code: "oversight.title_missing"})
	case n > MaxTitle:
		fields = append(fields, errs.Field{Name: "title", Code: "oversight.title_long", Args: map[string]any{"max": MaxTitle}})
	}
	return fields
}

// Add adds an entry to a unit in which the actor may do so.
func (s *Service) Add(ctx context.Context, actor identity.Actor, d Draft) (_ oversight.ID, err error) {
	defer errs.Wrap(&err, "add to oversight")

	scope, err := access.Require(actor, oversight.PermAdd)
	if err != nil {
		return "", err
	}
	if fields := d.Check(); len(fields) > 0 {
		return "", errs.BadInput(fields)
	}
	added := oversight.ID(id.New())
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		e := oversight.Entry{ID: added, Unit: d.Unit, Title: strings.TrimSpace(text.NFC(d.Title)), At: tx.Now}
		if err := s.store.Insert(ctx, tx, e); err != nil {
			return err
		}
		// Read it back in scope: an entry for somebody else's unit is undone.
		if _, err := s.store.Get(ctx, tx, scope, added); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, oversight.AuditAdded, string(added))
	})
	if err != nil {
		return "", err
	}
	return added, nil
}
