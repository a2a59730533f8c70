// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// messages are the short messages to a number that hold a text, after the
// background work has sent at least so many.
func (s *signOn) messages(t *testing.T, to, text string, least int) (found []string) {
	t.Helper()
	look := func() bool {
		answer, err := http.Get(s.sms) //nolint:noctx // a test server
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = answer.Body.Close() }()
		var all []struct{ To, Text string }
		if err := json.NewDecoder(answer.Body).Decode(&all); err != nil {
			t.Fatal(err)
		}
		found = nil
		for _, m := range all {
			if m.To == to && strings.Contains(m.Text, text) {
				found = append(found, m.Text)
			}
		}
		return len(found) >= least
	}
	s.work(t, look)
	return found
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

const resetSMS = "Ma dat lai mat khau"

// forgot asks for a code as somebody does who has forgotten the password.
func (b *browser) forgot(login, phone string) {
	b.t.Helper()
	b.must(http.StatusSeeOther, b.post("/dang-nhap/quen-mat-khau", url.Values{"login": {login}, "phone": {phone}}))
	b.must(http.StatusOK, b.get("/dang-nhap/quen-mat-khau/ma"))
}

func (b *browser) reset(code, proof, password string) answer {
	b.t.Helper()
	return b.post("/dang-nhap/quen-mat-khau/ma", url.Values{"code": {code}, "proof": {proof}, "new": {password}, "again": {password}})
}

const fresh1, fresh2 = "Ca-loc_nuong.trui7", "Lau-mam_rau.dang9"

func TestACitizenChoosesANewPasswordByPhone(t *testing.T) {
	t.Parallel()
	eachSignOn(t, func(t *testing.T, s *signOn) {
		if empty := newBrowser(t, s.world).post("/dang-nhap/quen-mat-khau", url.Values{}); empty.status != http.StatusUnprocessableEntity || !strings.Contains(empty.body, "Nhập số điện thoại") {
			t.Errorf("nothing entered: %d", empty.status)
		}
		// Whoever asks about whatever sees the same, and nothing is sent.
		for _, wrong := range [][2]string{{citizen, "0900000002"}, {"khong.co.ai", "0900000001"}, {"quantri.longxuyen", "0900000008"}} {
			b := newBrowser(t, s.world)
			b.forgot(wrong[0], wrong[1])
			if got := b.reset("123456", "", fresh1); got.status != http.StatusUnprocessableEntity {
				t.Errorf("%v: %d", wrong, got.status)
			}
		}
		elsewhere := newBrowser(t, s.world)
		elsewhere.signIn(citizen, s.password())
		b := newBrowser(t, s.world)
		b.forgot(citizen, "+84 900 000 001")
		sent := s.messages(t, "0900000001", resetSMS, 1)
		if len(sent) != 1 {
			t.Fatalf("%d codes were sent", len(sent))
		}
		code := sixDigits.FindString(sent[0])
		if got := b.reset("000001", "", fresh1); got.status != http.StatusUnprocessableEntity {
			t.Errorf("a wrong code: %d", got.status)
		}
		if got := b.reset(code, "", "matkhau123"); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "new-error") {
			t.Errorf("a weak password: %d", got.status)
		}
		if !elsewhere.in() {
			t.Error("a session ended before the password was set")
		}
		b.must(http.StatusSeeOther, b.reset(code, "", fresh1))
		if got := b.reset(code, "", fresh2); got.status != http.StatusUnprocessableEntity {
			t.Errorf("the code counts twice: %d", got.status)
		}
		if elsewhere.in() {
			t.Error("a session outlives the new password")
		}
		again := newBrowser(t, s.world)
		again.signIn(citizen, fresh1)
		if !again.in() {
			t.Fatal("the new password opens nothing")
		}
		if account := again.get("/tai-khoan").body; !strings.Contains(again.get("/tai-khoan/dang-nhap").body, "Mã gửi tới điện thoại") || account == "" {
			t.Error("the owner does not see it in the log")
		}
		if told := s.messages(t, "0900000001", "vua duoc dat lai", 1); len(told) != 1 {
			t.Errorf("told %d times", len(told))
		}
		if s.audited(t, "accounts.phone_recovered") != 1 || s.audited(t, "accounts.phone_asked") != 1 {
			t.Error("the audit log does not have it")
		}
	})
}

