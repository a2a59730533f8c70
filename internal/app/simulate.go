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
	"tinhso.vn/internal/simulators/authority"
	"tinhso.vn/internal/simulators/smartca"
	"tinhso.vn/internal/simulators/sms"
)

type simulateCommand struct {
	Listen string `help:"Address to serve at; port 0 finds a free one." default:"127.0.0.1:8090" placeholder:"HOST:PORT"`
	Data   string `help:"Folder of what the simulators keep." type:"path" default:"data/simulators" placeholder:"DIR"`
	Keys   string `help:"Folder of the keys of the development, whose authority is played; without it, one of its own below --data." type:"path" placeholder:"DIR"`
	Bound  bool   `help:"End when standard input does: with the process that holds its other end, however that ends."`
}

// Run plays the outside systems until it is told to stop. It prints its
// address as the first line.
func (s simulateCommand) Run(ctx context.Context, c console) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", s.Listen)
	if err != nil {
		return err
	}
	c.say("http://%s", l.Addr())
	systems, err := s.systems()
	if err != nil {
		return errors.Join(err, l.Close())
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
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
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
func (s simulateCommand) systems() (http.Handler, error) {
	mux := http.NewServeMux()
	mux.Handle("/", sms.New(clock.System{}))
	keys := s.Keys
	if keys == "" {
		keys = filepath.Join(s.Data, signingKeys)
	}
	ca := authority.New(clock.System{}, keys, filepath.Join(s.Data, "authority")).Handler()
	mux.Handle("/tsa/", ca)
	mux.Handle("/ca/", ca)
	provider, err := smartca.New(filepath.Join(s.Data, smartcaFolder), clock.System{})
	if err != nil {
		return nil, err
	}
	mux.Handle("/smartca/", http.StripPrefix("/smartca", provider.Handler()))
	return mux, nil
}

// smartcaFolder is where the simulated provider of signatures keeps its keys.
const smartcaFolder = "smartca"
