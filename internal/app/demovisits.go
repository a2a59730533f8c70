// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/appointments/appointmentsmod"
)

// visits lets the offices of a demonstration take people: two counters, mornings
// and afternoons, an evening and a Saturday, and some made-up appointments.
func (p *Program) visits(ctx context.Context, set *packs.Set) error {
	if !p.Province.Demo {
		return nil
	}
	for _, o := range offices(set) {
		leader, clerk, err := p.ofOffice(ctx, o)
		if err != nil {
			return err
		}
		if err := p.visitsOf(ctx, o.unit, leader, clerk); err != nil {
			return fmt.Errorf("appointments of %s: %w", o.unit, err)
		}
	}
	return nil
}

func (p *Program) ofOffice(ctx context.Context, o office) (leader, clerk identity.Actor, err error) {
	for role, to := range map[string]*identity.Actor{"leader": &leader, "clerk": &clerk} {
		account, found, err := p.People.FindAccount(ctx, p.DB, o.staff[role])
		if err != nil || !found {
			return leader, clerk, fmt.Errorf("no account %s: %w", o.staff[role], err)
		}
		if *to, err = access.Load(ctx, p.DB, identity.NewActor(account.ID, account.Person), p.DB.Now()); err != nil {
			return leader, clerk, err
		}
		to.Unit = o.unit
	}
	return leader, clerk, nil
}

func (p *Program) visitsOf(ctx context.Context, unit string, leader, clerk identity.Actor) error {
	v := p.Parts.Visits
	set, err := v.GetSetup(ctx, leader)
	if err != nil || set.Kiosk != "" { // set up already
		return err
	}
	if err := v.SaveManner(ctx, leader, appointmentsmod.Manner{Takes: true, Ahead: 14, Slot: 15, Late: 10}); err != nil {
		return err
	}
	for n := range 2 {
		if _, err := v.SaveCounter(ctx, leader, appointmentsmod.CounterInput{Number: n + 1, Name: "Tiếp nhận và trả kết quả"}); err != nil {
			return err
		}
	}
	for _, h := range []appointmentsmod.HoursInput{
		{Weekdays: []int{1, 2, 3, 4, 5}, From: "07:30", To: "11:00", Places: 2},
		{Weekdays: []int{1, 2, 3, 4, 5}, From: "13:30", To: "16:30", Places: 2},
		{Weekdays: []int{4}, From: "17:30", To: "19:00", Places: 1, Outside: true},
		{Weekdays: []int{6}, From: "07:30", To: "10:30", Places: 1, Outside: true},
	} {
		if err := v.AddHours(ctx, leader, h); err != nil {
			return err
		}
	}
	return p.someVisits(ctx, unit, clerk)
}

// someVisits books the first days, and gives numbers to three people who wait today.
func (p *Program) someVisits(ctx context.Context, unit string, clerk identity.Actor) error {
	v := p.Parts.Visits
	c, err := v.Choose(ctx, unit, "")
	if err != nil {
		return err
	}
	names := []string{"Nguyễn Thị Mẫu", "Trần Văn Thử", "Lê Thị Ví Dụ", "Phạm Văn Giả Định", "Võ Thị Minh Họa", "Huỳnh Văn Mẫu"}
	n := 0
	for _, d := range c.Days {
		for i := 0; i < len(d.Slots) && n < len(names) && i < 5; i += 2 {
			if _, err := v.Book(ctx, identity.Actor{}, appointmentsmod.Asking{Unit: unit, At: d.Slots[i].At, Name: names[n], Phone: fmt.Sprintf("0900000%03d", n)}); err != nil {
				return err
			}
			n++
		}
	}
	now := p.DB.Now().In(calendar.Zone())
	if now.Weekday() == time.Sunday {
		return nil
	}
	for range 3 {
		if _, err := v.WalkIn(ctx, clerk, ""); err != nil {
			return err
		}
	}
	return nil
}
