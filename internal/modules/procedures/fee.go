// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package procedures

import (
	"tinhso.vn/internal/kernel/decisions"
	"tinhso.vn/internal/kernel/forms"
)

// The ways a dossier comes in, as tables of fees ask for them under ChannelKey.
const (
	ChannelKey     = "channel"
	ChannelOnline  = "online"
	ChannelCounter = "counter"
)

// Charge is what somebody pays, and why.
type Charge struct {
	Amount int64             `json:"amount"` // đồng; 0 is free
	Known  bool              `json:"known"`  // false: nobody has stated the fee
	Exact  bool              `json:"exact"`  // false: Amount is for each of what the fee names
	Why    *decisions.Result `json:"why,omitempty"`
}

// Charge works out what a dossier with these answers costs. ErrFee means that
// the table has no answer for them.
func (v Version) Charge(answers forms.Answers, channel string) (c Charge, err error) {
	switch v.Fee.Kind {
	case "none":
		return Charge{Known: true, Exact: true}, nil
	case "amount":
		return Charge{Amount: v.Fee.Amount, Known: true, Exact: v.Fee.Per.VI == ""}, nil
	case "table":
	default:
		return Charge{}, nil
	}
	if v.Fee.Table == nil {
		return c, ErrFee
	}
	table, err := decisions.New(*v.Fee.Table)
	if err != nil {
		return c, ErrFee.Because(err)
	}
	r, err := table.Decide(given(table, answers, channel))
	if err != nil {
		return c, ErrFee.Because(err)
	}
	amount, ok := r.Out[table.Outputs[0].Key].(int64)
	if !ok || amount < 0 {
		return c, ErrFee
	}
	return Charge{Amount: amount, Known: true, Exact: true, Why: &r}, nil
}

// given takes from the answers what the table asks for.
func given(table *decisions.Table, answers forms.Answers, channel string) map[string]any {
	out := map[string]any{}
	for _, c := range table.Inputs {
		value := answers[c.Key]
		if c.Key == ChannelKey {
			value = channel
		}
		if s, ok := value.(string); ok && c.Type == decisions.YesNo {
			value = s == "yes"
		}
		if value == nil { // a question that was not asked
			switch c.Type {
			case decisions.YesNo:
				value = false
			case decisions.Number, decisions.Money:
				value = int64(0)
			case decisions.Text, decisions.Choice:
				value = ""
			}
		}
		out[c.Key] = value
	}
	return out
}
