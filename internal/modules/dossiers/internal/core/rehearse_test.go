// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/procedurestest"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

// A version that nobody has published is handled as one in force would be, and
// nothing is written.
func TestRehearse(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		d := w.Deps
		d.Mark = "" // no demonstration: a made-up paper is marked all the same
		ctx, s := t.Context(), core.New(d)
		v := procedurestest.Version(t, func(v *procedures.Version) {
			v.Reduced.Amount = 1
			v.Template.Heading = []string{"GIẤY THỬ"}
		})
		places, err := s.RehearsePlaces(ctx, v)
		if err != nil || len(places) != 2 {
			t.Fatalf("%d places: %v", len(places), err)
		}
		route, err := s.RehearseRoute(ctx, v, dossierstest.Ward, nil)
		if err != nil || route.Authority.ID != dossierstest.Ward || route.Units["received"] != dossierstest.Ward {
			t.Fatalf("%+v %v", route, err)
		}
		if _, err := s.RehearseRoute(ctx, v, "nowhere", nil); !errors.Is(err, dossiers.ErrWrongUnit) {
			t.Errorf("no such place: %v", err)
		}
		term, err := s.RehearseTerm(v, dossierstest.Ward, dbtest.Now())
		if err != nil || !term.Due.Equal(dbtest.Now().AddDate(0, 0, 1)) || !term.Statutory.Equal(dbtest.Now().AddDate(0, 0, 7)) {
			t.Errorf("%+v %v", term, err)
		}
		none := v
		none.Statutory, none.Reduced = procedures.Duration{}, procedures.Duration{}
		if term, err := s.RehearseTerm(none, dossierstest.Ward, dbtest.Now()); err != nil || !term.Due.IsZero() {
			t.Errorf("nobody has stated how long: %+v %v", term, err)
		}
		if d, err := s.RehearseProcess(v); err != nil || len(d.Table().Steps) != 6 {
			t.Errorf("%v", err)
		}
		made := dossiers.MadeUp{
			Version: v, Route: route, Owner: "Nguyễn Thị Mẫu", Answers: []byte(`{"full_name":"Nguyễn Thị Mẫu"}`),
			Fields: map[string]string{"finding": "Có nơi ở ổn định"}, At: dbtest.Now().Add(time.Hour),
		}
		pdf, err := s.RehearseResult(ctx, made)
		if err != nil {
			t.Fatal(err)
		}
		text := oneLine(pdftest.Text(t, pdf))
		for _, want := range []string{"GIẤY THỬ", "Có nơi ở ổn định", "Nguyễn Thị Mẫu", "KHÔNG CÓ GIÁ TRỊ PHÁP LÝ", "PHƯỜNG LONG XUYÊN"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in %s", want, text)
			}
		}
		for _, never := range []string{"Võ Thị Thanh Hà", "dichvucong.example.vn"} {
			if strings.Contains(text, never) {
				t.Errorf("%q in %s", never, text)
			}
		}
		made.Version.Template.Body = append(made.Version.Template.Body, "{form.gone}")
		if _, err := s.RehearseResult(ctx, made); !errors.Is(err, dossiers.ErrTemplateGap) {
			t.Errorf("a gap: %v", err)
		}
		if n := w.Count(t, `SELECT (SELECT COUNT(*) FROM dossiers_dossiers) + (SELECT COUNT(*) FROM workflow_instances) + (SELECT COUNT(*) FROM workflow_definitions)
			+ (SELECT COUNT(*) FROM jobs_queue) + (SELECT COUNT(*) FROM audit_records)`); n != 0 {
			t.Errorf("%d rows were left behind", n)
		}
	})
}
