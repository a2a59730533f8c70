// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/vault"
	"tinhso.vn/internal/modules/security/securitymod"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

type keysCommand struct {
	Status  keysStatusCommand  `cmd:"" help:"Tình trạng bộ khóa. / How the keys are."`
	Rotate  keysRotateCommand  `cmd:"" help:"Đổi sang khóa mới và mã hóa lại dữ liệu. / Seal with a new key, and everything anew."`
	Retire  keysRetireCommand  `cmd:"" help:"Thu hồi khóa không còn dùng. / Remove a key that nothing uses."`
	Move    keysMoveCommand    `cmd:"" help:"Chuyển nơi giữ khóa bọc. / Wrap the keys with another provider."`
	Reindex keysReindexCommand `cmd:"" help:"Tính lại mã tìm kiếm bằng khóa mới; mọi tiến trình khác phải dừng. / Compute the search hashes under a new key; nothing else may run."`
	Export  keysExportCommand  `cmd:"" help:"Xuất khóa sau khi hai người đồng ý; hai cụm mật khẩu đọc từ hai dòng đầu vào. / Export the keys after two people agreed; two passphrases are read from two lines."`
	Import  keysImportCommand  `cmd:"" help:"Nhập gói khóa trên máy khác. / Import exported keys on another machine."`
}

// operator is who acts on the command line, as the audit log knows it.
func operator() identity.Actor { return identity.Program("keys") }

// withKeys opens an installation for a command about its keys.
func withKeys(ctx context.Context, c console, w where, do func(p *Program, server string) error) error {
	cfg, err := w.load(c, nil)
	if err != nil {
		return err
	}
	var p *Program
	if err := c.patient(ctx, func() (err error) {
		p, err = OpenBare(ctx, cfg, c.version)
		return err
	}); err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	host, _ := os.Hostname() // empty is a name too
	return do(p, fmt.Sprintf("%s command %d", host, os.Getpid()))
}

type keysStatusCommand struct{ where }

// Run says how the keys are.
func (k keysStatusCommand) Run(ctx context.Context, c console) error {
	return withKeys(ctx, c, k.where, func(p *Program, _ string) error {
		kind, wrapped := p.Keys.Provider()
		if !wrapped {
			c.say("Các khóa còn nằm nguyên văn. / The keys lie in clear: tinhso keys move --to file")
		} else {
			c.say("Nơi giữ khóa bọc / wrapped by: %s", kind)
		}
		for _, key := range p.Keys.List() {
			var n int64
			if err := c.patient(ctx, func() (err error) {
				n, err = p.Vault.Count(ctx, p.DB, key.Name)
				return err
			}); err != nil {
				return err
			}
			state := "chỉ mở / opens"
			if key.Active {
				state = "đang mã hóa / seals"
			}
			c.say("  %-8s %-24s %d giá trị (values)", key.Name, state, n)
		}
		c.say("Khóa tìm kiếm / key of the search hashes: %s", p.Keys.IndexKey())
		return c.patient(ctx, func() error {
			o, ok, err := p.Vault.Last(ctx, p.DB)
			if err == nil && ok {
				c.rotation(o)
			}
			return err
		})
	})
}

// rotation says how far a rotation is.
func (c console) rotation(o vault.Rotation) {
	c.say("Đổi sang %s / rotation to %s: %s, %d / %d", o.To, o.To, o.State, o.Done, max(o.Total, o.Done))
	for _, server := range o.Behind {
		c.say("  đang chờ / waiting for: %s", server)
	}
	if o.Unreadable > 0 {
		c.say("  không mở được bằng khóa nào / opened by no key: %d", o.Unreadable)
	}
}

type keysRotateCommand struct{ where }

// patience is how often a command asks a database anew that does not answer: a
// server that writes without a pause can hold the lock of a SQLite file longer
// than one statement waits.
const patience = 30

// patient does a piece of work that can be repeated, again while the database
// does not answer, until its patience ends.
func (c console) patient(ctx context.Context, piece func() error) error {
	for tries := 0; ; tries++ {
		err := piece()
		if !errors.Is(err, db.ErrUnavailable) || tries == patience {
			return err
		}
		c.say("Cơ sở dữ liệu đang bận, thử lại… / the database is busy, trying again…")
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return err
		}
	}
}

