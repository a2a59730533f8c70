// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/log"
)

type serveCommand struct {
	where
	Listen string `help:"Address to serve at; overrides the configuration." placeholder:"HOST:PORT"`
}

// Run serves until it is told to stop.
func (s serveCommand) Run(ctx context.Context, c console) error {
	cfg, err := s.load(c, func(cfg *config.Config) { listen(cfg, s.Listen) })
	if err != nil {
		return err
	}
	free, err := c.alone(cfg)
	if err != nil {
		return err
	}
	defer free()
	p, err := Open(ctx, cfg, c.version, log.New(c.err, cfg.Level(), cfg.Log.Format == "json"), nil)
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	return p.Serve(ctx, nil)
}

// listen sets the address and, where nobody has said otherwise, the public one with it.
func listen(cfg *config.Config, address string) {
	if address == "" {
		return
	}
	if cfg.PublicURL == "http://"+cfg.Listen {
		cfg.PublicURL = "http://" + address
	}
	cfg.Listen = address
}

const (
	readHeader = 10 * time.Second
	idle       = 2 * time.Minute
	shutdown   = 20 * time.Second
)

// Serve answers requests and does the background work until ctx ends; then it
// finishes what has begun. Ready, if given, is called with the address once it listens.
func (p *Program) Serve(ctx context.Context, ready func(net.Addr)) error {
	handler, err := p.Handler()
	if err != nil {
		return err
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", p.Config.Listen)
	if err != nil {
		return fmt.Errorf("listen at %s: %w", p.Config.Listen, err)
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: readHeader, IdleTimeout: idle, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(p.Log.Handler(), slog.LevelWarn),
	}
	server.RegisterOnShutdown(sync.OnceFunc(func() {
		if p.ending != nil {
			close(p.ending)
		}
	}))
	working, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { p.Work(working) })
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	p.Log.LogAttrs(ctx, slog.LevelInfo, "serving", slog.String("address", l.Addr().String()), slog.String("version", p.Version),
		slog.String("database", p.DB.Dialect().String()), slog.String("pack", p.Province.Pack))
	if ready != nil {
		ready(l.Addr())
	}
	select {
	case err = <-failed:
	case <-ctx.Done():
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdown)
		err = server.Shutdown(last)
		cancel()
	}
	stop()
	wg.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
