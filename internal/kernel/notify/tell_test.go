// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/platform/db"
)

func accepted(w *world) notify.Notice {
	return notify.Notice{Event: "d.accepted", About: "d1", Link: "/ho-so/d1", To: notify.To{Account: w.account, Phone: "0900000001"}}
}

func gone() error { return &notify.RefusedError{Reason: notify.ByAddress} }

func TestOneNoticeReachesEachChannelOnce(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.device("https://push.example.vn/1")
		w.device("https://push.example.vn/2")
		for range 3 {
			w.tell(accepted(w))
		}
		w.work()
		if got := w.states(); got != "zns sent , mail sent , push sent , push sent " {
			t.Fatalf("messages: %s", got)
		}
		zns, mail := w.lines[notify.ZNS].letters()[0], w.lines[notify.Mail].letters()[0]
		if zns.To != "0900000001" || zns.Params["code"] != "HS-1" || len(zns.Params) != 1 || mail.To != "so.cu@example.vn" || mail.Text != "Hồ sơ HS-1." || mail.Link != "https://x.example.vn/ho-so/d1" {
			t.Errorf("zns %+v, mail %+v", zns, mail)
		}
		items, err := w.n.ListItems(t.Context(), w.db, w.account, notify.Shelf{}, "", 10)
		if err != nil || len(items) != 1 || items[0].Text.VI != "Hồ sơ HS-1 của Bà Bí Mật" || items[0].Text.EN != "Dossier HS-1 of Bà Bí Mật" {
			t.Errorf("bell %+v, %v", items, err)
		}
		if got := w.rows(`SELECT month || ' ' || channel || ' ' || n || ' ' || cost FROM notify_unit_costs ORDER BY channel`); strings.Join(got, ", ") != "2026-03 mail 1 300, 2026-03 push 2 800, 2026-03 zns 1 100" {
			t.Errorf("costs %v", got)
		}
	})
}

func TestWhenZaloFailsTheMessageGoesAsSMS(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fail error
		want string
	}{
		"refused for good": {gone(), "zns failed address, mail sent , sms sent "},
		"down":             {errors.New("503"), "zns failed given_up, mail sent , sms sent "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(w *world) {
				w.lines[notify.ZNS].fail = func(notify.Letter) error { return tt.fail }
				w.tell(accepted(w))
				w.work()
				w.later(time.Minute)
				w.later(time.Minute)
				if got := w.states(); got != tt.want {
					t.Errorf("got %s", got)
				}
				if l := w.lines[notify.SMS].letters(); len(l) != 1 || l[0].Text != "Ho so HS-1 da duoc tiep nhan" {
					t.Errorf("sms %+v", l)
				}
			})
		})
	}
}

func TestALaterFailureGoesOnToTheNextWayOnce(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.tell(accepted(w))
		w.work()
		l := w.lines[notify.ZNS].letters()[0]
		for _, said := range []notify.News{{Channel: notify.ZNS, Ref: "ref-" + l.Key}, {Channel: notify.ZNS, Key: l.Key}, {Channel: notify.ZNS, Key: l.Key, Delivered: true}} {
			if err := w.n.Report(t.Context(), said); err != nil {
				t.Fatal(err)
			}
		}
		w.work()
		if got := w.states(); got != "zns failed refused, mail sent , sms sent " {
			t.Errorf("got %s", got)
		}
		sms := w.lines[notify.SMS].letters()[0]
		for range 2 {
			if err := w.n.Report(t.Context(), notify.News{Channel: notify.SMS, Key: sms.Key, Delivered: true}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.n.Report(t.Context(), notify.News{Channel: notify.SMS, Key: sms.Key}); err != nil {
			t.Fatal(err)
		}
		if got := w.states(); got != "zns failed refused, mail sent , sms delivered " {
			t.Errorf("an old failure changes what has arrived: %s", got)
		}
		for _, unknown := range []notify.News{{Channel: notify.Mail, Key: sms.Key}, {Channel: notify.SMS, Key: "nobody"}, {Channel: notify.SMS}} {
			if err := w.n.Report(t.Context(), unknown); !errors.Is(err, notify.ErrUnknown) {
				t.Errorf("%+v: %v", unknown, err)
			}
		}
	})
}

