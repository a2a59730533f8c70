// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/simulators/agencies"
	"tinhso.vn/internal/simulators/authority"
	"tinhso.vn/internal/simulators/hooks"
	"tinhso.vn/internal/simulators/hsm"
	"tinhso.vn/internal/simulators/mail"
	"tinhso.vn/internal/simulators/ministry"
	"tinhso.vn/internal/simulators/nationalportal"
	"tinhso.vn/internal/simulators/objects"
	"tinhso.vn/internal/simulators/oldsystem"
	"tinhso.vn/internal/simulators/payment"
	"tinhso.vn/internal/simulators/postoffice"
	"tinhso.vn/internal/simulators/push"
	"tinhso.vn/internal/simulators/samlidp"
	"tinhso.vn/internal/simulators/smartca"
	"tinhso.vn/internal/simulators/sms"
	"tinhso.vn/internal/simulators/taxoffice"
	"tinhso.vn/internal/simulators/vgca"
	"tinhso.vn/internal/simulators/vneid"
	"tinhso.vn/internal/simulators/zalo"
)

type simulateCommand struct {
	Listen string `help:"Address to serve at; port 0 finds a free one." default:"127.0.0.1:8090" placeholder:"HOST:PORT"`
	SMTP   string `help:"Address at which mail is taken; port 0 finds a free one." default:"127.0.0.1:1025" placeholder:"HOST:PORT"`
	VGCA   string `name:"vgca" help:"Address at which the signing program of an official's computer listens; port 0 finds a free one." default:"127.0.0.1:8987" placeholder:"HOST:PORT"`
	Hooks  string `help:"Address at which changes of registers are taken, over TLS; port 0 finds a free one." default:"127.0.0.1:8453" placeholder:"HOST:PORT"`
	Data   string `help:"Folder of what the simulators keep." type:"path" default:"data/simulators" placeholder:"DIR"`
	Keys   string `help:"Folder of the keys of the development, whose authority is played; without it, one of its own below --data." type:"path" placeholder:"DIR"`
	Clock  string `help:"File of the clock that a demonstration keeps, to be followed; without it, the wall clock." type:"path" placeholder:"FILE"`
	Bound  bool   `help:"End when standard input does: with the process that holds its other end, however that ends."`
}

func (s simulateCommand) clock() clock.Clock { return clock.Follow(s.Clock) }

