// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/support/supportmod"
)

// lateJobs is from when on background work that waits is a fault people notice.
const lateJobs = 5 * time.Minute

// lookouts look at what people depend on.
func (p *Program) lookouts() []supportmod.Probe {
	all := []supportmod.Probe{
		{ID: "database", Look: p.DB.Ping},
		{ID: "files", Look: func(context.Context) error {
			if free, err := p.free(); err != nil || free > 0 {
				return err
			}
			return errors.New("no room for files")
		}},
		{ID: "jobs", Look: func(ctx context.Context) error {
			oldest, err := jobs.Oldest(ctx, p.DB, p.DB.Now())
			if err == nil && !oldest.IsZero() && p.DB.Now().Sub(oldest.Time) > lateJobs {
				err = errors.New("background work is late")
			}
			return err
		}},
	}
	if p.Config.SignOn.VNeID.Issuer != "" {
		all = append(all, supportmod.Probe{ID: "vneid", Look: func(context.Context) error {
			for _, o := range p.Parts.Sign.Offers() {
				if o.ID == p.Config.SignOn.VNeID.ID && o.Resting {
					return errors.New("does not answer")
				}
			}
			return nil
		}})
	}
	return all
}

// pagePaths are the routes of all pages.
func (p *Program) pagePaths() (paths []string) {
	for _, m := range p.Parts.All() {
		for _, r := range m.Routes {
			if method, path, _ := strings.Cut(r.Pattern, " "); method == http.MethodGet && !r.API {
				paths = append(paths, path)
			}
		}
	}
	return paths
}

// everywhere are the links of every page.
func everywhere(path string, _ bool) []page.Link {
	at := url.QueryEscape(path)
	return []page.Link{
		{Text: "support.help.title", Href: "/tro-giup/trang?tu=" + at},
		{Text: "support.say.title", Href: "/gop-y?trang=" + at},
		{Text: "support.status.title", Href: "/trang-thai"},
	}
}
