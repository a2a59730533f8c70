// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package volume

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/text"
)

// hang says by which column the rows of a table hang on rows of another.
type hang struct{ table, column, on string }

// tree is what is taken along of a dossier, parents first.
func tree() []hang {
	all := []hang{{"dossiers_dossiers", "id", ""}}
	for _, t := range []string{
		"papers", "history", "results", "requests", "supplements", "signatures", "tasks", "opinions", "notes", "motions",
		"revocations", "transfers", "facts", "steps", "erasures", "custody", "handings", "words", "demands", "handovers", "payings",
	} {
		all = append(all, hang{"dossiers_" + t, "dossier_id", "dossiers_dossiers"})
	}
	return append(all,
		hang{"dossiers_seen", "dossier", "dossiers_dossiers"},
		hang{"workflow_instances", "subject_id", "dossiers_dossiers"},
		hang{"workflow_tokens", "instance_id", "workflow_instances"},
		hang{"workflow_tasks", "instance_id", "workflow_instances"},
		hang{"workflow_timers", "instance_id", "workflow_instances"},
		hang{"workflow_history", "instance_id", "workflow_instances"},
		hang{"workflow_waits", "instance_id", "workflow_instances"},
		hang{"files_files", "subject_id", "dossiers_dossiers"},
		hang{"files_shown", "file_id", "files_files"},
		hang{"files_pictures", "file_id", "files_files"},
		hang{"files_usage", "owner", "dossiers_dossiers"},
		hang{"holdings_papers", "dossier_id", "dossiers_dossiers"},
		hang{"holdings_uses", "dossier_id", "dossiers_dossiers"},
	)
}

// leftOut are tables with rows about dossiers that are not multiplied, and why.
func leftOut() map[string]string {
	derived, passing := "made anew by the program after loading", "passes: the program removes it after days"
	return map[string]string{
		"audit_records":      "a leaf of the Merkle log is signed for where it stands; copies would be forgeries",
		"dossiers_counting":  "counted already: the figures are added up from the copied facts",
		"dossiers_figures":   "added up from the copied facts",
		"search_docs_a":      derived,
		"search_docs_b":      derived,
		"search_marks":       derived,
		"once_calls":         passing,
		"events_outbox":      passing,
		"jobs_queue":         passing,
		"notify_inbox":       passing,
		"notify_messages":    passing,
		"notify_digests":     passing,
		"connectors_lanes":   "of the messages of a shape, which are not said again",
		"connectors_outbox":  "was said to others about the shape alone",
		"connectors_calls":   "as connectors_outbox",
		"lifeevents_bundles": "what other agencies were told and said is theirs: copies would be lies",
		"lifeevents_legs":    "as lifeevents_bundles",
		"lifeevents_history": "as lifeevents_bundles",
		"satisfaction_asked": "who was asked how they were served is asked once",
		"payments_orders":    "money stays with the shapes: receipts are numbered without gaps, and closings add them up",
		"requests_requests":  passing,
		"requests_items":     passing,
		"identity_persons":   "owners are made for the copies, three dossiers to each",
		"persons_history":    "of the person, not of the dossier",
		"quality_failing":    derived,
		"registers_changes":  "of registers that dossiers feed",
		"statistics_reports": "a frozen report keeps what it said",
	}
}

// sealedAs says to which column a sealed text is bound; empty: it is not sealed. The table is its own.
func sealedAs(column string) string {
	if strings.HasSuffix(column, "_sealed") || column == "sealed_key" {
		return column
	}
	return ""
}

// line is a row of a table as it was found.
type line struct {
	table   string
	columns []string
	cells   []any
}

func (l line) text(column string) string {
	if i := slices.Index(l.columns, column); i >= 0 {
		s, _ := l.cells[i].(string)
		return s
	}
	return ""
}

func (l line) number(column string) int64 {
	if i := slices.Index(l.columns, column); i >= 0 {
		n, _ := l.cells[i].(int64)
		return n
	}
	return 0
}

// shape is a dossier as the use cases have left it.
type shape struct {
	lines     []line
	ids       []string // its own, the dossier's first
	hashes    []string // of its files
	owner     owner
	submitted int64 // microseconds
	ended     bool  // nothing is open any more
	first     calendar.Date
	last      calendar.Date // of everything that stands in it, what is due included
	latest    int64         // microseconds: the last moment
	plans     []plan        // how each line is copied
}

// owner is whose dossier it is.
type owner struct {
	id, kind, name, folded, number, phone string
}

// uuid is what ids look like.
func uuid() *regexp.Regexp {
	return regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)
}

// isTime reports whether a number is a moment: microseconds of this century.
func isTime(n int64) bool { return n > 1_500_000_000_000_000 && n < 3_000_000_000_000_000 }

