// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package ask

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
	"tinhso.vn/internal/platform/fetch"
)

// Why the content of a file does not come.
const (
	Missing = "moving.reject.file_missing"
	Large   = "moving.reject.file_large"
	Refused = "moving.reject.file_refused"
	Silent  = "moving.reject.file_silent" // again and again, while others come
	NoPath  = "moving.reject.file_path"
)

// triesOfFile is how often a file is asked for that the older system fails to give.
const triesOfFile = 3

// Contents asks for contents of files, one by one.
type Contents struct {
	fetching
}

// Contents returns who asks for the contents of files of a mapping. How often the older
// system did not answer stands in a folder, so that it is remembered when somebody else
// goes on.
func (s System) Contents(folder string, m mapping.File) (*Contents, error) {
	if s.URL == "" {
		return nil, moving.ErrNoSystem
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	c := &Contents{fetching{System: s, folder: folder, m: m, client: fetch.New(fetch.Options{Timeout: m.Limit(), Limit: int64(m.Largest) << 20, Configured: true})}}
	return c, c.load()
}

// Ask asks for a file. Why says that it does not come, and others may; moving.ErrSilent,
// that nothing comes now, moving.ErrGone and moving.ErrRefused, that nothing will.
func (c *Contents) Ask(ctx context.Context, key, at string, size int64) (content []byte, why string, err error) {
	if size > int64(c.m.Largest)<<20 {
		return nil, Large, nil
	}
	address, ok := c.address(key, at)
	if !ok {
		return nil, NoPath, nil
	}
	q := fetch.Question{URL: address, Header: map[string]string{}}
	c.introduce(&q)
	a, err := c.client.Call(ctx, q)
	switch {
	case ctx.Err() != nil:
		return nil, "", ctx.Err()
	case errors.Is(err, fetch.ErrAddress):
		return nil, NoPath, nil
	case errors.Is(err, fetch.ErrTooLarge):
		return nil, Large, c.came()
	case err != nil:
		return c.silent(key, err)
	}
	switch a.Status {
	case 200:
		if words(a, at) {
			return c.silent(key, errors.New("words instead of a file"))
		}
		return a.Body, "", errors.Join(c.came(), pause(ctx, c.m.Pause()))
	case 404, 410:
		return nil, Missing, c.came()
	case 401:
		return nil, "", moving.ErrRefused.With("table", mapping.Files).With("status", a.Status)
	}
	if a.Status == 429 || a.Status == 408 || a.Status >= 500 {
		return c.silent(key, fmt.Errorf("status %d", a.Status))
	}
	return nil, Refused, c.came()
}

// introduce says who asks.
func (s System) introduce(q *fetch.Question) {
	if s.User != "" {
		q.User, q.Password = s.User, s.Secret
	} else if s.Secret != "" {
		q.Header["Authorization"] = "Bearer " + s.Secret
	}
}

// words reports whether a page stands where a file should: the older system is being mended.
func words(a fetch.Answer, at string) bool {
	return strings.HasPrefix(strings.ToLower(a.Header.Get("Content-Type")), "text/html") && !slices.Contains([]string{".html", ".htm"}, strings.ToLower(path.Ext(at)))
}

// address is where a file is asked for: below the address of the older system, whatever
// its path says.
func (c *Contents) address(key, at string) (string, bool) {
	if strings.Contains(c.m.ContentPath, mapping.PathPlace) && (at == "" || !filepath.IsLocal(at)) || key == "" || key == "." || key == ".." {
		return "", false
	}
	way, query, asked := strings.Cut(c.m.ContentPath, "?")
	var steps []string
	for step := range strings.SplitSeq(at, "/") {
		steps = append(steps, url.PathEscape(step))
	}
	way = strings.NewReplacer(mapping.PathPlace, strings.Join(steps, "/"), mapping.KeyPlace, url.PathEscape(key)).Replace(way)
	if asked {
		way += "?" + strings.NewReplacer(mapping.PathPlace, url.QueryEscape(at), mapping.KeyPlace, url.QueryEscape(key)).Replace(query)
	}
	return strings.TrimSuffix(c.URL, "/") + way, true
}

// came notes that the older system answers.
func (c *Contents) came() error {
	if c.state.Failures == 0 && c.state.File == "" {
		return nil
	}
	c.state.Failures, c.state.File, c.state.Tries = 0, "", 0
	return c.save()
}

// silent notes that a file was not given. A file that is not given again and again is
// left out, as long as others come.
func (c *Contents) silent(key string, why error) (content []byte, code string, err error) {
	if c.state.File != key {
		c.state.File, c.state.Tries = key, 0
	}
	c.state.Failures++
	if c.state.Tries++; c.state.Tries >= triesOfFile && c.state.Failures < maxFailures {
		c.state.File, c.state.Tries = "", 0
		return nil, Silent, c.save()
	}
	err = c.save()
	if c.state.Failures >= maxFailures {
		return nil, "", errors.Join(moving.ErrGone.Because(why), err)
	}
	return nil, "", errors.Join(moving.ErrSilent.Because(why), err)
}
