// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/province"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/log"
	"tinhso.vn/internal/simulators/nationalportal"
	"tinhso.vn/internal/simulators/oldsystem"
	"tinhso.vn/internal/simulators/payment"
	"tinhso.vn/internal/simulators/postoffice"
	"tinhso.vn/internal/simulators/smartca"
	"tinhso.vn/internal/simulators/taxoffice"
	"tinhso.vn/internal/simulators/vgca"
)

type demoCommand struct {
	Listen   string `help:"Address to serve at." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Data     string `help:"Folder of the data." default:"data/demo" type:"path" placeholder:"DIR"`
	Database string `help:"postgres:// URL; without it, SQLite in the data folder." placeholder:"URL"`
	Config   string `help:"File of the configuration; none is needed." type:"path" placeholder:"FILE"`
	Pack     string `help:"Built-in pack, or path of a folder; without it, the province of today." placeholder:"NAME"`
	Empty    bool   `help:"Without the weeks of work that a new demonstration begins with."`
	Year     string `help:"How much work the year before today holds: none (but some weeks), small, full, or about how many dossiers." default:"none" placeholder:"SIZE"`
	YearSeed uint64 `help:"Another seed makes another year." default:"2026" placeholder:"N"`
	Cache    string `help:"Folder in which a year is kept for the next new demonstration." default:"data/cache" type:"path" placeholder:"DIR"`
	NoLimits bool   `help:"Doors without limits, for measurements." hidden:""`

	ClockControl bool   `help:"A clock of the demonstration's own, which can be moved on: tinhso clock."`
	From         string `help:"With --clock-control: the moment at which a new demonstration begins, 2026-11-22T19:40; without it, now." placeholder:"MOMENT"`

	clock clock.Clock `kong:"-"` // of its own; nil: that of the province
}

// Run applies the pack the first time, starts the simulators beside it and
// serves until it is told to stop. Started again, it goes on with its data.
func (d demoCommand) Run(ctx context.Context, c console) error {
	cfg, err := where{Config: d.Config, Data: d.Data, Database: d.Database}.load(c, func(cfg *config.Config) {
		listen(cfg, d.Listen)
		cfg.Log = config.Log{Level: cfg.Log.Level, Format: "text"}
		cfg.Limits = cfg.Limits && !d.NoLimits
	})
	if err != nil {
		return err
	}
	if err := free(ctx, cfg.Listen); err != nil { // before some weeks are lived through in vain
		return err
	}
	release, err := c.alone(cfg)
	if err != nil {
		return err
	}
	defer release()
	set, err := LoadPack(d.Pack)
	if err != nil {
		return err
	}
	moved, err := d.ownClock(cfg, set)
	if err != nil {
		return err
	}
	if moved != nil {
		d.clock = moved
	}
	d.flips(set)
	if err := d.year(ctx, cfg, c, set); err != nil {
		return err
	}
	file, err := d.log(cfg)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	logger := log.New(file, cfg.Level(), false)
	gateway, post, card, stop, err := startSimulators(ctx, cfg.Data, filepath.Join(cfg.Keys, signingKeys), moved != nil)
	if err != nil {
		return err
	}
	defer stop()
	if cfg.SMTP, err = localMail(post); err != nil {
		return err
	}
	if err := d.channels(ctx, &cfg, gateway); err != nil {
		return err
	}
	d.paying(&cfg, gateway)
	cfg.Checkpoints = append(cfg.Checkpoints, "mailto:giu-diem-neo@thanhtra.example.vn")
	if cfg.Signing.SmartCA, err = d.phones(ctx, cfg.Data, set, gateway); err != nil {
		return err
	}
	if err := d.national(ctx, &cfg, set, gateway); err != nil {
		return err
	}
	if err := d.ministry(ctx, &cfg, set, gateway); err != nil {
		return err
	}
	cards, err := d.cards(ctx, set, card)
	if err != nil {
		return err
	}
	if len(cards) > 0 {
		cfg.Signing.Local = config.Local{Enabled: true, Address: card, Roots: vgca.RootFile(filepath.Join(cfg.Data, "simulators", vgcaFolder))}
	}
	fresh, err := d.prepare(ctx, cfg, c, set)
	if err != nil {
		return err
	}
	if fresh && !d.Empty {
		if err := d.tell(ctx, cfg, c, set); err != nil {
			return err
		}
	}
	cfg.Signing.TSA.URL = gateway + "/tsa/" // not before: who lived through the past had no authority of then
	cfg.Post = config.Post{URL: gateway + "/buu-chinh", Token: postoffice.Token, Postage: 18_000, PostageSource: "giá mô phỏng"}
	cfg.Tax = config.Tax{URL: gateway + "/thue", Token: taxoffice.Token, Source: "Mô phỏng, không có văn bản nào"}
	cfg.NationalPortal = config.NationalPortal{URL: gateway + "/dvcqg", User: nationalportal.User, Password: nationalportal.Password}
	cfg.Axis = axisOf(gateway)
	cfg.Ministries = demoMinistries()
	cfg.OlderSystem = config.OlderSystem{URL: gateway + olderPath, Secret: oldsystem.Token}
	cfg.Signing.Revocation = config.Revocation{Enabled: true, OCSP: gateway + "/ca/ocsp"}
	p, err := openAt(ctx, cfg, c.version, logger, demoAccounts(set), d.clock)
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	if err := p.register(ctx, cards); err != nil {
		return err
	}
	if err := p.portalAccount(ctx, set, gateway); err != nil {
		return err
	}
	if err := p.ministriesKnow(ctx, gateway); err != nil {
		return err
	}
	if fresh {
		if err := p.visits(ctx, set); err != nil {
			return err
		}
	}
	if err := p.payees(ctx, set, gateway); err != nil {
		return err
	}
	if d.ClockControl {
		end, err := serveClock(ctx, cfg.Data, moved)
		if err != nil {
			return err
		}
		defer end()
	}
	return p.Serve(ctx, func(a net.Addr) {
		d.welcome(c, set, "http://"+a.String(), gateway, card, file.Name())
		if fresh && !d.Empty {
			go p.ministriesTell(ctx, set, gateway)
		}
	})
}

// free reports whether one can listen at an address.
func free(ctx context.Context, address string) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("listen at %s: %w", address, err)
	}
	return l.Close()
}

func (d demoCommand) log(cfg config.Config) (*os.File, error) {
	if err := cfg.PrepareData(); err != nil {
		return nil, err
	}
	return os.OpenFile(filepath.Join(cfg.Data, "demo.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}

// tell lives through the weeks before.
func (d demoCommand) tell(ctx context.Context, cfg config.Config, c console, set *packs.Set) error {
	c.say("Dựng vài tuần làm việc giả định trước hôm nay… / living through some made-up weeks before today…")
	return Tell(ctx, cfg, c.version, set, d.began(set), func(done, of int) {
		if done%7 == 0 || done == of {
			c.say("  %5d / %d hồ sơ (dossiers)", done, of)
		}
	})
}

// prepare makes the schema and applies the pack; fresh reports whether it was
// the first time.
func (d demoCommand) prepare(ctx context.Context, cfg config.Config, c console, set *packs.Set) (fresh bool, err error) {
	p, err := openBareAt(ctx, cfg, c.version, d.clock)
	if err != nil {
		return false, err
	}
	defer func() { _ = p.Close() }()
	_, err = province.Get(ctx, p.DB)
	fresh = errors.Is(err, province.ErrNotApplied)
	if err != nil && !fresh {
		return false, err
	}
	plan, err := p.Apply(ctx, set, true, false)
	if err != nil {
		return false, err
	}
	for _, line := range plan.Lines {
		c.say("  %5d %s (%s)", line.Count, line.What.VI, line.What.EN)
	}
	return fresh, nil
}

// welcome says where everything is. Vietnamese first.
func (d demoCommand) welcome(c console, set *packs.Set, address, gateway, card, logFile string) {
	c.say("\n%s đang chạy tại / is running at\n\n    %s\n", set.Meta.Title.VI, address)
	width := 0
	for _, a := range set.Accounts {
		width = max(width, len(a.ID))
	}
	c.say("Tài khoản dùng thử / accounts to try:\n")
	for _, a := range set.Accounts {
		role, _ := set.Role(a.Role)
		c.say("    %-*s  %-18s %s – %s", width, a.ID, a.Password, role.Name.VI, a.Name)
	}
	c.say("\nTin nhắn mô phỏng / simulated messages: %s", gateway)
	c.say("Thư điện tử mô phỏng / simulated mail: %s/mail/", gateway)
	c.say("Chứng thực, dấu thời gian mô phỏng / simulated authority, time stamps: %s/ca/", gateway)
	c.say("Cổng Dịch vụ công quốc gia mô phỏng / simulated national portal: %s/dvcqg/", gateway)
	c.say("Cơ quan thuế mô phỏng / simulated tax authority: %s/thue/", gateway)
	c.say("Ngân hàng mô phỏng / simulated bank: %s%s", gateway+"/payment", payment.BankPath)
	c.say("VNeID mô phỏng / simulated VNeID: %s/vneid/", gateway)
	if phones := phoneSigners(set); len(phones) > 0 {
		c.say("Điện thoại ký số mô phỏng / simulated phone for signatures (%s): %s/smartca/", strings.Join(phones, ", "), gateway)
	}
	if logins := cardSigners(set); len(logins) > 0 {
		c.say("Thẻ ký số mô phỏng / simulated card for signatures (%s, PIN %s): %s/pin/", strings.Join(logins, ", "), vgca.PIN, httpOf(card))
	}
	c.say("Giao diện mẫu / components: %s%s   API: %s/openapi.json", address, galleryPath, address)
	c.say("Nhật ký chạy / log: %s", logFile)
	verify := "tinhso verify --data " + d.Data
	if d.Database != "" {
		verify += " --database …" // the same again: it may hold a password
	}
	c.say("Kiểm tra nhật ký nghiệp vụ / check the audit log: %s", verify)
	c.say("Dừng bằng Ctrl-C. / Stop with Ctrl-C.")
}

// phoneSigners are those who sign with a key of the provider. A province of the
// past has none: the provider lives today.
func phoneSigners(set *packs.Set) (logins []string) {
	for _, a := range set.Accounts {
		if a.ByPhone && set.Meta.Clock.IsZero() {
			logins = append(logins, a.ID)
		}
	}
	return logins
}

// phones gives everybody who signs by phone a key of the simulated provider.
func (d demoCommand) phones(ctx context.Context, data string, set *packs.Set, gateway string) (c config.SmartCA, err error) {
	logins := phoneSigners(set)
	if len(logins) == 0 {
		return c, nil
	}
	for _, a := range set.Accounts {
		if !slices.Contains(logins, a.ID) {
			continue
		}
		form := url.Values{"user_id": {a.Person.Number}, "name": {a.Name}}
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, gateway+"/smartca/users", strings.NewReader(form.Encode()))
		if err != nil {
			return c, err
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := (&http.Client{Timeout: smsTimeout}).Do(r)
		if err != nil {
			return c, fmt.Errorf("give %s a key: %w", a.ID, err)
		}
		if err := answer.Body.Close(); err != nil || answer.StatusCode != http.StatusNoContent {
			return c, fmt.Errorf("give %s a key: %s", a.ID, answer.Status)
		}
	}
	return config.SmartCA{
		URL: gateway + "/smartca", SPID: smartca.SPID, Password: smartca.Password, Accounts: logins,
		Roots: smartca.RootFile(filepath.Join(data, "simulators", smartcaFolder)),
	}, nil
}

// startSimulators runs tinhso simulate as a process of its own, as the outside
// systems would be, and returns the address it has found for itself.
// With a clock, they follow that of the data.
func startSimulators(ctx context.Context, data, keys string, clocked bool) (address, post, card string, stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return "", "", "", nil, err
	}
	args := []string{"simulate", "--bound", "--listen", "127.0.0.1:0", "--smtp", "127.0.0.1:0", "--vgca", "127.0.0.1:0", "--hooks", "127.0.0.1:0", "--data", filepath.Join(data, "simulators"), "--keys", keys}
	if clocked {
		args = append(args, "--clock", filepath.Join(data, clockFile))
	}
	cmd := exec.CommandContext(ctx, self, args...) //nolint:gosec // ourselves
	cmd.Stderr = os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", "", "", nil, err
	}
	if _, err := cmd.StdinPipe(); err != nil { // nothing is written to it: it ends when we do, also by kill -9
		return "", "", "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", "", "", nil, fmt.Errorf("start the simulators: %w", err)
	}
	stop = func() { _ = cmd.Process.Signal(os.Interrupt); _ = cmd.Wait() } // it ends with us
	lines := bufio.NewReader(io.LimitReader(out, 1000))
	var module string // of hardware; it is not used here
	for _, to := range []*string{&address, &post, &module, &card} {
		line, err := lines.ReadString('\n')
		if err != nil {
			stop()
			return "", "", "", nil, fmt.Errorf("the simulators did not start: %w", err)
		}
		*to = strings.TrimSpace(line)
	}
	return address, post, strings.TrimPrefix(card, "vgca: "), stop, nil
}

// localMail is the configuration of the simulated mail server.
func localMail(post string) (c config.SMTP, err error) {
	host, port, err := net.SplitHostPort(strings.TrimPrefix(post, "smtp://"))
	if err != nil {
		return c, fmt.Errorf("the simulators did not start: %w", err)
	}
	n, err := strconv.Atoi(port)
	return config.SMTP{Host: host, Port: n, Security: "none", From: "Cổng dịch vụ công mô phỏng <khong-tra-loi@tinh.example.vn>"}, err
}
