// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
)

// applyRegisters makes the registers of a pack real tables. A change that would
// lose or refuse a value that is there refuses the whole pack, with the plan that
// says which and why.
func (p *Program) applyRegisters(ctx context.Context, tx *db.Tx, set *packs.Set, plan *Plan) error {
	words, err := registers.Locales()
	if err != nil {
		return err
	}
	catalogue, err := i18n.Load(words)
	if err != nil {
		return err
	}
	say := catalogue.Printer(i18n.VI)
	for _, r := range set.Registers {
		def, problems := registers.Decode(r.Definition)
		if len(problems) > 0 {
			return fmt.Errorf("register %s:\n%s", r.ID, mistakes(say, problems))
		}
		change, err := p.Registers.Plan(ctx, tx, def)
		if err != nil {
			return err
		}
		if change.Nothing() {
			continue
		}
		text := strings.TrimRight(change.Text(say), "\n")
		if len(change.Refusals()) > 0 {
			return registers.ErrRefused.With("register", r.ID).Because(fmt.Errorf("register %s:\n%s", r.ID, text))
		}
		if err := p.Registers.Apply(ctx, tx, identity.Program("apply"), change); err != nil {
			return err
		}
		plan.Lines = append(plan.Lines, PlanLine{
			List: "registers", What: i18n.Text{VI: "sổ dữ liệu", EN: "registers"}, Count: 1, Note: text,
			Items: []PlanItem{{ID: r.ID, Name: i18n.Text(r.Title), Kind: kindOf(change.From == 0)}},
		})
	}
	return nil
}

func mistakes(say i18n.Printer, problems []registers.Problem) string {
	lines := make([]string, len(problems))
	for i, m := range problems {
		lines[i] = fmt.Sprintf("%d: %s %s", m.Line, m.Field, say.T(m.Code, "value", m.Value))
	}
	return strings.Join(lines, "\n")
}
