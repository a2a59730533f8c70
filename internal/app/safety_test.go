// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/refusals"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/passkey/passkeytest"
)

// browser keeps cookies, as a person's does.
type browser struct {
	t       *testing.T
	w       *world
	agent   string
	cookies map[string]string
}

const counterPC = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"

func newBrowser(t *testing.T, w *world) *browser {
	t.Helper()
	return &browser{t: t, w: w, agent: counterPC, cookies: map[string]string{}}
}

func (b *browser) send(method, path string, form url.Values) answer {
	b.t.Helper()
	var jar []string
	for name, value := range b.cookies {
		jar = append(jar, name+"="+value)
	}
	got := b.w.send(b.t, "", method, path, form.Encode(), "Cookie", strings.Join(jar, "; "), "User-Agent", b.agent)
	for _, c := range got.header.Values("Set-Cookie") {
		name, rest, _ := strings.Cut(c, "=")
		value, _, _ := strings.Cut(rest, ";")
		b.cookies[name] = value
		if value == "" {
			delete(b.cookies, name)
		}
	}
	return got
}

func (b *browser) get(path string) answer { b.t.Helper(); return b.send(http.MethodGet, path, nil) }

func (b *browser) post(path string, form url.Values) answer {
	b.t.Helper()
	return b.send(http.MethodPost, path, form)
}

func (b *browser) signIn(login, password string) answer {
	b.t.Helper()
	return b.post("/dang-nhap", url.Values{"login": {login}, "password": {password}, "next": {"/tai-khoan"}})
}

// in reports whether the browser opens the account.
func (b *browser) in() bool { b.t.Helper(); return b.get("/tai-khoan").status == http.StatusOK }

// must asks for a status and returns the page.
func (b *browser) must(want int, got answer) string {
	b.t.Helper()
	if got.status != want {
		b.t.Fatalf("%d to %s, want %d: %s", got.status, got.header.Get("Location"), want, got.body)
	}
	return got.body
}

// clerk is an official of the demonstration with the demonstration's password.
const clerk = "motcua.longxuyen"

func (w *world) password() string { return w.set.Accounts[0].Password }

// totp is what an authenticator shows, by RFC 6238.
func totp(secret []byte, at time.Time) string {
	mac := hmac.New(sha1.New, secret)
	_ = binary.Write(mac, binary.BigEndian, at.Unix()/30)
	sum := mac.Sum(nil)
	from := sum[19] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[from:])&0x7fffffff%1_000_000)
}

// enrol sets up an authenticator and returns the recovery codes.
func (b *browser) enrol() (codes []string) {
	b.t.Helper()
	secret := b.secret()
	if wrong := b.post("/tai-khoan/bao-mat/ung-dung", url.Values{"code": {"000000"}}); wrong.status != http.StatusUnprocessableEntity {
		b.t.Errorf("a wrong first code: %d", wrong.status)
	}
	done := b.must(http.StatusOK, b.post("/tai-khoan/bao-mat/ung-dung", url.Values{"code": {totp(secret, b.w.DB.Now().Time)}}))
	for _, m := range regexp.MustCompile(`<code>([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})</code>`).FindAllStringSubmatch(done, -1) {
		codes = append(codes, m[1])
	}
	if len(codes) != identity.RecoveryCodes {
		b.t.Fatalf("%d recovery codes", len(codes))
	}
	return codes
}

// take copies the session of another browser.
func (b *browser) take(from *browser) {
	b.cookies[page.SessionCookie] = from.cookies[page.SessionCookie]
}

// secret is that of an authenticator, as the page shows it before its first code.
func (b *browser) secret() []byte {
	b.t.Helper()
	shown := b.must(http.StatusOK, b.get("/tai-khoan/bao-mat/ung-dung"))
	text := regexp.MustCompile(`<code>([A-Z2-7 ]+)</code>`).FindStringSubmatch(shown)
	if text == nil || !strings.Contains(shown, "<svg") {
		b.t.Fatal("no secret, or no QR code")
	}
	secret, err := base32.StdEncoding.DecodeString(strings.ReplaceAll(text[1], " ", ""))
	if err != nil {
		b.t.Fatal(err)
	}
	return secret
}

