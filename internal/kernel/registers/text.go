// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"fmt"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
)

// Text is the plan as an operator reads it before applying it, one change a
// line. It names no value of any record, only ids of those that stand in the way.
func (p Plan) Text(say i18n.Printer) string {
	var b strings.Builder
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(&b, format+"\n", args...) }
	title := []any{"title", p.Title, "id", p.Register, "from", fmt.Sprint(p.From), "to", fmt.Sprint(p.To), "rows", p.Rows}
	switch {
	case p.Nothing():
		line("%s", say.T("registers.plan.nothing", title...))
		return b.String()
	case p.From == 0:
		line("%s", say.T("registers.plan.new", title...))
	default:
		line("%s", say.T("registers.plan.change", title...))
	}
	for _, c := range p.Changes {
		line("  %s %s", c.Kind.mark(), c.text(say))
		if c.Kind == Refused && c.RowCount > 0 {
			line("      %s", say.T("registers.plan.in_the_way", "n", c.RowCount, "ids", strings.Join(c.Rows, ", ")))
		} else if c.RowCount > maxRewrite {
			line("      %s", say.T("registers.plan.rewritten_later", "n", c.RowCount))
		} else if c.RowCount > 0 {
			line("      %s", say.T("registers.plan.rewritten", "n", c.RowCount))
		}
	}
	for _, q := range p.Renames() {
		line("  ? %s", say.T("registers.plan.renamed", "from", q.From, "to", q.To))
	}
	switch refused := len(p.Refusals()); {
	case refused > 0:
		line("%s", say.T("registers.plan.refused", "n", refused))
	default:
		line("%s", say.T("registers.plan.safe"))
	}
	return b.String()
}

// mark is what the eye finds a kind by; the words say it too.
func (k Kind) mark() string {
	switch k {
	case CreateTable, AddField, AddIndex:
		return "+"
	case HideField, DropIndex:
		return "-"
	case ShowField, WidenField:
		return ">"
	case Relabel:
		return "~"
	case Refused:
		return "!"
	}
	return "?"
}

func (c Change) text(say i18n.Printer) string {
	from, to := c.From, c.To
	switch c.Aspect {
	case "type":
		from, to = say.T("registers.type."+from), say.T("registers.type."+to)
	case "personal":
		from, to = say.T("registers.class."+from), say.T("registers.class."+to)
	case "retention":
		from, to = toldTime(say, from), toldTime(say, to)
	}
	args := []any{"label", c.Label, "field", c.Field, "from", from, "to", to, "aspect", say.T("registers.aspect." + c.Aspect)}
	switch c.Kind {
	case Refused:
		if c.Field == "" {
			return say.T("registers.plan.refused_register", append(args, "reason", say.T(c.Reason, args...))...)
		}
		return say.T("registers.plan.refused_field", append(args, "reason", say.T(c.Reason, args...))...)
	case AddField:
		if c.To != "" {
			args = append(args, "limit", say.T("registers.limit."+c.Aspect, "max", c.To))
		} else {
			args = append(args, "limit", "")
		}
		return say.T("registers.plan.add_field", append(args, "type", say.T("registers.type."+c.Aspect))...)
	case CreateTable, HideField, ShowField:
		return say.T("registers.plan."+string(c.Kind), args...)
	case WidenField, AddIndex, DropIndex, Relabel:
	}
	return say.T("registers.plan."+string(c.Kind)+"."+c.Aspect, args...)
}
