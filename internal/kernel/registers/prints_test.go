// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
)

// The papers of a file are checked: a certificate says what it certifies, and a
// sheet says nothing personal.
func TestPrintsOfAFile(t *testing.T) {
	t.Parallel()
	text := strings.Replace(stations, "    map:", "    prints:\n      - {id: phieu, name: Phiếu}\n      - {id: giay, name: Giấy, certificate: true, fields: [name, faith]}\n    map:", 1)
	if d, problems := decode(t, text); len(problems) > 0 || len(d.Prints) != 2 || !d.Prints[1].Certificate {
		t.Fatal(d.Prints, problems)
	}
	for bad, want := range map[string]string{
		"{id: phieu, name: Phiếu, fields: [name, faith]}":    "print_field faith",
		"{id: phieu, name: Phiếu, fields: [nothing]}":        "unknown_field nothing",
		"{id: phieu, name: Phiếu, certificate: true}":        "print_fields phieu",
		"{id: Phieu, name: Phiếu}":                           "print_id Phieu",
		"{id: giay, name: Phiếu}":                            "print_id giay",
		"{id: phieu}":                                        "print_name phieu",
		"{id: phieu, name: Phiếu, fields: [name], size: A5}": "unknown size",
	} {
		_, problems := decode(t, strings.Replace(text, "{id: phieu, name: Phiếu}", bad, 1))
		var said []string
		for _, p := range problems {
			said = append(said, strings.TrimPrefix(p.Code, "registers.definition.")+" "+p.Value)
		}
		if got := strings.Join(said, "; "); got != want {
			t.Errorf("%s: %q, want %q", bad, got, want)
		}
	}
}

// A record is as it was in the fields that are asked for, whatever else became
// of it; values come back from the history as they were.
func TestWhetherARecordIsAsItWas(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		d, people := newStations(t, w)
		rec := w.in(t, d.ID, "east", map[string]any{"name": "Trạm A", "power": "12.5", "uses": "rice,fish", "place": "10.1, 105.1", "faith": "a", "works": true})
		ok(t, w.update(t, d.ID, rec.ID, 1, map[string]any{"power": "13", "uses": "city", "place": nil, "works": false}))
		for fields, want := range map[string]registers.Held{
			"name": {There: true, Same: true}, "name faith": {There: true, Same: true}, "power": {There: true}, "name uses": {There: true}, "place": {There: true},
		} {
			h, err := w.keeper.Holds(t.Context(), w.d, d.ID, rec.ID, 1, strings.Fields(fields))
			if err != nil || h != want {
				t.Errorf("%s: %+v, want %+v (%v)", fields, h, want, err)
			}
		}
		s := w.stand(t, people["officer"], d.ID)
		w.write(t, func(tx *db.Tx) error {
			_, err := w.keeper.Restore(t.Context(), tx, s, rec.ID, 2, 1, []string{"power", "uses", "place", "works"})
			return err
		})
		if h, err := w.keeper.Holds(t.Context(), w.d, d.ID, rec.ID, 1, []string{"name", "power", "uses", "place", "faith", "works"}); err != nil || !h.Same {
			t.Errorf("after it was restored: %+v, %v", h, err)
		}
		err := w.d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := w.keeper.Restore(t.Context(), tx, w.stand(t, people["leader"], d.ID), rec.ID, 3, 1, []string{"power"})
			return err
		})
		if err == nil || !strings.HasSuffix(err.Error(), "access.not_allowed") {
			t.Errorf("a reader restored: %v", err)
		}
		if h, err := w.keeper.Holds(t.Context(), w.d, d.ID, "019b0000-0000-7000-8000-000000000000", 1, nil); err != nil || h.There {
			t.Errorf("what never was is %+v, %v", h, err)
		}
	})
}