func TestCodesByPhoneAreBounded(t *testing.T) {
	t.Parallel()
	eachSignOn(t, func(t *testing.T, s *signOn) {
		b := newBrowser(t, s.world)
		b.forgot(citizen, "0900000001")
		code := sixDigits.FindString(s.messages(t, "0900000001", resetSMS, 1)[0])
		for range 5 {
			b.reset("999999", "", fresh1)
		}
		if got := b.reset(code, "", fresh1); got.status != http.StatusUnprocessableEntity || newSigned(t, s, citizen, fresh1) {
			t.Errorf("after five wrong ones: %d", got.status)
		}
		for range 3 { // more than may be sent in an hour
			newBrowser(t, s.world).forgot(citizen, "0900000001")
		}
		if sent := s.messages(t, "0900000001", resetSMS, 3); len(sent) != 3 {
			t.Errorf("%d codes were sent in an hour", len(sent))
		}
	})
}

func newSigned(t *testing.T, s *signOn, login, password string) bool {
	t.Helper()
	b := newBrowser(t, s.world)
	b.signIn(login, password)
	return b.in()
}

// An official's phone alone opens nothing.
func TestAnOfficialNeedsASecondProof(t *testing.T) {
	t.Parallel()
	eachSignOn(t, func(t *testing.T, s *signOn) {
		b := newBrowser(t, s.world)
		b.forgot(clerk, "0900000003")
		code := sixDigits.FindString(s.messages(t, "0900000003", resetSMS, 1)[0])
		if got := b.reset(code, "", fresh1); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "ứng dụng xác thực") {
			t.Errorf("the phone alone: %d", got.status)
		}
		if got := b.reset(code, "123456", fresh1); got.status != http.StatusUnprocessableEntity {
			t.Errorf("a made-up proof: %d", got.status)
		}
		owner := newBrowser(t, s.world)
		owner.signIn(clerk, s.password())
		codes := owner.enrol()
		if got := b.reset(code, "AAAA-BBBB-CCCC-DDDD", fresh1); got.status != http.StatusUnprocessableEntity {
			t.Errorf("a wrong recovery code: %d", got.status)
		}
		b.must(http.StatusSeeOther, b.reset(code, codes[0], fresh1))
		if owner.in() {
			t.Error("a session outlives the new password")
		}
		asked := newBrowser(t, s.world)
		if got := asked.signIn(clerk, fresh1); !strings.Contains(got.header.Get("Location"), "/dang-nhap/ma") {
			t.Errorf("the second factor is gone: %s", got.header.Get("Location"))
		}
		// By programs it is the same.
		var step struct{ Step string }
		if status := s.operate(t, "", http.MethodPost, "/api/v1/recoveries/phone", map[string]any{"login": clerk, "phone": "0900000003"}, &step); status != http.StatusOK || step.Step == "" {
			t.Fatalf("%d %+v", status, step)
		}
		sent := s.messages(t, "0900000003", resetSMS, 2)
		code = sixDigits.FindString(sent[len(sent)-1])
		use := map[string]any{"step": step.Step, "code": code, "new": fresh2}
		if status := s.operate(t, "", http.MethodPost, "/api/v1/recoveries/phone/use", use, nil); status != http.StatusUnprocessableEntity {
			t.Errorf("the phone alone, by a program: %d", status)
		}
		use["proof"] = codes[1]
		if status := s.operate(t, "", http.MethodPost, "/api/v1/recoveries/phone/use", use, nil); status >= 300 {
			t.Errorf("by a program: %d", status)
		}
	})
}

// A token that was taken opens nothing once its owner has signed out, or has been
// given another for a proof.
func TestATokenOfBeforeOpensNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		b := newBrowser(t, w)
		b.signIn(clerk, w.password())
		thief := newBrowser(t, w)
		thief.take(b)
		if !thief.in() {
			t.Fatal("nothing was taken")
		}
		b.must(http.StatusSeeOther, b.post("/xac-nhan-lai", url.Values{"password": {w.password()}, "next": {"/tai-khoan"}}))
		if thief.in() || !b.in() {
			t.Error("the token from before a proof still opens the session")
		}
		thief.take(b)
		b.post("/dang-xuat", nil)
		if thief.in() {
			t.Error("the token outlives signing out")
		}
		if got := thief.post("/xac-nhan-lai", url.Values{"password": {w.password()}}); got.status == http.StatusSeeOther && !strings.HasPrefix(got.header.Get("Location"), "/dang-nhap") {
			t.Errorf("it can be made fresh again: %d", got.status)
		}
	})
}

// An authenticator whose clock is ten minutes behind lets nobody in, and says why.
func TestAnAuthenticatorWithAWrongClock(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		b := newBrowser(t, w)
		b.signIn(clerk, w.password())
		secret := b.secret()
		for _, off := range []time.Duration{-10 * time.Minute, 10 * time.Minute} {
			got := b.post("/tai-khoan/bao-mat/ung-dung", url.Values{"code": {totp(secret, w.DB.Now().Add(off))}})
			if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "10 phút") {
				t.Errorf("%s: %d", off, got.status)
			}
		}
	})
}
