// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// link is the address of the first link whose text begins with some words.
func link(t *testing.T, body, text string) string {
	t.Helper()
	found := regexp.MustCompile(`(?s)<a [^>]*href="([^"]+)"[^>]*>\s*(?:<span[^>]*>[^<]*</span>\s*)*` + regexp.QuoteMeta(text)).FindStringSubmatch(body)
	if found == nil {
		t.Fatalf("there is no link %q", text)
	}
	return html.UnescapeString(found[1])
}

// Moment 6: a leader on the phone looks at twenty documents one under the other,
// confirms once, and reads which one failed and why.
func TestTwentyAreSignedWithOneConfirmation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		w := p.world
		const n = 20
		var pairs []string
		var ids []dossiers.ID
		for range n {
			id := w.ToSign(t)
			ids, pairs = append(ids, id), append(pairs, "dossier", string(id))
		}
		b := p.browser(t, w.Leader)
		if rows := strings.Count(b.get("/ky").body, "data-ts-row"); rows != n {
			t.Fatalf("%d rows to sign", rows)
		}
		seen := b.post("/ky/xem", pairs...)
		b.right("twenty previews", seen, http.StatusOK, "Ký 20 văn bản", "20. ", "Thường trú tại phường Long Xuyên")
		if forms := strings.Count(seen.body, `name="dossier"`); forms != n || strings.Count(seen.body, "ket-qua.pdf") != n {
			t.Errorf("%d previews", forms)
		}
		if w.Count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1`, string(dossiers.AuditSigned)) != 0 {
			t.Error("looking signs")
		}
		if err := w.Service.Withdraw(t.Context(), w.Citizen, ids[7], "tôi không cần nữa"); err != nil {
			t.Fatal(err)
		}
		done := b.post("/ky", pairs...)
		b.right("one confirmation", done, http.StatusOK, "Thử lại những hồ sơ chưa được")
		if signed, failed := strings.Count(done.body, "đã ký"), strings.Count(done.body, `class="ts-tone-late"`); failed != 1 || signed < n-1 {
			t.Errorf("%d signed, %d failed", signed, failed)
		}
		if again := strings.Count(done.body, `action="/ky/xem"`); again == 0 || !strings.Contains(done.body, `name="dossier" value="`+string(ids[7])+`"`) {
			t.Error("what failed cannot be tried again")
		}
		if got := w.Count(t, `SELECT COUNT(*) FROM dossiers_results WHERE state = 'signed'`); got != n-1 {
			t.Errorf("%d results are signed", got)
		}
	})
}

var lateTile = regexp.MustCompile(`href="([^"]+)"[^>]*>\s*<span class="ts-buckets__count">1</span>\s*Quá hạn`)

// Moment 8: from the tile of what is late to the step that is responsible, and
// to the page that gives the work to somebody, in three clicks.
func TestFromTheLateTileToGivingItOutInThreeClicks(t *testing.T) {
	t.Parallel()
	eachAt(t, func(t *testing.T, p *province, c *dbtest.Clock) {
		w := p.world
		id := w.Accepted(t)
		if err := w.Service.Claim(t.Context(), w.Officer, id, ""); err != nil {
			t.Fatal(err)
		}
		c.Advance(3 * 24 * time.Hour)
		w.Accepted(t) // not late
		b := p.browser(t, w.Leader)
		found := lateTile.FindStringSubmatch(b.shown("/giao-viec", "Quá hạn").body)
		if found == nil {
			t.Fatal("the tile does not say that one is late")
		}
		tile := html.UnescapeString(found[1])
		late := b.shown(tile, "Thẩm định", "Phạm Quốc Hưng").body // one
		if n := strings.Count(late, "data-ts-row"); n != 1 {
			t.Errorf("%d late rows", n)
		}
		_, row, _ := strings.Cut(late, `class="ts-work__main"`)
		one := b.shown("/xu-ly/"+between(t, row, `href="/xu-ly/`, `"`), "Thẩm định", "Phạm Quốc Hưng", "quá ").body // two
		give := b.shown(link(t, one, "Giao cho người khác"), "Giao việc", "Mai Thị Sáu").body                       // three
		if !strings.Contains(give, `name="to"`) {
			t.Error("nobody can be chosen")
		}
	})
}

// Moment 10: half way the citizen takes another telephone: the draft is there
// with its answers and its file.
func TestAnotherTelephoneGoesOn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		w := p.world
		old, fresh := p.browser(t, w.Citizen), p.browser(t, w.Citizen)
		draft := old.went("begin", old.post(start, "unit", dossierstest.Ward, "basis", "self"))
		first := old.went("resume", old.get(draft))
		second := old.went("answer", old.post(first, "full_name", "Nguyễn Văn Bảy"))
		papers := old.went("answer", old.post(second, "reason", "Vay vốn"))
		old.went("a file", old.upload(papers, [][3]string{{"paper-to-khai", "tờ khai.pdf", dossierstest.PDF}, {"do", "", "next"}}))

		fresh.shown("/ho-so", "Đang soạn", draft)
		fresh.shown(second, "Vay vốn")
		list := fresh.shown(papers, "tờ khai.pdf").body
		file := link(t, list, "tờ khai.pdf")
		if got := fresh.get(file); got.status != http.StatusOK || got.body != dossierstest.PDF {
			t.Errorf("the file came back as %d, %d bytes", got.status, len(got.body))
		}
		check := strings.Replace(papers, "giay-to", "kiem-tra", 1)
		sent := fresh.went("send", fresh.post(check, "declare", "1"))
		id := between(t, sent, "/ho-so/", "/da-gui")
		if old.get(check).status == http.StatusOK {
			t.Error("the old telephone could send it again")
		}
		if _, err := w.Service.Accept(t.Context(), w.Clerk, dossiers.ID(id)); err != nil {
			t.Fatal(err)
		}
		code := between(t, p.browser(t, w.Clerk).get("/xu-ly/"+id).body, `<span class="ts-bar__sub">`, " · ")
		fresh.shown("/tra-cuu?ma="+code, "Còn 3 ngày làm việc", "05/03/2026")
	})
}

// eachAt is each with the clock of the world.
func eachAt(t *testing.T, f func(t *testing.T, p *province, c *dbtest.Clock)) {
	t.Helper()
	dbtest.Each(t, dossierstest.Migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		f(t, newProvince(t, dossierstest.New(t, d), c), c)
	})
}