func TestASecondFactorIsAskedFor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		b := newBrowser(t, w)
		b.signIn(clerk, w.password())
		codes := b.enrol()
		if !b.in() {
			t.Error("the session in which it was set up ended")
		}
		other := newBrowser(t, w)
		if got := other.signIn(clerk, w.password()); !strings.HasPrefix(got.header.Get("Location"), "/dang-nhap/ma") || other.in() {
			t.Fatalf("the password alone leads to %s", got.header.Get("Location"))
		}
		for range 2 {
			other.must(http.StatusUnprocessableEntity, other.post("/dang-nhap/ma", url.Values{"code": {"123456"}}))
		}
		if got := other.post("/dang-nhap/ma", url.Values{"code": {strings.ToLower(codes[0])}, "next": {"/tai-khoan"}}); got.status != http.StatusSeeOther || !other.in() {
			t.Errorf("with a recovery code: %d", got.status)
		}
		again := newBrowser(t, w)
		again.signIn(clerk, w.password())
		again.must(http.StatusUnprocessableEntity, again.post("/dang-nhap/ma", url.Values{"code": {codes[0]}}))
		for range identity.StepTries {
			again.post("/dang-nhap/ma", url.Values{"code": {"123456"}})
		}
		if got := again.post("/dang-nhap/ma", url.Values{"code": {codes[1]}}); got.status != http.StatusUnprocessableEntity || again.in() {
			t.Errorf("after too many wrong ones: %d", got.status)
		}
		api := w.send(t, "", http.MethodPost, "/api/v1/sessions", `{"login":"`+clerk+`","password":"`+w.password()+`"}`)
		if api.status != http.StatusUnauthorized || !strings.Contains(api.body, "accounts.code_needed") {
			t.Errorf("a program without a code: %d %s", api.status, api.body)
		}
		api = w.send(t, "", http.MethodPost, "/api/v1/sessions", `{"login":"`+clerk+`","password":"`+w.password()+`","code":"`+codes[2]+`"}`)
		if api.status != http.StatusOK {
			t.Errorf("a program with a code: %d %s", api.status, api.body)
		}
		log := b.get("/tai-khoan/dang-nhap").body
		if !strings.Contains(log, "Chrome, Windows") || !strings.Contains(log, "Mật khẩu và mã dự phòng") || !strings.Contains(log, "thiết bị mới") {
			t.Error("the sign-in log does not tell of it")
		}
	})
}

// Two tabs send the code of one sign-in at once: one session begins.
func TestACodeInTwoTabs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		b := newBrowser(t, w)
		b.signIn(clerk, w.password())
		codes := b.enrol()
		b.signIn(clerk, w.password())
		step := b.cookies["tinhso_step"]
		var in atomic.Int64
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				tab := newBrowser(t, w)
				tab.cookies["tinhso_step"] = step
				if tab.post("/dang-nhap/ma", url.Values{"code": {codes[i]}}).status == http.StatusSeeOther {
					in.Add(1)
				}
			})
		}
		wg.Wait()
		if in.Load() != 1 {
			t.Errorf("%d sessions began", in.Load())
		}
	})
}

func TestAPasskeySignsIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		b := newBrowser(t, w)
		b.signIn(clerk, w.password())
		ask := func(b *browser, path string) (step string, options []byte) {
			t.Helper()
			var asked struct {
				Step    string
				Options json.RawMessage
			}
			if err := json.Unmarshal([]byte(b.must(http.StatusOK, b.post(path, nil))), &asked); err != nil {
				t.Fatal(err)
			}
			return asked.Step, asked.Options
		}
		origin := strings.Replace(w.Config.PublicURL, "127.0.0.1", "localhost", 1)
		k := &passkeytest.Key{Origin: origin}
		step, options := ask(b, "/tai-khoan/bao-mat/khoa/hoi")
		made := url.Values{"step": {step}, "name": {"Máy ở quầy"}, "answer": {string(k.Make(t, options))}}
		b.must(http.StatusOK, b.post("/tai-khoan/bao-mat/khoa", made)) // with recovery codes
		b.must(http.StatusUnprocessableEntity, b.post("/tai-khoan/bao-mat/khoa", made))

		prove := func(k *passkeytest.Key) (*browser, url.Values, answer) {
			t.Helper()
			other := newBrowser(t, w)
			step, options := ask(other, "/dang-nhap/khoa/hoi")
			form := url.Values{"step": {step}, "answer": {string(k.Prove(t, options))}, "next": {"/tai-khoan"}}
			return other, form, other.post("/dang-nhap/khoa", form)
		}
		other, form, got := prove(k)
		if got.status != http.StatusSeeOther || !other.in() {
			t.Fatalf("with the passkey: %d %s", got.status, got.body)
		}
		if again := newBrowser(t, w); again.post("/dang-nhap/khoa", form).status != http.StatusUnprocessableEntity || again.in() {
			t.Error("the same answer was taken again")
		}
		k.Origin = "https://evil.example"
		if stranger, _, got := prove(k); got.status != http.StatusUnprocessableEntity || stranger.in() {
			t.Errorf("from another site: %d", got.status)
		}
		k.Origin = origin
		k.Counter = 0
		if copied, _, got := prove(k); got.status != http.StatusUnprocessableEntity || copied.in() || !strings.Contains(got.body, "sao chép") {
			t.Errorf("a counter that went back: %d", got.status)
		}
		k.Counter = 100
		shown := b.get("/tai-khoan/bao-mat").body
		id := regexp.MustCompile(`/tai-khoan/bao-mat/khoa/([^/]+)/xoa`).FindStringSubmatch(shown)
		if id == nil || !strings.Contains(shown, "Máy ở quầy") {
			t.Fatal("the passkey is not listed")
		}
		b.must(http.StatusSeeOther, b.post("/tai-khoan/bao-mat/khoa/"+id[1]+"/xoa", nil))
		if gone, _, got := prove(k); got.status != http.StatusUnprocessableEntity || gone.in() {
			t.Errorf("a removed passkey: %d", got.status)
		}
		b.must(http.StatusSeeOther, b.post("/tai-khoan/bao-mat/khoa/"+id[1]+"/hoan-tac", nil))
		if back, _, got := prove(k); got.status != http.StatusSeeOther || !back.in() {
			t.Errorf("a passkey that came back: %d", got.status)
		}
	})
}

