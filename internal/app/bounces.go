// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"

	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/platform/mail"
)

// bouncesBatch is how many reports are read in one go.
const bouncesBatch = 50

// bounces reads what the mail server has put into the folder new of a Maildir,
// and moves each file to cur: what was read twice changes nothing.
func (p *Program) bounces(n *notify.Notifier) func(context.Context) (bool, error) {
	folder := p.Config.SMTP.Bounces
	return func(ctx context.Context) (more bool, err error) {
		if folder == "" {
			return false, nil
		}
		files, err := os.ReadDir(filepath.Join(folder, "new"))
		if errors.Is(err, os.ErrNotExist) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		for i, f := range files {
			if i == bouncesBatch {
				return true, nil
			}
			if err := p.bounce(ctx, n, folder, f.Name()); err != nil {
				return false, err
			}
		}
		return false, nil
	}
}

func (p *Program) bounce(ctx context.Context, n *notify.Notifier, folder, name string) error {
	path := filepath.Join(folder, "new", filepath.Base(name))
	f, err := os.Open(path) //nolint:gosec // the operator named the folder
	if errors.Is(err, os.ErrNotExist) {
		return nil // another server was faster
	}
	if err != nil {
		return err
	}
	b, failure := mail.ParseBounce(f)
	if err := f.Close(); err != nil {
		return err
	}
	if failure == nil && b.Failed {
		if err := n.Bounced(ctx, b.ID, b.Recipient); err != nil && !errors.Is(err, notify.ErrUnknown) {
			return err
		}
	} else if failure != nil {
		p.Log.LogAttrs(ctx, slog.LevelInfo, "a mail in the folder of bounces is no report")
	}
	if err := os.MkdirAll(filepath.Join(folder, "cur"), 0o700); err != nil {
		return err
	}
	return os.Rename(path, filepath.Join(folder, "cur", filepath.Base(name)))
}
