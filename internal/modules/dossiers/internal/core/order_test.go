// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"testing"

	"pgregory.net/rapid"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db/dbtest"
)

// act is one thing somebody may try, and where it leads from each place. Where
// it leads nowhere it must be refused.
type act struct {
	name string
	do   func(ctx context.Context, w *dossierstest.World, id dossiers.ID) error
	to   map[string]string
}

func acts() []act {
	const why = "chưa đúng quy định"
	return []act{
		{"accept", func(ctx context.Context, w *dossierstest.World, id dossiers.ID) error {
			_, err := w.Service.Accept(ctx, w.Clerk, id)
			return err
		}, map[string]string{"submitted": "appraise"}},
		{"refuse", func(ctx context.Context, w *dossierstest.World, id dossiers.ID) error {
			return w.Service.Refuse(ctx, w.Clerk, id, why)
		}, map[string]string{"submitted": "over"}},
		{"finish", func(ctx context.Context, w *dossierstest.World, id dossiers.ID) error {
			return w.Service.Finish(ctx, w.Officer, id, core.Done{})
		}, map[string]string{"appraise": "draft"}},
		{"leader finishes", func(ctx context.Context, w *dossierstest.World, id dossiers.ID) error {
			return w.Service.Finish(ctx, w.Leader, id, core.Done{})
		}, nil},
		{"records finishes", func(ctx context.Context, w *dossierstest.World, id dossiers.ID) error {
			return w.Service.Finish(ctx, w.Records, id, core.Done{})
		}, nil},
		{"draft", func(ctx context.Context, w *dossierstest.World, id dossiers.ID) error {
			_, err := w.Service.SaveResultDraft(ctx, w.Officer, id, map[string]string{"finding": "Thường trú"})
			return err
		}, map[string]string{"draft": "drafted", "drafted": "drafted"}},
		{"send", func(ctx context.Context, w *dossierstest.World, id dossiers.ID) error {
			return only(w.Service.SendToSign(ctx, w.Officer, id, w.Leader.Account))
		}, map[string]string{"drafted": "sign"}},
		{"return", func(ctx context.Context, w *dossierstest.World, id dossiers.ID) error {
			return w.Service.Return(ctx, w.Leader, id, "", why)
		}, map[string]string{"sign": "drafted"}},
		{"sign", func(ctx context.Context, w *dossierstest.World, id dossiers.ID) error {
			return only(w.Service.Sign(ctx, w.Leader, id))
		}, map[string]string{"sign": "issue"}},
		{"issue", func(ctx context.Context, w *dossierstest.World, id dossiers.ID) error {
			_, err := w.Service.Issue(ctx, w.Records, id)
			return err
		}, map[string]string{"issue": "deliver"}},
		{"deliver", func(ctx context.Context, w *dossierstest.World, id dossiers.ID) error {
			return w.Service.Deliver(ctx, w.Clerk, id, core.Handover{Electronic: true})
		}, map[string]string{"deliver": "over"}},
		{"withdraw", func(ctx context.Context, w *dossierstest.World, id dossiers.ID) error {
			return w.Service.Withdraw(ctx, w.Citizen, id, "không cần nữa, xin rút")
		}, map[string]string{"submitted": "over", "appraise": "over", "draft": "over", "drafted": "over", "sign": "over"}},
		{"officer signs", func(ctx context.Context, w *dossierstest.World, id dossiers.ID) error {
			return only(w.Service.Sign(ctx, w.Officer, id))
		}, nil},
		{"leader issues", func(ctx context.Context, w *dossierstest.World, id dossiers.ID) error {
			_, err := w.Service.Issue(ctx, w.Leader, id)
			return err
		}, nil},
	}
}

// No path skips accepting, signing or issuing: whatever is tried in whatever
// order, only what the table allows happens, and a result that leaves has been
// accepted, signed and issued.
func TestNothingIsSkipped(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, all := t.Context(), acts()
		rapid.Check(t, func(rt *rapid.T) {
			id, place := w.Submit(t), "submitted"
			for range rapid.IntRange(1, 14).Draw(rt, "how many") {
				var right []act
				for _, a := range all {
					if a.to[place] != "" && a.to[place] != "over" && a.name != "return" {
						right = append(right, a)
					}
				}
				from := all
				if len(right) > 0 && rapid.IntRange(0, 3).Draw(rt, "sensible") > 0 {
					from = right // else hardly any path would come far
				}
				a := from[rapid.IntRange(0, len(from)-1).Draw(rt, "what")]
				err := a.do(ctx, w, id)
				to := a.to[place]
				if (err == nil) != (to != "") {
					rt.Fatalf("%s at %s: %v", a.name, place, err)
				}
				if to != "" {
					place = to
				}
			}
			if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_dossiers d LEFT JOIN dossiers_results r ON r.dossier_id = d.id
				WHERE d.status IN (9, 10) AND (d.code = '' OR d.accepted_at IS NULL OR r.signed_at IS NULL OR r.number < 1 OR r.issued_at IS NULL)`); n != 0 {
				rt.Fatalf("%d results left without a signature, a number or an acceptance", n)
			}
		})
	})
}
