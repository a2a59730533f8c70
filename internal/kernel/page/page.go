// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package page is what every page shares: the reader's language and rights, the
// menu, the frame and the page of an error. The components are platform/ui; the
// content is each module's own.
package page

import (
	"bytes"
	"compress/gzip"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/ui/layout"
	"tinhso.vn/internal/platform/web"
)

// Site is what all pages of an installation share.
type Site struct {
	Province  i18n.Text // its name
	Banner    i18n.Text // of a demonstration or a year replayed; empty: none
	Demo      bool      // everything made here has no legal value
	Secure    bool      // the public address is https
	Assets    *layout.Assets
	Catalogue *i18n.Catalogue
	Menu      []module.MenuItem // sorted
	Unit      func(ctx context.Context, id string) (i18n.Text, error)
	Bell      Bell
	Search    string // path of the page that finds everything; empty: there is none
	// Notices are what is announced now on the public site or at the desk; nil: nothing ever is.
	Notices func(desk bool, now time.Time) []Notice
	// Links lead from every page to its help and to saying what is wrong with it; nil: nowhere.
	Links func(path string, desk bool) []Link
	// Acting says for whom the reader may work; its words are filled in here. Nil
	// where there is no choice.
	Acting func(ctx context.Context, actor identity.Actor) (*layout.Acting, error)
	// Ways lead out of an error, by its code; the error has messages CODE.title and
	// CODE.do1, CODE.do2 that say what one can do.
	Ways map[string][]Link
}

// Bell is where somebody reads what they were told. It is counted when a page is
// drawn, and not asked for again while it is looked at.
type Bell struct {
	Path  string                                                         // empty: there is none
	Count func(ctx context.Context, actor identity.Actor) (int64, error) // 100 stands for more
}

// Notice is something announced above every page.
type Notice struct {
	Tag  string // a message
	Text i18n.Text
	Bad  bool   // something is broken
	Href string // where more is said
	More string // a message
}

// Link leads somewhere from every page. Text is a message.
type Link struct{ Text, Href string }

// Page is what a page knows of its reader. Printer says things in the reader's language.
type Page struct {
	i18n.Printer
	Actor identity.Actor
	Now   time.Time
	Path  string // of this page, with its query
	Site  *Site
	// Display is how large its letters are, and its colours.
	Display Display
	flash   string
	idle    time.Duration
}

// The names of our cookies. None of them tells anything about a person.
const (
	SessionCookie  = "tinhso_session"
	LanguageCookie = "tinhso_lang"
	flashCookie    = "tinhso_flash"
)

// LanguageID is the id of the button with which a form changes the language,
// and LanguageInput its name; its value is the language.
const (
	LanguageID    = "language"
	LanguageInput = "language"
)

// languageFor is how long a browser keeps the language that was chosen.
const languageFor = 365 * 24 * time.Hour

// Speak makes the next pages speak the language that a form asks for, and
// returns the page in it.
func (p Page) Speak(w http.ResponseWriter, code string) Page {
	lang := i18n.ParseLang(code)
	web.SetCookie(w, LanguageCookie, string(lang), languageFor, p.Site.Secure)
	p.Printer = p.Site.Catalogue.Printer(lang)
	return p
}

// Other is the language in which the page does not speak.
func (p Page) Other() i18n.Lang {
	if p.Lang() == i18n.EN {
		return i18n.VI
	}
	return i18n.EN
}

// New returns the page of a request.
func (s *Site) New(r *http.Request, actor identity.Actor, now time.Time) Page {
	p := Page{Printer: s.Catalogue.Printer(acceptLanguage(r)), Actor: actor, Now: now, Path: pathOf(r), Site: s, Display: displayOf(r)}
	if c, err := r.Cookie(flashCookie); err == nil && s.Catalogue.Has(c.Value) {
		p.flash = c.Value
	}
	return p
}

// Idling returns the page of a session that locks after so long without a
// request: the page warns two minutes before. 0: it never does.
func (p Page) Idling(after time.Duration) Page {
	p.idle = after
	return p
}

