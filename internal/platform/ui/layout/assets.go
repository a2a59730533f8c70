// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package layout

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// Assets are the built files of web/dist: their addresses, which change with
// their content, and the handler that serves them.
type Assets struct {
	prefix string
	hrefs  map[string]string
	files  map[string]asset
}

// asset is one file and the compressed copies that the build made of it.
type asset struct {
	kind    string
	cache   string
	etag    string
	plain   []byte
	encoded map[string][]byte
}

// ErrNotBuilt says that web/dist has no manifest.
var ErrNotBuilt = errors.New("the web assets are not built: run make web")

// contentType is fixed here, because those of the machine differ.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".woff2":
		return "font/woff2"
	case ".txt": // the licences of what is served
		return "text/plain; charset=utf-8"
	default:
		return ""
	}
}

// NewAssets reads the manifest and the files of the folder "dist" in dist.
// prefix is where Handler is mounted, such as "/assets/".
func NewAssets(dist fs.FS, prefix string) (*Assets, error) {
	a := &Assets{prefix: prefix, hrefs: map[string]string{}, files: map[string]asset{}}
	manifest, err := fs.ReadFile(dist, "dist/manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotBuilt
	}
	if err != nil {
		return nil, fmt.Errorf("read the manifest: %w", err)
	}
	if err := json.Unmarshal(manifest, &a.hrefs); err != nil {
		return nil, fmt.Errorf("read the manifest: %w", err)
	}
	err = fs.WalkDir(dist, "dist", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || contentType(name) == "" {
			return err
		}
		return a.add(dist, name)
	})
	if err != nil {
		return nil, fmt.Errorf("read the web assets: %w", err)
	}
	for name, file := range a.hrefs {
		if _, there := a.files[file]; !there {
			return nil, fmt.Errorf("the manifest names %s for %s, which is not there", file, name)
		}
		a.hrefs[name] = prefix + file
	}
	return a, nil
}

func (a *Assets) add(dist fs.FS, name string) error {
	plain, err := fs.ReadFile(dist, name)
	if err != nil {
		return err
	}
	file := asset{kind: contentType(name), cache: "public, max-age=31536000, immutable", plain: plain, encoded: map[string][]byte{}}
	for encoding, ending := range map[string]string{"br": ".br", "gzip": ".gz"} {
		packed, err := fs.ReadFile(dist, name+ending)
		if err == nil {
			file.encoded[encoding] = packed
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if path.Ext(name) == ".txt" { // the only names without a hash
		file.cache = "public, max-age=3600"
	}
	sum := sha256.Sum256(plain)
	file.etag = hex.EncodeToString(sum[:8])
	a.files[strings.TrimPrefix(name, "dist/")] = file
	return nil
}

// Href is the address of an asset by its plain name, such as "site.css". A
// name that the build did not make panics: only templates ask, with constants.
func (a *Assets) Href(name string) string {
	href, there := a.hrefs[name]
	if !there {
		panic("layout: no asset is called " + name)
	}
	return href
}

// Handler serves the assets below the prefix. Names carry a hash of the
// content, so a browser never needs to ask twice.
func (a *Assets) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		file, there := a.files[strings.TrimPrefix(r.URL.Path, a.prefix)]
		if !there {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		body, encoding := file.pick(r.Header.Get("Accept-Encoding"))
		tag := strconv.Quote(file.etag + "-" + or(encoding, "plain"))
		h := w.Header()
		h.Set("Cache-Control", file.cache)
		h.Set("ETag", tag)
		h.Set("X-Content-Type-Options", "nosniff")
		if len(file.encoded) > 0 {
			h.Set("Vary", "Accept-Encoding")
		}
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		h.Set("Content-Type", file.kind)
		if encoding != "" {
			h.Set("Content-Encoding", encoding)
		}
		h.Set("Content-Length", strconv.Itoa(len(body)))
		if r.Method == http.MethodHead {
			return
		}
		_, _ = w.Write(body) // the reader went away: nothing to tell anybody
	})
}

// pick chooses the smallest form that the browser understands.
func (f asset) pick(accept string) (body []byte, encoding string) {
	accepted := map[string]bool{}
	for part := range strings.SplitSeq(accept, ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		quality = strings.ReplaceAll(quality, " ", "")
		accepted[name] = quality != "q=0" && quality != "q=0.0"
	}
	for _, encoding := range []string{"br", "gzip"} {
		if body, there := f.encoded[encoding]; there && accepted[encoding] {
			return body, encoding
		}
	}
	return f.plain, ""
}
