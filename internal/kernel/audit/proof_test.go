// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"encoding/json"
	"errors"
	"math/bits"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

const most = 70

// grown is a log that was sealed after each of its records.
type grown struct {
	world
	ids   []string
	notes []string // by size
}

func grow(t *testing.T, d *db.DB, n int) grown {
	t.Helper()
	g := grown{world: newWorld(t, d), notes: []string{""}}
	for range n {
		g.record(t, 1)
		g.notes = append(g.notes, g.sequence(t, "one"))
	}
	entries, err := audit.List(t.Context(), d, audit.Filter{}, "", n)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range slices.Backward(entries) {
		g.ids = append(g.ids, e.ID)
	}
	return g
}

func (g grown) receipt(t *testing.T, i int) audit.Receipt {
	t.Helper()
	r, err := audit.GetReceipt(t.Context(), g.d, g.ids[i], "a1")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// After every record, every record so far has a receipt that holds.
func TestEveryRecordIsProvedAtEverySize(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		w := newWorld(t, d)
		var ids []string
		for size := 1; size <= most; size++ {
			w.record(t, 1)
			w.sequence(t, "one")
			newest, err := audit.List(t.Context(), d, audit.Filter{}, "", 1)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, newest[0].ID)
			for i, id := range ids {
				r, err := audit.GetReceipt(t.Context(), d, id, "a1")
				if err != nil {
					t.Fatalf("record %d of %d: %v", i, size, err)
				}
				e, err := r.Check(w.pub)
				if err != nil || e.ID != id || e.Leaf != int64(i) || r.Proof.Size != int64(size) {
					t.Fatalf("record %d of %d: %+v, %v", i, size, e, err)
				}
				if most := bits.Len(uint(size)); len(r.Proof.Path) > most {
					t.Errorf("record %d of %d: %d hashes, more than %d", i, size, len(r.Proof.Path), most)
				}
			}
		}
	})
}

func TestEveryTwoCheckpointsAreProved(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		g := grow(t, d, most)
		for to := int64(1); to <= most; to++ {
			for from := int64(1); from <= to; from++ {
				p, err := audit.ConsistencyProof(t.Context(), d, from, to)
				if err != nil {
					t.Fatal(err)
				}
				if err := audit.CheckConsistency(p, g.notes[from], g.notes[to], g.pub); err != nil {
					t.Fatalf("%d to %d: %v", from, to, err)
				}
				if from < to {
					if err := audit.CheckConsistency(p, g.notes[from], g.notes[to-1], g.pub); err == nil && to-1 >= from {
						t.Fatalf("%d to %d: holds for another checkpoint", from, to)
					}
				}
			}
		}
		newest, err := audit.ConsistencyProof(t.Context(), d, 3, 0)
		if err != nil || newest.To != most {
			t.Errorf("to the newest: %+v, %v", newest, err)
		}
		for _, p := range []audit.Consistency{{From: 4, To: most, Path: newest.Path}, {From: 3, To: most - 1, Path: newest.Path}} {
			if err := audit.CheckConsistency(p, g.notes[3], g.notes[most], g.pub); !errors.Is(err, audit.ErrRewritten) {
				t.Errorf("a proof of %d and %d for others: %v", p.From, p.To, err)
			}
		}
	})
}

func TestReceiptsThatWereTamperedWith(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		g := grow(t, d, 13)
		other := newWorld(t, d)
		flip := func(path []string) []string { // the first hash is another
			path = slices.Clone(path)
			path[0] = strings.Map(func(r rune) rune {
				if r == 'A' {
					return 'B'
				}
				return 'A'
			}, path[0][:4]) + path[0][4:]
			return path
		}
		for name, tt := range map[string]struct {
			change func(*audit.Receipt)
			want   error
		}{
			"the payload":          {func(r *audit.Receipt) { r.Payload = strings.Replace(r.Payload, `"a1"`, `"a2"`, 1) }, audit.ErrNotIncluded},
			"the salt":             {func(r *audit.Receipt) { r.Payload = strings.Replace(r.Payload, `"Salt":"`, `"Salt":"A`, 1) }, audit.ErrNotIncluded},
			"another record":       {func(r *audit.Receipt) { r.Payload = g.receipt(t, 6).Payload }, audit.ErrNotIncluded},
			"another place":        {func(r *audit.Receipt) { r.Proof.Leaf++ }, audit.ErrNotIncluded},
			"before the first":     {func(r *audit.Receipt) { r.Proof.Leaf = -1 }, audit.ErrNotIncluded},
			"after the last":       {func(r *audit.Receipt) { r.Proof.Leaf = r.Proof.Size }, audit.ErrNotIncluded},
			"another size":         {func(r *audit.Receipt) { r.Proof.Size-- }, audit.ErrNotIncluded},
			"an older checkpoint":  {func(r *audit.Receipt) { r.Checkpoint = g.notes[12] }, audit.ErrNotIncluded},
			"a hash of the way":    {func(r *audit.Receipt) { r.Proof.Path = flip(r.Proof.Path) }, audit.ErrNotIncluded},
			"a shorter way":        {func(r *audit.Receipt) { r.Proof.Path = r.Proof.Path[1:] }, audit.ErrNotIncluded},
			"a longer way":         {func(r *audit.Receipt) { r.Proof.Path = append(slices.Clone(r.Proof.Path), r.Proof.Path[0]) }, audit.ErrNotIncluded},
			"an endless way":       {func(r *audit.Receipt) { r.Proof.Path = slices.Repeat(r.Proof.Path, 100) }, audit.ErrShape},
			"no hash":              {func(r *audit.Receipt) { r.Proof.Path = []string{"x"} }, audit.ErrShape},
			"the checkpoint":       {func(r *audit.Receipt) { r.Checkpoint = strings.Replace(r.Checkpoint, "\n13\n", "\n14\n", 1) }, audit.ErrSignature},
			"no checkpoint at all": {func(r *audit.Receipt) { r.Checkpoint = "13" }, audit.ErrSignature},
		} {
			r := g.receipt(t, 5)
			if _, err := r.Check(g.pub); err != nil {
				t.Fatal(err)
			}
			tt.change(&r)
			if _, err := r.Check(g.pub); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v, want %v", name, err, tt.want)
			}
		}
		if _, err := g.receipt(t, 5).Check(other.pub); !errors.Is(err, audit.ErrSignature) {
			t.Errorf("another key: %v", err)
		}
	})
}