// readWhere reads the rows of a table in which a column has one of some values.
func readWhere(ctx context.Context, d *sql.DB, table, column string, values []string) (all []line, err error) {
	for some := range slices.Chunk(values, 500) {
		lines, err := readAll(ctx, d, table+` WHERE `+column+` IN ('`+strings.Join(some, "', '")+`')`) // ids, read from the database
		if err != nil {
			return nil, err
		}
		for _, l := range lines {
			l.table = table
			all = append(all, l)
		}
	}
	return all, nil
}

// readAll reads all rows of a table.
func readAll(ctx context.Context, d *sql.DB, table string) (all []line, err error) {
	rows, err := d.QueryContext(ctx, `SELECT * FROM `+table)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		cells, to := make([]any, len(columns)), make([]any, len(columns))
		for i := range cells {
			to[i] = &cells[i]
		}
		if err := rows.Scan(to...); err != nil {
			return nil, err
		}
		for i, c := range cells {
			switch v := c.(type) {
			case []byte:
				cells[i] = string(v)
			case int32:
				cells[i] = int64(v)
			}
		}
		all = append(all, line{table, columns, cells})
	}
	return all, rows.Err()
}

// readShapes reads dossiers with all that hangs on them.
func readShapes(ctx context.Context, d *sql.DB, keys *crypt.Keys, dossiers []string) ([]*shape, error) {
	of := map[string]*shape{} // by every id of their own
	ids := map[string][]string{"": dossiers}
	var all []*shape
	for _, h := range tree() {
		lines, err := readWhere(ctx, d, h.table, h.column, ids[h.on])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", h.table, err)
		}
		for _, l := range lines {
			s := of[l.text(h.column)]
			if h.on == "" {
				s = &shape{submitted: l.number("submitted_at"), ended: l.number("finished_at") > 0}
				all = append(all, s)
			}
			if s == nil {
				continue // of something else
			}
			s.lines = append(s.lines, l)
			if own := l.text("id"); uuid().MatchString(own) && of[own] == nil {
				s.ids = append(s.ids, own)
				of[own] = s
				ids[h.table] = append(ids[h.table], own)
			}
			if h.table == "files_files" {
				s.hashes = append(s.hashes, l.text("sha256"))
			}
			if h.table == "workflow_instances" && l.text("state") == "running" {
				s.ended = false
			}
		}
	}
	all = slices.DeleteFunc(all, func(s *shape) bool {
		return slices.ContainsFunc(s.lines, func(l line) bool { return l.table == "dossiers_signatures" && l.text("state") == "open" })
	})
	for _, s := range all {
		if err := s.settle(keys); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// settle finds whose dossier it is, and from when to when it lived.
func (s *shape) settle(keys *crypt.Keys) error {
	d := s.lines[0]
	var party struct{ Kind, Name, Number, Phone string }
	plain, err := keys.OpenText("dossiers_dossiers", "owner_sealed", d.text("id"), d.text("owner_sealed"))
	if err == nil {
		err = json.Unmarshal([]byte(plain), &party)
	}
	if err != nil {
		return fmt.Errorf("owner of %s: %w", d.text("id"), err)
	}
	s.owner = owner{d.text("owner_id"), party.Kind, d.text("owner_name"), d.text("owner_folded"), party.Number, party.Phone}
	if s.owner.folded != text.Fold(s.owner.name) {
		return fmt.Errorf("owner of %s: folded as %q", d.text("id"), s.owner.folded)
	}
	s.first, s.last = calendar.On(time.UnixMicro(s.submitted)), calendar.On(time.UnixMicro(s.submitted))
	for _, l := range s.lines {
		for _, c := range l.cells {
			if n, ok := c.(int64); ok && isTime(n) {
				s.latest = max(s.latest, n)
				if on := calendar.On(time.UnixMicro(n)); on.Before(s.first) {
					s.first = on
				} else if s.last.Before(on) {
					s.last = on
				}
			}
		}
	}
	return nil
}

// weeks returns by how many weeks a shape can be moved so that it means the same: no
// holiday stood in its way, none stands where it comes, and it was over before now.
func (s *shape) weeks(special map[calendar.Date]bool, from, until time.Time) []int {
	plain := func(first, last calendar.Date) bool {
		for d := first; !last.Before(d); d = d.AddDays(1) {
			if special[d] {
				return false
			}
		}
		return true
	}
	all := []int{0}
	if !s.ended || !plain(s.first, s.last) {
		return all
	}
	for w := -3 * 53; w <= 53; w++ {
		first, last := s.first.AddDays(7*w), s.last.AddDays(7*w)
		if w != 0 && !first.At(0).Before(from) && time.UnixMicro(s.latest).AddDate(0, 0, 7*w).Before(until) && plain(first, last) {
			all = append(all, w)
		}
	}
	return all
}

// specials are the days that are not what their day of the week is.
func specials(c *calendar.Calendar, from, to calendar.Date) map[calendar.Date]bool {
	all := map[calendar.Date]bool{}
	for d := from; !to.Before(d); d = d.AddDays(1) {
		weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
		all[d] = c.Day(d).Works() == weekend
	}
	return all
}
