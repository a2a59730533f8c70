// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// MaxUpload bounds the files of an upload, in bytes, and maxUnpacked what they
// hold when they are unpacked.
const (
	MaxUpload   = 2 << 20
	maxUnpacked = 8 << 20
	maxFiles    = 300
)

// Export returns a change as the files of a local layer, in a zip archive: the
// smallest overlay over what is in force, and of a change that is in force
// itself the whole items.
func (s *Service) Export(ctx context.Context, actor identity.Actor, change authoring.ID) (archive []byte, err error) {
	defer errs.Wrap(&err, "export change %s", change)

	items, err := s.Items(ctx, actor, change)
	if err != nil {
		return nil, err
	}
	c, err := store.Get(ctx, s.DB, change)
	if err != nil {
		return nil, err
	}
	g, err := s.InForce(ctx)
	if err != nil {
		return nil, err
	}
	under := g.Set
	if c.State == authoring.Published {
		under = &packs.Set{Meta: g.Set.Meta}
	}
	drafts := make([]packs.Draft, len(items))
	for i, item := range items {
		drafts[i] = draftOf(item)
	}
	files, err := packs.Layer(under, drafts)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(files[name]); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Import takes files of packs into a change: a zip archive, or one YAML file.
// They are laid over what is in force, as a pack is. Mistakes in how they are
// written come by file and line, and then nothing is taken.
func (s *Service) Import(ctx context.Context, actor identity.Actor, change authoring.ID, name string, content []byte) (taken int, problems []packs.Problem, err error) {
	defer errs.Wrap(&err, "import into change %s", change)

	if _, err := access.Everywhere(actor, authoring.PermEdit); err != nil {
		return 0, nil, err
	}
	files, err := unpack(name, content)
	if err != nil {
		return 0, nil, err
	}
	g, err := s.InForce(ctx)
	if err != nil {
		return 0, nil, err
	}
	drafts, problems, err := packs.ReadLayer(g.Set, files)
	if err != nil || len(problems) > 0 {
		return 0, problems, err
	}
	if len(drafts) == 0 {
		return 0, nil, authoring.ErrUpload
	}
	for i, d := range drafts {
		if len(d.Text) == 0 {
			continue
		}
		drafts[i].Text = []byte(text.NFC(string(d.Text)))
		if _, err := packs.ParseItem(d.ID, d.Text); err != nil {
			return 0, nil, err
		}
	}
	return len(drafts), nil, s.write(ctx, actor, change, func(tx *db.Tx, _ *authoring.Change) error {
		for _, d := range drafts {
			list := authoring.List(d.List)
			i, err := s.item(ctx, tx, change, list, d.ID)
			if errors.Is(err, authoring.ErrNoItem) {
				i = authoring.Item{List: list, ID: d.ID}
			} else if err != nil {
				return err
			}
			i.Whole, i.Rev, i.Saved = d.Text, i.Rev+1, authoring.Hand{Account: actor.Account, At: tx.Now}
			if err := store.PutItem(ctx, tx, change, i); err != nil {
				return err
			}
		}
		all, err := store.Items(ctx, tx, change)
		if err == nil && len(all) > maxItems {
			err = authoring.ErrMany
		}
		return err
	})
}

// unpack returns the files of an upload by their place in a local layer.
func unpack(name string, content []byte) (map[string][]byte, error) {
	files := map[string][]byte{}
	if len(content) > MaxUpload {
		return nil, authoring.ErrUpload
	}
	if !bytes.HasPrefix(content, []byte("PK")) {
		base := path.Base(strings.ReplaceAll(name, `\`, "/"))
		if path.Ext(base) != ".yaml" && path.Ext(base) != ".yml" {
			return nil, authoring.ErrUpload
		}
		for _, list := range packs.Layered() { // the list that the file begins with says where it belongs
			if bytes.Contains(append([]byte("\n"), content...), []byte("\n"+list+":")) {
				files[packs.LayerName+"/"+list+"/"+strings.TrimSuffix(base, path.Ext(base))+".yaml"] = content
				return files, nil
			}
		}
		return nil, authoring.ErrUpload
	}
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil || len(archive.File) > maxFiles {
		return nil, authoring.ErrUpload.Because(err)
	}
	left := int64(maxUnpacked)
	for _, f := range archive.File {
		if f.FileInfo().IsDir() {
			continue
		}
		at := path.Clean("/" + strings.ReplaceAll(f.Name, `\`, "/"))
		if path.Base(at) == "pack.yaml" {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, authoring.ErrUpload.Because(err)
		}
		all, err := io.ReadAll(io.LimitReader(r, left+1))
		_ = r.Close()
		if left -= int64(len(all)); err != nil || left < 0 {
			return nil, authoring.ErrUpload.Because(err)
		}
		files[packs.LayerName+"/"+path.Base(path.Dir(at))+"/"+path.Base(at)] = all
	}
	return files, nil
}