// The plug is pulled between the gateway's yes and our note: it is handed over
// again under the same key, and taken once.
func TestACrashAfterTheGatewayHasTakenItIsNoSecondMessage(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.tell(notify.Notice{Event: "a.alarm", About: "x", To: notify.To{Phone: "0900000001"}})
		w.lines[notify.SMS].plug = 1
		handed := 0
		w.lines[notify.SMS].fail = func(notify.Letter) error {
			handed++
			return nil
		}
		if _, err := jobs.Work(t.Context(), w.db, w.n.Jobs()); err == nil {
			t.Fatal("the note was made although the plug was pulled")
		}
		if got := w.states(); got != "sms waiting " {
			t.Fatalf("before: %s", got)
		}
		w.later(jobs.Lease + time.Second)
		if got := w.states(); got != "sms sent " || handed != 2 || len(w.lines[notify.SMS].letters()) != 1 {
			t.Errorf("%s, handed over %d times, taken %d times", got, handed, len(w.lines[notify.SMS].letters()))
		}
	})
}

func TestTwoProcessesSendEachMessageOnce(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		const n = 30
		for i := range n {
			w.tell(notify.Notice{Event: "a.alarm", About: "x", Key: string(rune('a' + i)), To: notify.To{Phone: "0900000001"}})
		}
		var mu sync.Mutex
		times := map[string]int{}
		w.lines[notify.SMS].fail = func(l notify.Letter) error {
			mu.Lock()
			defer mu.Unlock()
			times[l.Key]++
			return nil
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for {
					if did, err := jobs.Work(t.Context(), w.db, w.n.Jobs()); !did || err != nil {
						return
					}
				}
			})
		}
		wg.Wait()
		w.work()
		for key, count := range times {
			if count != 1 {
				t.Errorf("%s was handed over %d times", key, count)
			}
		}
		if len(times) != n {
			t.Errorf("%d of %d were sent", len(times), n)
		}
	})
}

func TestNothingPersonalGoesWhereSomebodyElseMayRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		keys := []string{"a", "b", "c"}
		text := rapid.Custom(func(t *rapid.T) i18n.Text {
			say := func(label string) string {
				s := "x"
				for _, k := range keys {
					if rapid.Bool().Draw(t, label+k) {
						s += " {" + k + "}"
					}
				}
				return s
			}
			return i18n.Text{VI: say("vi"), EN: say("en")}
		})
		r := notify.Rule{
			Title: text.Draw(t, "title"), App: text.Draw(t, "app"), Mail: text.Draw(t, "mail"), Neutral: text.Draw(t, "neutral"), SMS: text.Draw(t, "sms"), ZNS: keys,
		}
		values, secrets := map[string]i18n.Text{}, map[string]bool{}
		for _, k := range keys {
			personal := rapid.Bool().Draw(t, "personal "+k)
			r.Variables = append(r.Variables, notify.Variable{Key: k, Max: 20, Personal: personal})
			values[k] = i18n.Text{VI: "secret-" + k, EN: "geheim-" + k}
			if personal {
				secrets["secret-"+k], secrets["geheim-"+k] = true, true
			}
		}
		for _, c := range notify.Outside() {
			for _, lang := range []i18n.Lang{i18n.VI, i18n.EN} {
				for _, proven := range []bool{false, true} {
					if proven && c == notify.Mail {
						continue // the one place outside that is the person's
					}
					w, _ := r.Say(c, lang, proven, values)
					said := w.Title + w.Text
					if c == notify.ZNS {
						for _, v := range r.Params(lang, values) {
							said += v
						}
					}
					for s := range secrets {
						if strings.Contains(said, s) {
							t.Fatalf("%s (proven %v) says %q", c, proven, said)
						}
					}
				}
			}
		}
	})
}

func TestAProvenAddressHearsTheName(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.prove(notify.Address, "that@example.vn")
		w.tell(accepted(w))
		w.work()
		l := w.lines[notify.Mail].letters()
		if len(l) != 1 || l[0].To != "that@example.vn" || l[0].Text != "Của Bà Bí Mật: HS-1" {
			t.Errorf("got %+v", l)
		}
	})
}

