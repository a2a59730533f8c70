// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/modules/processes"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/yaml"
)

// Format is a file that a process can be taken away as.
type Format string

// The formats. XLSX and YAML are the table of steps as an office writes it, and
// can be read again; a drawing with branches is whole in BPMN only.
const (
	BPMN Format = "bpmn"
	XLSX Format = "xlsx"
	YAML Format = "yaml"
)

// File is a file to take away.
type File struct {
	Name string
	Type string
	Data []byte
}

// Export returns a version of a process as a file.
func (s *Service) Export(ctx context.Context, actor identity.Actor, of workflow.Ref, as Format) (f File, err error) {
	defer errs.Wrap(&err, "export process %s %d", of.Flow, of.Version)

	if _, err := access.Require(actor, processes.PermView); err != nil {
		return f, err
	}
	d, err := s.definition(ctx, of)
	if err != nil {
		return f, err
	}
	f.Name = fmt.Sprintf("%s-%d.%s", processes.Base(of.Flow), of.Version, as)
	switch as {
	case BPMN:
		f.Type = "application/xml"
		if f.Data, err = drawn(d); err != nil {
			return f, err
		}
	case XLSX:
		f.Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		columns := []sheet.Column{{Title: "Bước", Width: 8}}
		for i, title := range tableHead()[1:] {
			columns = append(columns, sheet.Column{Title: title, Width: []float64{48, 16, 16, 16, 40, 14, 14}[i]})
		}
		var rows [][]any
		for _, r := range tableRows(d) {
			row := make([]any, len(r))
			for i, cell := range r {
				row[i] = cell
			}
			rows = append(rows, row)
		}
		var b bytes.Buffer
		if err := sheet.WriteXLSX(&b, "Quy trình", columns, rows); err != nil {
			return f, err
		}
		f.Data = b.Bytes()
	case YAML:
		f.Type = "application/yaml"
		if f.Data, err = asYAML(d); err != nil {
			return f, err
		}
	default:
		return f, processes.ErrNotFound
	}
	return f, nil
}

// drawn is the file as it came, or the drawing of a table.
func drawn(d *workflow.Definition) ([]byte, error) {
	if len(d.Table().Steps) > 0 {
		return d.Model().Write(), nil
	}
	text, _, err := d.Canonical()
	return text, err
}

func tableHead() []string {
	return []string{"Bước", "Nội dung công việc", "Người thực hiện", "Đơn vị", "Thời gian", "Kết quả/sản phẩm", "Bước tiếp", "Trả lại"}
}

// tableRows are the steps of people as steptable reads them.
func tableRows(d *workflow.Definition) (rows [][]string) {
	t := tableOf(d)
	number := map[string]string{}
	for i, step := range t.Steps {
		number[step.ID] = fmt.Sprint(i + 1)
	}
	for i, step := range t.Steps {
		next := make([]string, len(step.Next))
		for j, id := range step.Next {
			next[j] = number[id]
		}
		if len(next) == 0 {
			next = []string{"Kết thúc"}
		}
		rows = append(rows, []string{
			fmt.Sprint(i + 1), step.Name.VI, step.Post, step.Unit, spellHours(step.Hours, step.Minutes), step.Product.VI, strings.Join(next, "; "), number[step.Back],
		})
	}
	return rows
}

func asYAML(d *workflow.Definition) ([]byte, error) {
	list := yaml.Node{Kind: yaml.SequenceNode}
	scalar := func(s string) *yaml.Node {
		n := &yaml.Node{Kind: yaml.ScalarNode, Value: s, Tag: "!!str"}
		return n
	}
	head := tableHead()
	for _, row := range tableRows(d) {
		item := &yaml.Node{Kind: yaml.MappingNode}
		for i, cell := range row {
			if cell != "" {
				item.Content = append(item.Content, scalar(head[i]), scalar(cell))
			}
		}
		list.Content = append(list.Content, item)
	}
	return yaml.Marshal(&list)
}

// tableOf is the table of a process; of a drawing, its steps of people with
// those that can follow each.
func tableOf(d *workflow.Definition) workflow.Table {
	t := d.Table()
	if len(t.Steps) > 0 {
		return t
	}
	m := d.Model()
	for _, n := range m.Users() {
		step := workflow.Step{ID: n.ID, Post: n.Post, Unit: n.Unit, Action: n.Action}
		step.Name.VI, step.Product.VI = n.Name, n.Product
		step.Hours, step.Minutes = minutesOf(n.Due)/60, minutesOf(n.Due)%60
		step.Next = people(m, n.ID)
		t.Steps = append(t.Steps, step)
	}
	return t
}

// people returns the steps of people that can follow one, past what waits
// between them; a way back is none.
func people(m *bpmn.Model, id string) (all []string) {
	order := map[string]int{}
	for i, n := range m.Users() {
		order[n.ID] = i
	}
	seen := map[string]bool{id: true}
	open := following(m, id)
	for len(open) > 0 {
		at := open[0]
		open = open[1:]
		if seen[at] {
			continue
		}
		seen[at] = true
		if n, _ := m.Node(at); n.Kind != bpmn.User {
			open = append(open, following(m, at)...)
		} else if order[at] > order[id] {
			all = append(all, at)
		}
	}
	return all
}

// minutesOf is a working time in minutes; a day is eight hours.
func minutesOf(w bpmn.Wait) int {
	switch n := w.Working.Amount; w.Working.Unit {
	case calendar.WorkingHour:
		return n * 60
	case calendar.WorkingMinute:
		return n
	case calendar.WorkingDay:
		return n * 8 * 60
	case calendar.CalendarDay, calendar.SameDay:
	}
	return w.Days*8*60 + int(w.Clock.Minutes())
}

func spellHours(hours, minutes int) string {
	switch {
	case minutes == 0:
		return fmt.Sprintf("%d giờ", hours)
	case hours == 0:
		return fmt.Sprintf("%d phút", minutes)
	}
	return fmt.Sprintf("%d giờ %d phút", hours, minutes)
}

// Spell says how long a step may take, as offices write it; empty where nothing was said.
func Spell(w bpmn.Wait) string {
	switch {
	case w.Zero():
		return ""
	case w.Working.Unit == calendar.WorkingDay:
		return fmt.Sprintf("%d ngày làm việc", w.Working.Amount)
	case w.Working.Amount > 0:
		return spellHours(minutesOf(w)/60, minutesOf(w)%60) + " làm việc"
	case w.Days > 0 && w.Clock == 0 && w.Months+w.Years == 0:
		return fmt.Sprintf("%d ngày", w.Days)
	}
	return w.ISO()
}

// Minutes is a working time in minutes; a day is eight hours.
func Minutes(w bpmn.Wait) int { return minutesOf(w) }