// Run begins a rotation, or goes on with the one under way, and works until it
// is done. Servers that run take part; killed anywhere, it is run again.
func (k keysRotateCommand) Run(ctx context.Context, c console) error {
	return withKeys(ctx, c, k.where, func(p *Program, server string) error {
		var (
			o  vault.Rotation
			ok bool
		)
		err := c.patient(ctx, func() (err error) {
			o, ok, err = p.Vault.Last(ctx, p.DB)
			return err
		})
		if err != nil {
			return err
		}
		if !ok || o.State == vault.Done {
			key, err := p.Vault.Prepare()
			if err != nil {
				return err
			}
			if err := c.patient(ctx, func() error {
				return p.DB.Write(ctx, func(tx *db.Tx) error {
					if _, err := p.Vault.Begin(ctx, tx, operator(), key); err != nil {
						return err
					}
					return audit.Record(ctx, tx, operator(), securitymod.AuditRotated, key)
				})
			}); err != nil {
				return err
			}
		}
		defer func() { _ = p.Vault.Leave(context.WithoutCancel(ctx), server) }()
		said := time.Time{}
		for {
			if err := c.patient(ctx, func() error {
				if _, err := p.Vault.Step(ctx, server); err != nil {
					return err
				}
				o, _, err = p.Vault.Last(ctx, p.DB)
				return err
			}); err != nil {
				return err
			}
			if now := p.Clock.Now(); o.State == vault.Done || now.Sub(said) > 2*time.Second {
				said = now
				c.rotation(o)
			}
			if o.State == vault.Done {
				c.say("Xong. Khóa cũ thu hồi được sau mười phút: tinhso keys retire. / Done. Old keys can be retired after ten minutes.")
				return nil
			}
			select {
			case <-time.After(50 * time.Millisecond):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
}

type keysRetireCommand struct {
	where
	Key string `arg:"" help:"Name of the key."`
}

// Run removes a key that nothing uses.
func (k keysRetireCommand) Run(ctx context.Context, c console) error {
	return withKeys(ctx, c, k.where, func(p *Program, _ string) error {
		if err := p.Vault.Retirable(ctx, k.Key); err != nil {
			return err
		}
		if err := p.DB.Write(ctx, func(tx *db.Tx) error {
			return audit.Record(ctx, tx, operator(), securitymod.AuditRetired, k.Key)
		}); err != nil {
			return err
		}
		if err := p.Vault.Retire(ctx, k.Key); err != nil {
			return err
		}
		c.say("Đã thu hồi khóa %s. / Key %s is retired.", k.Key, k.Key)
		return nil
	})
}

type keysMoveCommand struct {
	where
	To string `help:"Nơi giữ mới. / New provider." enum:"file,environment,socket" required:""`
}

// Run wraps ring and audit key with another provider. Servers go on with what
// they have opened; the configuration names the new provider before they start again.
func (k keysMoveCommand) Run(ctx context.Context, c console) error {
	return withKeys(ctx, c, k.where, func(p *Program, _ string) error {
		to, err := provider(p.Config, crypt.Kind(k.To), true)
		if err != nil {
			return err
		}
		if err := p.DB.Write(ctx, func(tx *db.Tx) error {
			return audit.Record(ctx, tx, operator(), securitymod.AuditMoved, k.To)
		}); err != nil {
			return err
		}
		if err := audit.MoveSigner(filepath.Join(p.Config.Keys, auditFile), p.auditWrap, to); err != nil {
			return err
		}
		if err := p.Keys.Move(to); err != nil {
			return err
		}
		c.say("Đã chuyển. Đặt key_provider.kind: %s rồi khởi động lại dịch vụ. / Moved. Set key_provider.kind: %s and restart the service.", k.To, k.To)
		return nil
	})
}

type keysReindexCommand struct{ where }

// Run computes the search hashes anew.
func (k keysReindexCommand) Run(ctx context.Context, c console) error {
	cfg, err := k.load(c, nil)
	if err != nil {
		return err
	}
	free, err := c.alone(cfg)
	if err != nil {
		return err
	}
	defer free()
	return withKeys(ctx, c, k.where, func(p *Program, server string) error {
		rows, err := p.Vault.Reindex(ctx, server, func(place string, rows int64) { c.say("  %-40s %d", place, rows) })
		if err != nil {
			return err
		}
		c.say("Đã tính lại %d giá trị. / %d values computed anew.", rows, rows)
		return p.DB.Write(ctx, func(tx *db.Tx) error {
			return audit.Record(ctx, tx, operator(), securitymod.AuditReindexed, p.Keys.IndexKey())
		})
	})
}

type keysExportCommand struct {
	where
	Request string `help:"Mã đề nghị đã có hai người đồng ý. / Request that two people agreed to." required:""`
	Out     string `help:"Tệp gói khóa. / File of the bundle." type:"path" required:"" placeholder:"FILE"`
}

// Run writes the bundle, once for each request.
func (k keysExportCommand) Run(ctx context.Context, c console) error {
	first, second, err := phrases(c)
	if err != nil {
		return err
	}
	return withKeys(ctx, c, k.where, func(p *Program, _ string) error {
		others, err := p.secretFiles()
		if err != nil {
			return err
		}
		bundle, err := p.Keys.Export(others, first, second)
		if err != nil {
			return err
		}
		f, err := os.OpenFile(k.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return fmt.Errorf("write the bundle: %w", err)
		}
		err = p.DB.Write(ctx, func(tx *db.Tx) error { // refused requests leave nothing
			if _, err := p.Vault.UseExport(ctx, tx, k.Request); err != nil {
				return err
			}
			return audit.Record(ctx, tx, operator(), securitymod.AuditExported, k.Request)
		})
		if err == nil {
			_, err = f.Write(bundle)
			err = errors.Join(err, f.Sync())
		}
		if err = errors.Join(err, f.Close()); err != nil {
			return errors.Join(err, os.Remove(k.Out))
		}
		c.say("Gói khóa ở %s. Hai người giữ hai cụm mật khẩu, để riêng với gói. / The bundle is at %s; two people keep the passphrases, apart from it.", k.Out, k.Out)
		return nil
	})
}

// secretFiles returns what lies in the folder of keys besides the ring: the
// audit key in clear, for it goes into a sealed bundle, and keys of simulated
// signatures.
func (p *Program) secretFiles() (map[string][]byte, error) {
	secret, err := audit.Secret(filepath.Join(p.Config.Keys, auditFile), p.auditWrap)
	if err != nil {
		return nil, err
	}
	others := map[string][]byte{auditFile: secret}
	root := os.DirFS(p.Config.Keys)
	return others, fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || (path != auditFile+".pub" && filepath.Ext(path) != ".pem") {
			return err
		}
		others[path], err = fs.ReadFile(root, path)
		return err
	})
}

// phrases reads two passphrases from two lines.
func phrases(c console) (first, second string, err error) {
	lines := bufio.NewScanner(c.in)
	for _, to := range []*string{&first, &second} {
		if !lines.Scan() {
			return "", "", errors.New("hai cụm mật khẩu trên hai dòng đầu vào / two passphrases on two lines of the standard input")
		}
		*to = strings.TrimSpace(lines.Text())
	}
	return first, second, lines.Err()
}

type keysImportCommand struct {
	where
	Bundle string `arg:"" help:"Tệp gói khóa. / File of the bundle." type:"existingfile"`
}

// Run puts the keys of a bundle where this installation looks for them, wrapped
// by its own provider. It does not need the database.
func (k keysImportCommand) Run(_ context.Context, c console) error {
	first, second, err := phrases(c)
	if err != nil {
		return err
	}
	cfg, err := k.load(c, nil)
	if err != nil {
		return err
	}
	raw, err := os.ReadFile(k.Bundle)
	if err != nil {
		return err
	}
	if err := cfg.PrepareData(); err != nil {
		return err
	}
	ring := filepath.Join(cfg.Keys, ringFile)
	if _, err := os.Stat(ring); err == nil {
		return crypt.ErrRingExists.With("file", ring)
	}
	wrap, err := provider(cfg, crypt.Kind(cfg.KeyProvider.Kind), true)
	if err != nil {
		return err
	}
	others, err := crypt.Import(raw, first, second, ring, wrap)
	if err != nil {
		return err
	}
	for path, content := range others {
		if !filepath.IsLocal(path) {
			return fmt.Errorf("the bundle names %q", path)
		}
		to := filepath.Join(cfg.Keys, path)
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		if path == auditFile {
			err = audit.PutSigner(to, content, wrap)
		} else {
			err = crypt.Replace(to, content)
		}
		if err != nil {
			return err
		}
	}
	c.say("Đã nhập khóa vào %s. Kiểm tra bằng tinhso doctor. / The keys are in %s; check with tinhso doctor.", cfg.Keys, cfg.Keys)
	return nil
}