// Run plays the outside systems until it is told to stop. It prints its
// addresses, of pages and of mail, on the first two lines; then the socket of the
// hardware module and the address of the signing program.
func (s simulateCommand) Run(ctx context.Context, c console) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", s.Listen)
	if err != nil {
		return err
	}
	module, end, err := s.module(ctx)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer end()
	post, err := lc.Listen(ctx, "tcp", s.SMTP)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	cards, local, err := s.cards(ctx)
	if err != nil {
		return errors.Join(err, l.Close(), post.Close())
	}
	defer func() { _ = cards.Close() }()
	c.say("http://%s\nsmtp://%s\nhsm: %s\nvgca: ws://%s", l.Addr(), post.Addr(), module.socket, local)
	box := mail.New(s.clock(), nil)
	if box.Bounces, err = filepath.Abs(filepath.Join(s.Data, bouncesFolder)); err != nil {
		return errors.Join(err, l.Close(), post.Close())
	}
	receiver, err := s.receiver(ctx, c)
	if err != nil {
		return errors.Join(err, l.Close(), post.Close())
	}
	systems, err := s.systems(module, box, receiver, "http://"+l.Addr().String())
	if err != nil {
		return errors.Join(err, l.Close(), post.Close())
	}
	server := &http.Server{Handler: systems, ReadHeaderTimeout: readHeader}
	if s.Bound {
		var end context.CancelFunc
		ctx, end = context.WithCancel(ctx)
		defer end()
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			end()
		}()
	}
	failed := make(chan error, 2)
	go func() { failed <- server.Serve(l) }()
	go func() { failed <- box.Serve(ctx, post) }()
	select {
	case err = <-failed:
	case <-ctx.Done():
		err = server.Close()
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// systems is every simulated system: each answers under its own name, the
// gateway of short messages at the root as well.
func (s simulateCommand) systems(module hsmModule, box *mail.Server, receiver *hooks.Receiver, address string) (http.Handler, error) {
	mux := http.NewServeMux()
	mux.Handle("/hsm/faults", module)
	mux.Handle("/mail/", box.Handler())
	mux.Handle("/hooks/", http.StripPrefix("/hooks", receiver.Handler()))
	mux.Handle("/", sms.New(s.clock()))
	keys := s.Keys
	if keys == "" {
		keys = filepath.Join(s.Data, signingKeys)
	}
	ca := authority.New(s.clock(), keys, filepath.Join(s.Data, "authority")).Handler()
	mux.Handle("/tsa/", ca)
	mux.Handle("/ca/", ca)
	provider, err := smartca.New(filepath.Join(s.Data, smartcaFolder), s.clock())
	if err != nil {
		return nil, err
	}
	mux.Handle("/smartca/", http.StripPrefix("/smartca", provider.Handler()))
	national, err := vneid.New(s.clock())
	if err != nil {
		return nil, err
	}
	people, err := national.Handler(address + "/vneid")
	if err != nil {
		return nil, err
	}
	mux.Handle("/vneid/", http.StripPrefix("/vneid", people))
	officials, err := samlidp.New(s.clock())
	if err != nil {
		return nil, err
	}
	mux.Handle("/bo/", http.StripPrefix("/bo", officials.Handler(address+"/bo")))
	mux.Handle("/payment/", http.StripPrefix("/payment", payment.New(address+"/payment").Handler()))
	mux.Handle("/zalo/", http.StripPrefix("/zalo", zalo.New(s.clock(), "").Handler()))
	browser, err := push.New()
	if err != nil {
		return nil, err
	}
	mux.Handle("/push/", http.StripPrefix("/push", browser.Handler(address+"/push")))
	mux.Handle("/dvcqg/", http.StripPrefix("/dvcqg", nationalportal.New(s.clock()).Handler()))
	mux.Handle("/buu-chinh/", http.StripPrefix("/buu-chinh", postoffice.New(s.clock()).Handler()))
	mux.Handle("/thue/", http.StripPrefix("/thue", taxoffice.New().Handler()))
	mux.Handle(olderPath+"/", http.StripPrefix(olderPath, oldsystem.New(filepath.Join(s.Data, olderFolder)).Handler()))
	mux.Handle(axisPath+"/", http.StripPrefix(axisPath, agencies.New(s.clock()).Handler()))
	bodies := http.StripPrefix(axisPath, ministry.New(s.clock()).Handler())
	for _, one := range ministry.Systems() {
		mux.Handle(axisPath+"/"+one.ID+"/", bodies)
	}
	store, err := objects.New()
	if err != nil {
		return nil, err
	}
	for _, path := range []string{"/" + objects.Bucket + "/", "/" + objects.Bucket, "/faults-s3"} {
		mux.Handle(path, store)
	}
	return mux, nil
}

// olderPath is where the system that a province leaves is played, below the other
// simulators; its tables lie in olderFolder, below the folder of the simulators.
const (
	olderPath   = "/motcua-cu"
	olderFolder = "older"
)

// bouncesFolder is the Maildir into which mail comes back, below the folder of the simulators.
const bouncesFolder = "bounces"

// vgcaFolder is where the simulated cards keep their keys, below the folder of the
// simulators.
const vgcaFolder = "vgca"

// cards starts the signing program of an official's computer.
func (s simulateCommand) cards(ctx context.Context) (*http.Server, net.Addr, error) {
	fonts, err := paperFonts()
	if err != nil {
		return nil, nil, err
	}
	program, err := vgca.New(filepath.Join(s.Data, vgcaFolder), s.clock(), fonts)
	if err != nil {
		return nil, nil, err
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", s.VGCA)
	if err != nil {
		return nil, nil, err
	}
	server := &http.Server{Handler: program.Handler(), ReadHeaderTimeout: readHeader}
	go func() { _ = server.Serve(l) }() // it ends when the server is closed
	return server, l.Addr(), nil
}

// hooksFolder is where the simulated receiver of changes keeps the certificate of its
// authority, below the folder of the simulators.
const hooksFolder = "hooks"

// receiver starts what takes changes of registers, and beside it one with a
// certificate that nobody believes; it says both addresses.
func (s simulateCommand) receiver(ctx context.Context, c console) (*hooks.Receiver, error) {
	r, err := hooks.New(filepath.Join(s.Data, hooksFolder), s.clock())
	if err != nil {
		return nil, err
	}
	var lc net.ListenConfig
	good, err := lc.Listen(ctx, "tcp", s.Hooks)
	if err != nil {
		return nil, err
	}
	bad, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, good.Close())
	}
	go func() { _ = r.Serve(good, false) }() // they end with the program
	go func() { _ = r.Serve(bad, true) }()
	c.say("hooks: https://%s and untrusted https://%s", good.Addr(), bad.Addr())
	return r, nil
}

// smartcaFolder is where the simulated provider of signatures keeps its keys,
// below the folder of the simulators.
const smartcaFolder = "smartca"

// hsmModule is the simulated hardware module and where its sidecar listens.
type hsmModule struct {
	*hsm.Module
	socket string
}

// module starts the sidecar of the simulated hardware module. Its socket lies in
// the folder of the simulators.
func (s simulateCommand) module(ctx context.Context) (m hsmModule, end func(), err error) {
	folder, err := filepath.Abs(s.Data)
	if err != nil {
		return m, nil, err
	}
	if m.Module, err = hsm.New(folder); err != nil {
		return m, nil, err
	}
	m.socket = filepath.Join(folder, "hsm.sock")
	if len(m.socket) > 100 { // the system allows no longer one
		if folder, err = os.MkdirTemp("", "tinhso-hsm-"); err != nil {
			return m, nil, err
		}
		m.socket = filepath.Join(folder, "hsm.sock")
	}
	_ = os.Remove(m.socket) // of a process that was killed
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "unix", m.socket)
	if err != nil {
		return m, nil, err
	}
	go func() { _ = m.Serve(l) }() // it ends when the listener is closed
	return m, func() { _ = l.Close() }, nil
}
