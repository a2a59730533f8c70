// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/modules/moving/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// JobDay compares a wave by itself, and puts itself before the next day.
const JobDay jobs.Kind = "moving.day"

// Daily is when a wave is compared by itself.
type Daily = store.Daily

// UsualHour is when a wave is compared where nobody says another hour: the older
// system has ended its night, and nobody works yet.
const UsualHour = 5

// day is the body of JobDay; Turn is that of the setting: a job of an older one does nothing.
type day struct{ Wave, Turn string }

// nextAt is the next time at which it is an hour in Viet Nam, after a moment.
func nextAt(now db.Time, hour int) db.Time {
	local := now.In(calendar.Zone())
	at := time.Date(local.Year(), local.Month(), local.Day(), hour, 0, 0, 0, calendar.Zone())
	if !at.After(now.Time) {
		at = at.AddDate(0, 0, 1)
	}
	return db.At(at)
}

// SetDaily says that a wave is compared with its older system by itself each day at an
// hour, or no more.
func (s *Service) SetDaily(ctx context.Context, actor identity.Actor, wave string, on bool, hour int) (err error) {
	defer errs.Wrap(&err, "set the daily comparison of wave %s", wave)

	if _, err := access.Require(actor, moving.PermManage); err != nil {
		return err
	}
	if hour < 0 || hour > 23 {
		return errs.BadInput([]errs.Field{{Name: "hour", Code: "moving.hour"}})
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := s.store.GetWave(ctx, tx, wave)
		if err != nil {
			return err
		}
		if on && w.State != moving.Moved && w.State != moving.Accepted {
			return moving.ErrNotMoved
		}
		d := Daily{Wave: wave, Hour: hour, By: actor.Account, At: tx.Now}
		said := wave + " off"
		if on {
			d.Turn, said = newID(), wave+" "+strconv.Itoa(hour)
			if err := s.dayLater(ctx, tx, &d); err != nil {
				return err
			}
		}
		if err := s.store.PutDaily(ctx, tx, d); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, moving.AuditDaily, said)
	})
}

func (*Service) dayLater(ctx context.Context, tx *db.Tx, d *Daily) error {
	d.Next = nextAt(tx.Now, d.Hour)
	return jobs.EnqueueAt(ctx, tx, JobDay, day{d.Wave, d.Turn}, d.Next)
}

// WorkDay does JobDay. A day on which nobody served is compared late, once.
func (s *Service) WorkDay(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "compare by itself")

	var of day
	if err := json.Unmarshal(body, &of); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.store.GetWave(ctx, tx, of.Wave); err != nil { // locked: of two workers one goes first
			return err
		}
		d, err := s.store.FindDaily(ctx, tx, of.Wave)
		if err != nil || d.Turn != of.Turn || tx.Now.Before(d.Next.Time) {
			return err // it was set anew, or done
		}
		actor, err := access.Load(ctx, tx, identity.NewActor(d.By, ""), tx.Now)
		if err != nil {
			return err
		}
		if !actor.May(moving.PermManage) { // who has lost the right compares no more
			d.Turn, d.Next = "", db.Time{}
			return s.store.PutDaily(ctx, tx, d)
		}
		if err := s.dayLater(ctx, tx, &d); err != nil {
			return err
		}
		if err := s.store.PutDaily(ctx, tx, d); err != nil {
			return err
		}
		today := calendar.On(tx.Now.Time).String()
		if done, err := s.store.HasDay(ctx, tx, of.Wave, today); err != nil || done {
			return err
		}
		c := Comparison{ID: newID(), Wave: of.Wave, Kind: Shadow, By: d.By, Day: today}
		if err := s.store.AddComparison(ctx, tx, c); err != nil {
			return err
		}
		if err := jobs.Enqueue(ctx, tx, JobCompare, c.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, moving.AuditCompared, c.ID)
	})
}

