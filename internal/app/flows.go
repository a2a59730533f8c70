// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/platform/db"
)

// applyFlows brings the processes that are drawn into the database. Only here is
// known which service tasks the modules of this program do. Tables of steps come
// with the procedures that use them.
func (p *Program) applyFlows(ctx context.Context, tx *db.Tx, set *packs.Set, plan *Plan) error {
	handlers := map[string]bool{}
	for _, m := range p.skeleton().All() {
		for name := range m.Tasks {
			handlers[name] = true
		}
	}
	known := bpmn.Known{
		Post:    func(role string) bool { _, ok := set.Role(role); return ok },
		Handler: func(name string) bool { return handlers[name] },
	}
	added := 0
	for _, d := range set.Drawings {
		flow, err := workflow.CompileBPMN(d.Text, known)
		if err != nil {
			return fmt.Errorf("%s: %w", d.Origin.File, err)
		}
		fresh, err := workflow.Apply(ctx, tx, flow)
		if err != nil {
			return fmt.Errorf("%s: %w", d.Origin.File, err)
		}
		if fresh {
			added++
		}
	}
	plan.add("quy trình BPMN", "processes drawn in BPMN", added)
	return nil
}
