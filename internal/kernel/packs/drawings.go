// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"errors"
	"fmt"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/platform/errs"
)

// Drawing is a process drawn in BPMN 2.0: flows/NAME.bpmn. The id is that of
// its process; a pack replaces a drawing of a pack below by this id.
type Drawing struct {
	ID     string
	Origin Origin
	Text   []byte // as it came
	Model  *bpmn.Model
}

// readDrawings reads the processes that are drawn, national first.
func readDrawings(s *Set, chain []source, b *book) {
	for _, from := range chain {
		here := map[string]string{}
		for _, f := range from.drawn {
			doc, err := bpmn.Read(f.text)
			if wrong, ok := errors.AsType[bpmn.Mistakes](err); ok {
				b.explain(f.path, "", wrong)
				continue
			}
			d := Drawing{ID: doc.Model().ID, Origin: Origin{Pack: from.meta.Name, File: f.path, Line: 1}, Text: f.text, Model: doc.Model()}
			if other, twice := here[d.ID]; twice {
				b.addAt(f.path, 1, d.ID, "flow.drawing_taken", d.ID, other)
				continue
			}
			here[d.ID] = f.path
			replaced := false
			for i := range s.Drawings {
				if s.Drawings[i].ID == d.ID {
					s.Drawings[i], replaced = d, true
				}
			}
			if !replaced {
				s.Drawings = append(s.Drawings, d)
			}
		}
	}
}

// checkDrawings asks of each drawing whether a case can run through it.
func checkDrawings(s *Set, b *book) {
	flows := byID(s.Flows, Flow.itemID)
	for _, d := range s.Drawings {
		if f, taken := flows[d.ID]; taken {
			b.addAt(d.Origin.File, 1, d.ID, "flow.drawing_taken", d.ID, f.Origin.File)
		}
		b.explain(d.Origin.File, d.ID, d.Model.Check(bpmn.Known{Post: s.hasRole}))
	}
}

func (s *Set) hasRole(id string) bool { _, ok := s.Role(id); return ok }

// Table is a flow as the engine takes it.
func (f Flow) Table() workflow.Table {
	t := workflow.Table{ID: f.ID, Title: i18n.Text(f.Title), Version: f.Version, Basis: f.Basis.VI}
	for _, s := range f.Steps {
		t.Steps = append(t.Steps, workflow.Step{
			ID: s.ID, Name: i18n.Text(s.Name), Post: s.Post, Unit: s.Unit, Hours: s.Hours, Product: i18n.Text(s.Product),
			Action: s.Action, Next: s.Next, Back: s.Back,
		})
	}
	return t
}

// checkRuns asks the engine about a table of steps: what it would refuse when
// the first dossier is accepted is refused here.
func checkRuns(s *Set, f Flow, b *book) {
	_, err := workflow.Compile(f.Table(), s.hasRole)
	wrong, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return
	}
	for _, field := range wrong.Fields {
		at, i := f.Origin, 0
		if n, _ := fmt.Sscanf(field.Name, "steps[%d]", &i); n == 1 && i < len(f.Steps) {
			at = f.Steps[i].Origin
		}
		vi, en := said(field)
		b.addOrigin(at, f.ID, "flow.drawing", vi)
		b.problems[len(b.problems)-1].Message = Text{VI: vi, EN: en}
	}
}

// explain adds the mistakes of a drawing at their lines.
func (b *book) explain(file, id string, wrong bpmn.Mistakes) {
	for i, field := range wrong.Fields() {
		vi, en := said(field)
		b.addAt(file, max(wrong[i].Line, 1), id, "flow.drawing")
		b.problems[len(b.problems)-1].Message = Text{VI: vi, EN: en}
	}
}

// said is a mistake in the words of the engine.
func said(field errs.Field) (vi, en string) {
	source, err := workflow.Locales()
	if err != nil {
		return field.Code, field.Code
	}
	messages, err := i18n.Load(source)
	if err != nil {
		return field.Code, field.Code
	}
	return messages.Printer(i18n.VI).Named(field.Code, field.Args), messages.Printer(i18n.EN).Named(field.Code, field.Args)
}
