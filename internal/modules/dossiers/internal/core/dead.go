// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// deaths returns those of some people whose death is confirmed.
func (s *Service) deaths(ctx context.Context, q db.Querier, people []string) (map[string]dossiers.Death, error) {
	if s.Deaths == nil {
		return map[string]dossiers.Death{}, nil
	}
	slices.Sort(people)
	return s.Deaths(ctx, q, slices.Compact(people))
}

// markDead notes on the lines of a list whose owner has died. Of what is over nobody
// has to know it any more.
func (s *Service) markDead(ctx context.Context, rows []store.Dossier, items []Item) error {
	var owners []string
	for _, d := range rows {
		if !d.Status.Ended() {
			owners = append(owners, d.OwnerID)
		}
	}
	known, err := s.deaths(ctx, s.DB, owners)
	if err != nil {
		return err
	}
	for i, d := range rows {
		if !d.Status.Ended() {
			items[i].Died = known[d.OwnerID].Day
		}
	}
	return nil
}

// JobDied tells officials that the owner of what they have in hand has died. Its body
// is an event with a dossiers.PersonDied.
const JobDied jobs.Kind = "dossiers.owner_died"

// TellDied does JobDied: each who holds an open step of an open dossier of that person
// is told once of each dossier. Who takes the step later sees it on the page.
func (s *Service) TellDied(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "tell of a death")

	var e events.Event
	if err := json.Unmarshal(body, &e); err != nil {
		return err
	}
	var died dossiers.PersonDied
	if err := json.Unmarshal(e.Body, &died); err != nil {
		return err
	}
	owned, err := s.store.OpenOfOwner(ctx, s.DB, died.Person)
	if err != nil {
		return err
	}
	for _, id := range owned {
		if err := s.DB.Write(ctx, func(tx *db.Tx) error { return s.tellDied(ctx, tx, id, died.Person) }); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) tellDied(ctx context.Context, tx *db.Tx, id dossiers.ID, person string) error {
	d, err := s.store.Lock(ctx, tx, access.All(), store.Involved(), id)
	if err != nil || d.OwnerID != person || d.Status.Ended() {
		return err
	}
	day, dead, err := s.died(ctx, tx, person)
	if err != nil || !dead || s.Messages == nil { // it was taken back meanwhile
		return err
	}
	tasks, err := s.store.Tasks(ctx, tx, id)
	if err != nil {
		return err
	}
	told := map[string]bool{}
	for _, t := range tasks {
		if t.Assignee == "" || told[t.Assignee] {
			continue
		}
		told[t.Assignee] = true
		if err := s.Messages.Tell(ctx, tx, notify.Notice{
			Event: dossiers.NoticeDied, About: string(id), Key: string(id) + "/" + person, Link: "/xu-ly/" + string(id), Unit: string(t.Unit), To: notify.To{Account: t.Assignee},
			Words: map[string]i18n.Text{"code": notify.Plain(codeOr(d)), "step": t.Name, "died": notify.Plain(dayText(day))},
		}); err != nil {
			return err
		}
	}
	return nil
}
