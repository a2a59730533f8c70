// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// kept is a service with a log of n acts of a1, the last of them not sealed.
func kept(t *testing.T, d *db.DB, n int) *Service {
	t.Helper()
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "audit.key")
	signer, err := audit.LoadSigner(path)
	if err != nil {
		t.Fatal(err)
	}
	key, err := audit.LoadVerifier(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if err := d.Write(ctx, func(tx *db.Tx) error {
			return audit.Record(ctx, tx, identity.NewActor("a1", "p1"), "x.done", string(rune('a'+i)))
		}); err != nil {
			t.Fatal(err)
		}
		if i < n-1 {
			if _, _, err := audit.Sequence(ctx, d, "one", signer); err != nil {
				t.Fatal(err)
			}
		}
	}
	return New(Deps{DB: d, Key: key})
}

func withLog(t *testing.T, n int, f func(t *testing.T, s *Service)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{audit.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		t.Helper()
		f(t, kept(t, d, n))
	})
}

func TestOwnActsAndTheirReceipts(t *testing.T) {
	t.Parallel()
	withLog(t, 24, func(t *testing.T, s *Service) {
		ctx := t.Context()
		me, other := identity.NewActor("a1", "p1"), identity.NewActor("a2", "p2")
		acts, more, err := s.Acts(ctx, me, "")
		if err != nil || len(acts) != PageSize || !more || acts[0].Leaf != -1 {
			t.Fatalf("%d acts, more %v, %v", len(acts), more, err)
		}
		rest, more, err := s.Acts(ctx, me, acts[len(acts)-1].ID)
		if err != nil || len(rest) != 4 || more {
			t.Errorf("the rest: %d, more %v, %v", len(rest), more, err)
		}
		if none, _, err := s.Acts(ctx, other, ""); err != nil || len(none) != 0 {
			t.Errorf("somebody else sees %d acts, %v", len(none), err)
		}
		if _, _, err := s.Acts(ctx, identity.Actor{}, ""); !errors.Is(err, access.ErrSignInNeeded) {
			t.Errorf("nobody: %v", err)
		}
		r, err := s.Receipt(ctx, me, acts[3].ID)
		if err != nil {
			t.Fatal(err)
		}
		for who, want := range map[*identity.Actor]error{&other: audit.ErrNoRecord, {}: access.ErrSignInNeeded} {
			if _, err := s.Receipt(ctx, *who, acts[3].ID); !errors.Is(err, want) {
				t.Errorf("%v: %v, want %v", who.Account, err, want)
			}
		}
		if _, err := s.Receipt(ctx, me, acts[0].ID); !errors.Is(err, audit.ErrWaiting) {
			t.Errorf("not sealed: %v", err)
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"", s.PublicKey(), " " + s.PublicKey() + "\n"} {
			c, err := s.CheckReceipt(text, key)
			if err != nil || c.Record.ID != acts[3].ID || c.Size != 23 {
				t.Errorf("with key %q: %+v, %v", key, c, err)
			}
		}
		strange := kept(t, s.DB, 1)
		for name, tt := range map[string]struct {
			text, key string
			want      error
		}{
			"nothing":        {" ", "", proofs.ErrNoReceipt},
			"no receipt":     {"{}", "", audit.ErrShape},
			"no key":         {string(text), "x", audit.ErrKey},
			"another key":    {string(text), strange.PublicKey(), audit.ErrSignature},
			"another record": {strings.Replace(string(text), "x.done", "x.gone", 1), "", audit.ErrNotIncluded},
		} {
			if _, err := s.CheckReceipt([]byte(tt.text), tt.key); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v, want %v", name, err, tt.want)
			}
		}
	})
}

func TestTheLogIsPaged(t *testing.T) {
	t.Parallel()
	withLog(t, 24, func(t *testing.T, s *Service) {
		ctx := t.Context()
		first, err := s.Log(ctx, 0)
		if err != nil || len(first.Checkpoints) != PageSize || !first.More || first.Head.Size != 23 || first.Head.Waiting != 1 {
			t.Fatalf("%+v, %v", first.Head, err)
		}
		rest, err := s.Log(ctx, first.Checkpoints[PageSize-1].Size)
		if err != nil || len(rest.Checkpoints) != 3 || rest.More {
			t.Errorf("the rest: %d, %v", len(rest.Checkpoints), err)
		}
		newest, err := s.Checkpoint(ctx, 0)
		if err != nil || newest.Size != 23 {
			t.Errorf("the newest: %+v, %v", newest, err)
		}
		old, err := s.Checkpoint(ctx, 7)
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.Consistency(ctx, 7, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := audit.CheckConsistency(p, old.Note, newest.Note, s.Key); err != nil {
			t.Error(err)
		}
	})
	dbtest.Each(t, []db.Migrations{audit.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s := New(Deps{DB: d})
		if _, err := s.Checkpoint(t.Context(), 0); !errors.Is(err, audit.ErrNoCheckpoint) {
			t.Errorf("an empty log: %v", err)
		}
		if _, err := s.Consistency(t.Context(), 1, 0); !errors.Is(err, audit.ErrNoCheckpoint) {
			t.Errorf("an empty log: %v", err)
		}
		if l, err := s.Log(t.Context(), 0); err != nil || l.Head.Size != 0 {
			t.Errorf("an empty log: %+v, %v", l, err)
		}
	})
}
