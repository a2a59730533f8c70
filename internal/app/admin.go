// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/province"
	"tinhso.vn/internal/kernel/vault"
	"tinhso.vn/internal/modules/accounts/accountsmod"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/db"
)

// OpenBare opens keys and database and brings the schema up to date, for work
// on a province that may not have been applied yet.
func OpenBare(ctx context.Context, c config.Config, version string) (p *Program, err error) {
	return openBareAt(ctx, c, version, nil)
}

// openBareAt is OpenBare on a clock of its own; nil takes the wall clock.
func openBareAt(ctx context.Context, c config.Config, version string, own clock.Clock) (p *Program, err error) {
	p = &Program{Config: c, Version: version, Clock: own}
	if err := p.connect(ctx); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	if _, err := db.Migrate(ctx, p.DB, Migrations(p.skeleton().All())...); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	if err := vault.UseIndex(ctx, p.DB, p.Keys); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	p.Vault = vault.New(p.DB, p.Keys, p.sealed)
	return p, nil
}

type migrateCommand struct{ where }

// Run brings the schema up to date and says what it did.
func (m migrateCommand) Run(ctx context.Context, c console) error {
	cfg, err := m.load(c, nil)
	if err != nil {
		return err
	}
	p := &Program{Config: cfg}
	defer func() { _ = p.Close() }()
	if err := p.connect(ctx); err != nil {
		return err
	}
	done, err := db.Migrate(ctx, p.DB, Migrations(p.skeleton().All())...)
	for _, s := range done {
		c.say("%s %s", s.Namespace, s.Name)
	}
	switch {
	case err != nil:
		return err
	case len(done) == 0:
		c.say("Lược đồ đã là bản mới nhất. / The schema is up to date.")
	default:
		c.say("Đã chạy %d bước. / %d steps done.", len(done), len(done))
	}
	return nil
}

type applyCommand struct {
	where
	Pack   string `arg:"" optional:"" help:"Built-in pack, or path of a folder; without it, the one of the configuration."`
	DryRun bool   `help:"Only show what would be done."`
}

// Run applies a pack, or shows what that would do.
func (a applyCommand) Run(ctx context.Context, c console) error {
	cfg, err := a.load(c, nil)
	if err != nil {
		return err
	}
	if a.Pack == "" {
		a.Pack = cfg.Pack
	}
	set, err := LoadPack(a.Pack)
	if err != nil {
		return err
	}
	free, err := c.alone(cfg)
	if err != nil {
		return err
	}
	defer free()
	p, err := OpenBare(ctx, cfg, c.version)
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	before, err := province.Get(ctx, p.DB)
	if err != nil && !errors.Is(err, province.ErrNotApplied) {
		return err
	}
	plan, err := p.Apply(ctx, set, before.Demo, a.DryRun)
	if err != nil {
		return err
	}
	if len(plan.Lines) == 0 {
		c.say("Không có gì thay đổi. / Nothing changes.")
		return nil
	}
	if a.DryRun {
		c.say("Sẽ thay đổi / would change:")
	} else {
		c.say("Đã thay đổi / changed:")
	}
	for _, line := range plan.Lines {
		c.say("  %5d %s (%s)", line.Count, line.What.VI, line.What.EN)
		if line.Note != "" {
			c.say("%s", line.Note)
		}
	}
	return nil
}

type verifyCommand struct {
	where
	Checkpoint string `help:"File with a checkpoint that was kept elsewhere." type:"existingfile" placeholder:"FILE"`
}

// Run checks the audit log; it may run beside a server.
func (v verifyCommand) Run(ctx context.Context, c console) error {
	cfg, err := v.load(c, nil)
	if err != nil {
		return err
	}
	key, err := audit.LoadVerifier(filepath.Join(cfg.Keys, "audit.key"))
	if err != nil {
		return err
	}
	kept := ""
	if v.Checkpoint != "" {
		raw, err := os.ReadFile(v.Checkpoint)
		if err != nil {
			return err
		}
		kept = string(raw)
	}
	if _, err := os.Stat(cfg.Database); err != nil && !db.IsPostgres(cfg.Database) {
		return fmt.Errorf("there is no database at %s", cfg.Database)
	}
	d, err := db.Open(cfg.Database, clock.System{})
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	pace := newProgress(clock.System{}, c.say)
	rep, err := audit.Verify(ctx, d, key, kept, pace.show)
	if err != nil {
		return err
	}
	if rep.Erased > 0 {
		c.say("%d bản ghi đã xóa nội dung theo luật, mỗi bản ghi có một bản ghi khác làm chứng. / %d records erased by law, each vouched for.", rep.Erased, rep.Erased)
	}
	c.say("%d bản ghi đã niêm phong, %d bản ghi đang chờ niêm phong. / %d records sealed, %d waiting.", rep.Size, rep.Waiting, rep.Size, rep.Waiting)
	for _, p := range rep.Problems {
		c.say("SAI LỆCH / WRONG: %s", p)
	}
	if len(rep.Problems) > 0 {
		return errFound
	}
	c.say("Nhật ký nguyên vẹn. / The log is intact.")
	return nil
}

