// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package stepedit

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/kernel/workflow/steptable"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/text"
)

// MaxFile is how large a file with a table may be, in bytes.
const MaxFile = 2 << 20

// Posts are the roles with the names by which a sheet may call them.
type Posts struct {
	Names map[string]string // Chuyên viên → officer
	Known func(role string) bool
}

// ReadFile reads a table of steps as offices send it (XLSX, CSV, YAML) or a
// drawing (BPMN), and returns the item with these steps. Nothing is taken where
// one cell is wrong: then all mistakes are returned, by cell or by element and line.
func ReadFile(item tree.Item, data []byte, posts Posts) (tree.Item, []errs.Field) {
	if len(data) > MaxFile {
		return tree.Item{}, []errs.Field{{Name: "file", Code: "steptable.too_large"}}
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return tree.Item{}, []errs.Field{{Name: "file", Code: "authoring.flow.no_file"}}
	}
	f := Read(item)
	var table workflow.Table
	var wrong []errs.Field
	if isXML(data) {
		table, wrong = drawn(data, posts)
	} else {
		version, _ := strconv.Atoi(f.Version)
		var mistakes []steptable.Mistake
		table, mistakes = steptable.Read(data, steptable.Reading{
			ID: f.ID, Title: i18n.Text(f.Title), Version: version, Basis: f.Basis.VI, Posts: posts.Names, Known: posts.Known,
		})
		for _, m := range mistakes {
			wrong = append(wrong, m.Field())
		}
	}
	if len(wrong) > 0 {
		return tree.Item{}, wrong
	}
	for _, s := range table.Steps {
		if s.Minutes != 0 {
			wrong = append(wrong, tree.Wrong(s.Row, "authoring.flow.minutes", "cell", s.Row, "step", s.Name.VI, "hours", s.Hours, "minutes", s.Minutes))
		}
	}
	if len(wrong) > 0 {
		return tree.Item{}, wrong
	}
	return replace(item, f, table, isXML(data)), nil
}

func isXML(data []byte) bool {
	data = bytes.TrimPrefix(bytes.TrimSpace(data), []byte("\xef\xbb\xbf"))
	return bytes.HasPrefix(data, []byte("<"))
}

// drawn reads a process that was drawn. What a table cannot say is refused by
// name and line.
func drawn(data []byte, posts Posts) (t workflow.Table, found []errs.Field) {
	d, err := workflow.CompileBPMN(data, bpmn.Known{Post: posts.Known})
	if err != nil {
		if e, ok := errors.AsType[*errs.Error](err); ok {
			return t, e.Fields
		}
		return t, []errs.Field{{Name: "file", Code: "authoring.flow.unreadable"}}
	}
	m := d.Model()
	t = workflow.Table{ID: m.ID, Title: i18n.Text{VI: m.Name}, Version: m.Version}
	refuse := func(n bpmn.Node, why string) {
		name := n.Name
		if name == "" {
			name = n.ID
		}
		found = append(found, tree.Wrong(n.ID, "authoring.flow."+why, "name", name, "line", n.Line))
	}
	for _, n := range m.Nodes {
		switch n.Kind {
		case bpmn.Start, bpmn.End:
		case bpmn.Exclusive:
			if len(m.Out(n.ID)) > 1 && len(m.In(n.ID)) > 1 {
				refuse(n, "gate")
			}
		case bpmn.User:
			hours, ok := wholeHours(n.Due)
			if !ok {
				refuse(n, "due")
			}
			if n.Assignee != "" {
				refuse(n, "assignee")
			}
			s := workflow.Step{ID: n.ID, Name: i18n.Text{VI: n.Name}, Post: n.Post, Unit: n.Unit, Hours: hours, Product: i18n.Text{VI: n.Product}, Action: n.Action}
			if !slices.Contains(Actions(), s.Action) {
				refuse(n, "action")
			}
			if !slices.Contains(Units(), s.Unit) {
				refuse(n, "unit")
			}
			for _, to := range after(m, n.ID) {
				if to.back {
					s.Back = to.id
				} else if to.id != "" {
					s.Next = append(s.Next, to.id)
				}
			}
			t.Steps = append(t.Steps, s)
		default:
			refuse(n, "element")
		}
	}
	if len(found) > 0 {
		return t, found
	}
	order(m, &t)
	for _, f := range t.Check(posts.Known) {
		row, _ := scan(f.Name)
		if row >= 0 && row < len(t.Steps) {
			n, _ := m.Node(t.Steps[row].ID)
			f.Args = map[string]any{"name": n.Name, "line": n.Line}
			f.Name = n.ID
		}
		found = append(found, f)
	}
	return t, found
}

// wholeHours returns how long a step may take, in working hours.
func wholeHours(w bpmn.Wait) (int, bool) {
	n := w.Working.Amount
	if w.Days+w.Months+w.Years != 0 || w.Clock != 0 {
		return 0, false
	}
	switch w.Working.Unit {
	case calendar.WorkingHour:
		return n, n > 0
	case calendar.WorkingMinute:
		return n / 60, n > 0 && n%60 == 0
	case calendar.WorkingDay:
		return n * 8, n > 0
	case calendar.CalendarDay, calendar.SameDay:
	}
	return 0, false
}

type target struct {
	id   string // empty: the end
	back bool
}

