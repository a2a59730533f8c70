// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"errors"
	"fmt"
	"os"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/lockfile"
)

// errInUse says that another process works on a SQLite database.
var errInUse = errs.New(errs.Conflict, "app.data_in_use")

// alone takes the database of a command for itself: a SQLite file is served by
// one process. On PostgreSQL several may work, and nothing is taken. The lock
// ends with the process, however that ends.
func (c console) alone(cfg config.Config) (free func(), err error) {
	if db.IsPostgres(cfg.Database) {
		return func() {}, nil
	}
	who := fmt.Sprintf("tinhso %s, process %d, %s, since %s", c.name, os.Getpid(), cfg.Listen,
		clock.System{}.Now().In(clock.Vietnam()).Format("02/01/2006 15:04:05"))
	lock, err := lockfile.Take(cfg.Database+".lock", who)
	if held, ok := errors.AsType[*lockfile.HeldError](err); ok {
		return nil, errInUse.With("file", cfg.Database).With("who", held.By).Because(err)
	}
	if err != nil {
		return nil, err
	}
	return func() { _ = lock.Release() }, nil
}
