// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiersmod

import (
	"context"
	"io"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
)

// GivenPaper is a file that came with a dossier.
type GivenPaper struct {
	Dossier string // id
	File    string // id
	Name    string // of the file
	Paper   string // what it is
}

// ListPapers returns the files of the dossier of a code or reference that the actor
// may see; none where there is no such dossier. That it was read is recorded.
func (o offers) ListPapers(ctx context.Context, actor identity.Actor, code string) (all []GivenPaper, err error) {
	found, ok, err := o.FindCode(ctx, actor, code)
	if err != nil || !ok {
		return nil, err
	}
	full, err := o.Get(ctx, actor, found.ID, access.Handling)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, p := range full.Version.Papers {
		names[p.ID] = p.Name.VI
	}
	for _, a := range full.Papers {
		if a.File != nil && a.File.Erased.IsZero() {
			all = append(all, GivenPaper{Dossier: string(found.ID), File: string(a.File.ID), Name: a.File.Name, Paper: names[a.Paper]})
		}
	}
	return all, nil
}

// OpenPaper opens one of them; that it was read is recorded. The caller closes it.
func (o offers) OpenPaper(ctx context.Context, actor identity.Actor, dossier, file string) (content io.ReadCloser, name string, err error) {
	content, f, err := o.OpenFile(ctx, actor, dossiers.ID(dossier), files.ID(file), access.Handling)
	return content, f.Name, err
}
