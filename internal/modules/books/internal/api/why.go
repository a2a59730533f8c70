// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
)

type reason struct {
	Right  string   `json:"right" doc:"its id in the file"`
	NameVI string   `json:"name_vi"`
	NameEN string   `json:"name_en,omitempty"`
	By     string   `json:"by" enum:"role,owner,public"`
	Units  []string `json:"units,omitempty" doc:"where it is held"`
	May    []string `json:"may"`
	Fields []string `json:"fields"`
	States []string `json:"states,omitempty" doc:"of the life cycle, where the right is for some only"`
}

type whyOut struct {
	Body struct {
		Items []reason `json:"items"`
	}
}

func (o operations) why(ctx context.Context, in *recordIn) (*whyOut, error) {
	v, err := o.svc.Why(ctx, identity.From(ctx), in.Register, in.Record)
	answer := &whyOut{}
	answer.Body.Items = []reason{}
	for _, r := range v.Reasons {
		one := reason{Right: r.ID, NameVI: r.Name.VI, NameEN: r.Name.EN, By: "role", May: []string{}, Fields: []string{}, States: r.States}
		switch {
		case r.Public:
			one.By = "public"
		case r.Owner != "":
			one.By = "owner"
		}
		for _, at := range r.Places {
			one.Units = append(one.Units, at.Unit)
		}
		for _, act := range r.May {
			one.May = append(one.May, string(act))
		}
		for _, f := range r.Fields {
			one.Fields = append(one.Fields, f.Key)
		}
		answer.Body.Items = append(answer.Body.Items, one)
	}
	return answer, err
}
