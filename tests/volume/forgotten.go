// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package volume

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"tinhso.vn/internal/platform/db"
)

// forgotten reports tables in which something of the shapes stands that is neither
// multiplied nor left out with a reason.
func forgotten(ctx context.Context, d *sql.DB, database string, shapes []*shape) (wrong error) {
	own, known := map[string]bool{}, leftOut()
	for _, s := range shapes {
		for _, one := range s.ids {
			own[one] = true
		}
	}
	for _, h := range tree() {
		known[h.table] = "multiplied"
	}
	query := `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'`
	if db.IsPostgres(database) {
		query = `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`
	}
	tables, err := readAll(ctx, d, `(`+query+`) t`)
	if err != nil {
		return err
	}
	for _, t := range tables {
		name := t.text("name")
		if known[name] != "" || strings.HasPrefix(name, "search_") || strings.HasPrefix(name, "reg") || strings.HasPrefix(name, "sqlite_") {
			continue // the index of the search is made anew, registers are no part of dossiers
		}
		lines, err := readAll(ctx, d, `"`+name+`"`)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if id := firstOf(lines, own); id != "" {
			wrong = errors.Join(wrong, fmt.Errorf("%s speaks of %s: it is to be multiplied, or left out with a reason", name, id))
		}
	}
	return wrong
}

func firstOf(lines []line, own map[string]bool) string {
	ids := uuid()
	for _, l := range lines {
		for _, c := range l.cells {
			said, _ := c.(string)
			for _, id := range ids.FindAllString(said, -1) {
				if own[id] {
					return id
				}
			}
		}
	}
	return ""
}
