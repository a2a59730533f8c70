// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package page_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

func shown(t *testing.T, language i18n.Lang) (page.Page, *http.Request) {
	t.Helper()
	words, err := page.Locales()
	if err != nil {
		t.Fatal(err)
	}
	c, err := i18n.Load(words)
	if err != nil {
		t.Fatal(err)
	}
	p := page.Page{Printer: c.Printer(language), Site: &page.Site{Catalogue: c}}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", http.NoBody)
	return p, r.WithContext(page.With(r.Context(), p))
}

// What a person can mend is told on the page it came from; everything else has a page
// of its own.
func TestRefused(t *testing.T) {
	t.Parallel()
	_, r := shown(t, i18n.VI)
	gone := errs.New(errs.NotFound, "page.error.not_found")
	for _, tt := range []struct {
		name string
		err  error
		also []errs.Kind
		want int // 0: it comes back
	}{
		{"invalid", errs.BadInput([]errs.Field{{Name: "a", Code: "page.error.input"}}), nil, http.StatusUnprocessableEntity},
		{"somebody was faster", errs.New(errs.Conflict, "page.error.conflict"), nil, http.StatusConflict},
		{"not there", gone, nil, 0},
		{"not there, and that is told here", gone, []errs.Kind{errs.NotFound}, http.StatusNotFound},
		{"a fault", io.ErrUnexpectedEOF, nil, 0},
	} {
		told, err := page.Refused(r, tt.err, tt.also...)
		if got := page.StatusOf(told); got != tt.want || (tt.want == 0) != errors.Is(err, tt.err) {
			t.Errorf("%s: %d, %v", tt.name, got, err)
		}
		if told != nil && told.Detail == "" {
			t.Errorf("%s: without words", tt.name)
		}
	}
}

func TestWrongs(t *testing.T) {
	t.Parallel()
	for language, word := range map[i18n.Lang]string{i18n.VI: "Lỗi", i18n.EN: "Error"} {
		p, r := shown(t, language)
		told, err := page.Refused(r, errs.BadInput([]errs.Field{{Name: "day", Code: "page.error.input"}, {Name: "sum", Code: "page.error.conflict"}}))
		if err != nil {
			t.Fatal(err)
		}
		items := p.Wrongs(told, "")
		if len(items) != 2 || items[0].Href != "#day" || items[1].Text != p.T("page.error.conflict") {
			t.Errorf("%s: %+v", language, items)
		}
		if named := p.Wrongs(told, "page.error."); !strings.HasSuffix(named[0].Text, ": "+items[0].Text) {
			t.Errorf("%s: named %+v", language, named)
		}
		if m := p.WrongAt(told, "sum"); m == nil || m.Text != items[1].Text || m.VisuallyHiddenText != word {
			t.Errorf("%s: at the control %+v", language, m)
		}
		if m := p.WrongAt(told, "nothing"); m != nil {
			t.Errorf("%s: at another control %+v", language, m)
		}
		if p.Wrongs(nil, "") != nil || p.WrongAt(nil, "sum") != nil || p.Wrong("") != nil || page.StatusOf(nil) != 0 {
			t.Errorf("%s: something is wrong where nothing is", language)
		}
	}
}

// A problem of no control leads to a place that the page names.
func TestLeadTo(t *testing.T) {
	t.Parallel()
	p, r := shown(t, i18n.VI)
	told, err := page.Refused(r, errs.New(errs.Conflict, "page.error.conflict"))
	if err != nil {
		t.Fatal(err)
	}
	items := page.LeadTo(append(p.Wrongs(told, ""), ui.ErrorItem{Text: "x", Href: "#x"}), "#form")
	if len(items) != 2 || items[0].Text != told.Detail || items[0].Href != "#form" || items[1].Href != "#x" {
		t.Errorf("got %+v", items)
	}
}

func TestReadForm(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader("a=%zz"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if err := page.ReadForm(r); !errors.Is(err, web.ErrMalformed) {
		t.Errorf("no form: %v", err)
	}
	r = httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/?b=2", strings.NewReader("a=1"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if err := page.ReadForm(r); err != nil || r.PostForm.Encode() != "a=1" {
		t.Errorf("%v, %v", r.PostForm, err)
	}
}
