// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/province"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Plan is what applying a pack does, or would do, in the order in which it is done.
type Plan struct {
	Lines []PlanLine `json:"lines"`
}

// PlanLine is one kind of change and how often it happens.
type PlanLine struct {
	List  string     `json:"list,omitempty"` // of the pack: procedures; empty: of no single one
	What  i18n.Text  `json:"what"`
	Count int        `json:"count"`
	Note  string     `json:"note,omitempty"` // details worth reading before it happens; may have several lines
	Items []PlanItem `json:"items,omitempty"`
}

// PlanItem is one item that changes.
type PlanItem struct {
	ID      string             `json:"id"`
	Name    i18n.Text          `json:"name"`
	Kind    string             `json:"kind"`              // added, changed, closed; removed: it left the pack, and what is there stays
	Waiting int64              `json:"waiting,omitempty"` // of a procedure: dossiers sent and not yet accepted
	Open    int64              `json:"open,omitempty"`    // of a procedure: dossiers in hand, which keep their rules
	Changes []packs.Difference `json:"changes,omitempty"` // what differs, where the pack in force is known
}

func (p *Plan) add(vi, en string, n int) {
	if n > 0 {
		p.Lines = append(p.Lines, PlanLine{What: i18n.Text{VI: vi, EN: en}, Count: n})
	}
}

func (p *Plan) list(list, vi, en string, items []PlanItem) {
	if len(items) > 0 {
		p.Lines = append(p.Lines, PlanLine{List: list, What: i18n.Text{VI: vi, EN: en}, Count: len(items), Items: items})
	}
}

func kindOf(added bool) string {
	if added {
		return string(packs.Added)
	}
	return string(packs.Changed)
}

// InForce returns the pack that was applied last, as its files said it;
// province.ErrNotApplied, province.ErrNoFiles.
func InForce(ctx context.Context, q db.Querier) (set *packs.Set, err error) {
	defer errs.Wrap(&err, "read the pack in force")

	settings, err := province.Get(ctx, q)
	if err != nil {
		return nil, err
	}
	files, err := province.Files(ctx, q)
	if err != nil {
		return nil, err
	}
	fsys, err := packs.FromFiles(files)
	if err != nil {
		return nil, err
	}
	return packs.Load(fsys, packs.Top(files, settings.Pack))
}

// Preview is what applying a pack would do, with what differs in each item.
func (p *Program) Preview(ctx context.Context, set *packs.Set, demo bool) (Plan, error) {
	old, err := InForce(ctx, p.DB)
	if err != nil && !errors.Is(err, province.ErrNotApplied) && !errors.Is(err, province.ErrNoFiles) {
		return Plan{}, err
	}
	laid, err := relay(ctx, p.DB, set)
	if err != nil {
		return Plan{}, err
	}
	plan, err := p.Apply(ctx, laid, demo, true)
	if err == nil && old != nil {
		plan.explain(old, laid, packs.Diff(old, laid))
	}
	return plan, err
}

type itemKey struct{ list, item string }

// explain puts what differs under the items that change; the rest of the
// differences comes at the end.
func (p *Plan) explain(old, set *packs.Set, all []packs.Difference) {
	of := map[itemKey][]packs.Difference{}
	for _, d := range all {
		of[itemKey{d.List, d.Item}] = append(of[itemKey{d.List, d.Item}], d)
	}
	told := map[itemKey]bool{}
	for i := range p.Lines {
		line := &p.Lines[i]
		for k := range line.Items {
			item := &line.Items[k]
			keys := []itemKey{{line.List, item.ID}}
			if line.List == "procedures" {
				if item.Name.VI == "" { // it left the pack
					gone, _ := old.Procedure(item.ID)
					item.Name = i18n.Text(gone.Name)
				}
				keys = append(keys, partsOf(set, item.ID)...)
			}
			for _, key := range keys {
				told[key] = true
				for _, d := range of[key] {
					if d.Field != "" || key.list != line.List { // that the item itself is new is said already
						item.Changes = append(item.Changes, d)
					}
				}
			}
		}
	}
	p.rest(all, of, told)
}

// partsOf are the items that a procedure is made of.
func partsOf(set *packs.Set, id string) (keys []itemKey) {
	p, _ := set.Procedure(id)
	for _, key := range []itemKey{{"forms", p.Form}, {"flows", p.Flow}, {"templates", p.ResultTemplate}, {"decisions", p.Fee.Table}} {
		if key.item != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

// rest lists what differs in the pack and belongs to no item above.
func (p *Plan) rest(all []packs.Difference, of map[itemKey][]packs.Difference, told map[itemKey]bool) {
	var items []PlanItem
	for _, d := range all {
		key := itemKey{d.List, d.Item}
		if told[key] {
			continue
		}
		told[key] = true
		item := PlanItem{ID: d.List + " " + d.Item, Name: i18n.Text(d.Name), Kind: string(packs.Changed)}
		for _, one := range of[key] {
			if one.Field == "" {
				item.Kind = string(one.Kind)
				continue
			}
			item.Changes = append(item.Changes, one)
		}
		items = append(items, item)
	}
	slices.SortStableFunc(items, func(a, b PlanItem) int { return cmp.Compare(a.ID, b.ID) })
	p.list("", "nội dung khác của gói", "other contents of the pack", items)
}
