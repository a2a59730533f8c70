// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package procedures_test

import (
	"encoding/json"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/procedurestest"
)

func days(n int) procedures.Duration {
	return procedures.Duration{Amount: n, Unit: "days", Working: true, Verified: true}
}

// A case says what differs; the rest, and all of a version without cases, stays.
func TestRulesOfACase(t *testing.T) {
	t.Parallel()
	v := procedurestest.Version(t, func(v *procedures.Version) {
		v.OnlineReduced = days(2)
		v.Cases = []procedures.Case{
			{ID: "tang-cho", Name: i18n.Text{VI: "Tặng cho"}},
			{
				ID: "thua-ke", Name: i18n.Text{VI: "Thừa kế"}, Papers: []procedures.Paper{{ID: "di-chuc", Required: true, Original: 1}},
				Fee: procedures.Fee{Kind: "amount", Amount: 50_000, Verified: true}, Statutory: days(10), OnlineStatutory: days(8),
				Flow: procedures.Flow{ID: "khac", Version: 2, Steps: []procedures.Step{{ID: "a"}}},
			},
		}
	})
	for _, tt := range []struct {
		chosen, channel    string
		statutory, reduced int
		paper, fee, flow   string
	}{
		{"", procedures.ChannelCounter, 5, 3, "to-khai", "none", "xac-nhan-cu-tru"},
		{"", procedures.ChannelOnline, 5, 2, "to-khai", "none", "xac-nhan-cu-tru"},
		{"tang-cho", procedures.ChannelOnline, 5, 2, "to-khai", "none", "xac-nhan-cu-tru"},
		{"thua-ke", procedures.ChannelCounter, 10, 0, "di-chuc", "amount", "khac"},
		{"thua-ke", procedures.ChannelOnline, 8, 0, "di-chuc", "amount", "khac"},
		{"khong-co", procedures.ChannelCounter, 5, 3, "to-khai", "none", "xac-nhan-cu-tru"},
	} {
		of := v.For(tt.chosen, tt.channel)
		if of.Statutory.Amount != tt.statutory || of.Reduced.Amount != tt.reduced || of.Papers[0].ID != tt.paper || of.Fee.Kind != tt.fee || of.Flow.ID != tt.flow || of.SHA != v.SHA {
			t.Errorf("%s %s: %+v %+v %s %s %s", tt.chosen, tt.channel, of.Statutory, of.Reduced, of.Papers[0].ID, of.Fee.Kind, of.Flow.ID)
		}
	}
	if c := v.For("thua-ke", ""); c.Undecided("thua-ke") || !c.Undecided("") || !c.Undecided("khong-co") {
		t.Error("what is undecided")
	}
	if plain := procedurestest.Version(t); plain.Undecided("") || !plain.Undecided("x") {
		t.Error("a version without cases")
	}
}

// What a version does not say leaves no trace in the text whose checksum dossiers keep.
func TestWhatIsNotSaidLeavesNoTrace(t *testing.T) {
	t.Parallel()
	raw, err := json.Marshal(procedurestest.Version(t).On("2026-11-22"))
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"decision", "cases", "online_statutory", "online_reduced", "routes", "paperless", "boundary_free", "Where"} {
		if strings.Contains(string(raw), `"`+key+`"`) {
			t.Errorf("%s is written", key)
		}
	}
	if sha := procedurestest.Version(t).SHA; sha != knownSHA {
		t.Errorf("the checksum of a version that says nothing new is %s", sha)
	}
}

// knownSHA is the checksum of procedurestest.Version before versions could have cases.
const knownSHA = "53758f80d69d4da3ab1b2ded23dcd9272254820c5c4fd667810fbc18d2df65ec"

// The route is that of the day, and says where people go.
func TestTheRouteOfADay(t *testing.T) {
	t.Parallel()
	v := procedurestest.Version(t, func(v *procedures.Version) {
		v.Routes = []procedures.Routing{
			{From: "2026-12-01", Route: "MINISTRY:G01", Where: i18n.Text{VI: "Cổng của bộ"}},
			{From: "2027-06-01", Route: procedures.Local},
		}
	})
	for day, want := range map[string]string{"2026-11-30": "LOCAL", "2026-12-01": "MINISTRY:G01", "2027-05-31": "MINISTRY:G01", "2027-06-01": "LOCAL"} {
		if of := v.On(day); of.Route != want || (of.Where.VI != "") != (want != "LOCAL") || of.SHA != v.SHA {
			t.Errorf("%s: %s %v", day, of.Route, of.Where)
		}
	}
}
