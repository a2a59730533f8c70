// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

func found(w *world) core.Found {
	return core.Found{
		Title: "Gửi nhầm danh sách", Nature: "n4", Severity: "m2", Serious: true, Harm: true, Description: "Gửi nhầm tệp cho đơn vị khác", Data: "Họ tên, điện thoại",
		Subjects: 120, FoundAt: w.db.Now().Add(-time.Hour),
	}
}

// The clocks run from T0, one is met after the other, and only then it is closed.
func TestBreachFromT0ToLessons(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		f := found(w)
		id, err := w.svc.OpenBreach(ctx, w.one, f)
		must(t, err)
		c, err := w.svc.GetBreach(ctx, w.one, id)
		must(t, err)
		if !c.SeriousDue.Equal(f.FoundAt.Add(24*time.Hour)) || !c.AuthorityDue.Equal(f.FoundAt.Add(72*time.Hour)) || !c.SubjectsDue.IsZero() || c.What != "breach_serious" {
			t.Errorf("the clocks: %+v", c.Alert)
		}
		w.clock.Advance(13 * time.Hour)
		alerts, err := w.svc.ListAlerts(ctx, w.one)
		must(t, err)
		if len(alerts) != 1 || !alerts[0].Soon || alerts[0].Late {
			t.Errorf("near: %+v", alerts)
		}
		if other, err := w.svc.ListAlerts(ctx, w.second); err != nil || len(other) != 0 {
			t.Errorf("on another desk: %v %v", other, err)
		}
		must(t, w.svc.TakeBreach(ctx, w.second, id))
		if other, err := w.svc.ListAlerts(ctx, w.second); err != nil || len(other) != 1 {
			t.Errorf("taken: %v %v", other, err)
		}
		refused(t, "close while a clock runs", w.svc.CloseBreach(ctx, w.one, id, "Bài học"), privacy.ErrNotTold)
		must(t, w.svc.TellBreach(ctx, w.one, id, "breach_serious", "Đã báo"))
		must(t, w.svc.AddEvidence(ctx, w.one, id, "nhat-ky.txt", "Ông A giữ", strings.NewReader("một dòng nhật ký\n")))
		more := f
		more.TellSubjects, more.Subjects = true, 130
		must(t, w.svc.DescribeBreach(ctx, w.one, id, more))
		must(t, w.svc.TellBreach(ctx, w.one, id, "breach_authority", "Mẫu 08"))
		must(t, w.svc.TellBreach(ctx, w.one, id, "breach_subjects", "Tin nhắn"))
		must(t, w.svc.LogBreach(ctx, w.one, id, "Đã thu hồi tệp"))
		must(t, w.svc.CloseBreach(ctx, w.one, id, "Kiểm tra người nhận trước khi gửi"))
		refused(t, "after the end", w.svc.LogBreach(ctx, w.one, id, "Thêm"), privacy.ErrClosed)
		c, err = w.svc.GetBreach(ctx, w.one, id)
		must(t, err)
		if c.Broken || len(c.Log) != 9 || c.KeptUntil.Before(w.db.Now().AddDate(5, 0, -1)) || c.Subjects != 130 || c.Closed.IsZero() {
			t.Errorf("in the end: %+v", c)
		}
		for _, e := range c.Log {
			if e.File == "" {
				continue
			}
			content, file, err := w.svc.OpenEvidence(ctx, w.one, id, e.File)
			must(t, err)
			if body := readAll(t, content); file.SHA256 != e.SHA || !strings.Contains(string(body), "nhật ký") {
				t.Errorf("evidence: %+v %q", file, body)
			}
		}
	})
}

// A line that somebody changed in the database is seen.
func TestChangedLogIsSeen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		id, err := w.svc.OpenBreach(ctx, w.one, found(w))
		must(t, err)
		must(t, w.svc.LogBreach(ctx, w.one, id, "Hai"))
		must(t, w.svc.LogBreach(ctx, w.one, id, "Ba"))
		must(t, w.db.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE privacy_breach_log SET at = at + 1 WHERE breach = $1 AND id = (SELECT MIN(id) FROM privacy_breach_log WHERE what = 'noted')`, id)
			return err
		}))
		c, err := w.svc.GetBreach(ctx, w.one, id)
		must(t, err)
		if !c.Broken || c.Log[0].Broken || !c.Log[1].Broken {
			t.Errorf("%+v", c.Log)
		}
	})
}

func TestBreachInput(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		for name, change := range map[string]func(*core.Found){
			"title": func(f *core.Found) { f.Title = " " }, "nature": func(f *core.Found) { f.Nature = "n10" }, "severity": func(f *core.Found) { f.Severity = "" },
			"found_at": func(f *core.Found) { f.FoundAt = w.db.Now().Add(time.Minute) }, "description": func(f *core.Found) { f.Description = "" },
			"subjects": func(f *core.Found) { f.Subjects = -1 },
		} {
			f := found(w)
			change(&f)
			if _, err := w.svc.OpenBreach(ctx, w.one, f); errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), name) {
				t.Errorf("%s: %v", name, err)
			}
		}
		id, err := w.svc.OpenBreach(ctx, w.one, found(w))
		must(t, err)
		for name, a := range map[string]identity.Actor{"citizen": w.citizen, "clerk": w.clerk, "anonymous": {}} {
			_, err1 := w.svc.OpenBreach(ctx, a, found(w))
			_, err2 := w.svc.GetBreach(ctx, a, id)
			_, err3 := w.svc.ListBreaches(ctx, a, "")
			for i, err := range []error{err1, err2, err3, w.svc.CloseBreach(ctx, a, id, "x"), w.svc.LogBreach(ctx, a, id, "x")} {
				if k := errs.KindOf(err); k != errs.Forbidden && k != errs.Unauthenticated {
					t.Errorf("%s, %d: %v", name, i, err)
				}
			}
		}
	})
}
