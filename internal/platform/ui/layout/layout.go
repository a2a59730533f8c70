// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package layout is the frame of every page: the site of the citizens, the desk
// of the officials, and the pages that say an error. All words come from the
// caller; the package knows no route, no right and no translation.
package layout

import (
	"github.com/a-h/templ"

	"tinhso.vn/internal/platform/ui"
)

// NavItem is an entry of the menu.
type NavItem struct {
	Label   string
	Href    string
	Current bool
	// Count stands beside the label at the desk; empty shows none.
	Count string
	// Divided starts a new group, with a line above it.
	Divided bool
	// Group names the group of the entry; a group with a name folds. Empty: none.
	Group string
}

// Notice is a sentence above every page.
type Notice struct {
	Tag  string // what kind it is, in a word
	Text string
	Lang string // where it is not that of the page
	Bad  bool   // something is broken
	Href string // where more is said
	More string
}

// Search is the box with which everything is found. Its id is "find".
type Search struct {
	Action      string
	Suggest     string // address that answers with suggestions while one types
	Label       string
	Placeholder string
	ButtonText  string
}

// Idle is what a page says before its session locks for want of use.
type Idle struct {
	Seconds    int    // without a request
	Ask        string // address that says how many seconds are left; asking is no use
	Stay       string // address to post to, to stay
	Text       string // the warning
	ButtonText string
	GoneText   string // when it has locked
	GoneLink   string
}

// Words are what a page says of words that were typed and not sent yet.
type Words struct {
	Restored string // they were put back
	Drop     string // the button that takes them out again
	Offline  string // the line is down
	Unsaved  string // the server could not save them
	Ended    string // the session has ended
}

// Acting is for whom the reader works, with a button for each choice.
type Acting struct {
	Label       string // "I work for"
	Action      string // address to post to
	Back        string // this page
	OneselfText string
	Oneself     bool // works for oneself
	Over        bool // the right that was chosen has ended
	OverText    string
	Choices     []ActingChoice
}

// ActingChoice is somebody for whom the reader may work.
type ActingChoice struct {
	Value, Name  string
	Chosen, Over bool
}

// Bell leads to notices.
type Bell struct {
	Text   string
	Href   string
	Count  string // of those unread; empty: none
	Unread string // read out after the count: "chưa đọc"
}

// Chrome is what a page has around its content.
type Chrome struct {
	// Lang is the language of the page, "vi" or "en".
	Lang string
	// Classes are those of the element html: larger letters, more contrast.
	Classes string
	// Manifest is the address of what phones need to keep the site as an app; empty: none.
	Manifest string
	// ListenText and ListenStop are the button that reads the page aloud, where the device has a voice.
	ListenText, ListenStop string
	// Title is the name of the page; the browser shows it with the service and the province.
	Title       string
	Description string
	// Service and Province are the mark: "Dịch vụ công", "Tỉnh …".
	Service  string
	Province string
	HomeHref string

	Nav      []NavItem
	NavLabel string
	// MenuText opens the menu on a phone; SkipText leads past the frame.
	MenuText string
	// BusyText stands beside a folded group in which something waits: "có việc".
	BusyText string
	SkipText string
	// SendingText is said when the answer to a form is late.
	SendingText string

	// User and Unit are who is signed in and where; empty User means nobody.
	User       string
	UserHref   string
	Unit       string
	SignInText string
	SignInHref string
	// SignOut is a form that posts, because a link must not change anything.
	SignOutText   string
	SignOutHref   string
	SignOutHidden []ui.HiddenField

	// Search is the box in the head of every page; nil: there is none.
	Search *Search
	// Bell leads to what somebody was told; nil shows none.
	Bell *Bell

	// LangText and LangHref lead to the same page in the other language, LangCode.
	LangText string
	LangHref string
	LangCode string

	// Acting is for whom the reader works; nil where there is no choice.
	Acting *Acting

	// Words are what the script says that keeps what was typed; nil: it keeps quiet.
	Words *Words

	// Idle warns before the session locks; nil where it never does.
	Idle *Idle

	// Banner stands above everything: a demo says that it has no legal value.
	Banner    string
	BannerTag string
	// Notices stand below it: what is broken or planned.
	Notices []Notice
	Flash   *ui.Flash

	// FooterLinks stand at the foot of the public site, and below the menu of the desk.
	FooterLinks []ui.Link
	FooterText  []string

	// Refresh is after how many seconds a page without script is asked for again; 0: never.
	Refresh int
	// Wide leaves the width of the page to its content, for a home page.
	Wide bool
	// HTMX loads htmx; only forms that change with their answers need it.
	HTMX bool
	// Back or breadcrumbs stand before the content.
	Before templ.Component
	Assets *Assets
}

func (c Chrome) title() string {
	title := c.Title
	for _, part := range []string{c.Service, c.Province} {
		if part != "" && part != c.Title {
			if title != "" {
				title += " · "
			}
			title += part
		}
	}
	return title
}

// navGroup is entries of the menu that stand together. One with a label folds;
// it is open where the page itself is among them, or where Open says so.
type navGroup struct {
	Label string
	Open  bool
	// Busy says that something in the folded group waits.
	Busy  bool
	Items []NavItem
}

// groups splits the menu where the name of the group changes, or at its lines.
func (c Chrome) groups() []navGroup {
	var groups []navGroup
	for i, item := range c.Nav {
		if i == 0 || item.Group != c.Nav[i-1].Group || item.Divided && item.Group == "" {
			groups = append(groups, navGroup{Label: item.Group})
		}
		g := &groups[len(groups)-1]
		g.Items = append(g.Items, item)
		g.Open = g.Open || item.Current
		g.Busy = g.Busy || item.Count != ""
	}
	return groups
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