func TestSessionsOfAPerson(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one, two, three := newBrowser(t, w), newBrowser(t, w), newBrowser(t, w)
		two.agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
		for _, b := range []*browser{one, two, three} {
			b.signIn(clerk, w.password())
		}
		list := one.must(http.StatusOK, one.get("/tai-khoan/phien"))
		ends := regexp.MustCompile(`/tai-khoan/phien/([^/"]+)/ket-thuc`).FindAllStringSubmatch(list, -1)
		if len(ends) != 2 || !strings.Contains(list, "Safari, iPhone") || !strings.Contains(list, "Phiên này") {
			t.Fatalf("%d sessions can be ended", len(ends))
		}
		stranger := newBrowser(t, w)
		stranger.signIn("lanhdao.longxuyen", w.password())
		stranger.post("/tai-khoan/phien/"+ends[0][1]+"/ket-thuc", nil)
		if !two.in() || !three.in() {
			t.Error("somebody else ended a session")
		}
		one.must(http.StatusSeeOther, one.post("/tai-khoan/phien/"+ends[0][1]+"/ket-thuc", nil))
		if two.in() && three.in() {
			t.Error("it did not end")
		}
		one.must(http.StatusSeeOther, one.post("/tai-khoan/phien/khac", nil))
		if two.in() || three.in() || !one.in() {
			t.Error("the others did not end, or this one did")
		}
		two.signIn(clerk, w.password())
		old := one.cookies[page.SessionCookie]
		one.must(http.StatusUnprocessableEntity, one.post("/tai-khoan/mat-khau", url.Values{"old": {"wrong"}, "new": {"Ca-loc_nuong.trui7"}, "again": {"Ca-loc_nuong.trui7"}}))
		one.must(http.StatusUnprocessableEntity, one.post("/tai-khoan/mat-khau", url.Values{"old": {w.password()}, "new": {"matkhau-123456"}, "again": {"matkhau-123456"}}))
		one.must(http.StatusUnprocessableEntity, one.post("/tai-khoan/mat-khau", url.Values{"old": {w.password()}, "new": {"Ca-loc_nuong.trui7"}, "again": {"Ca-loc_nuong.trui8"}}))
		one.must(http.StatusSeeOther, one.post("/tai-khoan/mat-khau", url.Values{"old": {w.password()}, "new": {"Ca-loc_nuong.trui7"}, "again": {"Ca-loc_nuong.trui7"}}))
		if !one.in() || two.in() || one.cookies[page.SessionCookie] == old {
			t.Error("after a new password: this session goes on under a new token, the others end")
		}
		if two.signIn(clerk, w.password()); two.in() {
			t.Error("the old password opens the account")
		}
		if two.signIn(clerk, "Ca-loc_nuong.trui7"); !two.in() {
			t.Error("the new password does not open it")
		}
	})
}

// age makes the sessions of an account as old as if nobody had used them.
func (w *world) age(t *testing.T, login string, by time.Duration) {
	t.Helper()
	a, _, err := w.People.FindAccount(t.Context(), w.DB, login)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE identity_sessions SET seen_at = seen_at - $2, fresh_at = fresh_at - $2 WHERE account_id = $1`, a.ID, by.Microseconds())
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestAnIdleSessionLocks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		b := newBrowser(t, w)
		b.signIn(clerk, w.password())
		if shown := b.get("/tai-khoan").body; !strings.Contains(shown, `data-seconds="900"`) {
			t.Error("the page does not know when it locks")
		}
		w.age(t, clerk, 14*time.Minute)
		left := b.must(http.StatusOK, b.get("/tai-khoan/phien/con-lai"))
		if left != "{\"seconds\":60}\n" && left != "{\"seconds\":59}\n" {
			t.Errorf("left: %s", left)
		}
		w.age(t, clerk, time.Minute) // asking how much is left was no use
		if got := b.get("/tai-khoan?x=1"); got.header.Get("Location") != "/dang-nhap?next="+url.QueryEscape("/tai-khoan?x=1") {
			t.Fatalf("idle for fifteen minutes: %d to %s", got.status, got.header.Get("Location"))
		}
		if kept := b.post("/tai-khoan/phien/khac", url.Values{"typed": {"keep me"}}); kept.status != http.StatusUnauthorized || !strings.Contains(kept.body, "keep me") {
			t.Errorf("a form sent after it locked: %d", kept.status)
		}
		locked := b.get("/dang-nhap?next=" + url.QueryEscape("/tai-khoan?x=1")).body
		if !strings.Contains(locked, "Phiên làm việc đã khóa") || strings.Contains(locked, "Tài khoản dùng thử") {
			t.Error("the page that unlocks does not say so")
		}
		old := b.cookies[page.SessionCookie]
		b.must(http.StatusUnprocessableEntity, b.signIn(clerk, "wrong"))
		got := b.post("/dang-nhap", url.Values{"login": {clerk}, "password": {w.password()}, "next": {"/tai-khoan?x=1"}})
		if got.header.Get("Location") != "/dang-nhap/xong?next="+url.QueryEscape("/tai-khoan?x=1") || !b.in() || b.cookies[page.SessionCookie] == old {
			t.Errorf("unlocking leads to %s", got.header.Get("Location"))
		}
		if n := strings.Count(b.get("/tai-khoan/phien").body, "/ket-thuc"); n != 0 {
			t.Errorf("unlocking left %d other sessions", n)
		}
		citizen := newBrowser(t, w)
		citizen.signIn(owner, w.password())
		w.age(t, owner, 3*time.Hour)
		if !citizen.in() {
			t.Error("a citizen's session locked, which no rule says")
		}
	})
}

func TestActsThatWantAFreshProof(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const admin = "cntt.tinh"
		b := newBrowser(t, w)
		if b.signIn(admin, w.password()); !b.in() {
			t.Fatal("not signed in")
		}
		if got := b.get("/tai-khoan/bao-mat/ung-dung"); got.status != http.StatusOK {
			t.Fatalf("right after signing in: %d", got.status)
		}
		if err := w.DB.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE identity_sessions SET fresh_at = fresh_at - $1`, (11 * time.Minute).Microseconds())
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if got := b.get("/tai-khoan/bao-mat/ung-dung"); got.header.Get("Location") != "/xac-nhan-lai?next="+url.QueryEscape("/tai-khoan/bao-mat/ung-dung") {
			t.Errorf("eleven minutes later: %d to %s", got.status, got.header.Get("Location"))
		}
		kept := b.post("/khoi-phuc", url.Values{"login": {clerk}, "reason": {"mất điện thoại ở chợ"}})
		if kept.status != http.StatusUnauthorized || !strings.Contains(kept.body, "mất điện thoại ở chợ") || !strings.Contains(kept.body, "/xac-nhan-lai") {
			t.Errorf("a form: %d %s", kept.status, kept.body)
		}
		old := b.cookies[page.SessionCookie]
		b.must(http.StatusUnprocessableEntity, b.post("/xac-nhan-lai", url.Values{"password": {"wrong"}, "next": {"/khoi-phuc"}}))
		got := b.post("/xac-nhan-lai", url.Values{"password": {w.password()}, "next": {"/khoi-phuc"}})
		if got.header.Get("Location") != "/khoi-phuc" || b.cookies[page.SessionCookie] == old {
			t.Errorf("confirmed: %d to %s", got.status, got.header.Get("Location"))
		}
		b.must(http.StatusSeeOther, b.post("/khoi-phuc", url.Values{"login": {clerk}, "reason": {"mất điện thoại ở chợ"}}))
		stale := newBrowser(t, w)
		stale.cookies[page.SessionCookie] = old
		if stale.in() {
			t.Error("the token of before the proof opens the session")
		}
	})
}

