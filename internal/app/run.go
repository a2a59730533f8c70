// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/errs"
)

// commands is the command line. Every field's help is what --help prints.
type commands struct {
	Serve    serveCommand    `cmd:"" help:"Phục vụ tỉnh đã áp dụng. / Serve the province that has been applied."`
	Demo     demoCommand     `cmd:"" help:"Một tỉnh chạy thử với người và hệ thống ngoài giả định. / A running province with made-up people and simulated outside systems, ready to try."`
	Clock    clockCommand    `cmd:"" help:"Đồng hồ của bản trình diễn: xem, chỉnh tới. / The clock of a demonstration: show it, move it on."`
	Migrate  migrateCommand  `cmd:"" help:"Cập nhật lược đồ cơ sở dữ liệu. / Bring the schema of the database up to date."`
	Apply    applyCommand    `cmd:"" help:"Áp dụng gói dữ liệu của tỉnh. / Make what a pack says true: units, procedures, registers, roles."`
	Pack     packCommand     `cmd:"" help:"Gói dữ liệu: kiểm tra, xem trước, áp dụng, xuất, so sánh. / Packs: lint, plan, apply, export, compare."`
	Simulate simulateCommand `cmd:"" help:"Đóng vai các hệ thống bên ngoài. / Play the outside systems: short messages, mail, remote signatures, an authority of certificates and time stamps, a hardware module."`
	Verify   verifyCommand   `cmd:"" help:"Kiểm tra nhật ký nghiệp vụ. / Check the audit log: nothing changed, removed, reordered or cut."`
	User     userCommand     `cmd:"" help:"Tài khoản và mật khẩu. / Make accounts and set passwords."`
	Keys     keysCommand     `cmd:"" help:"Khóa mã hóa: đổi, thu hồi, chuyển, xuất, nhập. / The keys: rotate, retire, move, export, import."`
	Files    filesCommand    `cmd:"" help:"Nơi giữ tệp: chuyển giữa thư mục và kho. / Where files are kept: move between folder and bucket."`
	Import   importCommand   `cmd:"" help:"Chuyển hồ sơ từ hệ thống cũ. / Move the dossiers of an older system in."`
	Doctor   doctorCommand   `cmd:"" help:"Chẩn đoán bản cài đặt. / Say whether this installation can run, and what to do if not."`
	Preview  previewCommand  `cmd:"" hidden:"" help:"Draw the content on standard input; started by the server."`
	OCR      ocrCommand      `cmd:"" name:"ocr" hidden:"" passthrough:"" help:"Recognise the picture on standard input; started by the server."`
	Version  versionCommand  `cmd:"" help:"In phiên bản. / Print the version."`
}

// console is where a command reads and writes.
type console struct {
	in       io.Reader
	out, err io.Writer
	version  string
	name     string // of the command
	env      config.Environment
}

func (c console) say(format string, args ...any) { _, _ = fmt.Fprintf(c.out, format+"\n", args...) } // a closed terminal is no error

// where names an installation on the command line.
type where struct {
	Config   string `help:"Configuration file." type:"path" placeholder:"FILE"`
	Data     string `help:"Folder of the data; overrides the configuration." type:"path" placeholder:"DIR"`
	Database string `help:"postgres:// URL, or path of a SQLite file; overrides the configuration." placeholder:"URL"`
}

// load reads the configuration; what the command line says wins.
func (w where) load(c console, change func(*config.Config)) (config.Config, error) {
	// Flags are laid over as variables are, and so derived values fit them.
	env := append(config.Environment{}, c.env...)
	for name, value := range map[string]string{"TINHSO_DATA": w.Data, "TINHSO_DATABASE": w.Database} {
		if value != "" {
			env = append(env, name+"="+value)
		}
	}
	cfg, err := config.Load(w.Config, env)
	if err == nil && change != nil {
		change(&cfg)
		err = cfg.Check()
	}
	return cfg, err
}

// Run runs the command that args name and returns the exit code: 0 done, 1
// failed, 2 not understood, 3 found something wrong (verify, doctor, lint).
func Run(ctx context.Context, args []string, version string, in io.Reader, out, stderr io.Writer) int {
	return run(ctx, args, version, config.System(), in, out, stderr)
}

func run(ctx context.Context, args []string, version string, env config.Environment, in io.Reader, out, stderr io.Writer) int {
	var cli commands
	code, exited := 0, false
	parser, err := kong.New(&cli,
		kong.Name("tinhso"), kong.Description("The software with which a province runs its digital government."),
		kong.Writers(out, stderr), kong.UsageOnError(), kong.ShortUsageOnError(),
		kong.Exit(func(c int) { code, exited = c, true }),
	)
	if err != nil {
		_, _ = fmt.Fprintln(stderr, err)
		return 2
	}
	command, err := parser.Parse(args)
	if exited { // --help
		return code
	}
	if err != nil {
		parser.FatalIfErrorf(err)
		return 2
	}
	c := console{in: in, out: out, err: stderr, version: version, env: env, name: strings.Fields(command.Command())[0]}
	command.BindTo(ctx, (*context.Context)(nil))
	err = command.Run(c)
	if err == nil || (errors.Is(err, context.Canceled) && ctx.Err() != nil) {
		return 0
	}
	if errors.Is(err, errFound) {
		return 3
	}
	if errors.Is(err, errDiffer) {
		return 1
	}
	_, _ = fmt.Fprintln(stderr, "tinhso:", err)
	if words := inWords(err); words != "" {
		_, _ = fmt.Fprintln(stderr, words)
	}
	return 1
}

// inWords says in both languages what an error with a code means; empty for others.
func inWords(err error) string {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return ""
	}
	sources, err := locales((&Program{}).skeleton().All())
	if err != nil {
		return ""
	}
	catalogue, err := i18n.Load(sources...)
	if err != nil || !catalogue.Has(e.Code) {
		return ""
	}
	return catalogue.Printer(i18n.VI).Named(e.Code, e.Args) + "\n" + catalogue.Printer(i18n.EN).Named(e.Code, e.Args)
}

// errFound ends a command that worked and found something wrong; it has said so.
var errFound = errors.New("something is wrong")

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(c console) error {
	c.say("tinhso %s", c.version)
	return nil
}
