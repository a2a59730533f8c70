// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"

	"tinhso.vn/internal/platform/blob"
	"tinhso.vn/internal/platform/preview"
)

// previewName is the command that the server starts for each file that is shown.
const previewName = "preview"

type previewCommand struct{}

// Run is the process that opens what strangers send.
func (previewCommand) Run(c console) error {
	if preview.Child(c.in, c.out) != 0 {
		return errFound
	}
	return nil
}

type filesCommand struct {
	Move moveCommand `cmd:"" help:"Bring to the configured store what lies in the other one. Cut off, it goes on when it is run again; people may work meanwhile."`
}

type moveCommand struct{ where }

// Run moves files from the folder to the bucket, or back.
func (m moveCommand) Run(ctx context.Context, c console) error {
	cfg, err := m.load(c, nil)
	if err != nil {
		return err
	}
	if !cfg.Files.Bucketed() {
		return errors.New("there is one store only: files.endpoint names no bucket")
	}
	folder, bucket, err := stores(cfg, false)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	var from, to blob.Store = folder, bucket
	if cfg.Files.Store == "folder" {
		from, to = bucket, folder
	}
	if err := to.Check(ctx); err != nil {
		return err
	}
	var all blob.Moved
	if err := from.Walk(ctx, func(e blob.Entry) error {
		all.Blobs++
		all.Bytes += e.Size
		return nil
	}); err != nil {
		return err
	}
	c.say("%d tệp, %d MB sẽ được chuyển. / %d files, %d MB to move.", all.Blobs, all.Bytes>>20, all.Blobs, all.Bytes>>20)
	shown := int64(0)
	done, err := blob.Move(ctx, from, to, func(m blob.Moved) {
		if m.Bytes-shown >= 64<<20 || m.Blobs%1000 == 0 {
			shown = m.Bytes
			c.say("%d / %d, %d / %d MB", m.Blobs, all.Blobs, m.Bytes>>20, all.Bytes>>20)
		}
	})
	if err != nil {
		return err
	}
	c.say("Đã chuyển và đối chiếu %d tệp, %d MB. / Moved and compared %d files, %d MB.", done.Blobs, done.Bytes>>20, done.Blobs, done.Bytes>>20)
	return nil
}

// free returns how many bytes the disk of the data folder still takes.
func (p *Program) free() (int64, error) { return p.blobs.Free() }
