// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring/authoringmod"
	"tinhso.vn/internal/modules/satisfaction/satisfactionmod"
	"tinhso.vn/internal/modules/scores/scoresmod"
	"tinhso.vn/internal/platform/db"
)

func (p *Program) applyScores(ctx context.Context, tx *db.Tx, set *packs.Set, plan *Plan) error {
	changed, err := p.skeleton().Criteria.ApplySets(ctx, tx, scoreSets(set))
	plan.add("bộ chỉ số chấm điểm", "sets of criteria", changed)
	return err
}

func scoreSets(set *packs.Set) []scoresmod.Set {
	all := make([]scoresmod.Set, len(set.Scores))
	for i, s := range set.Scores {
		all[i] = scoresmod.Set{
			ID: s.ID, Name: i18n.Text(s.Name), Basis: s.Basis, Source: s.Source, Unverified: !s.Verified(), ValidFrom: string(s.Valid.From), ValidTo: string(s.Valid.To),
		}
		for _, g := range s.Groups {
			group := scoresmod.Group{ID: g.ID, Name: i18n.Text(g.Name)}
			for _, c := range g.Criteria {
				group.Criteria = append(group.Criteria, scoresmod.Criterion{
					ID: c.ID, Name: i18n.Text(c.Name), Points: int64(c.Points), Count: c.Count, Of: c.Of, FullAt: int64(c.FullAt), Empty: c.Empty, Missing: i18n.Text(c.Missing), Note: i18n.Text(c.Note),
				})
			}
			all[i].Groups = append(all[i].Groups, group)
		}
	}
	return all
}

// decisionsOnTime counts decisions that announce procedures as the clock of the
// catalogue has them.
func decisionsOnTime(of authoringmod.Offers) scoresmod.Decisions {
	return func(ctx context.Context, from, to string) (map[string]int64, error) {
		first, err := calendar.ParseDate(from)
		if err != nil {
			return nil, err
		}
		last, err := calendar.ParseDate(to)
		if err != nil {
			return nil, err
		}
		found, err := of.Publication(ctx, first, last)
		if err != nil {
			return nil, err
		}
		counts := map[string]int64{}
		for _, r := range found.Ratios {
			switch r.Code {
			case authoringmod.PublishOnTime:
				counts[scoresmod.Announced], counts[scoresmod.AnnouncedInTime] = r.All, r.OnTime
			case authoringmod.UpdateOnTime:
				counts[scoresmod.Public], counts[scoresmod.PublicInTime] = r.All, r.OnTime
			}
		}
		return counts, nil
	}
}

// ratings are figures of what people say, for scores.
func ratings(of satisfactionmod.Offers) scoresmod.Ratings {
	return func(ctx context.Context, from, to string) (map[orgs.ID]scoresmod.Rated, error) {
		found, err := of.Ratings(ctx, from, to)
		all := make(map[orgs.ID]scoresmod.Rated, len(found))
		for unit, r := range found {
			all[unit] = scoresmod.Rated(r)
		}
		return all, err
	}
}