// Somebody else's record is not there, and what has no checkpoint has no proof.
func TestReceiptsThatAreNotGiven(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		g := grow(t, d, 3)
		for _, who := range []string{"a2", ""} {
			if _, err := audit.GetReceipt(ctx, d, g.ids[0], who); !errors.Is(err, audit.ErrNoRecord) {
				t.Errorf("%q: %v", who, err)
			}
		}
		if _, err := audit.GetReceipt(ctx, d, "nothing", "a1"); !errors.Is(err, audit.ErrNoRecord) {
			t.Errorf("no record: %v", err)
		}
		g.record(t, 1)
		waiting, err := audit.List(ctx, d, audit.Filter{}, "", 1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := audit.InclusionProof(ctx, d, waiting[0].ID); !errors.Is(err, audit.ErrWaiting) {
			t.Errorf("waiting: %v", err)
		}
		for _, sizes := range [][2]int64{{0, 3}, {3, 2}, {-1, 3}, {4, 0}} {
			if _, err := audit.ConsistencyProof(ctx, d, sizes[0], sizes[1]); !errors.Is(err, audit.ErrSizes) {
				t.Errorf("%v: %v", sizes, err)
			}
		}
		if _, err := audit.ConsistencyProof(ctx, d, 1, 9); !errors.Is(err, audit.ErrNoCheckpoint) {
			t.Errorf("no such checkpoint: %v", err)
		}
	})
}

// A log that was rewritten and signed again with the same key does not begin
// with what somebody has kept.
func TestARewrittenLogIsNotConsistent(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		g := grow(t, d, 9)
		for _, q := range []string{
			`DELETE FROM audit_checkpoints`, `DELETE FROM audit_nodes`,
			`UPDATE audit_records SET actor = 'b' WHERE seq = 4`, `UPDATE audit_records SET seq = NULL`,
		} {
			g.exec(t, q)
		}
		newer := g.sequence(t, "one")
		for from, want := range map[int64]error{3: nil, 5: audit.ErrRewritten, 7: audit.ErrRewritten, 9: audit.ErrRewritten} {
			p, err := audit.ConsistencyProof(t.Context(), d, from, 9)
			if err != nil {
				t.Fatal(err)
			}
			if err := audit.CheckConsistency(p, g.notes[from], newer, g.pub); !errors.Is(err, want) {
				t.Errorf("from %d: %v, want %v", from, err, want)
			}
		}
	})
}

func TestCheckpointsArePaged(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		g := grow(t, d, 5)
		first, err := audit.ListCheckpoints(ctx, d, 0, 3)
		if err != nil || len(first) != 3 || first[0].Size != 5 || first[0].Note != g.notes[5] {
			t.Fatalf("%+v, %v", first, err)
		}
		rest, err := audit.ListCheckpoints(ctx, d, first[2].Size, 3)
		if err != nil || len(rest) != 2 || rest[1].Size != 1 {
			t.Errorf("%+v, %v", rest, err)
		}
		if c, err := audit.GetCheckpoint(ctx, d, 4); err != nil || c.Note != g.notes[4] {
			t.Errorf("%+v, %v", c, err)
		}
		if _, err := audit.GetCheckpoint(ctx, d, 6); !errors.Is(err, audit.ErrNoCheckpoint) {
			t.Errorf("%v", err)
		}
	})
}

func TestReceiptsAsJSON(t *testing.T) {
	t.Parallel()
	good := audit.Receipt{Format: audit.ReceiptFormat, Payload: `{"ID":"1"}`, Proof: audit.Proof{Size: 1, Path: []string{}}, Checkpoint: "x"}
	text, err := json.Marshal(good)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"format":"tinhso/audit/receipt/1","payload":"{\"ID\":\"1\"}","proof":{"leaf":0,"size":1,"path":[]},"checkpoint":"x"}`; string(text) != want {
		t.Errorf("got %s", text)
	}
	if got, err := audit.ParseReceipt(text); err != nil || got.Payload != good.Payload {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []string{"", "x", "[]", "{}", `{"format":"tinhso/audit/receipt/2","payload":"x","checkpoint":"x"}`} {
		if _, err := audit.ParseReceipt([]byte(bad)); !errors.Is(err, audit.ErrShape) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := audit.ParseVerifier("nothing"); !errors.Is(err, audit.ErrKey) {
		t.Errorf("a key of nothing: %v", err)
	}
}