// after follows the arrows behind a step through gates to the next steps.
func after(m *bpmn.Model, id string) (all []target) {
	seen := map[string]bool{}
	var walk func(at string, back bool)
	walk = func(at string, back bool) {
		for _, f := range m.Out(at) {
			n, ok := m.Node(f.To)
			isBack := back || strings.Contains(f.Condition, strconv.Quote(bpmn.Return))
			switch {
			case !ok || seen[f.ID]:
			case n.Kind == bpmn.Exclusive:
				seen[f.ID] = true
				walk(n.ID, isBack)
			case n.Kind == bpmn.End:
				all = append(all, target{back: isBack})
			default:
				all = append(all, target{n.ID, isBack})
			}
		}
	}
	walk(id, false)
	return all
}

// order begins with the step behind the start, as a table does.
func order(m *bpmn.Model, t *workflow.Table) {
	start, ok := m.StartOf("")
	if !ok {
		return
	}
	first := after(m, start.ID)
	if len(first) == 0 {
		return
	}
	slices.SortStableFunc(t.Steps, func(a, b workflow.Step) int {
		switch first[0].id {
		case a.ID:
			return -1
		case b.ID:
			return 1
		}
		return 0
	})
}

// replace puts the steps of a table in the place of those of an item. A step
// of the same name keeps its id, its English and what else was said of it.
func replace(item tree.Item, f Flow, t workflow.Table, drawing bool) tree.Item {
	item = item.Clone()
	old := map[string]int{}
	for i, r := range f.Rows {
		if _, twice := old[text.Fold(r.Name.VI)]; !twice {
			old[text.Fold(r.Name.VI)] = i
		}
	}
	former := tree.List(item.Root(), "steps")
	id, taken := map[string]string{}, map[string]bool{}
	for _, s := range t.Steps {
		if i, ok := old[text.Fold(s.Name.VI)]; ok && f.Rows[i].ID != "" && !taken[f.Rows[i].ID] {
			id[s.ID] = f.Rows[i].ID
			taken[f.Rows[i].ID] = true
		}
	}
	for _, s := range t.Steps {
		if id[s.ID] != "" {
			continue
		}
		fresh := s.ID
		for n := 2; taken[fresh]; n++ {
			fresh = s.ID + "-" + strconv.Itoa(n)
		}
		id[s.ID], taken[fresh] = fresh, true
	}
	list := tree.Sequence()
	for _, s := range t.Steps {
		n := tree.Mapping()
		if i, ok := old[text.Fold(s.Name.VI)]; ok && f.Rows[i].ID == id[s.ID] {
			n = tree.Copy(former[i])
			if !drawing && f.Rows[i].Action != "" {
				s.Action = f.Rows[i].Action // a sheet does not say it
			}
		}
		tree.PutText(n, "id", id[s.ID])
		name, product := tree.Words(s.Name), tree.Words(s.Product)
		if now := tree.GetWords(n, "name"); now.VI == name.VI {
			name = now
		}
		if now := tree.GetWords(n, "product"); now.VI == product.VI {
			product = now
		}
		tree.PutWords(n, "name", name)
		tree.PutText(n, "post", s.Post)
		tree.PutText(n, "unit", s.Unit)
		tree.PutWhole(n, "hours", strconv.Itoa(s.Hours))
		tree.PutWords(n, "product", product)
		tree.PutText(n, "action", s.Action)
		var next []string
		for _, to := range s.Next {
			next = append(next, id[to])
		}
		if len(next) == 1 {
			tree.PutText(n, "next", next[0])
		} else {
			tree.PutTexts(n, "next", next)
		}
		tree.PutText(n, "back", id[s.Back])
		tree.Insert(list, len(list.Content), n)
	}
	tree.Put(item.Root(), "steps", list)
	return item
}

// XLSX writes the table as a sheet that ReadFile reads again.
func (f Flow) XLSX(post func(role string) string) ([]byte, error) {
	columns := []sheet.Column{
		{Title: "Bước", Width: 8},
		{Title: "Nội dung công việc", Width: 44},
		{Title: "Người thực hiện", Width: 24},
		{Title: "Đơn vị", Width: 18},
		{Title: "Thời gian (giờ làm việc)", Width: 16},
		{Title: "Kết quả/sản phẩm", Width: 30},
		{Title: "Bước tiếp", Width: 12},
		{Title: "Trả lại", Width: 10},
	}
	var rows [][]any
	sum := 0
	for i, r := range f.Rows {
		hours, _ := strconv.Atoi(r.Hours)
		sum += hours
		next := strings.ReplaceAll(f.Numbers(r.Next), ";", " hoặc")
		if next == "" {
			next = "kết thúc"
		}
		rows = append(rows, []any{
			strconv.Itoa(i + 1), sheet.Harmless(r.Name.VI), sheet.Harmless(post(r.Post)), unitWords(r.Unit), hours, sheet.Harmless(r.Product.VI), next, f.Number(r.Back),
		})
	}
	rows = append(rows, []any{"", "Tổng cộng", "", "", sum, "", "", ""})
	var out bytes.Buffer
	err := sheet.WriteXLSX(&out, "Quy trình", columns, rows)
	return out.Bytes(), err
}

// unitWords are what a sheet calls the rule of a unit; other rules stand by name.
func unitWords(rule string) string {
	switch rule {
	case "received":
		return "Nơi tiếp nhận"
	case "authority":
		return "Phòng chuyên môn của cơ quan giải quyết"
	case "parent":
		return "Cơ quan cấp trên"
	}
	return rule
}

// BPMN writes the table as a drawing.
func (f Flow) BPMN() []byte { return f.Drawable().Model().Write() }
