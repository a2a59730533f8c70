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

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/simulators/objects"
	"tinhso.vn/internal/simulators/sms"
)

type simulateCommand struct {
	Listen string `help:"Address to serve at; port 0 finds a free one." default:"127.0.0.1:8090" placeholder:"HOST:PORT"`
	Data   string `help:"Folder of what the simulators keep." type:"path" default:"data/simulators" placeholder:"DIR"`
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
		return err
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
	store, err := objects.New()
	for _, path := range []string{"/" + objects.Bucket + "/", "/" + objects.Bucket, "/faults-s3"} {
		mux.Handle(path, store)
	}
	return mux, err
}
