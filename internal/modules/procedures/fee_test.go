// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package procedures_test

import (
	"errors"
	"testing"

	"tinhso.vn/internal/kernel/decisions"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/procedures"
)

func byTable() procedures.Version {
	t := decisions.Decision{
		ID: "d", Title: i18n.Text{VI: "d"}, Hit: decisions.First,
		Inputs: []decisions.Column{
			{Key: "poor", Label: i18n.Text{VI: "Hộ nghèo"}, Type: decisions.YesNo},
			{Key: procedures.ChannelKey, Label: i18n.Text{VI: "Nơi nộp"}, Type: decisions.Choice, Options: []decisions.Option{{Value: "online"}, {Value: "counter"}}},
			{Key: "pages", Label: i18n.Text{VI: "Số trang"}, Type: decisions.Number},
		},
		Outputs: []decisions.Column{{Key: "fee", Label: i18n.Text{VI: "Mức thu"}, Type: decisions.Money}},
		Rows: []decisions.Row{
			{When: []string{"có", "-", "-"}, Then: []string{"0"}},
			{When: []string{"-", "online", "-"}, Then: []string{"= 500 * pages"}},
			{When: []string{"-", "-", "-"}, Then: []string{"= 1000 * pages"}},
		},
	}
	return procedures.Version{Fee: procedures.Fee{Kind: "table", Table: &t}}
}

func TestCharge(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		answers forms.Answers
		channel string
		amount  int64
	}{
		{forms.Answers{"poor": "yes", "pages": int64(9)}, procedures.ChannelCounter, 0},
		{forms.Answers{"poor": "no", "pages": int64(9)}, procedures.ChannelOnline, 4500},
		{forms.Answers{"poor": "no", "pages": int64(9)}, procedures.ChannelCounter, 9000},
		{forms.Answers{}, procedures.ChannelCounter, 0}, // nothing was asked
	} {
		c, err := byTable().Charge(tt.answers, tt.channel)
		if err != nil || c.Amount != tt.amount || !c.Known || !c.Exact || c.Why == nil {
			t.Errorf("%+v: %+v %v", tt, c, err)
		}
	}
	if _, err := byTable().Charge(forms.Answers{"pages": "nine"}, procedures.ChannelCounter); !errors.Is(err, procedures.ErrFee) {
		t.Errorf("a number in words: %v", err)
	}
	for kind, want := range map[string]procedures.Charge{
		"none": {Known: true, Exact: true}, "amount": {Amount: 700, Known: true, Exact: true}, "unverified": {},
	} {
		c, err := procedures.Version{Fee: procedures.Fee{Kind: kind, Amount: 700}}.Charge(nil, "")
		if err != nil || c != want {
			t.Errorf("%s: %+v %v", kind, c, err)
		}
	}
	per := procedures.Version{Fee: procedures.Fee{Kind: "amount", Amount: 700, Per: i18n.Text{VI: "trang"}}}
	if c, err := per.Charge(nil, ""); err != nil || c.Exact {
		t.Errorf("%+v %v", c, err)
	}
}
