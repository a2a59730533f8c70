// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"io/fs"
	"sync"

	"tinhso.vn/internal/platform/yaml"
)

// Kept is the files of packs together with what was read of each. Reading the
// same packs again, with a draft put in, then parses nothing twice, and all that
// come of them share one copy of each file. A file does not change under it.
type Kept struct {
	fs.FS

	mu    sync.Mutex
	files map[string][]byte
	read  map[string]parsed
}

// Keep wraps the files of packs. Several goroutines may read them at once.
func Keep(fsys fs.FS) *Kept {
	return &Kept{FS: fsys, files: map[string][]byte{}, read: map[string]parsed{}}
}

// ReadFile returns the content of a file, of which there is one copy: nobody
// changes it.
func (k *Kept) ReadFile(name string) ([]byte, error) {
	k.mu.Lock()
	content, there := k.files[name]
	k.mu.Unlock()
	if there {
		return content, nil
	}
	content, err := fs.ReadFile(k.FS, name)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.files[name] = content
	return content, nil
}

// parsed is a file as YAML, or why it is none.
type parsed struct {
	root    *yaml.Node // nil where it is none; nobody changes it
	sum     string     // SHA-256 of the content, hexadecimal
	content []byte

	line int    // of the mistake
	code string // of the mistake, "" where it could be read
	args []string
}

// parsedOf reads a file, once where the files are kept.
func parsedOf(fsys fs.FS, name string) parsed {
	k, ok := fsys.(*Kept)
	if !ok {
		return parseFile(fsys, name)
	}
	k.mu.Lock()
	known, there := k.read[name]
	k.mu.Unlock()
	if there {
		return known
	}
	p := parseFile(k, name)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.read[name] = p
	return p
}
