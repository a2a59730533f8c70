// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"fmt"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
)

// Who points to a record of another register finds those that they see, and
// reads no name of another.
func TestReferencesShowWhatIsSeen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		stalls := registers.Definition{
			ID: "quay", Title: i18n.Text{VI: "Sổ quầy"}, Version: 1,
			Fields: []registers.Field{
				{Key: "name", Label: i18n.Text{VI: "Tên"}, Type: registers.Line, Required: true, Max: 100},
				{Key: "market", Label: i18n.Text{VI: "Chợ"}, Type: registers.Reference, Register: "cho"},
			},
		}
		w.write(t, func(tx *db.Tx) error {
			plan, err := w.keeper.Plan(ctx, tx, stalls)
			if err != nil {
				return err
			}
			return w.keeper.Apply(ctx, tx, identity.Program("apply"), plan)
		})
		east, west := w.add(t, w.east, "D1"), w.add(t, w.west, "T1")
		for _, tt := range []struct {
			who         identity.Actor
			words, want string
		}{
			{w.east, "cho d1", "[D1]"},
			{w.east, "D1", "[D1]"},
			{w.east, "chợ", "[D1]"},
			{w.east, "T1", "[]"},
			{w.reader, "cho", "[D1 T1]"},
			{w.east, "Nguyễn Văn A", "[]"},
			{w.east, "", "[]"},
		} {
			found, err := w.svc.FindReferences(ctx, tt.who, "quay", "market", tt.words)
			must(t, err)
			codes := []string{}
			for _, r := range found.Records {
				codes = append(codes, fmt.Sprint(r.Values["code"]))
			}
			if fmt.Sprint(codes) != tt.want {
				t.Errorf("%q finds %v, want %s", tt.words, codes, tt.want)
			}
		}
		if _, err := w.svc.FindReferences(ctx, w.east, "quay", "name", "x"); fmt.Sprint(fields(err)) != "[name registers.value.unknown]" {
			t.Errorf("a field that points nowhere: %v", err)
		}
		stall, err := w.svc.CreateRecord(ctx, w.east, "quay", "east", map[string]any{"name": "Quầy 1", "market": east.ID})
		must(t, err)
		if _, err := w.svc.CreateRecord(ctx, w.east, "quay", "east", map[string]any{"name": "Quầy 2", "market": west.ID}); fmt.Sprint(fields(err)) != "[market registers.value.reference]" {
			t.Errorf("pointed to what they do not see: %v", err)
		}
		v, err := w.svc.Record(ctx, w.east, "quay", stall.ID)
		must(t, err)
		if named := v.Named[east.ID]; len(named.Records) != 1 || named.Records[0].Values["code"] != "D1" {
			t.Errorf("it is called %+v", v.Named)
		}
		// What is pointed to is taken out: its name is no more.
		must(t, w.svc.HideRecord(ctx, w.east, "cho", east.ID, 1))
		if v, err = w.svc.Record(ctx, w.east, "quay", stall.ID); err != nil || len(v.Named) != 0 {
			t.Errorf("named %+v, %v", v.Named, err)
		}
		if got, err := w.svc.Referred(ctx, w.west, "cho", east.ID); err != nil || len(got.Records) != 0 {
			t.Errorf("another's record is named: %v %v", got.Records, err)
		}
	})
}

// Each is told the rights by which they see a record, and no other.
func TestWhyARecordIsSeen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		rec := w.add(t, w.east, "D1")
		for _, tt := range []struct {
			who  identity.Actor
			want string
		}{{w.east, "view [view export] [{east true}] 3; edit [view add change hide export import merge] [{east true}] 3; "}, {w.reader, "view [view export] [{province true}] 3; "}} {
			v, err := w.svc.Why(t.Context(), tt.who, "cho", rec.ID)
			must(t, err)
			said := ""
			for _, r := range v.Reasons {
				said += fmt.Sprint(r.ID, " ", r.May, " ", r.Places, " ", len(r.Fields), "; ")
			}
			if said != tt.want {
				t.Errorf("got %s, want %s", said, tt.want)
			}
		}
		if _, err := w.svc.Why(t.Context(), w.west, "cho", rec.ID); !errors.Is(err, registers.ErrNotFound) {
			t.Errorf("why of what is not seen: %v", err)
		}
	})
}