func TestCodesAreGuessedInVain(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		begin := func() error {
			return w.db.Write(t.Context(), func(tx *db.Tx) error { return w.n.BeginContact(t.Context(), tx, w.account, notify.Phone, "0900000002") })
		}
		try := func(code string) (ok bool, err error) {
			err = w.db.Write(t.Context(), func(tx *db.Tx) (err error) {
				ok, err = w.n.ProveContact(t.Context(), tx, w.account, notify.Phone, code)
				return err
			})
			return ok, err
		}
		if err := begin(); err != nil {
			t.Fatal(err)
		}
		w.work()
		said := w.lines[notify.SMS].letters()[0].Text
		right := said[len(said)-6:]
		for range 5 {
			if ok, err := try("x" + right[1:]); ok || err != nil {
				t.Fatalf("%v, %v", ok, err)
			}
		}
		if ok, err := try(right); ok || !errors.Is(err, notify.ErrCodeGone) {
			t.Errorf("after five wrong ones: %v, %v", ok, err)
		}
		for range 4 {
			if err := begin(); err != nil {
				t.Fatal(err)
			}
		}
		if err := begin(); !errors.Is(err, notify.ErrTooMany) {
			t.Errorf("a sixth code in an hour: %v", err)
		}
		w.clock.Advance(notify.CodeLength)
		if _, err := try(right); !errors.Is(err, notify.ErrCodeGone) {
			t.Errorf("an old code: %v", err)
		}
	})
}

func TestMailThatComesBackIsTold(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.prove(notify.Address, "that@example.vn")
		w.tell(accepted(w))
		w.work()
		l := w.lines[notify.Mail].letters()[0]
		for range 2 {
			if err := w.n.Report(t.Context(), notify.News{Channel: notify.Mail, Key: l.Key, Reason: notify.ByAddress}); err != nil {
				t.Fatal(err)
			}
		}
		items, err := w.n.ListItems(t.Context(), w.db, w.account, notify.Shelf{Topic: "system"}, "", 10)
		if err != nil || len(items) != 1 || items[0].Link != notify.SettingsPath {
			t.Errorf("bell: %+v, %v", items, err)
		}
		again := accepted(w)
		again.Key = "other"
		w.tell(again)
		w.work()
		if got := w.states(); !strings.Contains(got, "mail bounced address") || !strings.Contains(got, "mail suppressed bounced") && !strings.HasSuffix(got, "mail sent ") {
			t.Errorf("got %s", got)
		}
		for _, l := range w.lines[notify.Mail].letters()[1:] {
			if l.To == "that@example.vn" {
				t.Error("mail goes again to where it came back from")
			}
		}
	})
}

func TestChoicesHoldButOfWhatTheLawWantsOneWayStays(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		save := func(c notify.Choices) error {
			return w.db.Write(t.Context(), func(tx *db.Tx) error { return notify.SaveChoices(t.Context(), tx, w.account, c) })
		}
		all := map[string][]notify.ChannelID{"dossiers": notify.Outside()}
		if err := save(notify.Choices{Off: all}); err == nil {
			t.Error("everything can be switched off")
		}
		if err := save(notify.Choices{QuietFrom: "9pm", Until: "06:00"}); err == nil {
			t.Error("9pm is a time")
		}
		if err := save(notify.Choices{Language: i18n.EN, Off: map[string][]notify.ChannelID{"dossiers": {notify.ZNS, notify.Mail, notify.Push}}}); err != nil {
			t.Fatal(err)
		}
		w.tell(accepted(w))
		w.work()
		if l := w.lines[notify.SMS].letters(); len(l) != 1 || l[0].Text != "Dossier HS-1 was accepted" {
			t.Errorf("sms %+v", l)
		}
		if got := w.states(); got != "sms sent , zns suppressed off, mail suppressed off" {
			t.Errorf("got %s", got)
		}
		w.lines[notify.SMS].without = true // what is left on cannot carry it: the first that can does
		again := accepted(w)
		again.Key = "other"
		w.tell(again)
		w.work()
		if len(w.lines[notify.ZNS].letters()) != 1 {
			t.Errorf("got %s", w.states())
		}
	})
}
