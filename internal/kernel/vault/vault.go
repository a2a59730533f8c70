// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package vault changes the keys under a database that is in use: it lets every
// process learn of a new key, seals everything anew, and says when nothing uses
// the old one. It also keeps who agreed that keys leave the machine. The keys
// themselves and the sealing are platform/crypt.
package vault

import (
	"context"
	"embed"
	"errors"
	"time"

	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of this package.
func Migrations() db.Migrations { return db.Migrations{Namespace: "vault", Files: files} }

// Columns returns where sealed texts stand in a database.
type Columns func(ctx context.Context, q db.Querier) ([]crypt.Sealed, error)

// Vault is the keys of a database.
type Vault struct {
	db      *db.DB
	keys    *crypt.Keys
	columns Columns
}

// New returns the vault of a database.
func New(d *db.DB, k *crypt.Keys, c Columns) *Vault { return &Vault{db: d, keys: k, columns: c} }

const (
	// beat is how often a process says which ring it knows, where it is no other.
	beat = 20 * time.Second
	// gone is after how long of silence a process counts as ended.
	gone = time.Minute
	// grace is how long after the last process has begun to seal with a new key
	// the old one can be retired: no transaction lasts that long.
	grace = 10 * time.Minute
	// lease is how long a process may walk before another takes over.
	lease = 30 * time.Second
	batch = 200
)

// What is refused, and why.
var (
	ErrRunning    = errs.New(errs.Conflict, "vault.rotation_runs")
	ErrInUse      = errs.New(errs.Conflict, "vault.key_in_use")      // args: key, count
	ErrBehind     = errs.New(errs.Conflict, "vault.processes_lag")   // args: servers
	ErrTooEarly   = errs.New(errs.Conflict, "vault.too_early")       // args: minutes
	ErrOthersRun  = errs.New(errs.Conflict, "vault.others_run")      // args: servers
	ErrNoExport   = errs.New(errs.NotFound, "vault.no_export")       //
	ErrSamePerson = errs.New(errs.Forbidden, "vault.same_person")    //
	ErrExpired    = errs.New(errs.Conflict, "vault.export_expired")  //
	ErrUsed       = errs.New(errs.Conflict, "vault.export_used")     //
	ErrUnagreed   = errs.New(errs.Forbidden, "vault.export_not_yet") //
	ErrNoReason   = errs.New(errs.Invalid, "vault.no_reason")        //
)

// Beat reads the ring again if it has changed and tells the others which one
// this process knows. It writes only when there is something new to say.
func (v *Vault) Beat(ctx context.Context, server string) (err error) {
	defer errs.Wrap(&err, "tell which keys are known")

	_, failed := v.keys.Reload()
	generation, now := v.keys.Generation(), v.db.Now()
	var known int64
	var at db.Time
	err = v.db.QueryRow(ctx, `SELECT generation, at FROM vault_processes WHERE server = $1`, server).Scan(&known, &at)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return errors.Join(failed, err)
	}
	if err == nil && known == generation && now.Sub(at.Time) < beat {
		return failed
	}
	return errors.Join(failed, v.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM vault_processes WHERE at < $1`, db.At(tx.Now.Add(-gone))); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO vault_processes (server, generation, at) VALUES ($1, $2, $3)
			ON CONFLICT (server) DO UPDATE SET generation = excluded.generation, at = excluded.at`, server, generation, tx.Now)
		return err
	}))
}

// Leave says that a process ends.
func (v *Vault) Leave(ctx context.Context, server string) error {
	return v.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM vault_processes WHERE server = $1`, server)
		return err
	})
}

// Process is a running process and the generation of the ring that it knows.
type Process struct {
	Server     string
	Generation int64
	At         db.Time
}

// Processes returns those that run.
func (v *Vault) Processes(ctx context.Context, q db.Querier) ([]Process, error) {
	return db.All(ctx, q, func(r db.Row) (p Process, err error) {
		err = r.Scan(&p.Server, &p.Generation, &p.At)
		return p, err
	}, `SELECT server, generation, at FROM vault_processes WHERE at >= $1 ORDER BY server`, db.At(v.db.Now().Add(-gone)))
}

// behind returns the running processes that do not know the ring of this one yet.
func (v *Vault) behind(ctx context.Context, q db.Querier) (servers []string, err error) {
	all, err := v.Processes(ctx, q)
	for _, p := range all {
		if p.Generation < v.keys.Generation() {
			servers = append(servers, p.Server)
		}
	}
	return servers, err
}
