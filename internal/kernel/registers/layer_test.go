// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// On the map stands what the list shows, where it stands, with the fields that
// the reader sees; in a box only what lies in it.
func TestMapShowsWhatTheListShows(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		d, people := newStations(t, w)
		for i, place := range []string{"10.1, 105.1", "10.2, 105.2", "10.9, 105.9", ""} {
			v := map[string]any{"name": fmt.Sprint("Trạm ", i), "kind": "pump", "secret": "high"}
			if place != "" {
				v["place"] = place
			}
			w.in(t, d.ID, "east", v)
		}
		box := registers.Box{West: 105_000_000, South: 10_000_000, East: 105_500_000, North: 10_500_000}
		for _, tt := range []struct {
			who  string
			in   registers.Box
			want string
		}{
			{"officer", registers.World(), "3 105.1,10.1,105.9,10.9 Trạm 0:4 Trạm 1:4 Trạm 2:4"},
			{"leader", box, "2 105.1,10.1,105.2,10.2 Trạm 0:3 Trạm 1:3"},
			{"nobody", box, "2 105.1,10.1,105.2,10.2 Trạm 0:3 Trạm 1:3"},
			{"nobody", registers.Box{West: 1, South: 1, East: 2, North: 2}, "0 0,0,0,0"},
		} {
			m, err := w.keeper.Map(t.Context(), w.d, w.stand(t, people[tt.who], d.ID), registers.Ask{}, tt.in)
			ok(t, err)
			said := []string{fmt.Sprint(m.Found), m.Box.String()}
			for _, r := range m.Records {
				said = append(said, fmt.Sprint(r.Values["name"], ":", len(r.Values)))
			}
			if got := strings.Join(said, " "); got != tt.want {
				t.Errorf("%s sees %s, want %s", tt.who, got, tt.want)
			}
		}
	})
}

// Who does not see where something is has no map of it, and a register without
// a layer has none.
func TestMapIsForThoseWhoSeeThePlace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		text := strings.Replace(stations, "only: [name, kind, place]", "only: [name, kind]", 1)
		d, problems := decode(t, text)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		w.write(t, func(tx *db.Tx) error {
			_, err := access.ApplyRoles(t.Context(), tx, []access.Role{{ID: "officer"}, {ID: "leader"}}, nil)
			return err
		})
		w.apply(t, d)
		s := w.stand(t, identity.Actor{}, d.ID)
		if _, is := s.Layer(); is {
			t.Error("there is a map of what is not shown")
		}
		if _, err := w.keeper.Map(t.Context(), w.d, s, registers.Ask{}, registers.World()); err == nil {
			t.Error("a map was drawn of what is not shown")
		}
	})
	for _, bad := range []string{"place: name, label: name", "place: place, label: faith", "place: place, label: name, colour: name", "place: nothing, label: name", "place: place"} {
		_, problems := decode(t, strings.Replace(stations, "place: place, label: name, colour: kind", bad, 1))
		if !slices.ContainsFunc(problems, func(p registers.Problem) bool { return p.Code == "registers.definition.map" }) {
			t.Errorf("%s: %v", bad, problems)
		}
	}
}

// Many records are counted where they stand, each once; in a small box they are
// found by the index.
func TestMapOfALargeRegister(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		people := w.fillMany(t)
		s := w.stand(t, people["leader"], "tram")
		m, err := w.keeper.Map(t.Context(), w.d, s, registers.Ask{}, registers.World())
		ok(t, err)
		sum := 0
		for _, c := range m.Clusters {
			sum += c.Count
			if c.Point.Lat < c.Box.South || c.Point.Lat > c.Box.North || c.Point.Lon < c.Box.West || c.Point.Lon > c.Box.East {
				t.Errorf("a cluster stands beside itself: %+v", c)
			}
		}
		if m.Found != 100_000 || sum != m.Found || len(m.Clusters) < 100 || len(m.Clusters) > 400 || len(m.Records) > 0 {
			t.Errorf("found %d, in %d clusters %d, %d records", m.Found, len(m.Clusters), sum, len(m.Records))
		}
		small := registers.Box{West: 105_000_000, South: 10_000_000, East: 105_010_000, North: 10_010_000}
		if m, err = w.keeper.Map(t.Context(), w.d, s, registers.Ask{}, small); err != nil || len(m.Records) != m.Found || m.Found < 100 || m.Found > 130 {
			t.Errorf("in a small box stand %d of %d, %v", len(m.Records), m.Found, err)
		}
		statement, args, err := w.keeper.Spots(s, small)
		ok(t, err)
		plan := dbtest.Plan(t, w.d, statement, args...)
		if _, whole := touches(w.d, plan); whole {
			t.Errorf("a small box reads the whole register:\n%s", strings.Join(plan, "\n"))
		}
	})
}
