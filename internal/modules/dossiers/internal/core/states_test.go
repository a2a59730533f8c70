// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/dossiers/locales"
	"tinhso.vn/internal/platform/db/dbtest"
)

const drawnAt = "../../../../../docs/modules/dossiers-states.md"

// drawn is docs/modules/dossiers-states.md as the tables of the code draw it.
func drawn(p i18n.Printer) string {
	var b strings.Builder
	b.WriteString("# dossiers: the four state machines\n\nMade from `dossiers.Changes` and `dossiers.Moves` by `TestTheStatesAreDrawn`; edit those. The store refuses to write any other change.\n\n" +
		"## Business (national statuses 1 to 10)\n\n```mermaid\nstateDiagram-v2\n")
	known, left := map[dossiers.Status]bool{}, map[dossiers.Status]bool{}
	for _, c := range dossiers.Changes() {
		known[c.From], known[c.To], left[c.From] = true, true, true
	}
	for s := dossiers.Submitted; s <= dossiers.Delivered; s++ {
		fmt.Fprintf(&b, "    s%d: %d %s\n", s, s, p.T(s.Key()))
	}
	b.WriteString("    [*] --> s1: Submit\n")
	for _, c := range dossiers.Changes() {
		fmt.Fprintf(&b, "    s%d --> s%d: %s\n", c.From, c.To, c.By)
	}
	for s := dossiers.Submitted; s <= dossiers.Delivered; s++ {
		if known[s] && !left[s] {
			fmt.Fprintf(&b, "    s%d --> [*]\n", s)
		}
	}
	b.WriteString("```\n")
	for s := dossiers.Submitted; s <= dossiers.Delivered; s++ {
		if !known[s] {
			fmt.Fprintf(&b, "\nNo way leads to status %d yet.\n", s)
		}
	}
	for _, m := range []dossiers.Machine{dossiers.Finance, dossiers.Delivery, dossiers.Sync} {
		fmt.Fprintf(&b, "\n## %s\n\n```mermaid\nstateDiagram-v2\n    [*] --> none\n", strings.ToUpper(string(m[:1]))+string(m[1:]))
		moves := 0
		for _, v := range dossiers.Moves() {
			if v.Machine == m {
				moves++
				fmt.Fprintf(&b, "    %s --> %s: %s\n", v.From, v.To, v.By)
			}
		}
		b.WriteString("```\n")
		if moves == 0 {
			b.WriteString("\nNothing moves it yet.\n")
		}
	}
	return b.String()
}

// The drawing says what the code does, or the test says what it should say.
func TestTheStatesAreDrawn(t *testing.T) {
	t.Parallel()
	texts := must[*i18n.Catalogue](t)(i18n.Load(locales.Files))
	want := drawn(texts.Printer(i18n.EN))
	got, err := os.ReadFile(drawnAt)
	if err != nil || string(got) != want {
		if os.Getenv("UPDATE_DOCS") == "1" {
			ok(t, os.WriteFile(drawnAt, []byte(want), 0o600))
			return
		}
		t.Errorf("docs/modules/dossiers-states.md is not what the tables say (UPDATE_DOCS=1 writes it): %v", err)
	}
	for _, c := range dossiers.Changes() {
		if c.To == dossiers.Finished && c.By != "Issue" || c.From.Ended() {
			t.Errorf("a way %+v skips the signature, or leaves what is over", c)
		}
	}
}

// Whatever is tried in whatever order, late or not: the statuses in the timeline are
// a way of the table, the last one is that of the dossier, and what is issued can be
// handed over however late it is.
func TestEveryStatusHasItsLine(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx := t.Context()
		names := []string{"finish", "finish", "claim", "return", "draft", "draft", "send", "send", "sign", "sign", "issue", "issue", "deliver", "missing", "supply", "supply", "withdraw", "revoke", "late"}
		reached := map[dossiers.Status]bool{}
		for round := range 30 {
			id := w.Submit(t)
			if round%5 > 0 {
				must[core.AcceptedInfo](t)(w.Service.Accept(ctx, w.Clerk, id))
			}
			for i, n := range rapid.SliceOfN(rapid.IntRange(0, len(names)-1), 40, 40).Example(round) {
				what := names[n]
				if what == "withdraw" && i < 30 {
					what = "finish" // hardly any dossier would come far
				}
				switch what {
				case "late":
					c.Advance(40 * 24 * 3600e9)
				case "revoke":
					if asked, err := w.Service.AskRevocation(ctx, w.Officer, id, retracting(n%2*3)); err == nil {
						ok(t, w.Service.DecideRevocation(ctx, w.Leader, id, asked, core.Verdict{Agree: true}))
					}
				case "issue":
					_ = tried(w, w.Records, what, id)(ctx)
				case "sign", "return":
					_ = tried(w, w.Leader, what, id)(ctx)
				case "deliver":
					waits := w.Count(t, `SELECT COUNT(*) FROM dossiers_tasks WHERE dossier_id = $1 AND action = 'deliver'`, string(id)) > 0
					if err := tried(w, w.Clerk, what, id)(ctx); waits && err != nil {
						t.Fatalf("what is issued is not handed over: %v", err)
					}
				default:
					_ = tried(w, w.Officer, what, id)(ctx)
				}
			}
			lines := must[core.Full](t)(w.Service.Get(ctx, w.Leader, id, access.Handling))
			at := dossiers.Submitted
			for _, e := range lines.Timeline {
				if e.Status != at && !at.MayBecome(e.Status) {
					t.Errorf("the timeline goes from %d to %d: %+v", at, e.Status, lines.Timeline)
				}
				at, reached[e.Status] = e.Status, true
			}
			if at != lines.Status {
				t.Errorf("the dossier is %d, its last line %d", lines.Status, at)
			}
		}
		if !reached[dossiers.Delivered] || !reached[dossiers.Supplement] {
			t.Errorf("only %v were reached: the test says little", reached)
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_results WHERE state = 'issued' AND (signed_at IS NULL OR number < 1 OR signed_sha = '' OR issued_sha = '')`); n != 0 {
			t.Errorf("%d results skipped a signature", n)
		}
		if w.Count(t, `SELECT COUNT(*) FROM dossiers_dossiers WHERE finance <> 'none' OR sync <> 'none'`) > 0 {
			t.Error("money or synchronisation moved")
		}
	})
}
