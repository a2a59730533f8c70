// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core/registeredit"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/yaml"
)

// Outlook is what would become of a register.
type Outlook struct {
	Definition registers.Definition
	Problems   []registers.Problem     // of the definition; with any there is no plan
	Questions  []registeredit.Question // was a field renamed, or is it another?
	Plan       registers.Plan
	Widenings  []registers.Widening // what the rights allow more than today
	Notices    []registers.Notice   // what is published more, and what is kept shorter or for ever
}

// RegisterPlan returns what publishing a change would do to a register.
func (s *Service) RegisterPlan(ctx context.Context, actor identity.Actor, change authoring.ID, id string) (out Outlook, err error) {
	defer errs.Wrap(&err, "plan register %s of change %s", id, change)

	sheet, err := s.open(ctx, actor, change, authoring.Registers, id)
	if err != nil {
		return out, err
	}
	return s.outlook(ctx, s.DB, sheet.Item)
}

func (s *Service) outlook(ctx context.Context, q db.Querier, i authoring.Item) (out Outlook, err error) {
	item, err := tree.Parse(i.Whole)
	if err != nil {
		return out, packs.ErrItem.Because(err)
	}
	out.Definition, out.Problems = registers.Decode(item.Root())
	if !i.New() {
		base, err := tree.Parse(i.Base)
		if err != nil {
			return out, packs.ErrItem.Because(err)
		}
		out.Questions = registeredit.Questions(base, item)
	}
	if len(out.Problems) > 0 {
		return out, nil
	}
	if out.Plan, err = s.PlanRegister(ctx, q, out.Definition); err != nil {
		return out, err
	}
	out.Widenings, out.Notices = out.Plan.Widenings(), out.Plan.Notices()
	return out, nil
}

// PlanPath is the path of a line that is about the plan of a register.
const PlanPath = "plan"

// registerPoints are the points of a check list about registers; none where the
// change touches none.
func (s *Service) registerPoints(ctx context.Context, q db.Querier, items []authoring.Item) (points []Point, err error) {
	asked, plan, wider, told := Point{"questions", Fine, nil}, Point{"plan", Fine, nil}, Point{"rights", Fine, nil}, Point{"notices", Fine, nil}
	some := false
	for _, i := range items {
		if i.List != authoring.Registers || i.Gone() {
			continue
		}
		some = true
		out, err := s.outlook(ctx, q, i)
		if err != nil {
			return nil, err
		}
		line := func(code string, args map[string]any) Line {
			return Line{List: i.List, ID: i.ID, Code: code, Args: args}
		}
		for _, one := range out.Questions {
			asked.Mark = Stop
			asked.Lines = append(asked.Lines, line("authoring.check.renamed", map[string]any{"from": one.From.Label.VI, "to": one.To.Label.VI}))
		}
		if len(out.Problems) > 0 || out.Plan.Nothing() {
			continue
		}
		plan.Lines = append(plan.Lines, line("authoring.check.plan", map[string]any{"n": len(out.Plan.Changes), "rows": out.Plan.Rows, "from": out.Plan.From, "to": out.Plan.To}))
		if refused := out.Plan.Refusals(); len(refused) > 0 {
			plan.Mark = Stop
			plan.Lines = append(plan.Lines, line("authoring.check.plan_refused", map[string]any{"n": len(refused)}))
		}
		if out.Plan.From > 0 && len(out.Widenings) > 0 {
			wider.Mark = Note
			wider.Lines = append(wider.Lines, line("authoring.check.wider", map[string]any{"n": len(out.Widenings)}))
		}
		for _, n := range out.Notices {
			one := line("authoring.check.notice."+string(n.Kind), map[string]any{"fields": labels(out.Definition, n.Fields)})
			one.Path, told.Mark = PlanPath, Note
			told.Lines = append(told.Lines, one)
		}
	}
	if some {
		points = []Point{asked, plan, wider, told}
	}
	return points, nil
}

// labels are what people call fields.
func labels(d registers.Definition, keys []string) string {
	var all []string
	for _, key := range keys {
		if f, ok := d.Field(key); ok {
			all = append(all, f.Label.VI)
		}
	}
	return strings.Join(all, ", ")
}

// refused are the reasons why registers of a change cannot be applied now:
// records may have come since it was approved.
func (s *Service) refused(ctx context.Context, q db.Querier, items []authoring.Item) (problems []packs.Problem, err error) {
	for _, i := range items {
		if i.List != authoring.Registers || i.Gone() {
			continue
		}
		out, err := s.outlook(ctx, q, i)
		if err != nil {
			return nil, err
		}
		if len(out.Problems) > 0 || len(out.Plan.Refusals()) == 0 {
			continue
		}
		words, err := registers.Locales()
		if err != nil {
			return nil, err
		}
		catalogue, err := i18n.Load(words)
		if err != nil {
			return nil, err
		}
		problems = append(problems, packs.Problem{
			File: draftOf(i).File(), Line: 1, ID: i.ID, List: string(i.List), Code: "registers.plan_refused",
			Message: packs.Text{VI: out.Plan.Text(catalogue.Printer(i18n.VI)), EN: out.Plan.Text(catalogue.Printer(i18n.EN))},
		})
	}
	return problems, nil
}

// nextVersion gives the text of a register the version after the one in force.
func nextVersion(whole, inForce []byte) ([]byte, error) {
	item, err := tree.Parse(whole)
	if err != nil {
		return nil, packs.ErrItem.Because(err)
	}
	now, err := tree.Parse(inForce)
	if err != nil {
		return nil, packs.ErrItem.Because(err)
	}
	version, err := strconv.Atoi(tree.Text(now.Root(), "version"))
	if err != nil {
		return nil, packs.ErrItem.Because(err)
	}
	tree.PutWhole(item.Root(), "version", strconv.Itoa(version+1))
	return yaml.Text(item.Root())
}

// registerFile writes a register as a file of a pack, with the line by which
// editors find the schema that tinhso pack schema writes.
func registerFile(sheet Sheet) []byte {
	var b strings.Builder
	b.WriteString("# yaml-language-server: $schema=../../schemas/registers.schema.json\nregisters:\n")
	first := true
	for line := range strings.Lines(string(sheet.Item.Whole)) {
		if first {
			b.WriteString("  - " + line)
			first = false
		} else {
			b.WriteString("    " + line)
		}
	}
	return []byte(b.String())
}
