// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package db

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"

	"tinhso.vn/internal/platform/errs"
)

// Migrations is the schema of one module or kernel package, in the folder
// "migrations" of Files:
//
//	0001_init.sql                                  for both databases
//	0002_x.sqlite.sql, 0002_x.postgres.sql         where they differ
//
// Numbers start at 1 and leave none out. A file that has landed is never edited.
type Migrations struct {
	Namespace string // the owner, and the prefix of its tables
	Files     fs.FS
}

// Step is one migration of a plan.
type Step struct {
	Namespace, Name string
	sql, sum        string
	number          int
}

// migrationName tells the number and the database from a file's name.
func migrationName() *regexp.Regexp {
	return regexp.MustCompile(`^(\d{4})_[a-z0-9_]+(\.sqlite|\.postgres)?\.sql$`)
}

// Migrate brings every namespace up to date: all of it or nothing. It refuses a
// database whose past differs from the files, or that a newer program has used.
func Migrate(ctx context.Context, d *DB, sets ...Migrations) (done []Step, err error) {
	defer errs.Wrap(&err, "migrate")
	if current, err := upToDate(ctx, d, sets); err != nil || current {
		return nil, err
	}
	err = d.Write(ctx, func(tx *Tx) error {
		var now []Step
		if err := lockMigrations(ctx, tx); err != nil {
			return err
		}
		for _, m := range sets {
			steps, err := m.pending(ctx, tx)
			if err != nil {
				return fmt.Errorf("%s: %w", m.Namespace, err)
			}
			for _, s := range steps {
				if err := s.run(ctx, tx); err != nil {
					return fmt.Errorf("%s: %s: %w", s.Namespace, s.Name, err)
				}
			}
			now = append(now, steps...)
		}
		done = now
		return nil
	})
	return done, err
}

// upToDate reports whether nothing is left to run. It only reads, so that a program
// which starts does not wait for the lock of one that writes without a pause.
func upToDate(ctx context.Context, d *DB, sets []Migrations) (bool, error) {
	if used, err := Used(ctx, d); err != nil || !used {
		return false, err
	}
	for _, m := range sets {
		steps, err := m.pending(ctx, d)
		if err != nil {
			return false, fmt.Errorf("%s: %w", m.Namespace, err)
		}
		if len(steps) > 0 {
			return false, nil
		}
	}
	return true, nil
}

// lockMigrations makes servers that start together wait for each other, and
// makes the table in which migrations are noted.
func lockMigrations(ctx context.Context, tx *Tx) error {
	if tx.Dialect() == Postgres {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(7001)`); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `CREATE TABLE IF NOT EXISTS db_migrations (
		namespace TEXT NOT NULL, number INTEGER NOT NULL, sum TEXT NOT NULL, at BIGINT NOT NULL,
		PRIMARY KEY (namespace, number))`)
	return err
}

// Used reports whether the database has ever been migrated.
func Used(ctx context.Context, d *DB) (bool, error) {
	found, err := All(ctx, d, Column[int], d.dialect.Pick(
		`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'db_migrations'`,
		`SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 'db_migrations'`))
	if err != nil || len(found) == 0 {
		return false, err
	}
	found, err = All(ctx, d, Column[int], `SELECT 1 FROM db_migrations LIMIT 1`)
	return len(found) > 0, err
}

func (m Migrations) pending(ctx context.Context, q Querier) ([]Step, error) {
	steps, err := m.steps(q.Dialect())
	if err != nil {
		return nil, err
	}
	done, err := All(ctx, q, Column[string],
		`SELECT sum FROM db_migrations WHERE namespace = $1 ORDER BY number`, m.Namespace)
	if err != nil {
		return nil, err
	}
	if len(done) > len(steps) {
		return nil, fmt.Errorf("the database has %d migrations and this program knows %d: it was used by a newer one", len(done), len(steps))
	}
	for i, sum := range done {
		if steps[i].sum != sum {
			return nil, fmt.Errorf("%s was edited after it had run", steps[i].Name)
		}
	}
	return steps[len(done):], nil
}

func (s Step) run(ctx context.Context, tx *Tx) error {
	if _, err := tx.Exec(ctx, s.sql); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO db_migrations (namespace, number, sum, at) VALUES ($1, $2, $3, $4)`,
		s.Namespace, s.number, s.sum, tx.Now)
	return err
}

// steps returns the files that are for d, in order.
func (m Migrations) steps(d Dialect) (steps []Step, err error) {
	names, err := fs.Glob(m.Files, "migrations/*")
	if err != nil {
		return nil, err
	}
	form, ending := migrationName(), d.Pick(".sqlite", ".postgres")
	for _, name := range names { // Glob sorts
		part := form.FindStringSubmatch(path.Base(name))
		if part == nil {
			return nil, fmt.Errorf("%s is not named like a migration", name)
		}
		if part[2] != "" && part[2] != ending {
			continue
		}
		if want := fmt.Sprintf("%04d", len(steps)+1); part[1] != want {
			return nil, fmt.Errorf("%s stands where %s is expected", name, want)
		}
		text, err := fs.ReadFile(m.Files, name)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(text)
		steps = append(steps, Step{m.Namespace, path.Base(name), string(text), hex.EncodeToString(sum[:]), len(steps) + 1})
	}
	return steps, nil
}
