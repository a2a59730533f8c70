// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/store"
	"tinhso.vn/internal/platform/text"
)

// The archive: of each holder data/NAME.json and files/NAME/…, and at the end
// index.html, which a person reads. Records go through to the file as they come;
// of the page only so many are kept in memory.
const maxShown = 2000 // records of a holder on the page; all of them are in its JSON

// Index is what the page of an archive says.
type Index struct {
	Made, Agency, Mark string
	Parts              []Section
	Purposes           []Registered
}

// Section is a holder on the page.
type Section struct {
	Name    string
	About   privacy.Description
	Records []ShownRecord
	More    int // that only the JSON has
	Files   []ShownFile
}

// ShownRecord is a record on the page.
type ShownRecord struct {
	Title i18n.Text
	At    string
	Lines []privacy.Line
}

// ShownFile is a file of the archive.
type ShownFile struct{ Name, Path string }

// sink writes what one holder hands over.
type sink struct {
	ctx   context.Context //nolint:containedctx // lives as long as one holder
	zip   *zip.Writer
	json  io.Writer
	n     int
	ended bool
	part  *Section
}

// Record implements privacy.Sink.
func (k *sink) Record(r privacy.Record) error {
	if k.ended {
		return errors.New("a record after a file")
	}
	if err := k.ctx.Err(); err != nil {
		return err
	}
	if k.json == nil {
		w, err := k.zip.Create("data/" + k.part.Name + ".json")
		if err != nil {
			return err
		}
		k.json = w
	}
	lead := ",\n"
	if k.n == 0 {
		lead = "[\n"
	}
	body, err := json.Marshal(r.Data)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(k.json, lead+string(body)); err != nil {
		return err
	}
	k.n++
	if len(k.part.Records) >= maxShown {
		k.part.More++
		return nil
	}
	v := ShownRecord{Title: r.Title}
	for _, l := range r.Lines {
		if l.Value != "" {
			v.Lines = append(v.Lines, l)
		}
	}
	if !r.At.IsZero() {
		v.At = (i18n.Printer{}).DateTime(r.At.Time)
	}
	k.part.Records = append(k.part.Records, v)
	return nil
}

// end ends the records.
func (k *sink) end() error {
	if k.ended {
		return nil
	}
	k.ended = true
	if k.json == nil {
		w, err := k.zip.Create("data/" + k.part.Name + ".json")
		if err != nil {
			return err
		}
		_, err = io.WriteString(w, "[]\n")
		return err
	}
	_, err := io.WriteString(k.json, "\n]\n")
	return err
}

// File implements privacy.Sink.
func (k *sink) File(name string, content io.Reader) error {
	if err := k.end(); err != nil {
		return err
	}
	if err := k.ctx.Err(); err != nil {
		return err
	}
	name = files.CleanName(name)
	at := path.Join("files", k.part.Name, fmt.Sprintf("%03d-%s", len(k.part.Files)+1, text.ASCII(name)))
	w, err := k.zip.Create(at)
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, content); err != nil {
		return err
	}
	k.part.Files = append(k.part.Files, ShownFile{name, at})
	return nil
}

// write streams an archive.
func (s *Service) write(ctx context.Context, a store.Archive, to io.Writer) error {
	z := zip.NewWriter(to)
	var parts []Section
	for i, h := range s.all() {
		if err := s.reach(ctx, a.ID, h.Name(), i); err != nil {
			return err
		}
		part := Section{Name: h.Name(), About: h.Describe()}
		k := &sink{ctx: ctx, zip: z, part: &part}
		if err := h.Export(ctx, a.Person, k); err != nil {
			return fmt.Errorf("%s: %w", h.Name(), err)
		}
		if err := k.end(); err != nil {
			return err
		}
		parts = append(parts, part)
	}
	purposes, err := s.ListPurposes(ctx)
	if err != nil {
		return err
	}
	w, err := z.Create("index.html")
	if err != nil {
		return err
	}
	if err := s.index(ctx, w, Index{Made: moment(s.DB.Now()), Parts: parts, Purposes: purposes, Agency: s.Agency, Mark: s.Mark}); err != nil {
		return err
	}
	return z.Close()
}