type userCommand struct {
	Add      userAddCommand      `cmd:"" help:"Make an account. The password is read from the standard input."`
	Password userPasswordCommand `cmd:"" help:"Set the password of an account, read from the standard input."`
}

type userAddCommand struct {
	where
	Login string `arg:"" help:"User name."`
	Name  string `help:"Name of the person." required:""`
	Role  string `help:"Role, as the pack names it." required:""`
	Unit  string `help:"Unit, as the pack names it; none for citizens."`
}

// Run makes an account.
func (u userAddCommand) Run(ctx context.Context, c console) error {
	return withPeople(ctx, c, u.where, func(p *Program, hash string) error {
		return p.DB.Write(ctx, func(tx *db.Tx) error {
			if _, err := access.GetRole(ctx, tx, access.RoleID(u.Role)); err != nil {
				return err
			}
			if u.Unit != "" {
				if _, err := orgs.Get(ctx, tx, orgs.ID(u.Unit)); err != nil {
					return err
				}
			}
			person, err := p.People.SavePerson(ctx, tx, identity.Person{Kind: identity.Individual, Name: u.Name})
			if err != nil {
				return err
			}
			account, err := p.People.SaveAccount(ctx, tx, identity.Account{Person: person, Login: u.Login}, hash)
			if err != nil {
				return err
			}
			if err := access.Assign(ctx, tx, access.Assignment{Account: account, Role: access.RoleID(u.Role), Unit: orgs.ID(u.Unit), Subtree: u.Unit != ""}); err != nil {
				return err
			}
			return audit.Record(ctx, tx, identity.Program("user"), accountsmod.AuditMade, account)
		})
	})
}

type userPasswordCommand struct {
	where
	Login string `arg:"" help:"User name."`
}

// Run sets a password.
func (u userPasswordCommand) Run(ctx context.Context, c console) error {
	return withPeople(ctx, c, u.where, func(p *Program, hash string) error {
		return p.DB.Write(ctx, func(tx *db.Tx) error {
			account, found, err := p.People.FindAccount(ctx, tx, u.Login)
			if err != nil {
				return err
			}
			if !found {
				return identity.ErrAccountUnknown
			}
			if _, err = p.People.SaveAccount(ctx, tx, account, hash); err != nil {
				return err
			}
			if err := errors.Join(p.People.EndAllSessions(ctx, tx, account.ID), p.People.ForgetDevices(ctx, tx, account.ID)); err != nil {
				return err
			}
			return audit.Record(ctx, tx, identity.Program("user"), accountsmod.AuditPassword, account.ID)
		})
	})
}

// withPeople reads a password and opens the directory.
func withPeople(ctx context.Context, c console, w where, do func(p *Program, hash string) error) error {
	cfg, err := w.load(c, nil)
	if err != nil {
		return err
	}
	raw := make([]byte, 1024)
	n, err := c.in.Read(raw)
	if err != nil {
		return fmt.Errorf("read the password from the standard input: %w", err)
	}
	p, err := OpenBare(ctx, cfg, c.version)
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	hash, err := p.People.HashPassword(ctx, strings.TrimRight(string(raw[:n]), "\r\n"))
	if err != nil {
		return err
	}
	return do(p, hash)
}

type doctorCommand struct{ where }

// Run says what is well and what is not.
func (d doctorCommand) Run(ctx context.Context, c console) error {
	cfg, err := d.load(c, nil)
	if err != nil {
		return err
	}
	sick := false
	check := func(what string, f func() error) {
		if err := f(); err != nil {
			sick = true
			c.say("LỖI  %s: %v", what, err)
			if words := inWords(err); words != "" {
				c.say("%s", words)
			}
			return
		}
		c.say("tốt  %s", what)
	}
	p := &Program{Config: cfg}
	defer func() { _ = p.Close() }()
	check("khóa, thư mục, cơ sở dữ liệu / keys, folders, database", func() error { return p.connect(ctx) })
	if p.DB != nil {
		check("lược đồ / schema", func() error {
			_, err := db.Migrate(ctx, p.DB, Migrations(p.skeleton().All())...)
			return err
		})
		check("gói dữ liệu của tỉnh / pack of the province", func() error { _, err := province.Get(ctx, p.DB); return err })
		check("ghi được / can write", func() error { return p.DB.Write(ctx, func(*db.Tx) error { return nil }) })
	}
	check("chỗ trống trên đĩa / free space", func() error {
		if p.folder == nil {
			return errors.New("the folder of files is not open")
		}
		return p.folder.Check(ctx)
	})
	if p.bucket != nil {
		check("kho tệp "+cfg.Files.Endpoint+" / store of files", func() error { return p.bucket.Check(ctx) })
	}
	if sick {
		return errFound
	}
	return nil
}