// pathOf is the address under which the page of a request is found again. What
// answers to a form may stand where nothing can be read: that is the page the form stood on.
func pathOf(r *http.Request) string {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		if from, err := url.Parse(r.Referer()); err == nil && from.Path != "" {
			return web.Local(from.RequestURI())
		}
	}
	return r.URL.RequestURI()
}

type key struct{}

// With carries the page from the entrance of the program to the handler.
func With(ctx context.Context, p Page) context.Context { return context.WithValue(ctx, key{}, p) }

// From returns the page of a request.
func From(ctx context.Context) Page {
	p, _ := ctx.Value(key{}).(Page)
	return p
}

// View is one page: its name and its content.
type View struct {
	Title       string
	Description string
	Body        templ.Component
	Before      templ.Component // a way back, above the content
	Desk        bool            // in the frame of the officials; else of the citizens
	Bare        bool            // without any frame: a screen on a wall, a kiosk
	Refresh     int             // seconds after which a browser without script asks again; 0: never
	Wide        bool            // the content chooses its width
	HTMX        bool
	Form        bool // has a form whose own button changes the language (LanguageID): typed words come along
	Status      int  // 0 is 200
}

// Render answers with v. It is drawn completely before the first byte leaves: a
// page that fails in the middle becomes the page of an error.
func (p Page) Render(w http.ResponseWriter, r *http.Request, v View) error {
	chrome, err := p.chrome(r.Context(), v)
	if err != nil {
		return err
	}
	frame := layout.Citizen(chrome)
	switch {
	case v.Desk:
		frame = layout.Official(chrome)
	case v.Bare:
		frame = layout.Bare(chrome)
	}
	var b bytes.Buffer
	if err := frame.Render(templ.WithChildren(r.Context(), v.Body), &b); err != nil {
		return err
	}
	if p.flash != "" {
		web.SetCookie(w, flashCookie, "", -time.Second, p.Site.Secure)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", string(p.Lang()))
	w.Header().Add("Vary", "Cookie, Accept-Encoding")
	if packed, ok := pack(b.Bytes(), r.Header.Get("Accept-Encoding")); ok {
		w.Header().Set("Content-Encoding", "gzip")
		b = *bytes.NewBuffer(packed)
	}
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	if v.Status == 0 {
		v.Status = http.StatusOK
	}
	w.WriteHeader(v.Status)
	_, err = b.WriteTo(w)
	if err != nil {
		return nil //nolint:nilerr // the reader has gone: nobody to tell
	}
	return nil
}

// worthPacking is from when on packing a page saves a packet on a slow line.
const worthPacking = 1400

// pack compresses a page. Nobody can learn of a secret by its length: other
// sites cannot make a browser ask for it with our cookie (SameSite), and pages
// hold no token.
func pack(page []byte, accepted string) ([]byte, bool) {
	if len(page) < worthPacking || !strings.Contains(accepted, "gzip") {
		return nil, false
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		return nil, false
	}
	if _, err := z.Write(page); err != nil {
		return nil, false
	}
	if err := z.Close(); err != nil {
		return nil, false
	}
	return b.Bytes(), true
}

// Done sends the browser to a page of this site, which says once what was done.
func Done(w http.ResponseWriter, r *http.Request, path, message string) error {
	web.SetCookie(w, flashCookie, message, time.Minute, From(r.Context()).Site.Secure)
	return web.SeeOther(w, r, path)
}

func (p Page) chrome(ctx context.Context, v View) (layout.Chrome, error) {
	other, code := "English", "en"
	if p.Lang() == i18n.EN {
		other, code = "Tiếng Việt", "vi"
	}
	c := layout.Chrome{
		Lang: string(p.Lang()), Title: v.Title, Description: v.Description,
		Service: p.T("page.service"), Province: p.Text(p.Site.Province), HomeHref: "/",
		NavLabel: p.T("page.menu"), MenuText: p.T("page.menu"), SkipText: p.T("page.skip"), SendingText: p.T("page.sending"),
		LangText: other, LangCode: code, LangHref: "/language/" + code + "?back=" + url.QueryEscape(p.Path),
		FooterText: []string{p.T("page.footer")},
		Classes:    p.Display.classes(), Manifest: "/manifest.webmanifest", ListenText: p.T("page.aloud.listen"), ListenStop: p.T("page.aloud.stop"),
		Wide: v.Wide, Refresh: v.Refresh, HTMX: v.HTMX, Before: v.Before, Assets: p.Site.Assets,
	}
	if v.Form {
		c.LangHref = "#" + LanguageID
	}
	if v.Form || !p.Actor.Anonymous() {
		c.Words = &layout.Words{
			Restored: p.T("page.words.restored"), Drop: p.T("page.words.drop"), Offline: p.T("page.words.offline"),
			Unsaved: p.T("page.words.unsaved"), Ended: p.T("page.words.ended"),
		}
	}
	if path, _, _ := strings.Cut(p.Path, "?"); p.Site.Search != "" && path != p.Site.Search && (v.Desk || path != "/") { // the home page has its own
		c.Search = &layout.Search{
			Action: p.Site.Search, Suggest: p.Site.Search + "/goi-y", Label: p.T("page.search.label"), Placeholder: p.T("page.search.placeholder"),
			ButtonText: p.T("page.search.button"),
		}
		if v.Desk { // the box beside the menu is narrow
			c.Search.Placeholder = p.T("page.search.placeholder_desk")
		}
	}
	if p.Site.Demo {
		c.BannerTag, c.Banner = p.T("page.demo_tag"), p.Text(p.Site.Banner)
	}
	if p.Site.Notices != nil {
		for _, n := range p.Site.Notices(v.Desk, p.Now) {
			words, lang := n.Text.In(p.Lang())
			notice := layout.Notice{Tag: p.T(n.Tag), Text: words, Bad: n.Bad, Href: n.Href}
			if lang != p.Lang() {
				notice.Lang = string(lang)
			}
			if n.More != "" {
				notice.More = p.T(n.More)
			}
			c.Notices = append(c.Notices, notice)
		}
	}
	if p.Site.Links != nil {
		for _, l := range p.Site.Links(p.Path, v.Desk) {
			c.FooterLinks = append(c.FooterLinks, ui.Link{Text: p.T(l.Text), Href: l.Href})
		}
	}
	if p.flash != "" {
		c.Flash = &ui.Flash{Text: p.T(p.flash)}
	}
	if p.Actor.Anonymous() {
		c.SignInText, c.SignInHref = p.T("page.sign_in"), "/dang-nhap"
	} else {
		c.User, c.UserHref = p.Actor.Name, "/tai-khoan"
		c.SignOutText, c.SignOutHref = p.T("page.sign_out"), "/dang-xuat"
		if p.idle > 0 {
			c.Idle = &layout.Idle{
				Seconds: int(p.idle.Seconds()), Ask: "/tai-khoan/phien/con-lai", Stay: "/tai-khoan/phien/tiep", Text: p.T("page.idle.text"),
				ButtonText: p.T("page.idle.stay"), GoneText: p.T("page.idle.gone"), GoneLink: p.T("page.idle.unlock"),
			}
		}
	}
	if !v.Desk && !p.Actor.Anonymous() && p.Site.Acting != nil {
		acting, err := p.Site.Acting(ctx, p.Actor)
		if err != nil {
			return c, err
		}
		if c.Acting = acting; acting != nil {
			acting.Label, acting.OneselfText = p.T("page.acting.label"), p.T("page.acting.oneself")
			acting.OverText, acting.Back = p.T("page.acting.over"), p.Path
		}
	}
	if err := p.bell(ctx, &c); err != nil {
		return c, err
	}
	if p.Actor.Official() && p.Site.Unit != nil {
		unit, err := p.Site.Unit(ctx, p.Actor.Unit)
		if err != nil {
			return c, err
		}
		c.Unit = p.Text(unit)
		c.HomeHref = p.desk()
	}
	side := module.Citizens
	if v.Desk {
		side = module.Officials
	}
	return c, p.nav(ctx, &c, side)
}

// mostBell is from when on the bell shows that there are more.
const mostBell = 100

func (p Page) bell(ctx context.Context, c *layout.Chrome) error {
	b := p.Site.Bell
	if p.Actor.Anonymous() || b.Path == "" {
		return nil
	}
	n, err := b.Count(ctx, p.Actor)
	if err != nil {
		return err
	}
	c.Bell = &layout.Bell{Text: p.T("page.bell"), Href: b.Path}
	switch {
	case n >= mostBell:
		c.Bell.Count = p.Number(mostBell-1) + "+"
	case n > 0:
		c.Bell.Count = p.Number(n)
	}
	if n > 0 {
		c.Bell.Unread = p.T("page.bell_unread")
	}
	return nil
}

// desk is where the work of an official begins: the first entry of the menu that
// is theirs.
func (p Page) desk() string {
	for _, m := range p.Site.Menu {
		if m.Side == module.Officials && m.Shown(p.Actor) {
			return m.Path
		}
	}
	return "/"
}

func (p Page) nav(ctx context.Context, c *layout.Chrome, side module.Side) error {
	path, _, _ := strings.Cut(p.Path, "?")
	best := -1
	var foot []ui.Link
	for _, m := range p.Site.Menu {
		if m.Side != side || !m.Shown(p.Actor) {
			continue
		}
		item := layout.NavItem{Label: p.T(m.Label), Href: m.Path, Divided: m.Divided}
		if side == module.Officials {
			item.Group = p.group(m.Order)
		}
		if m.Count != nil {
			n, err := m.Count(ctx, p.Actor)
			if err != nil {
				return err
			}
			if n > 0 {
				item.Count = p.Number(n)
			}
		}
		if m.Foot && side == module.Citizens {
			foot = append(foot, ui.Link{Text: item.Label, Href: item.Href})
			continue
		}
		under := path == m.Path || strings.HasPrefix(path, strings.TrimSuffix(m.Path, "/")+"/")
		if under && (best < 0 || len(m.Path) > len(c.Nav[best].Href)) {
			best = len(c.Nav)
		}
		c.Nav = append(c.Nav, item)
	}
	c.FooterLinks = append(foot, c.FooterLinks...)
	if best >= 0 {
		c.Nav[best].Current = true
	}
	if len(c.Nav) <= foldFrom {
		for i := range c.Nav {
			c.Nav[i].Group = ""
		}
	}
	c.BusyText = p.T("page.menu.busy")
	return nil
}

// foldFrom is how many entries a menu shows without folding its groups.
const foldFrom = 14

// Groups returns the groups of the desk's menu, by the order from which each
// begins, in their order. The first has no name: it is one's own work and stands open.
func Groups() map[int]string {
	return map[int]string{0: "", 40: "page.group.rules", 46: "page.group.people", 60: "page.group.books", 70: "page.group.run", 80: "page.group.accounts"}
}

// GroupOf returns the key of the group in which an entry of the desk's menu stands.
func GroupOf(order int) string {
	best, key := -1, ""
	for from, name := range Groups() {
		if from <= order && from > best {
			best, key = from, name
		}
	}
	return key
}

func (p Page) group(order int) string {
	if key := GroupOf(order); key != "" {
		return p.T(key)
	}
	return ""
}

// SortMenu puts the entries of all modules in order.
func SortMenu(items []module.MenuItem) {
	slices.SortStableFunc(items, func(a, b module.MenuItem) int { return a.Order - b.Order })
}

// Errors returns the problems of an input by the name of its control, in words.
func (p Page) Errors(fields []web.ProblemField) map[string]string {
	said := make(map[string]string, len(fields))
	for _, f := range fields {
		if said[f.Name] == "" {
			said[f.Name] = p.Named(f.Code, f.Args)
		}
	}
	return said
}
