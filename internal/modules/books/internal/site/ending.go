// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/ui"
)

// endingChips lead to what ends soon and to what is past its last day, each with
// how many there are.
func endingChips(p page.Page, l list) (all []ui.Chip) {
	e := l.Ending
	name, life := control(e.Field), "f-"+registers.LifeKey
	chip := func(text, from, to string, n int, more bool) {
		on := l.Sent.Get(name+fromEnd) == turn(from) && l.Sent.Get(name+toEnd) == turn(to)
		q := kept(l.Register, l.Sent)
		for _, key := range []string{name + fromEnd, name + toEnd, life, askValid} {
			q.Del(key)
		}
		if !on {
			for key, day := range map[string]string{name + fromEnd: from, name + toEnd: to} {
				if day != "" {
					q.Set(key, turn(day))
				}
			}
			q[life] = e.States
			q.Set(askSort, e.Field.Key)
			q.Del(askDown)
		}
		count := p.Number(int64(n))
		if more {
			count += "+"
		}
		if n > 0 || on {
			all = append(all, ui.Chip{Text: text, Count: count, Href: bookPath(l.Definition) + "?" + q.Encode(), On: on, OnText: p.T("books.filter.on")})
		}
	}
	chip(p.T("books.ending.soon", "n", e.Days), e.First, e.Last, e.Soon, e.More[0])
	chip(p.T("books.ending.past"), "", e.Before, e.Past, e.More[1])
	return all
}