func TestAStolenSessionIsSeen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		b := newBrowser(t, w)
		b.signIn(clerk, w.password())
		thief := newBrowser(t, w)
		thief.cookies[page.SessionCookie], thief.agent = b.cookies[page.SessionCookie], "curl/8.5.0"
		w.age(t, clerk, 2*time.Minute)
		thief.in()
		if log := b.get("/tai-khoan/dang-nhap").body; !strings.Contains(log, "Đổi mạng hoặc trình duyệt") || !strings.Contains(log, "curl") {
			t.Error("the owner is not told")
		}
		if err := w.Refusals.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		found, err := refusals.List(t.Context(), w.DB, refusals.Filter{Kind: refusals.MovedSession}, "", 10)
		if err != nil || len(found) != 1 {
			t.Errorf("the security log has %d, %v", len(found), err)
		}
		b.must(http.StatusSeeOther, b.post("/tai-khoan/mat-khau", url.Values{"old": {w.password()}, "new": {"Ca-loc_nuong.trui7"}, "again": {"Ca-loc_nuong.trui7"}}))
		if thief.in() || !b.in() {
			t.Error("a new password does not end what was stolen")
		}
	})
}

func TestRecoveryByTwo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		lost := newBrowser(t, w)
		lost.signIn(clerk, w.password())
		lost.enrol()
		if got := w.post(t, clerk, "/khoi-phuc", url.Values{"login": {"lanhdao.longxuyen"}, "reason": {"x"}}); got.status != http.StatusForbidden {
			t.Errorf("a clerk asks: %d", got.status)
		}
		const one, two = "cntt.tinh", "antoan.tinh"
		for _, wrong := range []string{one, owner, "nobody"} {
			if got := w.post(t, one, "/khoi-phuc", url.Values{"login": {wrong}, "reason": {"x"}}); got.status != http.StatusUnprocessableEntity {
				t.Errorf("for %s: %d", wrong, got.status)
			}
		}
		if got := w.post(t, one, "/khoi-phuc", url.Values{"login": {clerk}, "reason": {"mất điện thoại"}}); got.status != http.StatusSeeOther {
			t.Fatalf("asked: %d %s", got.status, got.body)
		}
		request := regexp.MustCompile(`/khoi-phuc/([^/"]+)/rut`).FindStringSubmatch(w.send(t, one, http.MethodGet, "/khoi-phuc", "").body)
		if request == nil {
			t.Fatal("the request is not listed")
		}
		if got := w.post(t, one, "/khoi-phuc/"+request[1]+"/dong-y", nil); got.status != http.StatusConflict {
			t.Errorf("who asked approves: %d", got.status)
		}
		shown := w.post(t, two, "/khoi-phuc/"+request[1]+"/dong-y", nil)
		code := regexp.MustCompile(`<code id="code">([^<]+)<`).FindStringSubmatch(shown.body)
		if code == nil {
			t.Fatalf("approved: %d %s", shown.status, shown.body)
		}
		if strings.Contains(w.send(t, two, http.MethodGet, "/khoi-phuc", "").body, code[1]) {
			t.Error("the code is shown again")
		}
		fresh := newBrowser(t, w)
		form := url.Values{"login": {clerk}, "code": {"AAAA-BBBB-CCCC-DDDD"}, "new": {"Ca-loc_nuong.trui7"}, "again": {"Ca-loc_nuong.trui7"}}
		fresh.must(http.StatusUnprocessableEntity, fresh.post("/dang-nhap/khoi-phuc", form))
		form.Set("code", code[1])
		fresh.must(http.StatusSeeOther, fresh.post("/dang-nhap/khoi-phuc", form))
		if lost.in() {
			t.Error("old sessions go on")
		}
		if fresh.signIn(clerk, "Ca-loc_nuong.trui7"); !fresh.in() {
			t.Error("the lost factor is still asked for, or the password is not the new one")
		}
		fresh.must(http.StatusUnprocessableEntity, fresh.post("/dang-nhap/khoi-phuc", form))
		if log := fresh.get("/tai-khoan/dang-nhap").body; !strings.Contains(log, "Khôi phục") {
			t.Error("the owner's log does not tell of it")
		}
	})
}

