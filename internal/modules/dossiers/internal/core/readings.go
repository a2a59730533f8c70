// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/errs"
)

// Reading is one time somebody looked at personal data of a dossier.
type Reading struct {
	Who     string    // name
	Post    i18n.Text // in that unit, otherwise the role; as it is now
	Unit    i18n.Text // where the official worked
	At      time.Time
	Event   audit.Event // what was read
	Purpose access.Purpose
}

// ListReadings tells a citizen who has read the own dossier, the newest first:
// officials, and nobody's reading of what is the own.
func (s *Service) ListReadings(ctx context.Context, actor identity.Actor, id dossiers.ID, after string) (page Page[Reading], err error) {
	defer errs.Wrap(&err, "list readings of dossier %s", id)

	scope, err := s.own(ctx, s.DB, actor, access.See, dossiers.PermOwn)
	if err != nil {
		return page, err
	}
	if _, err := s.store.Get(ctx, s.DB, scope, store.Owners(), id); err != nil {
		return page, err
	}
	entries, err := audit.List(ctx, s.DB, audit.Filter{Subject: string(id), Readers: true, Not: actor.Account}, after, PageSize+1)
	if err != nil {
		return page, err
	}
	if len(entries) > PageSize {
		entries = entries[:PageSize]
		page.Next = entries[PageSize-1].ID
	}
	units, posts := s.unitNames(ctx), map[[2]string]i18n.Text{}
	for _, e := range entries {
		key := [2]string{e.Actor, e.Unit}
		if _, known := posts[key]; !known {
			if posts[key], err = s.postOf(ctx, e.Actor, e.Unit); err != nil {
				return Page[Reading]{}, err
			}
		}
		page.Items = append(page.Items, Reading{
			Who: s.accountName(ctx, s.DB, e.Actor), Post: posts[key], Unit: units(orgs.ID(e.Unit)), At: e.At, Event: e.Event, Purpose: access.Purpose(e.Purpose),
		})
	}
	return page, nil
}

// postOf returns what an official is called in a unit: the title of the post,
// or the role where the post has none.
func (s *Service) postOf(ctx context.Context, account, unit string) (title i18n.Text, err error) {
	held, err := access.ListPosts(ctx, s.DB, account, s.DB.Now())
	if err != nil {
		return title, err
	}
	var role access.RoleID
	for _, p := range held {
		if string(p.Unit) == unit && title == (i18n.Text{}) {
			title, role = p.Title, p.Role
		}
	}
	if title != (i18n.Text{}) || role == "" {
		return title, nil
	}
	roles, err := access.ListRoles(ctx, s.DB)
	for _, r := range roles {
		if r.ID == role {
			title = r.Name
		}
	}
	return title, err
}
