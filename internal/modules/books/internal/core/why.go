// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/errs"
)

// Reason is one right by which somebody sees a record.
type Reason struct {
	registers.Hold

	Places []identity.Place  // where a right of roles is held
	Fields []registers.Field // that it shows
}

// WhyView is a record with the rights of the actor that reach it.
type WhyView struct {
	RecordView

	Reasons []Reason
}

// Why returns a record that the actor sees, and by which rights of its file they do.
func (s *Service) Why(ctx context.Context, actor identity.Actor, register, record string) (v WhyView, err error) {
	defer errs.Wrap(&err, "why a record is seen")

	if v.RecordView, err = s.Record(ctx, actor, register, record); err != nil {
		return WhyView{}, err
	}
	holds, err := s.keeper.Why(ctx, s.db, v.Standing, record)
	if err != nil {
		return WhyView{}, err
	}
	for _, h := range holds {
		one := Reason{Hold: h, Places: v.Where(h)}
		for _, f := range v.Definition.Visible() {
			if h.Shows(f.Key) {
				one.Fields = append(one.Fields, f)
			}
		}
		v.Reasons = append(v.Reasons, one)
	}
	return v, nil
}
