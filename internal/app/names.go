// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"io/fs"
	"sync"
	"time"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
)

func kernelForms() (fs.FS, error) { return forms.Locales() }

// unitNames returns the names of units, which every page of an official shows.
// It remembers each for nameTTL; memory is only a cache.
func unitNames(d *db.DB) func(ctx context.Context, id string) (i18n.Text, error) {
	type known struct {
		name  i18n.Text
		until time.Time
	}
	var mu sync.Mutex
	names := map[string]known{}
	return func(ctx context.Context, id string) (i18n.Text, error) {
		now := d.Now().Time
		mu.Lock()
		k, ok := names[id]
		mu.Unlock()
		if ok && now.Before(k.until) {
			return k.name, nil
		}
		u, err := orgs.Get(ctx, d, orgs.ID(id))
		if err != nil {
			return i18n.Text{}, err
		}
		mu.Lock()
		names[id] = known{u.Name, now.Add(nameTTL)}
		mu.Unlock()
		return u.Name, nil
	}
}
