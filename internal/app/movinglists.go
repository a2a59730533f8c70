// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"maps"
	"slices"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/moving/movingmod"
)

type importCatalogueCommand struct {
	mover
	Source    string `arg:"" help:"Tên thư mục trong moving. / Name of the folder in moving."`
	Propose   bool   `help:"Lập đợt sửa đổi, người khác duyệt. / Make a change, which somebody else approves."`
	Day       string `help:"Ngày hiệu lực của đợt sửa đổi, YYYY-MM-DD; bỏ trống: hôm nay. / Day from which the change is in force; missing: today."`
	Decision  string `help:"Số quyết định công bố, khi không có cột. / Number of the decision, where no column says it."`
	Signed    string `help:"Ngày ký, YYYY-MM-DD. / Day on which it was signed."`
	Effective string `help:"Ngày hiệu lực của quyết định, YYYY-MM-DD. / Day from which the decision is in force."`
	Issuer    string `help:"Cơ quan công bố. / Who issued it."`
	Whole     bool   `help:"Là toàn bộ danh mục: thủ tục không có trong đó bị bãi bỏ. / It is the whole catalogue: what is not in it is abolished."`
}

// Run compares the catalogue, and proposes a change of it.
func (l importCatalogueCommand) Run(ctx context.Context, c console) error {
	return l.with(ctx, c, func(p *Program, actor identity.Actor) error {
		o := movingmod.CatalogueAsked{Propose: l.Propose, Day: calendar.On(p.Clock.Now())}
		o.Decision, o.Signed, o.Effective, o.Issuer, o.Whole = l.Decision, l.Signed, l.Effective, l.Issuer, l.Whole
		if l.Day != "" {
			day, err := calendar.ParseDate(l.Day)
			if err != nil {
				return err
			}
			o.Day = day
		}
		return c.listed(func(words func(string) string) (movingmod.Listed, error) {
			return p.Parts.Moves.TakeCatalogue(ctx, actor, l.Source, o, words)
		})
	})
}

// importList is what lists of units and of officials share.
type importList struct {
	mover
	Source   string `arg:"" help:"Tên thư mục trong moving. / Name of the folder in moving."`
	Apply    bool   `help:"Nhập thật; không có thì chỉ so sánh. / Enter them; without it they are only compared."`
	Decision string `help:"Số quyết định làm căn cứ. / Number of the decision on which it rests." required:""`
	Date     string `help:"Ngày quyết định, YYYY-MM-DD. / Day of the decision." required:""`
	From     string `help:"Ngày đầu tiên có hiệu lực, YYYY-MM-DD; bỏ trống: hôm nay. / First day on which it counts; missing: today."`
}

func (l importList) asked(p *Program) movingmod.ListAsked {
	o := movingmod.ListAsked{Apply: l.Apply, Number: l.Decision, Date: l.Date, From: l.From}
	if o.From == "" {
		o.From = calendar.On(p.Clock.Now()).String()
	}
	return o
}

type importUnitsCommand struct{ importList }

// Run compares units, and enters them.
func (l importUnitsCommand) Run(ctx context.Context, c console) error {
	return l.with(ctx, c, func(p *Program, actor identity.Actor) error {
		return c.listed(func(words func(string) string) (movingmod.Listed, error) {
			return p.Parts.Moves.TakeUnits(ctx, actor, l.Source, l.asked(p), words)
		})
	})
}

type importOfficialsCommand struct {
	importList
	Existing bool `help:"Người đã có tài khoản ở đây cũng nhận thêm chức danh. / Who has an account here gets further posts as well."`
}

// Run compares officials, and enters them.
func (l importOfficialsCommand) Run(ctx context.Context, c console) error {
	return l.with(ctx, c, func(p *Program, actor identity.Actor) error {
		o := l.asked(p)
		o.Existing = l.Existing
		return c.listed(func(words func(string) string) (movingmod.Listed, error) {
			return p.Parts.Moves.TakeOfficials(ctx, actor, l.Source, o, words)
		})
	})
}

// listed says what a list would do, or did.
func (c console) listed(take func(words func(code string) string) (movingmod.Listed, error)) error {
	vi, en, err := inBoth()
	if err != nil {
		return err
	}
	beside := map[string]any{"value": "…", "hint": "…"} // the value stands in a column of its own
	words := func(code string) string { return vi.Named(code, beside) + " / " + en.Named(code, beside) }
	l, err := take(words)
	for _, id := range l.Done {
		switch {
		case l.Before:
			c.say("Danh sách này đã lập thành đợt sửa đổi %s, còn chờ. / This list was made a change before, %s, which waits.", id, id)
		case l.Table == "procedures":
			c.say("Đợt sửa đổi / change: %s", id)
		default:
			c.say("Lần nhập / import: %s", id)
		}
	}
	if err != nil || l.Before {
		return err
	}
	for _, e := range l.Effects {
		c.say("%7d %-8s %-40s %s", e.Line, e.What, e.Subject, e.Words)
		for _, f := range e.Changes {
			c.say("%7s %-8s %s: %s → %s", "", "", f.Field, f.From, f.To)
		}
	}
	for _, role := range slices.Sorted(maps.Keys(l.Roles)) {
		c.say("Vai trò sẽ trao / role given: %-24s %7d", role, l.Roles[role])
	}
	for _, code := range slices.Sorted(maps.Keys(l.Reasons)) {
		c.say("Bị loại / rejected: %7d %s", l.Reasons[code], words(code))
	}
	for _, path := range l.Files {
		c.say("Dòng bị loại / rejected rows: %s", path)
	}
	c.say("%d dòng: +%d ~%d -%d =%d. / %d rows: +%d ~%d -%d =%d.", l.Rows, l.New, l.Changed, l.Ended, l.Same, l.Rows, l.New, l.Changed, l.Ended, l.Same)
	if l.New+l.Changed+l.Ended == 0 {
		c.say("Không có gì để đổi. / There is nothing to change.")
	}
	return nil
}
