// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/modules/satisfaction/internal/core"
)

// RatedCell is a figure that everybody may read.
type RatedCell struct {
	ID        string   `json:"id,omitempty" doc:"unit or procedure; empty: all others together"`
	Name      nameBody `json:"name"`
	Answers   int64    `json:"answers"`
	Satisfied int64    `json:"satisfied" doc:"scores of 4 and 5"`
	Low       int64    `json:"low" doc:"scores of 1 and 2"`
	Tenths    int64    `json:"tenths" doc:"mean score in tenths: 43 is 4.3"`
}

// RatedUnit is a unit with its procedures.
type RatedUnit struct {
	RatedCell

	Procedures []RatedCell `json:"procedures"`
	Others     *RatedCell  `json:"others,omitempty" doc:"all other procedures together"`
}

func ratedOf(c core.Cell) RatedCell {
	return RatedCell{c.ID, nameOf(c.Name), c.Answers, c.Satisfied, c.Low, c.Tenths()}
}

// restOf is what is left together; nil where it is too few, or nothing.
func restOf(c core.Cell) *RatedCell {
	if c.Answers == 0 {
		return nil
	}
	r := ratedOf(c)
	return &r
}

type publicIn struct {
	Month string `query:"month" maxLength:"7" doc:"YYYY-MM; empty: the last that is published"`
}

type publicOut struct {
	Body struct {
		Month  string      `json:"month"`
		Months []string    `json:"months" doc:"that are published, the newest first"`
		Fewest int         `json:"fewest" doc:"answers that a figure has at least"`
		Units  []RatedUnit `json:"units"`
		Rest   *RatedCell  `json:"rest,omitempty" doc:"all other units together"`
	}
}

func (o operations) public(ctx context.Context, in *publicIn) (*publicOut, error) {
	p, err := o.svc.Publish(ctx, in.Month)
	if err != nil {
		return nil, err
	}
	out := &publicOut{}
	b := &out.Body
	b.Month, b.Months, b.Fewest, b.Units, b.Rest = p.Month, p.Months, p.Fewest, []RatedUnit{}, restOf(p.Rest)
	for _, u := range p.Units {
		one := RatedUnit{RatedCell: ratedOf(u.Cell), Procedures: []RatedCell{}, Others: restOf(u.Others)}
		for _, c := range u.Procedures {
			one.Procedures = append(one.Procedures, ratedOf(c))
		}
		b.Units = append(b.Units, one)
	}
	return out, nil
}
