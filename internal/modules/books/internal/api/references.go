// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
)

type referencesIn struct {
	Register string `path:"register" maxLength:"100"`
	Field    string `path:"field" maxLength:"100"`
	Q        string `query:"q" maxLength:"200" doc:"words"`
}

type referencesOut struct {
	Body struct {
		Register string   `json:"register,omitempty" doc:"that the field points to; none where the caller sees nothing of it"`
		Items    []Record `json:"items"`
	}
}

func (o operations) references(ctx context.Context, in *referencesIn) (*referencesOut, error) {
	found, err := o.svc.FindReferences(ctx, identity.From(ctx), in.Register, in.Field, in.Q)
	answer := &referencesOut{}
	answer.Body.Register, answer.Body.Items = found.Definition.ID, []Record{}
	for _, r := range found.Records {
		answer.Body.Items = append(answer.Body.Items, out(r))
	}
	return answer, err
}