// Where the rule wants a second factor, nothing else opens before there is one.
func TestASecondFactorComesFirst(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		a, _, err := w.People.FindAccount(t.Context(), w.DB, clerk)
		if err != nil {
			t.Fatal(err)
		}
		b := newBrowser(t, w)
		if err := w.DB.Write(t.Context(), func(tx *db.Tx) error {
			token, _, err := w.People.Start(t.Context(), tx, a.ID, identity.Opening{Kind: identity.Browser, Way: identity.ByPassword, Must: identity.MustFactor})
			b.cookies[page.SessionCookie] = token
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/viec", "/tai-khoan/phien", "/nhat-ky/cua-toi"} {
			if got := b.get(path); !strings.HasPrefix(got.header.Get("Location"), "/tai-khoan/bao-mat?next=") {
				t.Errorf("%s: %d to %s", path, got.status, got.header.Get("Location"))
			}
		}
		if got := b.get("/thu-tuc"); got.status != http.StatusOK || strings.Contains(got.body, "Trần Thị Mai") {
			t.Errorf("the public pages: %d", got.status)
		}
		b.must(http.StatusOK, b.get("/tai-khoan/bao-mat"))
		b.enrol()
		if got := b.get("/viec"); got.status != http.StatusOK {
			t.Errorf("afterwards: %d to %s", got.status, got.header.Get("Location"))
		}
	})
}
