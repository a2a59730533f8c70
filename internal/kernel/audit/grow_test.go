// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"fmt"
	"math/bits"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

func sets() []db.Migrations { return []db.Migrations{Migrations()} }

// An append to a log of ten million reads as many nodes as the tree is high: of
// all the tree only its frontier is there, so that any other read would fail.
func TestAnAppendToTenMillionReadsTheFrontier(t *testing.T) {
	t.Parallel()
	const size, more = 10_000_000, 64
	high := bits.Len64(size)
	dbtest.Each(t, sets(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		write := func(f func(tx *db.Tx) error) {
			t.Helper()
			if err := d.Write(ctx, f); err != nil {
				t.Fatal(err)
			}
		}
		write(func(tx *db.Tx) error {
			begin := int64(0)
			for level := high; level >= 0; level-- { // one complete subtree for each bit
				if width := int64(1) << level; size&width != 0 {
					h := tlog.RecordHash([]byte(fmt.Sprint(level)))
					if _, err := tx.Exec(ctx, `INSERT INTO audit_nodes (level, n, hash) VALUES ($1, $2, $3)`, level, begin>>level, h.String()); err != nil {
						return err
					}
					begin += width
				}
			}
			return nil
		})
		for n := int64(size); n < size+more; n++ {
			write(func(tx *db.Tx) error {
				r := row{ID: fmt.Sprintf("r%d", n)}
				if _, err := tx.Exec(ctx, `INSERT INTO audit_records (id, at, actor, event, subject, unit, purpose, salt)
					VALUES ($1, 1, '', '', '', '', '', '')`, r.ID); err != nil {
					return err
				}
				nodes := newNodes(ctx, tx)
				if err := place(ctx, tx, nodes, r, n); err != nil {
					return err
				}
				if _, err := tlog.TreeHash(n+1, nodes); err != nil {
					return err
				}
				if nodes.read > high {
					t.Errorf("leaf %d: %d nodes were read, the tree is %d high", n, nodes.read, high)
				}
				return nil
			})
		}
	})
}

// Leaves of before a record could name a person stay what they were.
func TestTheLeafOfAnOldRecordIsTheSame(t *testing.T) {
	t.Parallel()
	r := row{ID: "i", At: 5, Actor: "a", Event: "x.read", Subject: "s", Unit: "u", Purpose: "own", Salt: "z", Seq: 3, Erased: "e"}
	got, err := r.leaf()
	if want := tlog.RecordHash([]byte(`{"ID":"i","Actor":"a","Event":"x.read","Subject":"s","Unit":"u","Purpose":"own","Salt":"z","At":5}`)); err != nil || got != want {
		t.Errorf("got %s, %v", got, err)
	}
	r.About = "p"
	if named, err := r.leaf(); err != nil || named == got {
		t.Errorf("the person is no part of the leaf, %v", err)
	}
}

// Whoever asks who read their data is answered from their own records.
func TestReadingsOfAPersonUseAnIndex(t *testing.T) {
	t.Parallel()
	const many = `INSERT INTO audit_records (id, at, actor, event, subject, unit, purpose, salt, about)
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
		SELECT 'r' || CAST(100000 + i AS TEXT), i, 'a' || CAST(i % 50 AS TEXT), 'x.read', 'd' || CAST(i % 4000 AS TEXT), 'u', 'handling', '',
		CASE WHEN i % 2 = 0 THEN 'p' || CAST(i % 2000 AS TEXT) ELSE '' END FROM n`
	dbtest.Each(t, sets(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		if err := d.Write(ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, many); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `ANALYZE`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		of := Of{Person: "p4", Subjects: []string{"d4", "d5", "d6"}}
		f := Filter{Of: of, Readers: true, Not: "a9", Purpose: "handling"}
		found, err := List(ctx, d, f, "", 50)
		if err != nil || len(found) != 10+5+5+5-5 { // of p4 there are ten, five of them with d4
			t.Errorf("%d readings, %v", len(found), err)
		}
		for _, e := range found {
			if e.About != "p4" && e.Subject != "d5" && e.Subject != "d6" && e.Subject != "d4" {
				t.Errorf("%+v", e)
			}
		}
		for name, f := range map[string]Filter{"a person": f, "the person only": {Of: Of{Person: "p4"}, Readers: true}, "an official": {Actor: "a9", Readers: true}} {
			text, args := listQuery(f, "", 50)
			lines := explain(t, d, text, args)
			if whole := d.Dialect().Pick("SCAN audit_records", "Seq Scan on audit_records"); strings.Contains(lines, whole) {
				t.Errorf("%s:\n%s", name, lines)
			}
		}
	})
}

func explain(t *testing.T, d *db.DB, text string, args []any) string {
	t.Helper()
	return strings.Join(dbtest.Plan(t, d, text, args...), "\n")
}
