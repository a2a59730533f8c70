// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/errs"
)

// Relation is what another register has of a record, as far as the actor sees it.
type Relation struct {
	RecordPage

	Field registers.Field // of the other register, that points to the record
	Adds  bool            // the actor may add a record that points to it
}

// relatedMost is how many records of another register stand under a record.
const relatedMost = 5

// Relations returns the first records of the registers that the file of a record's
// register names as pointing to it: each in its own order, by the rights of that
// register. One that the actor sees nothing of and cannot write in is left out.
func (s *Service) Relations(ctx context.Context, actor identity.Actor, v RecordView) (all []Relation, err error) {
	defer errs.Wrap(&err, "read what points to a record")

	for _, r := range v.Definition.Relations() {
		one := Relation{}
		if one.Standing, err = s.keeper.Stand(ctx, s.db, actor, r.Register); unseen(err) {
			continue
		} else if err != nil {
			return nil, err
		}
		field, ok := one.Definition.Field(r.Field)
		if !ok || field.Hidden || field.Register != v.Definition.ID || !one.Reaches(registers.View, field.Key) {
			continue
		}
		one.Field = field
		one.Adds = one.Can(registers.Add) && one.Reaches(registers.Add, field.Key)
		ask := one.ask(Query{Where: []registers.Condition{{Field: field.Key, Op: registers.Is, Values: []string{v.Record.ID}}}})
		ask.Limit, ask.Down = relatedMost, true
		found, err := s.keeper.Find(ctx, s.db, one.Standing, ask)
		if err != nil {
			return nil, err
		}
		one.Records = found.Records
		if one.Count, one.More, err = s.keeper.Tally(ctx, s.db, one.Standing, ask, countMost); err != nil {
			return nil, err
		}
		if one.Named, err = s.refer(ctx, actor, one.Standing, one.Records...); err != nil {
			return nil, err
		}
		if len(one.Records) > 0 || one.Adds {
			all = append(all, one)
		}
	}
	return slices.Clip(all), nil
}