// tellDay tells who planned a wave, and who has it compared, what a day has found. A day
// on which both sides were the same, and only such a one, rings no bell.
func (s *Service) tellDay(ctx context.Context, tx *db.Tx, w Wave, c Comparison) error {
	if c.Day == "" || c.State == "done" && c.Found == 0 {
		return nil
	}
	found := i18n.Text{VI: strconv.Itoa(c.Found) + " chênh lệch", EN: strconv.Itoa(c.Found) + " differences"}
	if c.State == "failed" {
		found = i18n.Text{VI: "không đọc được hệ thống cũ", EN: "the older system could not be read"}
	}
	on, err := time.Parse(time.DateOnly, c.Day)
	if err != nil {
		return err
	}
	who := []string{w.PlannedBy, c.By}
	slices.Sort(who)
	for _, account := range slices.Compact(who) {
		if err := s.Notices.Tell(ctx, tx, notify.Notice{
			Event: moving.NoticeDay, About: w.ID, Key: w.ID + " " + c.Day, Link: "/chuyen-du-lieu/so-sanh/" + c.ID,
			Words: map[string]i18n.Text{"wave": notify.Plain(w.Name), "day": notify.Plain(on.Format("02/01/2006")), "found": found}, To: notify.To{Account: account},
		}); err != nil {
			return err
		}
	}
	return nil
}

// DailyView is when a wave is compared by itself, with the days on which it was.
type DailyView struct {
	Wave
	Daily Daily
	Name  string // of who set it
	Days  []Comparison
	Next  string // day behind which there are more
}

// GetDaily returns when a wave is compared by itself, and at most PageSize days before
// one, the newest first.
func (s *Service) GetDaily(ctx context.Context, actor identity.Actor, wave, before string) (v DailyView, err error) {
	defer errs.Wrap(&err, "get the daily comparisons of wave %s", wave)

	if _, err := access.RequireAny(actor, moving.PermView, moving.PermManage, moving.PermAccept); err != nil {
		return v, err
	}
	if v.Wave, err = s.store.GetWave(ctx, s.DB, wave); err != nil {
		return v, err
	}
	if v.Daily, err = s.store.FindDaily(ctx, s.DB, wave); err != nil {
		return v, err
	}
	if v.Daily.By != "" {
		v.Name = s.Name(ctx, v.Daily.By)
	} else {
		v.Daily.Hour = UsualHour
	}
	if v.Days, err = s.store.Days(ctx, s.DB, wave, before, PageSize); len(v.Days) == PageSize {
		v.Next = v.Days[PageSize-1].Day
	}
	return v, err
}

// FormDiffers says how many figures of form II.06a both sides have differently.
func FormDiffers(c Comparison) (n int) {
	for _, name := range formNames() {
		if both, there := c.Scores[name]; there && name != scoreName && both[0] != both[1] {
			n++
		}
	}
	return n
}

// ScoreName is the figure of QĐ 766.
const ScoreName = scoreName

const scoreName = "score_progress"

// CountsView is a page of what a comparison counted, with the names of procedures.
type CountsView struct {
	Counts          []store.Count
	Names           map[string]i18n.Text
	Procedure, Next string // of the last row, where there are more; Next is its month
}

// GetCounts returns at most PageSize rows of what a comparison counted, behind a
// procedure and a month.
func (s *Service) GetCounts(ctx context.Context, actor identity.Actor, id, procedure, month string) (v CountsView, err error) {
	defer errs.Wrap(&err, "get counts of comparison %s", id)

	if _, err := access.RequireAny(actor, moving.PermView, moving.PermManage, moving.PermAccept); err != nil {
		return v, err
	}
	if v.Counts, err = s.store.Counts(ctx, s.DB, id, procedure, month, PageSize); err != nil {
		return v, err
	}
	v.Names = s.procedureNames(ctx, v.Counts)
	if len(v.Counts) == PageSize {
		last := v.Counts[PageSize-1]
		v.Procedure, v.Next = last.Procedure, last.Month
	}
	return v, nil
}

// ExportCounts writes what a comparison counted as a table.
func (s *Service) ExportCounts(ctx context.Context, actor identity.Actor, id string, write func(row ...any) error) (err error) {
	defer errs.Wrap(&err, "export counts of comparison %s", id)

	if err := s.exporting(ctx, actor, id); err != nil {
		return err
	}
	names, procedure, month := map[string]i18n.Text{}, "", ""
	for {
		some, err := s.store.Counts(ctx, s.DB, id, procedure, month, 500)
		if err != nil {
			return err
		}
		for _, c := range some {
			if _, known := names[c.Procedure]; !known {
				names[c.Procedure] = s.procedureNames(ctx, []store.Count{c})[c.Procedure]
			}
			if err := write(c.Procedure, names[c.Procedure].VI, c.Month, c.Theirs, c.Ours, c.Ours-c.Theirs); err != nil {
				return err
			}
			procedure, month = c.Procedure, c.Month
		}
		if len(some) < 500 {
			return nil
		}
	}
}
