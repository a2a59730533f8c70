// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/platform/errs"
)

// officialsAtOnce is how many officials one import has.
const officialsAtOnce = 1000

// TakeOfficials compares the officials of an older system with those here and, where it
// is to be done, enters them with their posts as the page of lists does: their accounts
// have no password. Which role a post gives, the mapping alone says. Who is here already
// gets no further post, unless that was asked for.
func (s *Service) TakeOfficials(ctx context.Context, actor identity.Actor, source string, o ListAsked, words func(code string) string) (_ Listed, err error) {
	defer errs.Wrap(&err, "take the officials of %s", source)

	if _, err := access.Everywhere(actor, personnel.PermAll); err != nil {
		return Listed{}, err
	}
	g, err := s.gather(ctx, source, mapping.Officials)
	if err != nil {
		return Listed{}, err
	}
	g.Roles = map[string]int{}
	g.keep(g.official)
	slices.SortStableFunc(g.rows, func(a, b listRow) int { return strings.Compare(a.of[mapping.Login], b.of[mapping.Login]) })
	for {
		widened, fresh := map[int]bool{}, map[string]bool{}
		g.New, g.Changed, g.Same, g.Effects = 0, 0, 0, nil
		clear(g.Roles)
		if err := s.tried(ctx, actor, g, o, officialHeads(), func(row listRow, line personnel.ListLine) {
			login := row.of[mapping.Login]
			switch {
			case line.What == "new":
				fresh[login] = true
			case line.What == "changed" && !fresh[login] && !o.Existing:
				widened[row.line] = true
			}
			if g.effect(row, line.What, login, row.of[mapping.Name]+" · "+row.of["role"]+" · "+row.of[mapping.Unit]); line.What != "same" {
				g.Roles[row.of["role"]]++
			}
		}); err != nil {
			return Listed{}, err
		}
		if len(widened) == 0 {
			break
		}
		g.keep(func(r listRow) bool {
			if widened[r.line] {
				g.refuse(r, mapping.Post, "moving.reject.post_more", r.of["role"])
			}
			return !widened[r.line]
		})
	}
	return s.bring(ctx, actor, source, g, o, officialHeads(), officialsAtOnce, words)
}

// officialHeads are the columns of people, as lists of people call them.
func officialHeads() []string {
	return []string{mapping.Login, mapping.Name, mapping.Number, mapping.Phone, mapping.Email, mapping.Unit, "role", mapping.Title}
}

var loginShape = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,63}$`)

// official turns what a row says into our words; false: it is refused.
func (g *gathered) official(row listRow) bool {
	of := row.of
	login := of[mapping.Login]
	if login == "" {
		login = of[mapping.Key]
	}
	login = strings.ToLower(login)
	unit, post := of[mapping.Unit], of[mapping.Post]
	ours, known := g.m.Units[unit]
	role, named := g.m.Posts[post]
	switch {
	case !loginShape.MatchString(login):
		g.refuse(row, mapping.Login, "moving.reject.login", short(login))
		return false
	case of[mapping.Name] == "":
		g.refuse(row, mapping.Name, "moving.reject.empty", "")
		return false
	case !known:
		g.refuse(row, mapping.Unit, "moving.reject.unit", short(unit))
		return false
	case !named:
		g.refuse(row, mapping.Post, "moving.reject.post", short(post))
		return false
	}
	of[mapping.Login], of[mapping.Unit], of["role"] = login, ours, role
	if of[mapping.Title] == "" {
		of[mapping.Title] = post
	}
	n := clean(contact{digits(of[mapping.Number]), digits(of[mapping.Phone]), strings.ToLower(of[mapping.Email])}, identity.Individual)
	of[mapping.Number], of[mapping.Phone], of[mapping.Email] = n.number, n.phone, n.email
	return true
}
